"""History: who did what, when and from where, as staff read it."""

from datetime import datetime
from typing import assert_never

from bot.texts.driving import driven_in_history
from bot.texts.jobs import (
    STATUS_WORDS,
    TEXT_FATES,
    TEXT_REASONS,
    eta_words,
    moment_words,
    text_name,
    when_words,
)
from core.domain import events as e
from core.domain.business import Business
from core.domain.job import Job
from core.domain.state import State
from core.domain.views import price_words

CHANNELS = {"tg": "Telegram", "sms": "SMS", "cli": "terminal", "web": "web"}
"""Where a cause came from, by its first letters."""

HISTORY_LENGTH_MAX = 40
"""How many lines one message shows, the newest ones."""


def history(job: Job, state: State, business: Business) -> str:
    """Return what happened to a job, oldest first, with the texts that it owed."""
    told = entries(job, state, business)
    lines = [f"{moment_words(at, business)} - {words}" for at, words in told[-HISTORY_LENGTH_MAX:]]
    left_out = len(told) - len(lines)
    head = f"#{job.number} {job.customer_name}: {len(told)} entries"
    return "\n".join([head, *([f"… {left_out} earlier ones"] if left_out > 0 else []), *lines])


def entries(job: Job, state: State, business: Business) -> list[tuple[datetime, str]]:
    """Return all that happened to a job, its texts and what its customer wrote, oldest first."""
    told = [(event.at, _event_line(event, state, business)) for event in job.history]
    told += [
        (event.at, f"the customer wrote: {event.text}")
        for event in state.log
        if isinstance(event, e.CustomerWrote) and event.number == job.number
    ]
    for message in state.messages_of(job.number):
        if message.channel == "sms":
            reason = TEXT_REASONS.get(message.why or "", message.code or "")
            fate = TEXT_FATES[message.status] + (f" ({reason})" if reason else "")
            words = f": {message.body}" if message.body else ""
            told.append((message.settled_at or message.created_at, f"{text_name(message)} {fate}{words}"))
    return sorted(told, key=lambda entry: entry[0])


def last_event_line(job: Job, state: State, business: Business) -> str:
    """Return who did what to a job last, and when; empty where its history does not tell."""
    if not job.history:
        return ""
    event = job.history[-1]
    author = "the customer" if event.by == e.CUSTOMER else state.name_of(event.by)
    return f"#{job.number} {_deed(event, state, business)}, by {author}, {moment_words(event.at, business)}."


def _event_line(event: e.HistoryEvent, state: State, business: Business) -> str:
    author = "the customer" if event.by == e.CUSTOMER else state.name_of(event.by)
    channel = CHANNELS.get(event.cause.split(":", 1)[0], "")
    return f"{_deed(event, state, business)} (by {author}{', ' + channel if channel else ''})"


def _deed(event: e.HistoryEvent, state: State, business: Business) -> str:  # noqa: C901, PLR0912 - a table
    match event:
        case e.JobCreated():
            price = price_words(event.amount_paid)
            how = f"booked on the page '{event.booked.page}'" if event.booked else "created"
            return f"{how}: {event.customer_name} · {event.location} · {price}"
        case e.BookingApproved():
            return "booking approved"
        case e.StepTaken():
            return f"{STATUS_WORDS[event.source]} -> {STATUS_WORDS[event.target]}"
        case e.StepUndone():
            return f"undone: back to {STATUS_WORDS[event.target]}"
        case e.JobCancelled():
            return f"cancelled{': ' + event.reason if event.reason else ''}"
        case e.JobEdited():
            return f"{field_words(event.field)}: {value_words(event.old)} -> {value_words(event.new)}"
        case e.DriverAssigned():
            return f"assigned to {state.name_of(event.driver)}"
        case e.DriverUnassigned():
            return f"taken from {state.name_of(event.driver)}"
        case e.JobAccepted() | e.JobDeclined() | e.ProofAdded() | e.ProofsShared() | e.TicketRecorded():
            return driven_in_history(event, state)
        case e.NoteAdded():
            return f"note: {event.text}"
        case e.EtaSet():
            return f"ETA {eta_words(event, business)}"
        case e.LinkRevoked():
            return "link revoked"
        case e.LinkRenewed():
            return "new link"
        case e.CustomerTexted():
            return f"texted: {event.text}"
        case e.TextReleased():
            return "let its text go whatever the hour"
        case _:
            assert_never(event)


FIELD_WORDS = {"customer_name": "name", "amount_paid": "price"}


def field_words(field: str) -> str:
    """Return the name that people use for a field."""
    return FIELD_WORDS.get(field, field)


def value_words(value: e.EditedValue) -> str:
    """Return a field's value as people write it."""
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return value
    if isinstance(value, e.When):
        return when_words(value)
    return price_words(value)
