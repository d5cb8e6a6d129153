"""Customers: what a text from a customer's number does."""

from datetime import timedelta

from core.domain import commands as c
from core.domain.decide.request import Scene
from core.domain.errors import AlreadySo, IllegalStep, UnknownCustomer, UnknownJob, WhichConfirmation
from core.domain.events import (
    CUSTOMER,
    AnyEvent,
    CustomerWrote,
    LanguageChosen,
    OptedIn,
    OptedOut,
    OptOutAsked,
    StepTaken,
    StrangerWrote,
)
from core.domain.flow import Status, following, legal_targets
from core.domain.job import Job
from core.domain.resolve import CANDIDATES_MAX
from core.domain.state import State

OPT_OUT_DOUBT = timedelta(hours=24)
"""How long a dispatcher has to say what a customer meant; after that his words count (DESIGN §5)."""

STRANGER_QUIET = timedelta(hours=24)
"""A stranger's number is recorded and answered at most once in this time."""

CONVERSATION_LIFE = timedelta(days=30)
"""How long after its end a job still collects what its customer texts."""


def confirm(scene: Scene, command: c.ConfirmByCustomer) -> tuple[AnyEvent, ...]:
    """Confirm the one pending job of this number; with several, the one whose number was given."""
    jobs = jobs_of(scene.state, _phone(scene))
    job = _meant(jobs, command.number)
    step = following(job.status_flow, job.status)
    if job.status is not Status.PENDING_CONFIRMATION or step is None:
        raise IllegalStep(job, Status.READY_FOR_PICKUP, legal_targets(job.status_flow, job.status))
    return (
        StepTaken(
            at=scene.at,
            by=CUSTOMER,
            cause=scene.cause,
            number=job.number,
            source=job.status,
            target=step,
        ),
    )


def choose_language(scene: Scene, command: c.ChooseLanguage) -> tuple[AnyEvent, ...]:
    """Let this number's texts and page speak another language from now on."""
    phone = _phone(scene)
    if not jobs_of(scene.state, phone):
        raise UnknownCustomer
    return (
        LanguageChosen(at=scene.at, by=CUSTOMER, cause=scene.cause, phone=phone, language=command.language),
    )


def opt_out(scene: Scene, command: c.OptOutByCustomer) -> tuple[AnyEvent, ...]:
    """Let no text go to this number any more. The carrier answers the customer, we don't."""
    phone = _phone(scene)
    if scene.state.opted_out(phone, scene.at) and scene.state.opt_outs[phone].counts_from is None:
        raise AlreadySo(None, "opted_out")
    return (OptedOut(at=scene.at, by=CUSTOMER, cause=scene.cause, phone=phone, words=command.words),)


def ask_opt_out(scene: Scene, command: c.AskOptOut) -> tuple[AnyEvent, ...]:
    """Hold what is owed to this number until a person has read its words; unread, they count after a day."""
    phone = _phone(scene)
    if scene.state.opted_out(phone, scene.at):
        raise AlreadySo(None, "opted_out")
    if scene.state.doubtful_until(phone, scene.at) is not None:
        # Asked once is enough: what else he says is read like all that he says.
        return write(scene, c.WriteToDispatcher(text=command.words))
    asked = OptOutAsked(
        at=scene.at,
        by=CUSTOMER,
        cause=scene.cause,
        phone=phone,
        words=command.words,
        counts_from=scene.at + OPT_OUT_DOUBT,
    )
    return (asked,)


def opt_in(scene: Scene, command: c.OptInByCustomer) -> tuple[AnyEvent, ...]:
    """Allow texts to this number again. YES to somebody who never opted out is for a person to read."""
    phone = _phone(scene)
    opt_out = scene.state.opt_outs.get(phone)
    if opt_out is None or opt_out.ended_at is not None:
        return write(scene, c.WriteToDispatcher(text=command.words))
    return (OptedIn(at=scene.at, by=CUSTOMER, cause=scene.cause, phone=phone),)


def write(scene: Scene, command: c.WriteToDispatcher) -> tuple[AnyEvent, ...]:
    """Put what the customer wrote under his newest job, where the dispatcher sees it.

    Raises UnknownJob with its number where that job is archived.
    """
    phone = _phone(scene)
    jobs = [
        job
        for job in scene.state.jobs.values()
        if job.phone == phone and (job.closed_at is None or job.closed_at > scene.at - CONVERSATION_LIFE)
    ]
    if jobs:
        job = max(jobs, key=lambda job: (job.is_open, job.created_at, job.number))
        return (
            CustomerWrote(
                at=scene.at, by=CUSTOMER, cause=scene.cause, phone=phone, number=job.number, text=command.text
            ),
        )
    archived = [trace.number for trace in scene.state.traces.values() if trace.phone == phone]
    if archived:
        raise UnknownJob(str(max(archived)))
    if _wrote_lately(scene, phone):
        raise AlreadySo(None, "stranger")
    return (StrangerWrote(at=scene.at, by=CUSTOMER, cause=scene.cause, phone=phone, text=command.text),)


def jobs_of(state: State, phone: str) -> list[Job]:
    """Return the open jobs of a number, oldest first.

    Not those that somebody booked under it on the web and nobody has taken on: who did is not known.
    """
    return [job for job in state.open_jobs() if job.phone == phone and not job.awaits_approval]


def _phone(scene: Scene) -> str:
    phone = scene.actor.phone
    if phone is None:
        raise UnknownCustomer
    return phone


def _meant(jobs: list[Job], number: int | None) -> Job:
    """Return the job that an OK is about: the one with its number, else the one that is pending."""
    if not jobs:
        raise UnknownCustomer
    named = [job for job in jobs if job.number == number]
    pending = named or [job for job in jobs if job.status is Status.PENDING_CONFIRMATION]
    if len(pending) > 1 or (pending and number is not None and not named):
        raise WhichConfirmation(tuple(pending[:CANDIDATES_MAX]))
    return pending[0] if pending else jobs[-1]


def _wrote_lately(scene: Scene, phone: str) -> bool:
    return any(
        isinstance(event, StrangerWrote) and event.phone == phone and event.at > scene.at - STRANGER_QUIET
        for event in scene.state.log
    )
