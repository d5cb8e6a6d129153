"""Owed: what becomes of texts that wait, when something happens: dropped, let go, or looked at again."""

from collections.abc import Iterable
from datetime import datetime

from core.domain import events as e
from core.domain.flow import Status
from core.domain.notify import NOTICE_LIFE
from core.domain.outbox import Message, MessageStatus
from core.domain.state import State

_WAITING = frozenset({MessageStatus.PENDING, MessageStatus.HELD})


def drop_about(state: State, event: e.JobEvent, why: str, *, step: Status | None = None) -> State:
    """Drop what is still owed to the customer about a job, or one step of it: it is no longer true."""
    for message in state.messages_of(event.number):
        about = step is None or message.step is step
        if message.channel == "sms" and about and message.kind != "reply":
            state = _dropped(state, message, why, event)
    return state


def drop_to(state: State, event: e.OptedOut | e.OptOutSettled) -> State:
    """Drop what is still owed to a number that opted out."""
    for message in state.messages.values():
        if message.channel == "sms" and message.to == event.phone:
            state = _dropped(state, message, "opted_out", event)
    return state


def release(state: State, event: e.TextReleased) -> State:
    """Let a job's texts go whatever the hour; one that waits for an `undo` still waits for that."""
    for message in state.messages_of(event.number):
        if message.is_releasable:
            held = message.status is MessageStatus.HELD
            state = state.with_message(
                message.model_copy(update={"anyway": True, **(_due(event) if held else {})})
            )
    return state


def due_again(state: State, why: str, event: e.Event, phone: str | None = None) -> State:
    """Let what was held for `why` be looked at again now, all of it or what is owed to `phone`."""
    for message in state.messages.values():
        if message.status is MessageStatus.HELD and message.why == why and phone in {None, message.to}:
            state = state.with_message(message.model_copy(update=_due(event)))
    return state


def _due(event: e.Event) -> dict[str, object]:
    return {"status": MessageStatus.PENDING, "why": None, "not_before": event.at}


def _dropped(state: State, message: Message, why: str, event: e.Event) -> State:
    if message.status not in _WAITING:
        return state
    dropped = {"status": MessageStatus.DROPPED, "why": why, "settled_at": event.at}
    return state.with_message(message.model_copy(update=dropped))


def notice_after(message: Message, kind: str, to: str, now: datetime, *, job: int | None) -> Message:
    """Return what somebody on the staff is to hear of what became of `message`; the same one each time."""
    return Message(
        id=f"{message.id}-{kind}-{to}",
        kind=kind,
        channel="chat",
        to=to,
        job=job,
        cause=f"text:{message.id}",
        code=message.code,
        created_at=now,
        not_before=now,
        expires_at=now + NOTICE_LIFE,
    )


def owe(state: State, messages: Iterable[Message]) -> State:
    """Return the state in which `messages` are owed, but for those that are there already."""
    for message in messages:
        if message.id not in state.messages:
            state = state.with_message(message)
    return state
