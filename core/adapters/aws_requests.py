"""What the requests of all stores on AWS share: how they are sent, and how they fail."""

import os
from typing import Any

from boto3.session import Session
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    IncompleteReadError,
    NoCredentialsError,
    PartialCredentialsError,
    ProxyConnectionError,
    ReadTimeoutError,
    SSLError,
)
from botocore.model import OperationModel
from botocore.parsers import ResponseParserError

AWS_FAILURES = (BotoCoreError, ClientError, ResponseParserError, ValueError)
"""All that boto3 raises for a request: these do not share a base of their own. ValueError is what it makes of
a number or a date in a header that was cut off in its middle."""

SERVER_FAULT = 500
_SUCCESS, _SUCCESS_END = 200, 300
_BESIDE_THE_BODY = {"header", "headers", "statusCode"}

READ_ATTEMPTS = 2
_CONNECT_TIMEOUT_S = 3
_READ_TIMEOUT_S = 10
_CONNECTIONS_MAX = 32

_NEVER_SENT = (EndpointConnectionError, ConnectTimeoutError, ProxyConnectionError)
_MAY_HAVE_LANDED = (
    ReadTimeoutError,
    ConnectionClosedError,
    HTTPClientError,
    IncompleteReadError,
    SSLError,
    ResponseParserError,
    ValueError,
)

_ADVICE = {
    "InvalidAccessKeyId": "Check AWS_ACCESS_KEY_ID.",
    "UnrecognizedClientException": "Check AWS_ACCESS_KEY_ID.",
    "SignatureDoesNotMatch": "Check AWS_SECRET_ACCESS_KEY.",
    "InvalidSignatureException": "Check AWS_SECRET_ACCESS_KEY, and the clock of this machine.",
    "ExpiredToken": "The credentials have expired: get new ones.",
    "ExpiredTokenException": "The credentials have expired: get new ones.",
    "RequestTimeTooSkewed": "The clock of this machine is wrong: set it.",
}


def session() -> Session:
    """Return what clients are made of. boto3 itself heeds AWS_DEFAULT_REGION, but not AWS_REGION."""
    made = Session(region_name=os.environ.get("AWS_REGION") or None)
    made.events.register("before-parse", check_whole)
    return made


def check_whole(operation_model: OperationModel, response_dict: dict[str, Any], **_: object) -> None:
    """Refuse an answer that was cut off. Raises IncompleteReadError.

    boto3 takes one without a single byte for one in which everything is left out: no item, no objects.
    """
    if operation_model.has_streaming_output or operation_model.http.get("method") == "HEAD":
        return
    if not _SUCCESS <= response_dict["status_code"] < _SUCCESS_END:
        return
    arrived = len(response_dict["body"])
    told = response_dict["headers"].get("content-length", "")
    expected = int(told) if told.isdigit() else 0
    if not arrived and _speaks_in_its_body(operation_model):
        # Where the headers were cut off too, nothing says how long it was to be.
        expected = max(1, expected)
    if arrived < expected:
        raise IncompleteReadError(actual_bytes=arrived, expected_bytes=expected)


def _speaks_in_its_body(operation: OperationModel) -> bool:
    members = operation.output_shape.members.values() if operation.output_shape else ()
    return any(member.serialization.get("location") not in _BESIDE_THE_BODY for member in members)


def client_config(attempts: int) -> Config:
    """Return how a client behaves: short timeouts, and `attempts` sends of a request at most."""
    return Config(
        connect_timeout=_CONNECT_TIMEOUT_S,
        read_timeout=_READ_TIMEOUT_S,
        max_pool_connections=_CONNECTIONS_MAX,
        retries={"total_max_attempts": attempts, "mode": "standard"},
    )


def code_of(error: Exception) -> tuple[int, str]:
    """Return the HTTP status and AWS's own code of an answer; (0, "") where there was none."""
    if not isinstance(error, ClientError):
        return 0, ""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status, error.response.get("Error", {}).get("Code", "")


def lost(error: Exception) -> bool | None:
    """Tell whether a request without an answer may have been carried out; None where there was an answer."""
    if isinstance(error, _NEVER_SENT) or "CERTIFICATE_VERIFY_FAILED" in str(error):
        return False
    return True if isinstance(error, _MAY_HAVE_LANDED) else None


def in_words(error: Exception, service: str) -> str:
    """Return what came of a request to `service`, for a message."""
    status, code = code_of(error)
    if status:
        return f"{service} answered {status} {code}".rstrip()
    return str(error).rstrip(".") or type(error).__name__


def advice(error: Exception, service: dict[str, str], fallback: str) -> str:
    """Return what to do; `service` has the codes of its own, `fallback` is for what nobody knows."""
    if isinstance(error, NoCredentialsError | PartialCredentialsError):
        return "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give this machine a role."
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return "Its certificate is not trusted here: check the endpoint, or set AWS_CA_BUNDLE."
    if isinstance(error, _NEVER_SENT):
        return "Check the network, AWS_ENDPOINT_URL and AWS_REGION."
    status, code = code_of(error)
    if status >= SERVER_FAULT or lost(error):
        fallback = "Try again in a moment."
    return service.get(code) or _ADVICE.get(code, fallback)
