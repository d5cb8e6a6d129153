"""How staff read a job: one line in a list, a card, its history."""

from datetime import datetime

from bot.texts.reply import Button
from core.domain import events as e
from core.domain.business import Business
from core.domain.events import When
from core.domain.flow import Status, following
from core.domain.held import comes_too_late
from core.domain.job import Job
from core.domain.moments import clock_words, date_words
from core.domain.outbox import Message, MessageStatus
from core.domain.people import Actor, Role
from core.domain.state import State
from core.domain.views import phone_words, price_words

STATUS_WORDS = {
    Status.PENDING_CONFIRMATION: "waiting for the customer's OK",
    Status.READY_FOR_PICKUP: "ready for pickup",
    Status.IN_TRANSIT: "in transit",
    Status.DUMPED: "dumped",
    Status.COMPLETE: "complete",
    Status.CANCELLED: "cancelled",
}

STEP_VERBS = {
    Status.READY_FOR_PICKUP: ("ready", "Ready"),
    Status.IN_TRANSIT: ("transit", "Picked up"),
    Status.DUMPED: ("dumped", "Dumped"),
    Status.COMPLETE: ("complete", "Complete"),
}
"""For each step the word that takes it, and the label of its button."""

NOT_APPROVED = "booked online, waiting for your word"

MAY_BE_OLDER = "… and there may be older ones: add a word"
"""What is said of a search that ended before it had looked through all."""

LIST_LENGTH_MAX = 30
"""How many jobs one message lists: more would not be read, and Telegram ends a message at 4096 characters."""


def values_line(job: Job) -> str:
    """Return the values as understood: `#12 Mark Soderblom · 12 Oak St · $600`."""
    return f"#{job.number} {job.customer_name} · {job.location} · {price_words(job.amount_paid)}"


def detail_lines(job: Job) -> list[str]:
    """Return what else is known of a job, a line each: phone, time, note."""
    lines = [f"Phone: {phone_words(job.phone)}"] if job.phone else []
    if job.when:
        lines.append(f"When: {when_words(job.when)}")
    if job.note:
        lines.append(f"Note: {job.note}")
    return lines


def list_line(job: Job, state: State) -> str:
    """Return a job as a line of a list."""
    driver = f" · {state.name_of(job.driver)}" if job.driver else ""
    return f"{values_line(job)} · {standing_words(job)}{driver}"


def standing_words(job: Job) -> str:
    """Return where a job stands, in words; of a booking first that somebody has to take it on."""
    return NOT_APPROVED if job.awaits_approval and job.is_open else STATUS_WORDS[job.status]


def step_buttons(job: Job, actor: Actor) -> tuple[Button, ...]:
    """Return the buttons of the legal next steps of a job for this person's role."""
    if actor.role is None:
        return ()
    if job.awaits_approval and job.is_open:
        return _approval_buttons(job, actor)
    step = following(job.status_flow, job.status)
    buttons = []
    if step is not None:
        verb, label = STEP_VERBS[step]
        buttons.append(Button(label=label, command=f"{verb} {job.number}"))
    if job.is_open and actor.role.may_act_as(Role.DISPATCHER) and not actor.forgeable:
        buttons.append(Button(label="Cancel job", command=f"cancel {job.number}"))
    return tuple(buttons)


def _approval_buttons(job: Job, actor: Actor) -> tuple[Button, ...]:
    if actor.role is None or not actor.role.may_act_as(Role.DISPATCHER) or actor.forgeable:
        return ()
    return (
        Button(label="Approve", command=f"approve {job.number}"),
        Button(label="Decline", command=f"cancel {job.number} declined"),
    )


def when_words(when: When) -> str:
    """Return an agreed day and time: `Tue, Nov 24, 9:00 AM - 11:00 AM`."""
    day = date_words(when.date, "en")
    if when.start and when.end:
        return f"{day}, {clock_words(when.start, 'en')} - {clock_words(when.end, 'en')}"
    if when.start:
        return f"{day}, {clock_words(when.start, 'en')}"
    if when.end:
        return f"{day}, by {clock_words(when.end, 'en')}"
    return day


