"""Notify: event -> the messages it owes, to the customer by SMS and to the staff by chat.

The words are made later, by whoever sends: a message names its template (`kind`) and its job.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from core.domain import events as e
from core.domain.business import Business
from core.domain.flow import Status
from core.domain.job import Job
from core.domain.offers import owed_without_an_answer
from core.domain.outbox import GONE, Message, MessageStatus
from core.domain.people import Role
from core.domain.state import State

STATUS_TEXT_LIFE = timedelta(hours=36)
"""A status text is of use until the next morning at most, quiet hours included."""

ETA_TEXT_LIFE = timedelta(hours=1)
"""An arrival that could not be told within an hour is better not told."""

NOTICE_LIFE = timedelta(hours=24)


def notify(event: e.AnyEvent, before: State, after: State, business: Business) -> list[Message]:
    """Return the messages that `event` owes. Their ids are empty: the transaction gives them."""
    if isinstance(event, e.JobEvent):
        job = after.jobs[event.number]
        return [*_to_customer(event, job, before, business), *_to_staff(event, job, after, business)]
    return list(_about_numbers(event, after))


def audience(state: State) -> tuple[str, ...]:
    """Return who hears what dispatchers must know: everybody who is one, else the bare role."""
    people = [p.person_id for p in state.staff() if p.role.may_act_as(Role.DISPATCHER)]
    return tuple(people) or (Role.DISPATCHER.value,)


def can_text(job: Job, state: State, business: Business, at: datetime) -> bool:
    """Tell whether texts about this job may be owed at all; the rest is checked when they are sent."""
    return (
        business.texts
        and job.phone is not None
        and job.consent is not None
        and not job.awaits_approval
        and not state.opted_out(job.phone, at)
        and state.texting.bad_number(job.phone) is None
    )


def _to_customer(  # noqa: C901 - a table
    event: e.JobEvent, job: Job, before: State, business: Business
) -> Iterator[Message]:
    if not can_text(job, before, business, event.at):
        return
    held_until = event.at + timedelta(seconds=business.hold_s)
    match event:
        case e.JobCreated() | e.BookingApproved():
            yield _text(event, job, "created", step=job.status, not_before=held_until)
        case e.StepTaken():
            # The answer to the customer's own OK needs no time to think.
            at_once = event.by == e.CUSTOMER
            not_before = event.at if at_once else held_until
            yield _text(event, job, event.target.value, step=event.target, not_before=not_before)
        case e.JobCancelled() if knows_of(job, before):
            yield _text(event, job, "cancelled", step=Status.CANCELLED, not_before=held_until)
        case e.JobEdited(field="phone") if job.is_open:
            yield _text(event, job, _standing_kind(job), step=job.status, not_before=held_until)
        case e.StepUndone(source=Status.CANCELLED) if not _was_never_in_doubt(job, before):
            yield _text(event, job, _standing_kind(job), step=job.status, not_before=held_until)
        case e.EtaSet() if _worth_telling(event, _told_eta(before.jobs[job.number], before), business):
            yield _text(event, job, "eta", step=job.status, not_before=event.at, life=ETA_TEXT_LIFE)
        case e.CustomerTexted():
            yield _text(event, job, "texted", step=None, not_before=event.at)
        case _:
            return


def _to_staff(event: e.JobEvent, job: Job, after: State, business: Business) -> Iterator[Message]:  # noqa: C901 - a table
    match event:
        case e.JobCreated() if event.booked is not None:
            yield from (_notice(event, "booked", to, job.number) for to in audience(after))
        case e.StepTaken(by=e.CUSTOMER):
            yield from (_notice(event, "confirmed", to, job.number) for to in audience(after))
        case e.DriverAssigned():
            if event.driver != event.by:
                yield _notice(event, "assigned", event.driver, job.number)
            if event.previous is not None and event.previous != event.by:
                yield _notice(event, "unassigned", event.previous, job.number)
            yield from owed_without_an_answer(event, after, business, audience(after))
        case e.JobDeclined():
            yield from (_notice(event, "declined", to, job.number) for to in audience(after))
        case e.DriverUnassigned() if event.driver != event.by:
            yield _notice(event, "unassigned", event.driver, job.number)
        case e.JobCancelled() if job.driver is not None and job.driver != event.by:
            yield _notice(event, "called_off", job.driver, job.number)
        case e.StepUndone(source=Status.CANCELLED) if job.driver is not None and job.driver != event.by:
            # He heard that it was called off.
            yield _notice(event, "assigned", job.driver, job.number)
        case _:
            return


def _about_numbers(  # noqa: C901, PLR0912 - a table
    event: e.LogEvent, after: State
) -> Iterator[Message]:
    match event:
        case e.OptedOut():
            yield from (_notice(event, "opted_out", to, None) for to in audience(after))
        case e.OptedIn():
            number = newest_job(after, event.phone)
            yield from (_notice(event, "opted_in", to, number) for to in audience(after))
        case e.OptOutAsked():
            number = newest_job(after, event.phone)
            for to in audience(after):
                yield _notice(event, "opt_out_asked", to, number)
                yield _notice(event, "opt_out_counts", to, number, not_before=event.counts_from)
        case e.TextsSwitched():
            heard = (to for to in audience(after) if to != event.by)
            yield from (_notice(event, "texts_switched", to, None) for to in heard)
        case e.CustomerWrote():
            yield from (_notice(event, "customer_wrote", to, event.number) for to in audience(after))
        case e.CustomerForgotten():
            for number in event.numbers:
                job = after.jobs[number]
                if job.driver is not None and job.closed_at == event.at:
                    yield _notice(event, "called_off", job.driver, number)
        case e.ChatLost():
            heard = (to for to in audience(after) if to != event.person_id)
            yield from (_notice(event, "chat_lost", to, None) for to in heard)
        case e.StrangerKnocked():
            admins = (p.person_id for p in after.staff() if p.role is Role.ADMIN)
            yield from (_notice(event, "stranger_knocked", to, None) for to in admins)
        case e.StrangerWrote():
            yield from (_notice(event, "stranger_wrote", to, None) for to in audience(after))
        case _:
            return


def knows_of(job: Job, state: State) -> bool:
    """Tell whether a text about this job has reached its customer, or may have."""
    return any(m.channel == "sms" and m.status in GONE for m in state.messages_of(job.number))


def _was_never_in_doubt(job: Job, state: State) -> bool:
    """Tell whether the customer knows of the job and has not heard that it was called off."""
    owed = (m for m in state.messages_of(job.number) if m.channel == "sms" and m.kind != "reply")
    texts = [m for m in owed if m.status in GONE]
    return bool(texts) and texts[-1].kind != "cancelled"


def _standing_kind(job: Job) -> str:
    return "created" if job.status is Status.PENDING_CONFIRMATION else job.status.value


def _told_eta(job: Job, state: State) -> e.EtaSet | None:
    """Return the last arrival of the step under way that the customer was told, or is about to be."""
    lost = {MessageStatus.DROPPED, MessageStatus.FAILED}
    told = {m.cause for m in state.messages_of(job.number) if m.kind == "eta" and m.status not in lost}
    for event in reversed(job.history):
        if isinstance(event, e.EtaSet) and event.cause in told:
            return event
        if isinstance(event, e.StepTaken | e.StepUndone | e.JobCancelled):
            return None
    return None


def _worth_telling(eta: e.EtaSet, told: e.EtaSet | None, business: Business) -> bool:
    return told is None or abs(eta.start - told.start) > timedelta(minutes=business.eta_text_min)


def _text(
    event: e.JobEvent,
    job: Job,
    kind: str,
    *,
    step: Status | None,
    not_before: datetime,
    life: timedelta = STATUS_TEXT_LIFE,
) -> Message:
    return Message(
        id="",
        kind=kind,
        channel="sms",
        to=job.phone or "",
        job=job.number,
        step=step,
        cause=event.cause,
        created_at=event.at,
        not_before=not_before,
        expires_at=event.at + life,
    )


def newest_job(state: State, phone: str) -> int | None:
    """Return the number of the job that a text from `phone` is about, as far as one can tell."""
    jobs = [job for job in state.jobs.values() if job.phone == phone]
    newest = max(jobs, key=lambda job: (job.is_open, job.created_at, job.number), default=None)
    return newest.number if newest is not None else None


def _notice(
    event: e.Event, kind: str, to: str, job: int | None, *, not_before: datetime | None = None
) -> Message:
    due_at = not_before or event.at
    return Message(
        id="",
        kind=kind,
        channel="chat",
        to=to,
        job=job,
        cause=event.cause,
        created_at=event.at,
        not_before=due_at,
        expires_at=due_at + NOTICE_LIFE,
    )
