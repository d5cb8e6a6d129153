"""Changes: what may be altered about a job without moving it."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from pydantic import TypeAdapter, ValidationError

from core.domain import commands as c
from core.domain.decide.request import Scene
from core.domain.decide.steps import claim
from core.domain.errors import AlreadySo, BadValue, JobFinished, WhichPerson
from core.domain.events import (
    AnyEvent,
    DriverAssigned,
    DriverUnassigned,
    EditableField,
    EditedValue,
    EtaSet,
    JobEdited,
    LinkRenewed,
    LinkRevoked,
    NoteAdded,
    When,
)
from core.domain.job import LOCATION_LENGTH_MAX, NAME_LENGTH_MAX, NOTE_LENGTH_MAX, Job, Language, folded
from core.domain.people import Role
from core.domain.record import Money, PhoneNumber
from core.domain.resolve import CANDIDATES_MAX, resolve

ETA_MINUTES_MAX = 24 * 60
"""An arrival further off than a day is a date, not an arrival."""

ETA_WINDOW = timedelta(minutes=30)
"""How wide the window is that a customer is told: people plan with a window, not with a minute."""

_ROUNDING = timedelta(minutes=5)

_LENGTH_MAX = {"customer_name": NAME_LENGTH_MAX, "location": LOCATION_LENGTH_MAX, "note": NOTE_LENGTH_MAX}

_MAY_BE_NONE: frozenset[EditableField] = frozenset({"phone", "note", "when"})

_VALUES: Mapping[EditableField, TypeAdapter[EditedValue]] = {
    "customer_name": TypeAdapter(str),
    "location": TypeAdapter(str),
    "amount_paid": TypeAdapter(Money),
    "phone": TypeAdapter(PhoneNumber | None),
    "note": TypeAdapter(str | None),
    "when": TypeAdapter(When | None),
    "language": TypeAdapter(Language),
}
"""What each field takes: the same types as in Job."""

_NOT_A: Mapping[EditableField, str] = {
    "customer_name": "not_a_text",
    "location": "not_a_text",
    "amount_paid": "not_an_amount",
    "phone": "not_a_phone",
    "note": "not_a_text",
    "when": "not_a_time",
    "language": "not_a_language",
}


def edit(scene: Scene, command: c.EditJob) -> tuple[AnyEvent, ...]:
    """Change one value of a job; finished jobs too, since a price may turn out wrong later."""
    job = resolve(scene.state, command.ref, scene.actor)
    old: EditedValue = getattr(job, command.field)
    if old == command.new:
        raise AlreadySo(job, "value")
    _check_fits(command)
    return (
        JobEdited(
            at=scene.at,
            by=scene.by,
            cause=scene.cause,
            number=job.number,
            field=command.field,
            old=old,
            new=command.new,
        ),
    )


def _check_fits(command: c.EditJob) -> None:
    """Refuse a value that a job cannot have: written once, the whole state could not be read any more."""
    new = command.new
    if isinstance(new, str) and len(new) > _LENGTH_MAX.get(command.field, NOTE_LENGTH_MAX):
        raise BadValue(command.field, "too_long")
    if (new is None and command.field not in _MAY_BE_NONE) or (isinstance(new, str) and not new.strip()):
        raise BadValue(command.field, "empty")
    try:
        _VALUES[command.field].validate_python(new, strict=True)
    except ValidationError as error:
        raise BadValue(command.field, _NOT_A[command.field]) from error


def assign(scene: Scene, command: c.AssignDriver) -> tuple[AnyEvent, ...]:
    """Give an open job to a driver."""
    job = _open_job(scene, command.ref)
    driver = _driver(scene, job, command.driver)
    if job.driver == driver:
        raise AlreadySo(job, "driver")
    return (
        DriverAssigned(
            at=scene.at,
            by=scene.by,
            cause=scene.cause,
            number=job.number,
            driver=driver,
            previous=job.driver,
        ),
    )


def unassign(scene: Scene, command: c.UnassignDriver) -> tuple[AnyEvent, ...]:
    """Take an open job from its driver."""
    job = _open_job(scene, command.ref)
    if job.driver is None:
        raise AlreadySo(job, "no_driver")
    return (
        DriverUnassigned(at=scene.at, by=scene.by, cause=scene.cause, number=job.number, driver=job.driver),
    )


def add_note(scene: Scene, command: c.AddNote) -> tuple[AnyEvent, ...]:
    """Add a line to a job's note."""
    job = resolve(scene.state, command.ref, scene.actor)
    claimed = claim(scene, job)
    if len(joined_note(job.note, command.text)) > NOTE_LENGTH_MAX:
        raise BadValue("note", "too_long")
    noted = NoteAdded(at=scene.at, by=scene.by, cause=scene.cause, number=job.number, text=command.text)
    return (*claimed, noted)


