"""Customers at the desk: what a text from a customer's number is answered."""

from bot.texts import customer as words
from bot.texts.render import render
from bot.texts.reply import Button, Reply
from core.domain import commands as c
from core.domain.business import Business
from core.domain.decide.customers import jobs_of
from core.domain.errors import AlreadySo, IllegalStep, Refusal, UnknownCustomer, WhichConfirmation
from core.domain.events import CustomerWrote, LanguageChosen, StrangerWrote
from core.domain.job import Job, Language
from core.domain.state import State
from core.domain.transact import Transaction

SILENT = Reply(kind="shown", text="")
"""No answer: a person reads it, or the carrier has answered already."""


def done(transaction: Transaction, state: State, business: Business) -> Reply:
    """Return the answer to a customer's text that did something.

    Where it owes a text already, those words are the answer and `messages` holds them.
    """
    owed = [message for message in transaction.messages if message.channel == "sms"]
    job = state.jobs.get(transaction.number) if transaction.number is not None else None
    text = render(owed[-1], state, business).body if owed else _answer(transaction, state, business)
    return Reply(kind="done", text=text, job=job, messages=transaction.messages)


def _answer(transaction: Transaction, state: State, business: Business) -> str:
    for event in transaction.events:
        if isinstance(event, LanguageChosen):
            job = _newest(state, event.phone)
            return words.standing(job, business, "language") if job else ""
        if isinstance(event, StrangerWrote):
            return words.no_pickup(business, "en")
        if isinstance(event, CustomerWrote):
            return ""
    return ""


def refused(refusal: Refusal, phone: str, state: State, business: Business) -> Reply:
    """Return the answer to a customer's text that did nothing."""
    match refusal:
        case WhichConfirmation():
            text = words.which_to_confirm(refusal.candidates, business)
            buttons = tuple(
                Button(label=f"OK {job.number}", command=f"OK {job.number}") for job in refusal.candidates
            )
            return Reply(kind="question", text=text, buttons=buttons)
        case IllegalStep():
            return Reply(
                kind="refused", text=words.standing(refusal.job, business, "not_pending"), job=refusal.job
            )
        case UnknownCustomer():
            return Reply(kind="refused", text=words.no_pickup(business, language_of(state, phone)))
        case AlreadySo():
            return Reply(kind="refused", text="")
        case _:
            return Reply(kind="refused", text="")


def status(query: c.ShowStatus, phone: str, state: State, business: Business) -> Reply:
    """Return where the newest job of a number stands, in its language or the one asked for."""
    job = _newest(state, phone)
    if job is None:
        raise UnknownCustomer
    if query.language is not None:
        job = job.model_copy(update={"language": query.language})
    return Reply(kind="shown", text=words.standing(job, business), job=state.jobs[job.number])


def language_of(state: State, phone: str) -> Language:
    """Return the language of a number's newest job, English where there is none."""
    job = _newest(state, phone)
    return job.language if job else "en"


def _newest(state: State, phone: str) -> Job | None:
    known = [job for job in state.jobs.values() if job.phone == phone and not job.awaits_approval]
    jobs = jobs_of(state, phone) or known
    return jobs[-1] if jobs else None
