"""The `new` command: a typed line becomes a job, or what is missing or wrong with it (GRAMMAR.md in docs)."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Literal
from zoneinfo import ZoneInfo

from bot.grammar.amount import AmountError, find_amount
from bot.grammar.letters import all_capitals, location_letters, name_letters
from bot.grammar.normalise import plain, split_note, without_invisible
from bot.grammar.phone import PhoneError, find_phone
from bot.grammar.place import split_place
from bot.grammar.when import FoundWhen, WhenError, find_when
from core.domain.commands import CreateJob
from core.domain.events import When
from core.domain.job import LOCATION_LENGTH_MAX, NAME_LENGTH_MAX, NOTE_LENGTH_MAX
from core.domain.record import Value

LINE_LENGTH_MAX = 1_000

_VERB = re.compile(r"\s*/?new(?:@(\w+))?(?:\s+job)?(?=[\s,:]|$)[\s,:]*", re.IGNORECASE)


class Remark(StrEnum):
    """Something that the reply should say."""

    TOLL_FREE = "toll_free"
    """The number can't be texted."""
    MORE_IN_NOTE = "more_in_note"
    """A second number or an extension went into the note."""


class Doubt(StrEnum):
    """Why somebody has to choose."""

    TIME_PASSED = "time_passed"
    DAY_OR_NAME = "day_or_name"


class Understood(Value):
    """The line is a job."""

    job: CreateJob
    remarks: tuple[Remark, ...] = ()


class Missing(Value):
    """The line lacks something; the rest is what was understood."""

    parts: tuple[Literal["name", "location", "amount"], ...]
    customer_name: str | None = None
    location: str | None = None
    amount_paid: Decimal | None = None
    phone: str | None = None
    when: When | None = None
    note: str | None = None


class Invalid(Value):
    """Something in the line can't be so."""

    fault: Literal["too_long", "phone", "amount", "when"]
    value: str
    """The piece that is wrong; for `too_long` which part it is: line, name, location or note."""
    why: str = ""
    length: int = 0
    limit: int = 0


class Question(Value):
    """The line can be read in more than one way; the first option is the likeliest."""

    why: Doubt
    options: tuple[CreateJob, ...]


Reading = Understood | Missing | Invalid | Question


def read_new(
    text: str, *, now: datetime, zone: ZoneInfo, region: str = "US", botname: str | None = None
) -> Reading | None:
    """Return what a line that begins with the verb `new` is.

    None where it does not begin so, or is a command to another bot.
    """
    head = without_invisible(text[:200], line_break="\n")
    verb = _VERB.match(head)
    if verb is None or (verb[1] and botname and verb[1].lower() != botname.lower()):
        return None
    if len(text) > LINE_LENGTH_MAX:
        return _too_long("line", len(text), LINE_LENGTH_MAX)
    # The verb is found again in the whole line, where nothing invisible is left.
    body = without_invisible(text, line_break="\n")
    body = body[_VERB.match(body).end() :]  # type: ignore[union-attr] # it matched the same beginning
    return _read_body(body, now=now, zone=zone, region=region)


@dataclass(slots=True)
class _Draft:
    """A line that is being read: what was taken from it, what is left, what is wrong."""

    line: str
    note: str | None
    phone: str | None = None
    amount: Decimal | None = None
    found: FoundWhen | None = None
    with_day: str = ""
    """What is left before the day was taken out, for the reading where it is a name."""
    remarks: list[Remark] = field(default_factory=list)
    faults: list[Invalid] = field(default_factory=list)

    @property
    def when(self) -> When | None:
        return self.found.when if self.found else None

    def take_phone(self, region: str) -> None:
        try:
            found = find_phone(self.line, region)
        except PhoneError as error:
            self.faults.append(Invalid(fault="phone", value=error.value))
            return
        self.phone, self.line = found.phone, found.rest
        if found.toll_free:
            self.remarks.append(Remark.TOLL_FREE)
        if found.remarks:
            self.remarks.append(Remark.MORE_IN_NOTE)
            self.note = "; ".join(part for part in (self.note, *found.remarks) if part)

    def take_when(self, now: datetime, zone: ZoneInfo) -> None:
        self.with_day = self.line
        try:
            self.found = find_when(self.line, now=now, zone=zone)
        except WhenError as error:
            self.faults.append(Invalid(fault="when", value=error.value, why=error.why.value))
        else:
            self.line = self.found.rest

    def take_amount(self) -> None:
        try:
            found = find_amount(self.line)
        except AmountError as error:
            self.faults.append(Invalid(fault="amount", value=error.value, why=error.why.value))
        else:
            self.amount, self.line = found.amount, found.rest


