"""What all calls of AWS share: the session, patience, and what its errors mean to a person."""

import os

from boto3.session import Session
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    HTTPClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)
from botocore.exceptions import (
    ConnectionError as NoConnection,
)

PATIENCE = Config(connect_timeout=3, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 3})
"""How long calls of AWS's control plane may take, in seconds, and how often they are sent."""

FAILURES = (BotoCoreError, ClientError)
"""All that a call of boto3 raises of its own."""

_NO_CREDENTIALS = (
    NoCredentialsError,
    PartialCredentialsError,
    CredentialRetrievalError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)
_REFUSED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized"}
_WRONG_CREDENTIALS = {
    "InvalidClientTokenId",
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
    "AuthFailure",
    "InvalidSignatureException",
    "IncompleteSignature",
}
_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"}


def new_session() -> Session:
    """Return a session with the region of AWS_REGION: boto3 itself reads AWS_DEFAULT_REGION only."""
    return Session(region_name=os.environ.get("AWS_REGION") or None)


def code_of(error: Exception) -> str:
    """Return AWS's code of an error; empty where there was no answer."""
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""


def message_of(error: Exception) -> str:
    """Return AWS's own words, without a full stop at the end."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Message", "")).rstrip(". ")
    return str(error).rstrip(". ") or type(error).__name__


def is_about_credentials(error: Exception) -> bool:
    """Tell whether nobody is logged in, or whoever is may not do this."""
    return isinstance(error, _NO_CREDENTIALS) or code_of(error) in _REFUSED | _WRONG_CREDENTIALS | _EXPIRED


def explain(error: Exception, what: str) -> str:
    """Return one line: what was tried (`look at the stack x`), what AWS said, what to do."""
    said = f"{code_of(error)}: {message_of(error)}".removeprefix(": ")
    return f"cannot {what}: {said}. {_advice(error)}"


def _advice(error: Exception) -> str:
    code = code_of(error)
    if isinstance(error, _NO_CREDENTIALS):
        return "Log in first: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
    if isinstance(error, NoRegionError):
        return "Set AWS_REGION to where the buckets are to be, like us-west-2."
    if isinstance(error, NoConnection | HTTPClientError):
        return "Check the network, AWS_REGION and AWS_ENDPOINT_URL."
    if code in _REFUSED:
        return "Whoever is logged in may not do this: log in as somebody who may."
    if code in _WRONG_CREDENTIALS:
        return "The credentials are not right: check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
    if code in _EXPIRED:
        return "The login has run out, or this machine's clock is wrong: log in again."
    return "Try again in a moment; if it stays, look at the AWS console."
