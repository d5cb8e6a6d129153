"""The board: what the dashboard shows of all open jobs and of today's finished ones.

Only signed-in dispatchers and admins get it, so it holds what they work with: names, places, numbers. Moments
are whole Unix seconds, since the page only counts from them; what is read as a time is already words.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Literal

from pydantic import Field

from core.domain.business import Business
from core.domain.events import When
from core.domain.flow import Status
from core.domain.job import Job
from core.domain.moments import clock_words, date_words, window
from core.domain.outbox import Message, MessageStatus
from core.domain.record import Value
from core.domain.state import State
from core.domain.views import phone_words, price_words

BOARD_KEY = "data/board.json"

SHEETS = "data/jobs/"
"""Where the sheets lie, one a job."""

STUCK_AFTER: Mapping[Status, timedelta] = {
    Status.PENDING_CONFIRMATION: timedelta(hours=2),
    Status.READY_FOR_PICKUP: timedelta(hours=24),
    Status.IN_TRANSIT: timedelta(hours=3),
    Status.DUMPED: timedelta(hours=2),
}
"""How long a job may stand without anybody having to ask why."""

TextFate = Literal["none", "owed", "held", "sent", "delivered", "unknown", "failed"]
"""What became of the newest text to the customer."""


class BoardJob(Value):
    """One job's card."""

    n: int
    name: str
    place: str
    phone: str | None
    """As people write it."""
    price: str
    status: Status
    since: int
    """When it came to stand where it stands."""
    late_at: int | None
    """When the pickup was to be done; None where nothing was agreed, or it is done."""
    stuck_at: int | None
    """When somebody should ask why it still stands there; None where nothing more can come."""
    driver: str | None
    """The driver's name."""
    text: TextFate
    when: str | None
    """What was agreed, or the arrival that was announced."""
    booked: bool = False
    """Whether it came from the web and waits for a dispatcher's word."""


class Day(Value):
    """Today's work in money and jobs, by the business's clock."""

    booked: str
    """What today's new jobs are worth."""
    done: str
    """What the jobs that were completed today are worth."""
    done_jobs: int


class BoardView(Value):
    """All of it."""

    schema_: Literal[1] = Field(default=1, serialization_alias="schema")
    revision: int
    business: str
    date: str
    """Today, in words."""
    day: Day
    jobs: tuple[BoardJob, ...]


class Entry(Value):
    """One line of a job's history."""

    at: str
    words: str


class CopyLine(Value):
    """A line to copy into the chat, with what it does."""

    label: str
    line: str


class JobSheet(Value):
    """What the dashboard shows of one job when it is opened."""

    schema_: Literal[1] = Field(default=1, serialization_alias="schema")
    n: int
    job_id: str
    note: str | None
    link: str | None
    """The customer's page; None where it was revoked."""
    history: tuple[Entry, ...]
    lines: tuple[CopyLine, ...]
    photos: tuple[str, ...] = ()
    """Their addresses on the site, under `/data/`."""


def sheet_key(number: int) -> str:
    """Return the key of a job's sheet in the site store."""
    return f"{SHEETS}{number}.json"


def photo_key(number: int, name: str) -> str:
    """Return the key of the staff's copy of a job's photo in the site store."""
    return f"{SHEETS}{number}/{name}.jpg"


def board_view(state: State, business: Business, now: datetime) -> BoardView:
    """Return the board at `now`: open jobs, and what was finished since midnight."""
    midnight = business.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    jobs = on_board(state, midnight)
    fates = _fates(state.messages.values())
    return BoardView(
        revision=state.revision,
        business=business.name,
        date=date_words(midnight.date(), "en"),
        day=_day(state, jobs, midnight),
        jobs=tuple(_card(job, state, business, fates.get(job.number, "none")) for job in jobs),
    )


