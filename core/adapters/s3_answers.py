"""What an answer of S3, or the want of one, means for the caller.

Nobody may say "nothing was written" of a write that may have landed, so a failure of a write is
OutcomeUnknown unless it is certain that S3 never got the request or turned it away.
"""

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
    ProxyConnectionError,
    ReadTimeoutError,
    SSLError,
)
from botocore.parsers import ResponseParserError

from core.ports import Condition, Conflict, Matches, NotFound, OutcomeUnknown, StoreError, Unreachable

S3_FAILURES = (BotoCoreError, ClientError, ResponseParserError)
"""All that boto3 raises for a request: these three do not share a base of their own."""

NOT_MODIFIED = 304
_NOT_FOUND = 404
_LOST_RACE = (409, 412)
_SERVER_FAULT = 500
_NOT_IMPLEMENTED = 501

_NEVER_SENT = (EndpointConnectionError, ConnectTimeoutError, ProxyConnectionError)
_MAY_HAVE_LANDED = (ReadTimeoutError, ConnectionClosedError, HTTPClientError, SSLError, ResponseParserError)

_ADVICE = {
    "AccessDenied": "Give these credentials s3:GetObject, s3:PutObject, s3:DeleteObject and s3:ListBucket.",
    "InvalidAccessKeyId": "Check AWS_ACCESS_KEY_ID.",
    "SignatureDoesNotMatch": "Check AWS_SECRET_ACCESS_KEY.",
    "ExpiredToken": "The credentials have expired: get new ones.",
    "RequestTimeTooSkewed": "The clock of this machine is wrong: set it.",
    "PermanentRedirect": "The bucket is in another region: set AWS_REGION to it.",
    "AuthorizationHeaderMalformed": "The bucket is in another region: set AWS_REGION to it.",
    "NoSuchBucket": "Create the bucket, or name another one.",
    "SlowDown": "S3 asks for fewer requests: try again in a moment.",
    "NotImplemented": "This store does not know conditional writes: use one that does.",
}


def code_of(error: Exception) -> tuple[int, str]:
    """Return the HTTP status and S3's own code of an answer; (0, "") where there was none."""
    if not isinstance(error, ClientError):
        return 0, ""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status, error.response.get("Error", {}).get("Code", "")


def failed_read(error: Exception, what: str) -> StoreError:
    """Return what a failed read means: NotFound or Unreachable. `what` names the try: `read s3://b/k`."""
    status, code = code_of(error)
    if status == _NOT_FOUND and code != "NoSuchBucket":
        return NotFound(f"cannot {what}: there is no such object")
    return unreachable(error, what)


def failed_write(error: Exception, what: str, condition: Condition = None) -> StoreError:
    """Return what a failed write means: Conflict, Unreachable or OutcomeUnknown."""
    status, code = code_of(error)
    if _lost_race(status, code, condition):
        return Conflict(
            f"cannot {what}: somebody else was first ({code or status}) and nothing was written. "
            "Read it, then decide again."
        )
    if _may_have_landed(error, status, code):
        return OutcomeUnknown(
            f"tried to {what} and got no usable answer ({_in_words(error)}): it may have been written. "
            "Read it to find out."
        )
    return unreachable(error, what)


def _lost_race(status: int, code: str, condition: Condition) -> bool:
    if condition is None:
        return False
    if status in _LOST_RACE:
        return True
    # AWS answers If-Match on a missing object with 404; others with 412.
    return status == _NOT_FOUND and code != "NoSuchBucket" and isinstance(condition, Matches)


def _may_have_landed(error: Exception, status: int, code: str) -> bool:
    if isinstance(error, _NEVER_SENT) or "CERTIFICATE_VERIFY_FAILED" in str(error):
        return False
    if isinstance(error, _MAY_HAVE_LANDED):
        return True
    return status >= _SERVER_FAULT and status != _NOT_IMPLEMENTED and code != "SlowDown"


def unreachable(error: Exception, what: str) -> Unreachable:
    """Return what it means that S3 was not reached or turned us away."""
    return Unreachable(f"cannot {what}: {_in_words(error)}. {_advice(error)}")


def _in_words(error: Exception) -> str:
    status, code = code_of(error)
    if status:
        return f"S3 answered {status} {code}".rstrip()
    return str(error).rstrip(".") or type(error).__name__


def _advice(error: Exception) -> str:
    if isinstance(error, NoCredentialsError | PartialCredentialsError):
        return "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give this machine a role."
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return "Its certificate is not trusted here: check the endpoint, or set AWS_CA_BUNDLE."
    if isinstance(error, _NEVER_SENT):
        return "Check the network, AWS_ENDPOINT_URL and AWS_REGION."
    status, code = code_of(error)
    fallback = (
        "Try again in a moment." if status >= _SERVER_FAULT else "Check the credentials and the bucket."
    )
    return _ADVICE.get(code, fallback)