def _read_body(body: str, *, now: datetime, zone: ZoneInfo, region: str) -> Reading:
    typed, note = split_note(body)
    line = plain(typed)
    shouted = all_capitals(line)
    draft = _Draft(line=line, note=note)
    draft.take_phone(region)
    draft.take_when(now, zone)
    draft.take_amount()
    place = split_place(draft.line)
    name = name_letters(place.name, shouted=shouted)
    location = location_letters(place.location, shouted=shouted)
    if unfit := _first_fault(name, location, draft) or _missing(name, location, draft):
        return unfit
    job = CreateJob(
        customer_name=name,
        location=location,
        amount_paid=draft.amount or Decimal(0),
        phone=draft.phone,
        note=draft.note,
        when=draft.when,
    )
    return _doubt(job, draft, shouted=shouted) or Understood(job=job, remarks=tuple(draft.remarks))


def _doubt(job: CreateJob, draft: _Draft, *, shouted: bool) -> Question | None:
    """Return what has to be asked before this job is made, or None."""
    if draft.found is None or job.when is None:
        return None
    if draft.found.surname and (other := _with_surname(job, draft.with_day, shouted=shouted)):
        return Question(why=Doubt.DAY_OR_NAME, options=(job, other))
    if draft.found.passed:
        return Question(why=Doubt.TIME_PASSED, options=_other_days(job, job.when))
    return None


def canonical_line(job: CreateJob) -> str:
    """Return a `new` line that reads back as `job`, for a button that holds a whole command.

    A value that the grammar would read otherwise (a comma in a name, a day word as a place) is written as it
    is: what is offered is then shown before it is done, like every reading.
    """
    parts = [job.customer_name, job.location, f"${job.amount_paid}"]
    if job.phone:
        parts.append(job.phone)
    if job.when:
        parts.append(_when_line(job.when))
    note = f" -- {job.note}" if job.note else ""
    return f"new {', '.join(parts)}{note}"


def _when_line(when: When) -> str:
    day = f"{when.date.month}/{when.date.day}/{when.date.year}"
    if when.start and when.end:
        return f"{day} {when.start:%H:%M}-{when.end:%H:%M}"
    if when.start:
        return f"{day} {when.start:%H:%M}"
    return f"{day} by {when.end:%H:%M}" if when.end else day


def _first_fault(name: str, location: str, draft: _Draft) -> Invalid | None:
    """Return the fault that is named first: too long, phone, amount, when."""
    for part, value, limit in (
        ("name", name, NAME_LENGTH_MAX),
        ("location", location, LOCATION_LENGTH_MAX),
        ("note", draft.note or "", NOTE_LENGTH_MAX),
    ):
        if len(value) > limit:
            return _too_long(part, len(value), limit)
    order = ("phone", "amount", "when")
    return min(draft.faults, key=lambda fault: order.index(fault.fault), default=None)


def _too_long(part: str, length: int, limit: int) -> Invalid:
    return Invalid(fault="too_long", value=part, length=length, limit=limit)


def _missing(name: str, location: str, draft: _Draft) -> Missing | None:
    wanted: list[tuple[Literal["name", "location", "amount"], object]] = [
        ("name", name),
        ("location", location),
        ("amount", draft.amount),
    ]
    parts = tuple(part for part, value in wanted if value in ("", None))
    if not parts:
        return None
    return Missing(
        parts=parts,
        customer_name=name or None,
        location=location or None,
        amount_paid=draft.amount,
        phone=draft.phone,
        when=draft.when,
        note=draft.note,
    )


def _with_surname(job: CreateJob, line: str, *, shouted: bool) -> CreateJob | None:
    """Return the job where the day word belongs to the name, as in `Joe Friday`."""
    try:
        rest = find_amount(line).rest
    except AmountError:
        return None
    place = split_place(rest)
    if not place.name or not place.location:
        return None
    name = name_letters(place.name, shouted=shouted)
    location = location_letters(place.location, shouted=shouted)
    return job.model_copy(update={"customer_name": name, "location": location, "when": None})


def _other_days(job: CreateJob, when: When) -> tuple[CreateJob, ...]:
    tomorrow = when.model_copy(update={"date": when.date + timedelta(days=1)})
    any_time = When(date=when.date)
    return tuple(job.model_copy(update={"when": option}) for option in (tomorrow, any_time))