def eta_words(eta: e.EtaSet, business: Business) -> str:
    """Return an arrival as a window: `2:30 PM - 3:00 PM`."""
    start, end = business.local(eta.start).time(), business.local(eta.end).time()
    return f"{clock_words(start, 'en')} - {clock_words(end, 'en')}"


def moment_words(moment: datetime, business: Business, now: datetime | None = None) -> str:
    """Return a moment in the business's zone; of today only its time."""
    local = business.local(moment)
    time = clock_words(local.time(), "en")
    if now is not None and business.local(now).date() == local.date():
        return time
    return f"{date_words(local.date(), 'en')}, {time}"


def who_put_it_there(job: Job, state: State, business: Business) -> str:
    """Return who put a job where it stands, and when; empty where its history does not tell."""
    move = job.last_move()
    return f", by {_author(move.by, state)}, {moment_words(move.at, business)}" if move else ""


def last_texts(job: Job, state: State) -> list[Message]:
    """Return the newest text to the customer of a job, as a list of at most one."""
    texts = [m for m in state.messages_of(job.number) if m.channel == "sms" and m.kind != "reply"]
    return texts[-1:]


def text_name(message: Message) -> str:
    """Return what a text to the customer is called: `text 'in transit'`."""
    kind = message.kind.replace("_", " ")
    return "typed text" if kind == "texted" else f"text '{kind}'"


TEXT_FATES = {
    MessageStatus.PENDING: "waits",
    MessageStatus.SENDING: "is on its way",
    MessageStatus.SENT: "was sent",
    MessageStatus.HELD: "is held",
    MessageStatus.UNKNOWN: "may or may not have gone out",
    MessageStatus.FAILED: "was refused by the provider",
    MessageStatus.DROPPED: "was dropped",
}

TEXT_REASONS = {
    "quiet_hours": "quiet hours",
    "opted_out": "the customer opted out",
    "no_consent": "the customer has not agreed to texts",
    "not_approved": "nobody has approved the booking",
    "number_changed": "the number was changed",
    "undone": "the step was undone",
    "cancelled": "the job was cancelled",
    "overtaken": "the job had moved on",
    "expired": "it was too late",
    "answer_lost": "the provider's answer was lost",
    "claim_lost": "the sender stopped in the middle",
    "no_job": "its job is gone",
    "texts_off": "all texts are off",
    "opt_out_asked": "the customer may have opted out",
    "daily_cap": "the number has had its texts of the day",
    "bad_number": "the number gets no texts",
    "settled": "it was settled",
    "page_not_there": "its page could not be written yet",
    "sms_not_configured": "no SMS account is set up",
}


def text_fate_line(message: Message, business: Business) -> str:
    """Return what became of a text to the customer, in one line."""
    text = text_name(message).capitalize()
    why = TEXT_REASONS.get(message.why or "", message.code or "")
    detail = f" ({why})" if why else ""
    if message.status is MessageStatus.HELD:
        goes_then = message.is_releasable and not comes_too_late(message)
        until = f" until {moment_words(message.not_before, business)}" if goes_then else ""
        return f"{text} is held{until}{detail}"
    moment = message.settled_at or message.not_before
    return f"{text} {TEXT_FATES[message.status]}{detail}, {moment_words(moment, business)}"


def status_line(job: Job, state: State, business: Business) -> str:
    """Return where a job stands, who put it there and when."""
    words = standing_words(job)
    return words[0].upper() + words[1:] + who_put_it_there(job, state, business)


def _author(author: str, state: State) -> str:
    return "the customer" if author == e.CUSTOMER else state.name_of(author)


_LABEL_LENGTH_MAX = 40


def short_label(label: str) -> str:
    """Return a button's label, cut to what a phone shows."""
    return label if len(label) <= _LABEL_LENGTH_MAX else f"{label[: _LABEL_LENGTH_MAX - 1]}…"
