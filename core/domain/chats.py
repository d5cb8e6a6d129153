"""Chats: what follows from a message to somebody on the staff."""

from datetime import datetime

from core.domain.cards import of_message, placed
from core.domain.evolve import evolve
from core.domain.notify import audience
from core.domain.outbox import Message, MessageStatus
from core.domain.owed import notice_after, owe
from core.domain.staff_events import ChatLost
from core.domain.state import State

UNREACHABLE = "unreachable"
"""The code of a chat message that reaches nobody: the bot is blocked, or the account is gone."""

TELEGRAM = "telegram"
"""The author of what only Telegram knew."""


def after_chat(state: State, message: Message, now: datetime) -> State:
    """Return `state` with what follows from what became of a chat message; the same one for all others.

    A notice with a job's buttons is that job's card in its chat once it was sent. Whom Telegram does not
    reach any more is texted instead, and the dispatchers hear of it.
    """
    if message.channel != "chat":
        return state
    card = of_message(message, state.jobs, now)
    if card is not None:
        return state.with_cards(placed(state.cards, card))
    if message.status is MessageStatus.FAILED and message.code == UNREACHABLE:
        return _chat_lost(state, message, now)
    return state


def _chat_lost(state: State, message: Message, now: datetime) -> State:
    person = state.people.get(message.to)
    if person is None:
        return state
    if person.chat_id is not None:
        event = ChatLost(at=now, by=TELEGRAM, cause=f"text:{message.id}", person_id=person.person_id)
        others = [to for to in audience(state) if to != person.person_id]
        notices = [notice_after(message, "chat_lost", to, now, job=None) for to in others]
        state = owe(evolve(state, event), notices)
    if person.phone is None:
        return state
    own_words = {"body": message.body} if message.kind == "notice" else {}
    instead = Message(
        id=f"{message.id}-text",
        kind=message.kind,
        channel="chat",
        to=message.to,
        job=message.job,
        cause=message.cause,
        created_at=message.created_at,
        not_before=now,
        expires_at=message.expires_at,
    )
    return owe(state, [instead.model_copy(update=own_words)])
