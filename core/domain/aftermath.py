"""Aftermath: what follows from what became of a message: a card, or what a refused text calls for."""

from datetime import datetime, timedelta

from core.domain.chats import after_chat
from core.domain.events import OptedOut
from core.domain.evolve import evolve
from core.domain.gate import texted_number
from core.domain.held import held_notices
from core.domain.notify import STATUS_TEXT_LIFE, audience
from core.domain.outbox import Message, MessageStatus
from core.domain.owed import notice_after, owe
from core.domain.people import Role
from core.domain.remedy import Remedy
from core.domain.state import State
from core.domain.texting import BadNumber

LATER_TRY = timedelta(minutes=15)
"""When a text that did not get through is tried once more: a phone that was off may be on then."""

ALERT_AGAIN = timedelta(hours=24)
"""How long an admin hears nothing more of the same fault of the account."""

PROVIDER = "provider"
"""The author of what only the provider knew."""


def aftermath(state: State, message: Message, now: datetime) -> State:
    """Return `state` with all that follows from what became of a message, as `message` stands in it now.

    A notice with a job's buttons is that job's card in its chat once it was sent. Who has blocked the bot is
    texted instead. Where a text waits for its hour, a dispatcher may want it to go at once.
    An opt-out that only the provider knew is written down; a number that gets no texts is remembered; what
    may get through later is tried once more; what an admin or a dispatcher has to know is owed to him. Pure
    and without ids of its own: doing it again for the same message changes nothing more.
    """
    state = after_chat(state, message, now)
    phone = texted_number(message, state)
    if phone is None or message.status in {MessageStatus.SENT, MessageStatus.DROPPED}:
        return state
    if message.remedy is not None and message.remedy.alerts_admin:
        state = _alerted(state, message, now)
    if message.status is MessageStatus.HELD:
        return owe(state, held_notices(message, state, now))
    if message.status is not MessageStatus.FAILED:
        return state
    match message.remedy:
        case Remedy.OPTED_OUT:
            return _opted_out(state, message, phone, now)
        case Remedy.NUMBER:
            bad = BadNumber(phone=phone, at=now, code=message.code or "")
            others = state.texting.without_bad(phone)
            state = state.with_texting(bad_numbers=(*others, bad))
        case Remedy.RETRY_ONCE if not message.again and _is_of_use_later(message, state):
            return owe(state, [_again(message, now)])
        case _:
            pass
    return _told(state, message, now)


def _opted_out(state: State, message: Message, phone: str, now: datetime) -> State:
    if state.opted_out(phone, now):
        return state
    event = OptedOut(
        at=now, by=PROVIDER, cause=f"text:{message.id}", phone=phone, words=f"refused, {message.code}"
    )
    return owe(
        evolve(state, event),
        (notice_after(message, "opted_out", to, now, job=None) for to in audience(state)),
    )


def _is_of_use_later(message: Message, state: State) -> bool:
    """Tell whether a text about a step would still be true, as far as one can tell now."""
    job = state.jobs.get(message.job) if message.job is not None else None
    return (
        message.channel == "sms"
        and message.kind != "reply"
        and job is not None
        and message.step in {None, job.status}
    )


def _again(message: Message, now: datetime) -> Message:
    return Message(
        id=f"{message.id}-again",
        kind=message.kind,
        channel="sms",
        to=message.to,
        job=message.job,
        step=message.step,
        cause=message.cause,
        created_at=now,
        not_before=now + LATER_TRY,
        expires_at=now + STATUS_TEXT_LIFE,
        again=True,
    )


def _told(state: State, message: Message, now: datetime) -> State:
    """Let the dispatchers hear that a customer was not reached; an answer of ours is nobody's errand."""
    if message.channel != "sms" or message.kind == "reply" or message.job is None:
        return state
    return owe(
        state, (notice_after(message, "text_failed", to, now, job=message.job) for to in audience(state))
    )


def _alerted(state: State, message: Message, now: datetime) -> State:
    """Let the admins hear once of a fault that only they can mend."""
    known = any(
        other.kind == "texts_refused" and other.code == message.code and other.created_at > now - ALERT_AGAIN
        for other in state.messages.values()
    )
    if known:
        return state
    admins = [person.person_id for person in state.staff() if person.role is Role.ADMIN]
    alerts = [
        notice_after(message, "texts_refused", to, now, job=None) for to in admins or [Role.ADMIN.value]
    ]
    return owe(state, alerts)
