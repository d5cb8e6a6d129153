"""Snapshot: all that the page shows of the state, as plain JSON."""

from datetime import datetime
from typing import Literal

from bot.simulator.chat import PHONES, Said, SimulatedChat
from bot.texts.jobs import STATUS_WORDS, TEXT_REASONS
from bot.texts.render import render
from bot.texts.reply import Button
from bot.texts.segments import segments_of
from core.domain.business import Business
from core.domain.cards import read_place
from core.domain.flow import Status
from core.domain.job import Job
from core.domain.moments import clock_words
from core.domain.outbox import Message, MessageButton, MessageStatus
from core.domain.people import Role
from core.domain.record import Value
from core.domain.state import State
from core.domain.views import phone_words
from core.handover import Words

MESSAGES_MAX = 100
JOBS_MAX = 30
"""The newest ones are shown; whoever wants the others asks the desk."""

Pane = Literal["dispatcher", "driver", "customer"]


class ShownMessage(Value):
    """A message on one of the phones, and what became of it."""

    id: str
    pane: Pane
    to: str
    to_name: str
    job: int | None
    text: str
    parts: str
    """How a text travels: `GSM-7, 1 part`; empty for a chat message."""
    buttons: tuple[Button, ...]
    edits: int
    """How often it was edited since: a notice may be a job's card."""
    status: MessageStatus
    why: str
    """Why it is held, dropped or failed, in words; empty where there is nothing to say."""
    leaves_in_s: int | None
    """In how many seconds it may go out; None where it has, or never will."""
    leaves_at: str
    at: str
    """When it was settled, or else became owed, on the business's clock."""


class ShownJob(Value):
    """A job in the strip above the phones."""

    number: int
    name: str
    status: Status
    words: str
    step: int
    """How many steps it has come: 1 … `steps`; 0 where it is cancelled."""
    steps: int
    is_open: bool
    phone: str | None
    phone_words: str
    link: str


class ShownCard(Value):
    """An answer that is the card of its job, as it stands now."""

    pane: Pane
    message: int
    text: str
    buttons: tuple[Button, ...]
    edits: int


class Snapshot(Value):
    """The answer to `GET /sim/events`."""

    revision: int
    live: bool
    """Whether a real channel is configured: then texts do go out."""
    link_start: str
    """How a link to a tracking page starts; nothing else in a text becomes a link."""
    messages: tuple[ShownMessage, ...]
    cards: tuple[ShownCard, ...]
    jobs: tuple[ShownJob, ...]


def snapshot(
    state: State, business: Business, now: datetime, chat: SimulatedChat | None = None, *, live: bool
) -> Snapshot:
    """Return what the page shows of `state` at `now`, oldest first."""
    messages = list(state.messages.values())[-MESSAGES_MAX:]
    jobs = list(state.jobs.values())[-JOBS_MAX:]
    return Snapshot(
        revision=state.revision,
        live=live,
        link_start=business.link(""),
        messages=tuple(_message(message, state, business, now, chat) for message in messages),
        cards=tuple(_card(said) for said in chat.all_said() if said.edits) if chat else (),
        jobs=tuple(_job(job, business) for job in jobs),
    )


def _message(
    message: Message, state: State, business: Business, now: datetime, chat: SimulatedChat | None
) -> ShownMessage:
    words = render(message, state, business)
    said = chat.said(read_place(message.provider_id or "")) if chat else None
    if said is not None:
        buttons = tuple(MessageButton(label=label, command=command) for label, command in said.buttons)
        words = Words(body=said.text, buttons=buttons)
    waits = message.status in {MessageStatus.PENDING, MessageStatus.HELD}
    left_s = max(0, round((message.not_before - now).total_seconds()))
    return ShownMessage(
        id=message.id,
        pane=_pane(message, state),
        to=message.to,
        to_name=state.name_of(message.to) if message.channel == "chat" else phone_words(message.to),
        job=message.job,
        text=words.body,
        parts=_parts(words.body) if message.channel == "sms" else "",
        buttons=tuple(Button(label=button.label, command=button.command) for button in words.buttons),
        edits=said.edits if said else 0,
        status=message.status,
        why=_why(message),
        leaves_in_s=left_s if waits else None,
        leaves_at=_clock(message.not_before, business),
        at=_clock(message.settled_at or message.created_at, business),
    )


def _card(said: Said) -> ShownCard:
    return ShownCard(
        pane="driver" if said.chat == PHONES["driver"] else "dispatcher",
        message=said.message,
        text=said.text,
        buttons=tuple(Button(label=label, command=command) for label, command in said.buttons),
        edits=said.edits,
    )


def _parts(text: str) -> str:
    segments = segments_of(text)
    return f"{segments.encoding}, {segments.count} part{'' if segments.count == 1 else 's'}"


def _pane(message: Message, state: State) -> Pane:
    if message.channel == "sms":
        return "customer"
    person = state.people.get(message.to)
    role = person.role.value if person else message.to
    return "driver" if role == Role.DRIVER.value else "dispatcher"


def _why(message: Message) -> str:
    why = message.why or message.code or ""
    return TEXT_REASONS.get(why, why.replace("_", " "))


def _clock(moment: datetime, business: Business) -> str:
    return clock_words(business.local(moment).time(), "en")


def _job(job: Job, business: Business) -> ShownJob:
    step = job.status_flow.index(job.status) + 1 if job.status in job.status_flow else 0
    return ShownJob(
        number=job.number,
        name=job.customer_name,
        status=job.status,
        words=STATUS_WORDS[job.status],
        step=step,
        steps=len(job.status_flow),
        is_open=job.is_open,
        phone=job.phone,
        phone_words=phone_words(job.phone) if job.phone else "",
        link=business.link(job.tracking_token) if job.link_revoked_at is None else "",
    )
