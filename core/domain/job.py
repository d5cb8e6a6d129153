"""Job: one customer's pickup, and its parts."""

import re
import unicodedata
from collections.abc import Container
from typing import Annotated, Literal

from pydantic import StringConstraints, model_validator

from core.domain.events import Booked, EtaSet, HistoryEvent, JobCancelled, StepTaken, StepUndone, When
from core.domain.flow import DEFAULT_FLOW, FINISHED, Status
from core.domain.proofs import Proof
from core.domain.record import Instant, Money, PhoneNumber, Record, Tons

NAME_LENGTH_MAX = 60
LOCATION_LENGTH_MAX = 120
NOTE_LENGTH_MAX = 500
"""Lengths in characters, after normalising (GRAMMAR rule 9)."""

Token = Annotated[str, StringConstraints(pattern=r"^(?:[0-9A-Za-z]{22}|[0-9a-f]{16})$")]
"""A tracking token: 22 letters and digits, or the 16 hex digits that the business's old jobs carry."""

Language = Literal["en", "es"]


class Consent(Record):
    """Who said, when and how, that this customer may be texted about this job."""

    by: str
    at: Instant
    how: Literal["staff", "web"]
    wording: str | None = None
    """The wording of the box that was ticked, for a booking from the web."""


class Job(Record):
    """One customer's pickup. The first twelve names are fixed: people and programs rely on them."""

    job_id: str
    number: int
    tracking_token: Token
    customer_name: str
    location: str
    amount_paid: Money
    status: Status
    status_flow: tuple[Status, ...] = DEFAULT_FLOW
    created_at: Instant
    phone: PhoneNumber | None = None
    note: str | None = None
    when: When | None = None

    revision: int = 0
    """The state's revision at this job's last change: what a view or a button was made from."""
    driver: str | None = None
    """The person id, or the bare role, of who drives it."""
    offered_at: Instant | None = None
    """When somebody else gave it to its driver; None where he took it himself, or has answered."""
    accepted_at: Instant | None = None
    """When its driver took it, or did something that only he does."""
    consent: Consent | None = None
    """None: the customer must not be texted, somebody has to call."""
    language: Language = "en"
    booked: Booked | None = None
    """What came along from the booking page; None for a job that staff took down."""
    approved_at: Instant | None = None
    """When a dispatcher took on what was booked on the web."""
    link_revoked_at: Instant | None = None
    closed_at: Instant | None = None
    """When it became complete or was cancelled; None while it is open."""
    archived_in: tuple[str, ...] = ()
    """The archive's segments that hold earlier versions of it, from before it was brought back."""
    proofs: tuple[Proof, ...] = ()
    """Oldest first."""
    tons: Tons | None = None
    """What the scale ticket says that the load weighs."""
    fee: Money | None = None
    """What dumping the load cost."""
    history: tuple[HistoryEvent, ...] = ()
    """Oldest first."""

    @model_validator(mode="after")
    def _status_belongs_to_flow(self) -> "Job":
        if self.status is not Status.CANCELLED and self.status not in self.status_flow:
            raise ValueError(f"status {self.status.value!r} is not in status_flow")
        if len(set(self.status_flow)) != len(self.status_flow):
            raise ValueError("status_flow names a status twice")
        return self

    @property
    def is_open(self) -> bool:
        """Whether anything can still follow."""
        return self.status not in FINISHED

    @property
    def awaits_approval(self) -> bool:
        """Whether it was booked on the web and nobody on the staff has taken it on: no text may go out."""
        return self.booked is not None and self.approved_at is None

    @property
    def awaits_answer(self) -> bool:
        """Whether its driver was asked and has said neither yes nor no."""
        return self.is_open and self.offered_at is not None

    @property
    def first_name(self) -> str:
        """The first word of the customer's name: all of it that leaves the house."""
        return first_word(self.customer_name)

    @property
    def eta(self) -> EtaSet | None:
        """The last arrival that somebody gave for the step under way, or None."""
        for event in reversed(self.history):
            if isinstance(event, EtaSet):
                return event
            if isinstance(event, StepTaken | StepUndone | JobCancelled):
                return None
        return None

    def last_move(self) -> HistoryEvent | None:
        """Return the event that put the job where it stands, or None for one that came without a history."""
        moves = (event for event in reversed(self.history) if event.kind in _MOVES)
        return next(moves, None)

    def reached(self, status: Status) -> Instant | None:
        """Return when the job came to `status` and stayed past it, or None."""
        if status not in self.status_flow:
            return None
        for event in reversed(self.history):
            if isinstance(event, StepTaken) and event.target is status:
                return event.at
        return self.created_at if status is self.status_flow[0] else None


_MOVES = frozenset({"created", "step", "undone", "cancelled"})


def first_word(text: str) -> str:
    """Return the first word of `text`, whatever kind of space ends it; empty where there is none."""
    return next(iter(text.split(maxsplit=1)), "")


def folded(text: str) -> str:
    """Return `text` in plain lower-case ASCII letters, for comparing and for ids."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()


def make_job_id(name: str, location: str, local_date: str, taken: Container[str]) -> str:
    """Return the readable id of a job: `mark_soderblom_20240523`, `_2` … on a clash.

    It is made of the whole name and the first word of the location, folded to ASCII, and the local date
    (`YYYYMMDD`). A name with no letter left is `job`.
    """
    words = f"{name} {location.split(' ', 1)[0]}"
    slug = re.sub(r"[^a-z0-9]+", "_", folded(words)).strip("_") or "job"
    base = f"{slug}_{local_date}"
    job_id, count = base, 1
    while job_id in taken:
        count += 1
        job_id = f"{base}_{count}"
    return job_id