def on_board(state: State, midnight: datetime) -> list[Job]:
    """Return the jobs that the board shows, oldest first."""
    return [
        job
        for job in state.jobs.values()
        if job.is_open or (job.closed_at is not None and job.closed_at >= midnight)
    ]


def late_at(job: Job, business: Business) -> datetime | None:
    """Return when the load was to be on the truck, or None where nothing was agreed or it is done."""
    if job.status not in {Status.PENDING_CONFIRMATION, Status.READY_FOR_PICKUP}:
        return None
    if job.eta is not None:
        return job.eta.end
    if job.when is None:
        return None
    end = job.when.end or job.when.start or time(23, 59)
    return datetime.combine(job.when.date, end, tzinfo=business.zone)


def stuck_at(job: Job) -> datetime | None:
    """Return when somebody should ask why the job still stands there.

    None where it is finished, or waits for the day that was agreed: that one can only be late.
    """
    allowed = STUCK_AFTER.get(job.status)
    if allowed is None or (job.status is Status.READY_FOR_PICKUP and job.when is not None):
        return None
    return standing_since(job) + allowed


def standing_since(job: Job) -> datetime:
    """Return when the job came to stand where it stands."""
    move = job.last_move()
    return move.at if move is not None else job.created_at


def text_fate(message: Message) -> TextFate:
    """Return what became of one text, in the board's words."""
    if message.status is MessageStatus.SENT:
        return "delivered" if message.delivery in {"delivered", "read"} else "sent"
    return _FATES[message.status]


_FATES: Mapping[MessageStatus, TextFate] = {
    MessageStatus.PENDING: "owed",
    MessageStatus.SENDING: "owed",
    MessageStatus.HELD: "held",
    MessageStatus.UNKNOWN: "unknown",
    MessageStatus.FAILED: "failed",
    MessageStatus.DROPPED: "none",
}


def _fates(messages: Iterable[Message]) -> dict[int, TextFate]:
    """Return by job what became of its newest text; one that was dropped in time counts for nothing."""
    fates: dict[int, TextFate] = {}
    for message in messages:
        if message.channel == "sms" and message.job is not None:
            fate = text_fate(message)
            if fate != "none":
                fates[message.job] = fate
    return fates


def _card(job: Job, state: State, business: Business, fate: TextFate) -> BoardJob:
    return BoardJob(
        n=job.number,
        name=job.customer_name,
        place=job.location,
        phone=phone_words(job.phone) if job.phone else None,
        price=price_words(job.amount_paid),
        status=job.status,
        since=int(standing_since(job).timestamp()),
        late_at=_seconds(late_at(job, business)),
        stuck_at=_seconds(stuck_at(job)),
        driver=state.name_of(job.driver) if job.driver else None,
        text=fate,
        when=_when(job, business),
        booked=job.awaits_approval and job.is_open,
    )


def _when(job: Job, business: Business) -> str | None:
    if job.is_open and job.eta is not None:
        return f"ETA {window(job.eta.start, job.eta.end, business.zone).en}"
    return _agreed(job.when) if job.when is not None else None


def _agreed(when: When) -> str:
    day = date_words(when.date, "en")
    if when.start and when.end:
        return f"{day}, {clock_words(when.start, 'en')} – {clock_words(when.end, 'en')}"
    if when.start:
        return f"{day}, {clock_words(when.start, 'en')}"
    return f"{day}, by {clock_words(when.end, 'en')}" if when.end else day


def _day(state: State, jobs: list[Job], midnight: datetime) -> Day:
    booked = [job for job in state.jobs.values() if job.created_at >= midnight]
    done = [job for job in jobs if job.status is Status.COMPLETE]
    return Day(
        booked=price_words(_sum(job for job in booked if job.status is not Status.CANCELLED)),
        done=price_words(_sum(done)),
        done_jobs=len(done),
    )


def _sum(jobs: Iterable[Job]) -> Decimal:
    return sum((job.amount_paid for job in jobs), Decimal(0))


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())
