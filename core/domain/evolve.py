"""Evolve: (state, event) -> state. Applies what has happened; decides nothing."""

import dataclasses
from typing import assert_never

from core.domain import events as e
from core.domain.archived import Forgotten
from core.domain.decide.changes import joined_note
from core.domain.driven import brought_back
from core.domain.flow import FINISHED, Status
from core.domain.forgetting import forget
from core.domain.job import Consent, Job, Language
from core.domain.owed import drop_about, drop_to, due_again, release
from core.domain.people import Person
from core.domain.state import OptOut, State


def evolve(state: State, event: e.AnyEvent) -> State:
    """Return the state after `event`; a job that it touches carries the state's revision."""
    if isinstance(event, e.JobCreated):
        return _created(state, event)
    if isinstance(event, e.JobEvent):
        return _with_event(state, event)
    return _logged(state, event)


def _created(state: State, event: e.JobCreated) -> State:
    job = Job(
        job_id=event.job_id,
        number=event.number,
        tracking_token=event.tracking_token,
        customer_name=event.customer_name,
        location=event.location,
        amount_paid=event.amount_paid,
        status=Status.PENDING_CONFIRMATION,
        created_at=event.at,
        phone=event.phone,
        note=event.note,
        when=event.when,
        revision=state.revision,
        consent=_consent(event),
        language=event.booked.language if event.booked else _language_of(state, event.phone),
        booked=event.booked,
        history=(event,),
    )
    return dataclasses.replace(state.with_job(job), next_number=event.number + 1)


def _consent(event: e.JobCreated) -> Consent | None:
    """Return the consent that a job starts with: a number typed by staff counts as given (DESIGN §5)."""
    if event.phone is None:
        return None
    if event.booked is None:
        return Consent(by=event.by, at=event.at, how="staff")
    wording = event.booked.consent_wording
    return Consent(by=event.by, at=event.at, how="web", wording=wording) if wording else None


def _language_of(state: State, phone: str | None) -> Language:
    """Return the language that the owner of a number has chosen before."""
    known = [job.language for job in state.jobs.values() if phone is not None and job.phone == phone]
    return known[-1] if known else "en"


def _with_event(state: State, event: "e.HistoryEvent") -> State:
    job = state.jobs[event.number]
    changes = _changes(job, event)
    history = (*job.history, event)
    if job.awaits_answer and event.by == job.driver:
        # Whoever sets to work has taken it.
        changes = {"offered_at": None, "accepted_at": event.at, **changes}
    changed = job.model_copy(update={**changes, "history": history, "revision": state.revision})
    state = state.with_job(changed)
    match event:
        case e.StepUndone():
            return drop_about(state, event, "undone", step=event.source)
        case e.JobCancelled():
            return drop_about(state, event, "cancelled")
        case e.JobEdited(field="phone"):
            return drop_about(state, event, "number_changed")
        case e.TextReleased():
            return release(state, event)
        case _:
            return state


def _changes(job: Job, event: "e.HistoryEvent") -> dict[str, object]:  # noqa: C901, PLR0912 - a table
    match event:
        case e.StepTaken() | e.StepUndone():
            closed_at = event.at if event.target in FINISHED else None
            return {"status": event.target, "closed_at": closed_at}
        case e.JobCancelled():
            return {"status": Status.CANCELLED, "closed_at": event.at}
        case e.JobEdited():
            changes: dict[str, object] = {event.field: event.new}
            if event.field == "phone":
                changes["consent"] = Consent(by=event.by, at=event.at, how="staff") if event.new else None
            return changes
        case e.BookingApproved():
            return {"approved_at": event.at}
        case e.DriverAssigned():
            asked = event.driver != event.by
            return {
                "driver": event.driver,
                "offered_at": event.at if asked else None,
                "accepted_at": None if asked else event.at,
            }
        case e.DriverUnassigned() | e.JobDeclined():
            return {"driver": None, "offered_at": None, "accepted_at": None}
        case e.JobAccepted() | e.ProofAdded() | e.ProofsShared() | e.TicketRecorded():
            return brought_back(job, event)
        case e.NoteAdded():
            return {"note": joined_note(job.note, event.text)}
        case e.LinkRevoked():
            # What was shared goes with the link.
            private = tuple(proof.model_copy(update={"shared": None}) for proof in job.proofs)
            return {"link_revoked_at": event.at, "proofs": private}
        case e.LinkRenewed():
            return {"link_revoked_at": None, "tracking_token": event.tracking_token}
        case e.JobCreated() | e.EtaSet() | e.CustomerTexted() | e.TextReleased():
            return {}
        case _:
            assert_never(event)


