"""What calls of AWS's control plane share: patience, and what a failure means to a person, in one line."""

from botocore.config import Config
from botocore.exceptions import (
    CredentialRetrievalError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)

from core.adapters import aws_requests

PATIENCE = Config(connect_timeout=3, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 3})
"""How long a call may take, in seconds, and how often it is sent: these calls are slower than a store's."""

_NO_CREDENTIALS = (
    NoCredentialsError,
    PartialCredentialsError,
    CredentialRetrievalError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)
_REFUSED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized"}
_NOT_BELIEVED = {
    "InvalidClientTokenId",
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
    "AuthFailure",
    "InvalidSignatureException",
    "IncompleteSignature",
    "ExpiredToken",
    "ExpiredTokenException",
    "RequestExpired",
    "TokenRefreshRequired",
}
_REFUSED_ADVICE = "Whoever is logged in may not do this: log in as somebody who may."


def code_of(error: Exception) -> str:
    """Return AWS's code of an error; empty where there was no answer."""
    return aws_requests.code_of(error)[1]


def message_of(error: Exception) -> str:
    """Return AWS's own words, without a full stop at the end."""
    response = getattr(error, "response", None)
    said = response.get("Error", {}).get("Message", "") if response else str(error)
    return str(said).rstrip(". ") or type(error).__name__


def is_about_credentials(error: Exception) -> bool:
    """Tell whether nobody is logged in, or whoever is may not do this."""
    return isinstance(error, _NO_CREDENTIALS) or code_of(error) in _REFUSED | _NOT_BELIEVED


def may_have_landed(error: Exception) -> bool:
    """Tell whether a write that failed so may have been carried out."""
    return bool(aws_requests.lost(error)) or aws_requests.code_of(error)[0] >= aws_requests.SERVER_FAULT


def explain(error: Exception, what: str) -> str:
    """Return one line: what was tried (`look at the stack x`), what AWS said, what to do."""
    said = f"{code_of(error)}: {message_of(error)}".removeprefix(": ")
    return f"cannot {what}: {said}. {_advice(error)}"


def _advice(error: Exception) -> str:
    if isinstance(error, _NO_CREDENTIALS):
        return "Log in first: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
    if isinstance(error, NoRegionError):
        return "Set AWS_REGION to where the buckets are to be, like us-west-2."
    refused = dict.fromkeys(_REFUSED, _REFUSED_ADVICE)
    fallback = "Try again in a moment; if it stays, look at the AWS console."
    return aws_requests.advice(error, refused, fallback)
