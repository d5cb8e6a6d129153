"""What an answer of DynamoDB, or the want of one, means for the caller.

As with S3, a failure of a write is OutcomeUnknown unless it is certain that nothing was written.
"""

from botocore.exceptions import ClientError

from core.adapters.aws_requests import SERVER_FAULT, advice, code_of, in_words, lost
from core.ports import Conflict, NotFound, OutcomeUnknown, StoreError, Unreachable, Unusable

NO_TABLE = "ResourceNotFoundException"
CONDITION_FAILED = "ConditionalCheckFailedException"
CANCELED = "TransactionCanceledException"
_STILL_RUNNING = "TransactionInProgressException"

_THROTTLED = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
        "ProvisionedThroughputExceeded",
        "ThrottlingError",
    }
)
"""Turned away, with nothing written: the last two are reasons inside a cancelled transaction."""

_ADVICE = {
    "AccessDeniedException": (
        "Give these credentials dynamodb:GetItem, BatchGetItem, Query, PutItem, UpdateItem, DeleteItem and "
        "ConditionCheckItem on the table and its indexes; 'quickdump init' also DescribeTable, CreateTable, "
        "UpdateTimeToLive and UpdateContinuousBackups."
    ),
    "ResourceInUseException": "The table is being made or changed: try again in a minute.",
}


def failed_read(error: Exception, what: str) -> StoreError:
    """Return what a failed read means: NotFound where there is no table, or Unreachable."""
    if code_of(error)[1] == NO_TABLE:
        return NotFound(f"cannot {what}: there is no such table")
    return unreachable(error, what)


def failed_write(error: Exception, what: str) -> StoreError:
    """Return what a failed write means: Conflict, Unreachable, OutcomeUnknown or Unusable."""
    status, code = code_of(error)
    if code == CANCELED:
        return _cancelled(error, what)
    if code == CONDITION_FAILED:
        return Conflict(f"cannot {what}: somebody else was first and nothing was written. Read it again.")
    if code == "UnknownOperationException":
        return Unusable(f"cannot {what}: this server knows no transactions. Use one that does")
    unanswered = lost(error)
    landed = unanswered if unanswered is not None else status >= SERVER_FAULT
    if code == _STILL_RUNNING or (landed and code not in _THROTTLED):
        return OutcomeUnknown(
            f"tried to {what} and got no usable answer ({in_words(error, 'DynamoDB')}): it may have been "
            "written. Read it to find out."
        )
    return unreachable(error, what)


def unreachable(error: Exception, what: str) -> Unreachable:
    """Return what it means that DynamoDB was not reached or turned us away."""
    code = code_of(error)[1]
    fallback = "Check the credentials and the table."
    words = (
        "It asks for fewer requests: try again in a moment."
        if code in _THROTTLED
        else advice(error, _ADVICE, fallback)
    )
    return Unreachable(f"cannot {what}: {in_words(error, 'DynamoDB')}. {words}")


def _cancelled(error: Exception, what: str) -> StoreError:
    """Return why a transaction wrote nothing. Its first item is the one that all writers compete for."""
    reasons = _reasons(error)
    first = reasons[0] if reasons else ""
    if first == "ConditionalCheckFailed" or "TransactionConflict" in reasons:
        return Conflict(f"cannot {what}: somebody else was first and nothing was written. Read it again.")
    if "ConditionalCheckFailed" in reasons:
        return Unusable(
            f"cannot {what}: a row was changed by something that is not Quickdump, and nothing was written. "
            "Put the row, or the table, back as it was"
        )
    if _THROTTLED & set(reasons):
        return Unreachable(
            f"cannot {what}: DynamoDB asks for fewer requests and nothing was written. Try again later."
        )
    named = ", ".join(sorted(set(reasons) - {"None"})) or "no reason"
    return Unreachable(f"cannot {what}: the transaction was cancelled ({named}) and nothing was written.")


def _reasons(error: Exception) -> list[str]:
    if not isinstance(error, ClientError):
        return []
    found = error.response.get("CancellationReasons", [])
    return [str(reason.get("Code", "None")) for reason in found]
