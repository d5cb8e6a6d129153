"""Delivery: what the provider says of a text that it was handed."""

from datetime import datetime

from core.domain.aftermath import aftermath
from core.domain.outbox import Message, MessageStatus
from core.domain.remedy import Remedy
from core.domain.state import State

_RANKED = ("accepted", "queued", "sending", "sent", "delivered", "read", "canceled", "undelivered", "failed")
"""The provider's words in the order in which they follow each other."""

LOST = frozenset({"undelivered", "failed", "canceled"})
"""The provider's words for a text that reached nobody."""

GONE = frozenset(_RANKED) - LOST
"""The provider's words for a text that it has taken."""


def reported(  # noqa: PLR0913 - the parts of one report
    state: State,
    message_id: str,
    provider_id: str,
    word: str,
    code: str | None,
    now: datetime,
    *,
    remedy: Remedy | None = None,
) -> State:
    """Return the state after the provider reported on a message; the same state where that is no news.

    A report names our id, so it proves that the text was taken, whatever was believed of it before.
    Reports come in any order, more than once, and before our own record of the call: the furthest word
    stands, and one that the text reached nobody is the furthest of all. `remedy` is what its code asks for.
    """
    message = state.messages.get(message_id)
    if message is None or _rank(word) <= _rank(_furthest(message)):
        return state
    changes: dict[str, object] = {
        "status": MessageStatus.FAILED if word in LOST else MessageStatus.SENT,
        "code": (code or word) if word in LOST else None,
        "remedy": remedy if word in LOST else None,
        "provider_id": provider_id,
        "delivery": word if _rank(word) > _rank("sent") else None,
        "claim": None,
        "doubt": None,
        "why": None,
        "settled_at": now if message.is_open or word in LOST else message.settled_at,
    }
    message = message.model_copy(update=changes)
    return aftermath(state.with_message(message), message, now)


def _furthest(message: Message) -> str | None:
    """Return the furthest word; what the provider has taken counts as `sent`, so that less is no news."""
    return message.delivery or ("sent" if message.status is MessageStatus.SENT else None)


def _rank(word: str | None) -> int:
    """Return how far a word is; one that is not known, as `receiving`, says nothing."""
    return _RANKED.index(word) if word in _RANKED else -1
