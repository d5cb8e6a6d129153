"""The gate: may this message go out now? Looked at when it is sent, not when it became owed (DESIGN §5)."""

from datetime import datetime

from core.domain.business import Business
from core.domain.events import CUSTOMER, StepTaken
from core.domain.flow import Status
from core.domain.job import Job
from core.domain.outbox import SETTLED, Message, MessageStatus
from core.domain.record import Value
from core.domain.state import State


class Send(Value):
    """It may go out now."""


class Hold(Value):
    """Not now."""

    why: str
    until: datetime


class Drop(Value):
    """Never: it is no longer true or of no use, or nobody may be texted."""

    why: str


Verdict = Send | Hold | Drop


def due(state: State, now: datetime) -> list[Message]:
    """Return the messages whose time has come, oldest first."""
    waiting = {MessageStatus.PENDING, MessageStatus.HELD}
    return [m for m in state.messages.values() if m.status in waiting and m.not_before <= now]


def next_due_at(state: State) -> datetime | None:
    """Return when the next message becomes due, or its claim runs out; None where nothing is owed."""
    moments = [
        message.claim.until if message.claim is not None else message.not_before
        for message in state.messages.values()
        if message.status not in SETTLED and message.status is not MessageStatus.UNKNOWN
    ]
    return min(moments, default=None)


def verdict(message: Message, state: State, business: Business, now: datetime) -> Verdict:
    """Return what is to be done with a due message at `now`."""
    if message.expires_at <= now:
        return Drop(why="expired")
    if message.channel == "chat":
        return Send()
    return _about_sms(message, state, business, now)


def _about_sms(message: Message, state: State, business: Business, now: datetime) -> Verdict:
    if state.opted_out(message.to):
        return Drop(why="opted_out")
    # Whoever has just texted us is awake and has asked: an answer is held for nobody and needs no box ticked.
    if message.kind == "reply":
        return Send()
    job = state.jobs.get(message.job) if message.job is not None else None
    if job is None:
        return Drop(why="no_job")
    untrue = _untrue(message, job)
    if untrue is not None:
        return Drop(why=untrue)
    quiet_until = business.quiet_until(now)
    if quiet_until is not None and not _bears_no_delay(message, job):
        return Hold(why="quiet_hours", until=quiet_until)
    return Send()


def _untrue(message: Message, job: Job) -> str | None:
    """Return why a text no longer holds, or None where it does."""
    if job.awaits_approval:
        return "not_approved"
    if job.phone != message.to:
        return "number_changed"
    if job.consent is None:
        return "no_consent"
    if message.step is Status.CANCELLED:
        return None if job.status is Status.CANCELLED else "undone"
    if job.status is Status.CANCELLED:
        return "cancelled"
    if message.kind in {"created", "eta"} and job.status is not message.step:
        return "overtaken"
    flow = job.status_flow
    if message.step in flow and flow.index(message.step) > flow.index(job.status):
        return "undone"
    return None


def _bears_no_delay(message: Message, job: Job) -> bool:
    answers_customer = any(
        isinstance(event, StepTaken) and event.by == CUSTOMER and event.cause == message.cause
        for event in job.history
    )
    return answers_customer or job.status in {Status.IN_TRANSIT, Status.DUMPED}
