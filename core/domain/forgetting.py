"""Forgetting: what is left of a customer who asked for it: sums that stay right, and are nobody's.

What stays is named here; all else goes, so that a field that comes later goes too. Opt-outs stay by number:
having been forgotten is no reason to be texted again.
"""

import dataclasses
from collections.abc import Iterable
from hashlib import sha256

from core.domain import events as e
from core.domain.archived import Forgotten, Trace
from core.domain.archiving import Dossier, number_of
from core.domain.flow import Status
from core.domain.job import Job
from core.domain.outbox import Message, MessageStatus
from core.domain.state import OptOut, State
from core.domain.texting import Texting

NAME = "(forgotten)"
"""Stands for his name and his place."""

_MOVES = (
    e.StepTaken
    | e.StepUndone
    | e.DriverAssigned
    | e.DriverUnassigned
    | e.BookingApproved
    | e.LinkRevoked
    | e.LinkRenewed
)
"""Events with nothing in them that somebody wrote."""

_OF_NUMBERS = frozenset(
    {"opted_out", "opt_out_asked", "opt_out_settled", "opted_in", "invited", "phone_shared"}
)
"""Log entries that keep their number: without them it could be texted again, or a colleague be lost."""


def phone_hash(phone: str) -> str:
    """Return what a number is known again by, without being kept."""
    return sha256(phone.encode()).hexdigest()


def has_phone(phone: str | None, hashed: str) -> bool:
    """Tell whether `phone` is the one with this hash."""
    return phone is not None and phone_hash(phone) == hashed


def is_theirs(job: Job, record: Forgotten) -> bool:
    """Tell whether a job is one of the customer who was forgotten, from before that."""
    return job.created_at <= record.at and (
        has_phone(job.phone, record.phone_hash) or job.number in record.jobs
    )


def forget(state: State, record: Forgotten) -> State:
    """Return the state without the customer that `record` names; his open jobs are called off."""
    theirs = {number for number, job in state.jobs.items() if is_theirs(job, record)}
    jobs = {
        number: scrubbed(job, record, state.revision) if number in theirs else _unmentioned(job, record)
        for number, job in state.jobs.items()
    }
    known = record.model_copy(update={"jobs": tuple(sorted({*record.jobs, *theirs}))})
    others = tuple(each for each in state.forgotten if each.key != record.key)
    return dataclasses.replace(
        state,
        jobs=jobs,
        messages={key: _silent(message, theirs, record) for key, message in state.messages.items()},
        log=tuple(_kept(state.log, theirs, record)),
        opt_outs={phone: _wordless(opt_out, record) for phone, opt_out in state.opt_outs.items()},
        texting=_texting(state, record),
        traces={number: _trace(trace, record) for number, trace in state.traces.items()},
        archive=state.archive.model_copy(update={"epoch": state.archive.epoch + 1}),
        forgotten=(*others, known),
    )


def forgotten_again(state: State, records: Iterable[Forgotten]) -> State:
    """Return a restored state without those who were forgotten since."""
    for record in records:
        state = forget(state, record)
    return state


def without(dossier: Dossier, record: Forgotten) -> Dossier:
    """Return an archived dossier without the customer; the very same where he is not in it."""
    job = dossier.job
    theirs = {job.number} if job is not None and is_theirs(job, record) else set[int]()
    if job is not None:
        job = scrubbed(job, record, job.revision) if theirs else _unmentioned(job, record)
    messages = tuple(_silent(message, theirs, record) for message in dossier.messages)
    log = tuple(_kept(dossier.log, theirs, record))
    after = Dossier(job=job, messages=messages, log=log)
    return dossier if after == dossier else after


def scrubbed(job: Job, record: Forgotten, revision: int) -> Job:
    """Return what is left of a job: when, how much, who drove, how far it went."""
    history = _history(job)
    if job.is_open:
        called_off = e.JobCancelled(
            at=record.at, by=record.by, cause=record.cause, number=job.number, source=job.status
        )
        history = (*history, called_off)
    return Job(
        job_id=f"forgotten_{job.number}",
        number=job.number,
        tracking_token=job.tracking_token,
        customer_name=NAME,
        location=NAME,
        amount_paid=job.amount_paid,
        fee=job.fee,
        tons=job.tons,
        status=Status.CANCELLED if job.is_open else job.status,
        status_flow=job.status_flow,
        created_at=job.created_at,
        revision=revision,
        driver=job.driver,
        approved_at=job.approved_at,
        link_revoked_at=job.link_revoked_at or record.at,
        closed_at=job.closed_at or record.at,
        archived_in=job.archived_in,
        history=history,
    )