def _logged(state: State, event: "e.LogEvent") -> State:  # noqa: C901, PLR0912 - a table
    state = dataclasses.replace(state, log=(*state.log, event))
    match event:
        case e.PersonInvited():
            return state.with_person(_invited(state, event))
        case e.PersonJoined():
            return state.with_person(_joined(state, event))
        case e.PersonRemoved():
            person = state.people[event.person_id]
            left = {"removed_at": event.at, "invite_hash": None, "invite_expires_at": None}
            return state.with_person(person.model_copy(update=left))
        case e.PhoneShared():
            return _person_changed(state, event.person_id, phone=event.phone)
        case e.ChatLost():
            return _person_changed(state, event.person_id, blocked_at=event.at)
        case e.ChatFound():
            return _person_changed(state, event.person_id, blocked_at=None)
        case e.OptedOut():
            opt_out = OptOut(phone=event.phone, at=event.at, words=event.words)
            return drop_to(state.with_opt_out(opt_out), event)
        case e.OptOutAsked():
            asked = {"at": event.at, "words": event.words, "counts_from": event.counts_from}
            return state.with_opt_out(OptOut.model_validate({"phone": event.phone, **asked}))
        case e.OptOutSettled():
            return _settled(state, event)
        case e.OptedIn():
            ended = state.opt_outs[event.phone].model_copy(update={"ended_at": event.at})
            return due_again(state.with_opt_out(ended), "opt_out_asked", event, event.phone)
        case e.TextsSwitched():
            return _switched(state, event)
        case e.LanguageChosen():
            return _speaking(state, event)
        case e.CustomerForgotten():
            return forget(
                state,
                Forgotten(
                    phone_hash=event.phone_hash,
                    at=event.at,
                    by=event.by,
                    cause=event.cause,
                    jobs=event.numbers,
                ),
            )
        case (
            e.CustomerWrote() | e.StrangerWrote() | e.WritingHandled() | e.StrangerKnocked() | e.SelfTested()
        ):
            return state
        case _:
            assert_never(event)


def _invited(state: State, event: e.PersonInvited) -> Person:
    person = _known(state, event)
    invited = {
        "name": event.name,
        "role": event.role,
        "phone": event.phone or person.phone,
        "invite_hash": event.invite_hash,
        "invite_expires_at": event.invite_expires_at,
    }
    return person.model_copy(update=invited)


def _joined(state: State, event: e.PersonJoined) -> Person:
    joined = {
        "telegram_id": event.telegram_id,
        "blocked_at": None,
        "invite_hash": None,
        "invite_expires_at": None,
    }
    return _known(state, event).model_copy(update=joined)


def _person_changed(state: State, person_id: str, **changes: object) -> State:
    return state.with_person(state.people[person_id].model_copy(update=changes))


def _known(state: State, event: e.PersonInvited | e.PersonJoined) -> Person:
    there = state.people.get(event.person_id)
    return there or Person(person_id=event.person_id, name=event.name, role=event.role)


def _speaking(state: State, event: e.LanguageChosen) -> State:
    for job in state.open_jobs():
        if job.phone == event.phone and job.language != event.language:
            changed = {"language": event.language, "revision": state.revision}
            state = state.with_job(job.model_copy(update=changed))
    return state


def _settled(state: State, event: e.OptOutSettled) -> State:
    there = state.opt_outs.get(event.phone) or OptOut(phone=event.phone, at=event.at, words="")
    if event.opted_out:
        return drop_to(state.with_opt_out(there.model_copy(update={"counts_from": None})), event)
    state = state.with_opt_out(there.model_copy(update={"ended_at": event.at}))
    return due_again(state, "opt_out_asked", event, event.phone)


def _switched(state: State, event: e.TextsSwitched) -> State:
    if not event.on:
        return state.with_texting(off_at=event.at, off_by=event.by)
    return due_again(state.with_texting(off_at=None, off_by=None), "texts_off", event)
