"""The outbox: texts and chat messages that are owed, and what became of them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from core.domain.flow import Status
from core.domain.record import Instant, Record
from core.domain.remedy import Remedy


class MessageStatus(StrEnum):
    """What became of a message so far."""

    PENDING = "pending"
    """Owed; goes out at `not_before`."""
    SENDING = "sending"
    """Claimed by a relay that is about to hand it to the provider."""
    SENT = "sent"
    """The provider has it; `provider_id` is its name for it."""
    HELD = "held"
    """Not now: `why` says what for, `not_before` until when."""
    UNKNOWN = "unknown"
    """Handed over, but the answer was lost: never sent again on a guess; `doubt` says since when."""
    FAILED = "failed"
    """The provider refused it for good; `code` says why."""
    DROPPED = "dropped"
    """Nobody needs it any more: `why` says what happened."""


GONE = frozenset({MessageStatus.SENT, MessageStatus.SENDING, MessageStatus.UNKNOWN})
"""Where a text has reached its customer, or may have."""

SETTLED = frozenset({MessageStatus.SENT, MessageStatus.FAILED, MessageStatus.DROPPED})


class Claim(Record):
    """Who is sending a message, and until when nobody else may touch it."""

    by: str
    until: Instant


class Doubt(Record):
    """A hand-over whose answer never came."""

    at: Instant
    """Since when nothing was heard of it."""
    unseen_at: Instant | None = None
    """When the provider's list was first read and did not hold it."""


class MessageButton(Record):
    """A button under a chat message."""

    label: str
    command: str


class Message(Record):
    """One message that is owed to somebody."""

    id: str
    kind: str
    """The template (`created`, `in_transit`, `cancelled` …), or `reply` / `notice` with its own body."""
    channel: Literal["sms", "chat"]
    to: str
    """An E.164 number for `sms`; a person's id or a bare role for `chat`."""
    job: int | None = None
    step: Status | None = None
    """The status that this text is about: it is dropped when the job does not stand there or beyond."""
    cause: str
    body: str | None = None
    """The words. None until a relay claims it, where they are made from a template."""
    buttons: tuple[MessageButton, ...] = ()
    created_at: Instant
    not_before: Instant
    expires_at: Instant
    """After this it is of no use: it is dropped."""
    status: MessageStatus = MessageStatus.PENDING
    claim: Claim | None = None
    attempts: int = 0
    doubt: Doubt | None = None
    """What is known while it is `unknown`."""
    repeats: int = 0
    """How often it was given out once more after a doubt."""
    provider_id: str | None = None
    delivery: str | None = None
    """The provider's word for what became of it after it was sent: `delivered`, `undelivered` …"""
    why: str | None = None
    code: str | None = None
    remedy: Remedy | None = None
    """What is to be done about the refusal that `code` names."""
    anyway: bool = False
    """Whether somebody let it go whatever the hour and however many texts there were."""
    again: bool = False
    """Whether it is the one later try of a text that did not get through."""
    settled_at: Instant | None = None

    @property
    def is_releasable(self) -> bool:
        """Whether a dispatcher may let this text go: it waits, and for nothing but an hour or a number."""
        held = self.status is MessageStatus.HELD and self.why in {"quiet_hours", "daily_cap"}
        waits = held or self.status is MessageStatus.PENDING
        return self.channel == "sms" and self.kind != "reply" and waits and not self.anyway

    @property
    def is_open(self) -> bool:
        """Whether anything is still to be done about it."""
        return self.status not in SETTLED


def pruned(messages: Iterable[Message], now: datetime, life: timedelta) -> dict[str, Message]:
    """Return the messages without replies and notices that were settled longer ago than `life`."""
    return {
        message.id: message
        for message in messages
        if message.is_open
        or (message.channel == "sms" and message.kind != "reply")
        or (message.settled_at or message.created_at) > now - life
    }