def _history(job: Job) -> tuple[e.HistoryEvent, ...]:
    """Return the moves of a job: what was done with it, not what anybody wrote."""
    found: list[e.HistoryEvent] = []
    for event in job.history:
        match event:
            case e.JobCreated():
                found.append(_created(event, job))
            case e.JobCancelled():
                found.append(_bare(event).model_copy(update={"reason": None}))
            case e.JobEdited(field="amount_paid"):
                found.append(_bare(event))
            case _ if isinstance(event, _MOVES):
                found.append(_bare(event))
            case _:
                continue
    return tuple(found)


def _created(event: e.JobCreated, job: Job) -> e.JobCreated:
    return e.JobCreated(
        at=event.at,
        by=event.by,
        cause=event.cause,
        number=event.number,
        job_id=f"forgotten_{job.number}",
        tracking_token=event.tracking_token,
        customer_name=NAME,
        location=NAME,
        amount_paid=event.amount_paid,
    )


def _bare(event: e.HistoryEvent) -> e.HistoryEvent:
    """Return an event without the fields that this version does not know."""
    known = {name: getattr(event, name) for name in type(event).model_fields}
    return type(event).model_validate(known)


def _unmentioned(job: Job, record: Forgotten) -> Job:
    """Return somebody else's job without the number, which once stood in it by mistake."""
    history = tuple(
        event.model_copy(update={"phone": None})
        if isinstance(event, e.JobCreated) and has_phone(event.phone, record.phone_hash)
        else event
        for event in job.history
        if not _edits_phone(event, record)
    )
    return job if history == job.history else job.model_copy(update={"history": history})


def _edits_phone(event: e.HistoryEvent, record: Forgotten) -> bool:
    if not isinstance(event, e.JobEdited) or event.field != "phone":
        return False
    values = [value for value in (event.old, event.new) if isinstance(value, str)]
    return any(has_phone(value, record.phone_hash) for value in values)


def _silent(message: Message, theirs: set[int], record: Forgotten) -> Message:
    """Return a message without words or number; what was still to be said to him is dropped."""
    to_them = message.channel == "sms" and has_phone(message.to, record.phone_hash)
    about_them = message.job is not None and message.job in theirs
    if message.created_at > record.at or not (to_them or about_them):
        return message
    changes: dict[str, object] = {"body": None, "buttons": ()}
    to_staff = message.channel == "chat"
    if message.is_open and (not to_staff or message.body is not None):
        changes |= {
            "status": MessageStatus.DROPPED,
            "why": "forgotten",
            "claim": None,
            "settled_at": record.at,
        }
    if to_them or not to_staff:
        changes["to"] = ""
    return message.model_copy(update=changes)


def _kept(log: Iterable[e.LogEvent], theirs: set[int], record: Forgotten) -> Iterable[e.LogEvent]:
    for event in log:
        phone = getattr(event, "phone", None)
        his = isinstance(phone, str) and has_phone(phone, record.phone_hash)
        about = number_of(event) in theirs
        if event.at > record.at or not (his or about):
            yield event
        elif event.kind in _OF_NUMBERS:
            worded = isinstance(event, e.OptedOut | e.OptOutAsked)
            yield event.model_copy(update={"words": NAME}) if worded else event


def _wordless(opt_out: OptOut, record: Forgotten) -> OptOut:
    return (
        opt_out.model_copy(update={"words": NAME}) if has_phone(opt_out.phone, record.phone_hash) else opt_out
    )


def _texting(state: State, record: Forgotten) -> Texting:
    bad = tuple(each for each in state.texting.bad_numbers if not has_phone(each.phone, record.phone_hash))
    return state.texting.model_copy(update={"bad_numbers": bad})


def _trace(trace: Trace, record: Forgotten) -> Trace:
    if not has_phone(trace.phone, record.phone_hash):
        return trace
    return trace.model_copy(update={"phone": None, "revoked": True})
