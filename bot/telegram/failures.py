"""What a failed call of the Bot API means: was it done, may it be repeated, and what is to be done.

python-telegram-bot raises `NetworkError` for a refused connection (safe to repeat), for a lost answer (not
safe) and, as its parent class, for a plain 400. Only the cause below it tells them apart.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)


class Failed(StrEnum):
    """How a call failed."""

    NOT_SENT = "not_sent"
    """It did not leave: repeat it."""
    TOO_MANY = "too_many"
    """It came too soon: repeat it after `retry_after_s`."""
    UNKNOWN = "unknown"
    """It may have been done: repeat it only where that does no harm."""
    MOVED = "moved"
    """The group has a new id: repeat it with `moved_to`."""
    UNREACHABLE = "unreachable"
    """This person or chat gets nothing from the bot: blocked, never started, deleted, unknown."""
    NOT_MODIFIED = "not_modified"
    """An edit that changes nothing: the message is as wanted."""
    TOO_OLD = "too_old"
    """A tap that can no longer be answered."""
    UNPARSABLE = "unparsable"
    """The text's HTML is not sound: send it plain."""
    GONE = "gone"
    """There is no such message, or it cannot be edited."""
    UNAUTHORIZED = "unauthorized"
    """The token is wrong: an admin has to act."""
    CONFLICT = "conflict"
    """Another process polls, or a webhook is set."""
    REFUSED = "refused"
    """It is refused for good; `description` says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A failed call, as data."""

    kind: Failed
    description: str
    """The service's words, or the kind of network trouble; without secrets."""
    retry_after_s: float | None = None
    moved_to: int | None = None


class TelegramFailed(Exception):
    """A call of the Bot API failed."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"{failure.kind}: {failure.description}")
        self.failure = failure


NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
"""Causes after which the request is known not to have left."""

_BY_WORDS = (
    ("message is not modified", Failed.NOT_MODIFIED),
    ("query is too old", Failed.TOO_OLD),
    ("can't parse entities", Failed.UNPARSABLE),
    ("message to edit not found", Failed.GONE),
    ("message can't be edited", Failed.GONE),
    ("message to be replied not found", Failed.GONE),
    ("chat not found", Failed.UNREACHABLE),
    ("peer_id_invalid", Failed.UNREACHABLE),
)
"""The service tells its 400s apart by words alone."""


def failure_of(error: TelegramError) -> Failure:
    """Return what an error of python-telegram-bot means."""
    match error:
        case RetryAfter():
            wait = error.retry_after
            wait_s = wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
            return Failure(kind=Failed.TOO_MANY, description=error.message, retry_after_s=wait_s)
        case ChatMigrated():
            return Failure(kind=Failed.MOVED, description=error.message, moved_to=error.new_chat_id)
        case BadRequest():
            return Failure(kind=_kind_of_400(error.message), description=error.message)
        case Forbidden():
            return Failure(kind=Failed.UNREACHABLE, description=error.message)
        case InvalidToken():
            return Failure(kind=Failed.UNAUTHORIZED, description="the token is not valid")
        case Conflict():
            return Failure(kind=Failed.CONFLICT, description=error.message)
        case NetworkError():
            kind = Failed.NOT_SENT if isinstance(error.__cause__, NEVER_SENT) else Failed.UNKNOWN
            return Failure(kind=kind, description=type(error.__cause__ or error).__name__)
        case _:
            return Failure(kind=Failed.REFUSED, description=type(error).__name__)


def _kind_of_400(words: str) -> Failed:
    lower = words.lower()
    return next((kind for part, kind in _BY_WORDS if part in lower), Failed.REFUSED)