def joined_note(note: str | None, line: str) -> str:
    """Return a note with a line added."""
    return f"{note}; {line}" if note else line


def set_eta(scene: Scene, command: c.SetEta) -> tuple[AnyEvent, ...]:
    """Say when the truck will be there: a window that starts at the time given, in steps of 5 minutes."""
    job = resolve(scene.state, command.ref, scene.actor)
    if not job.is_open:
        raise JobFinished(job)
    claimed = claim(scene, job)
    start = _rounded_up(_arrival(scene, command))
    eta = EtaSet(
        at=scene.at,
        by=scene.by,
        cause=scene.cause,
        number=job.number,
        start=start,
        end=start + ETA_WINDOW,
    )
    return (*claimed, eta)


def revoke(scene: Scene, command: c.RevokeLink) -> tuple[AnyEvent, ...]:
    """Let the tracking link show nothing from now on."""
    job = resolve(scene.state, command.ref, scene.actor)
    if job.link_revoked_at is not None:
        raise AlreadySo(job, "revoked")
    return (
        LinkRevoked(
            at=scene.at,
            by=scene.by,
            cause=scene.cause,
            number=job.number,
            tracking_token=job.tracking_token,
        ),
    )


def renew(scene: Scene, command: c.RenewLink) -> tuple[AnyEvent, ...]:
    """Make a new tracking link in place of a revoked one."""
    job = resolve(scene.state, command.ref, scene.actor)
    if job.link_revoked_at is None:
        raise AlreadySo(job, "link_works")
    return (
        LinkRenewed(
            at=scene.at,
            by=scene.by,
            cause=scene.cause,
            number=job.number,
            tracking_token=scene.request.fresh.token,
        ),
    )


def _open_job(scene: Scene, ref: str) -> Job:
    job = resolve(scene.state, ref, scene.actor)
    if not job.is_open:
        raise JobFinished(job)
    return job


def _driver(scene: Scene, job: Job, words: str) -> str:
    if folded(words) == "me":
        return scene.by
    found = scene.state.person_named(words)
    if len(found) == 1:
        return found[0].person_id
    # On a terminal, where nobody has been invited yet, the bare role drives.
    if not found and folded(words) == Role.DRIVER.value:
        return Role.DRIVER.value
    drivers = found or sorted(scene.state.staff(), key=lambda person: person.role is not Role.DRIVER)
    raise WhichPerson(words, job, tuple(drivers[:CANDIDATES_MAX]), fits=bool(found))


def _arrival(scene: Scene, command: c.SetEta) -> datetime:
    if command.minutes is not None:
        if not 0 < command.minutes <= ETA_MINUTES_MAX:
            raise BadValue("eta", "out_of_range")
        return scene.at + timedelta(minutes=command.minutes)
    if command.at is None:
        raise BadValue("eta", "empty")
    local = scene.business.local(scene.at)
    arrival = local.replace(hour=command.at.hour, minute=command.at.minute, second=0, microsecond=0, fold=0)
    if arrival <= local:
        raise BadValue("eta", "past")
    return arrival


def _rounded_up(moment: datetime) -> datetime:
    over = timedelta(minutes=moment.minute % 5, seconds=moment.second, microseconds=moment.microsecond)
    return moment if not over else moment - over + _ROUNDING
