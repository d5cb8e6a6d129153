"""What an answer of S3, or the want of one, means for the caller.

Nobody may say "nothing was written" of a write that may have landed, so a failure of a write is
OutcomeUnknown unless it is certain that S3 never got the request or turned it away.
"""

from core.adapters.aws_requests import SERVER_FAULT, advice, code_of, in_words, lost
from core.ports import Condition, Conflict, Matches, NotFound, OutcomeUnknown, StoreError, Unreachable

NOT_MODIFIED = 304
_NOT_FOUND = 404
_LOST_RACE = (409, 412)
_NOT_IMPLEMENTED = 501

_ADVICE = {
    "AccessDenied": "Give these credentials s3:GetObject, s3:PutObject, s3:DeleteObject and s3:ListBucket.",
    "PermanentRedirect": "The bucket is in another region: set AWS_REGION to it.",
    "AuthorizationHeaderMalformed": "The bucket is in another region: set AWS_REGION to it.",
    "NoSuchBucket": "Create the bucket, or name another one.",
    "SlowDown": "S3 asks for fewer requests: try again in a moment.",
    "NotImplemented": "This store does not know conditional writes: use one that does.",
}


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
            f"tried to {what} and got no usable answer ({in_words(error, 'S3')}): it may have been written. "
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
    unanswered = lost(error)
    if unanswered is not None:
        return unanswered
    return status >= SERVER_FAULT and status != _NOT_IMPLEMENTED and code != "SlowDown"


def unreachable(error: Exception, what: str) -> Unreachable:
    """Return what it means that S3 was not reached or turned us away."""
    words = advice(error, _ADVICE, "Check the credentials and the bucket.")
    return Unreachable(f"cannot {what}: {in_words(error, 'S3')}. {words}")
