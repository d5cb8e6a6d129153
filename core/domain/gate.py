"""The gate: may this message go out now? Looked at when it is sent, not when it became owed (DESIGN §5)."""

from datetime import datetime, timedelta

from core.domain.business import Business
from core.domain.events import CUSTOMER, CustomerTexted, StepTaken
from core.domain.flow import Status
from core.domain.job import Job
from core.domain.offers import ABOUT_AN_OFFER, goes_by_text, stands
from core.domain.outbox import GONE, SETTLED, Message, MessageStatus
from core.domain.quiet import quiet_until
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
    if message.kind == "opt_out_counts" and _is_settled(message, state, now):
        return Drop(why="settled")
    if message.kind in ABOUT_AN_OFFER and not stands(message, state):
        return Drop(why="answered")
    phone = texted_number(message, state)
    if phone is None:
        return Send()
    barred = _barred(phone, message, state, now)
    # Whoever has just texted us is awake and has asked: an answer is held for no hour and needs no box
    # ticked. The staff's own messages have no hours either.
    if barred is not None or message.kind == "reply" or message.channel == "chat":
        return barred or Send()
    return _about_customer(message, state, business, now)


def texted_number(message: Message, state: State) -> str | None:
    """Return the number to which `message` goes as a text, or None where it goes by chat."""
    if message.channel == "sms":
        return message.to
    person = state.people.get(message.to)
    return person.phone if person is not None and goes_by_text(message, person) else None


def _is_settled(message: Message, state: State, now: datetime) -> bool:
    """Tell whether a dispatcher or the customer said what was meant, before anybody had to hear this."""
    return not any(
        asked.counts_from is not None and asked.counts(now) and asked.counts_from == message.not_before
        for asked in state.opt_outs.values()
    )


def _barred(phone: str, message: Message, state: State, now: datetime) -> Drop | Hold | None:
    """Return what keeps every text from this number, or None."""
    if state.opted_out(phone, now):
        return Drop(why="opted_out")
    if state.texting.bad_number(phone) is not None:
        return Drop(why="bad_number")
    if state.texting.off_at is not None:
        return Hold(why="texts_off", until=message.expires_at)
    doubtful_until = state.doubtful_until(phone, now)
    return Hold(why="opt_out_asked", until=doubtful_until) if doubtful_until is not None else None


def _about_customer(message: Message, state: State, business: Business, now: datetime) -> Verdict:
    job = state.jobs.get(message.job) if message.job is not None else None
    if job is None:
        return Drop(why="no_job")
    untrue = _untrue(message, job)
    if untrue is not None:
        return Drop(why=untrue)
    if message.anyway:
        return Send()
    quiet = quiet_until(message.to, now, business)
    if quiet is not None and not _bears_no_delay(message, job):
        return Hold(why="quiet_hours", until=quiet)
    full_until = _full_until(message, state, business, now)
    return Hold(why="daily_cap", until=full_until) if full_until is not None else Send()


def _full_until(message: Message, state: State, business: Business, now: datetime) -> datetime | None:
    """Return when a number that has had all its texts of a day may get this one too, or None."""
    moments = sorted(
        moment
        for other in state.messages.values()
        if other.channel == "sms" and other.kind != "reply" and other.status in GONE
        if other.to == message.to and other.id != message.id
        if (moment := other.settled_at or other.created_at) > now - _DAY
    )
    return moments[-business.texts_a_day] + _DAY if len(moments) >= business.texts_a_day else None


_DAY = timedelta(hours=24)


def _untrue(message: Message, job: Job) -> str | None:
    """Return why a text no longer holds, or None where it does."""
    if job.awaits_approval:
        return "not_approved"
    if job.phone != message.to:
        return "number_changed"
    if job.consent is None:
        return "no_consent"
    return None if message.step is None else _overtaken(message, job)


def _overtaken(message: Message, job: Job) -> str | None:
    """Return why a text about a step is not true any more, or None where it is."""
    if message.step is Status.CANCELLED:
        return None if job.status is Status.CANCELLED else "undone"
    if job.status is Status.CANCELLED:
        return "cancelled"
    # A second try comes late: where the job has moved on, the next text has told it already.
    if (message.kind in {"created", "eta"} or message.again) and job.status is not message.step:
        return "overtaken"
    flow = job.status_flow
    if message.step in flow and flow.index(message.step) > flow.index(job.status):
        return "undone"
    return None


def _bears_no_delay(message: Message, job: Job) -> bool:
    answers_customer = any(
        event.cause == message.cause
        and (
            (isinstance(event, StepTaken) and event.by == CUSTOMER)
            or (isinstance(event, CustomerTexted) and event.answers is not None)
        )
        for event in job.history
    )
    return answers_customer or job.status in {Status.IN_TRANSIT, Status.DUMPED}
