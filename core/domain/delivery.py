"""Delivery: what the provider says later of a text that it was handed."""

from datetime import datetime

from core.domain.outbox import MessageStatus
from core.domain.state import State

GONE = frozenset({"accepted", "queued", "sending", "sent", "delivered", "read"})
"""The provider's words for a text that it has taken."""

LOST = frozenset({"undelivered", "failed", "canceled"})
"""The provider's words for a text that reached nobody."""


def reported(
    state: State, message_id: str, provider_id: str, word: str, code: str | None, now: datetime
) -> State:
    """Return the state after the provider reported on a text; the same state where that is no news.

    A report proves that the text was taken, so it settles one whose answer was lost. Reports come in any
    order and more than once: one that the text reached nobody stands.
    """
    message = state.messages.get(message_id)
    if message is None or message.channel != "sms" or message.status is MessageStatus.FAILED:
        return state
    if word in LOST:
        changes: dict[str, object] = {"status": MessageStatus.FAILED, "code": code or word}
    elif word in GONE and message.status in {MessageStatus.SENDING, MessageStatus.UNKNOWN}:
        changes = {"status": MessageStatus.SENT}
    else:
        return state
    settled = {"provider_id": provider_id, "claim": None, "why": None, "settled_at": now}
    return state.with_message(message.model_copy(update={**changes, **settled}))
