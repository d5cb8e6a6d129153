"""Staff: who joins, who leaves."""

import re
from collections.abc import Container
from datetime import timedelta

from core.domain import commands as c
from core.domain.decide.request import Scene
from core.domain.errors import AlreadySo, BadValue, InvitationInvalid, WhichPerson
from core.domain.events import AnyEvent, DriverUnassigned, PersonInvited, PersonJoined, PersonRemoved
from core.domain.job import NAME_LENGTH_MAX, folded
from core.domain.people import Person, Role
from core.domain.resolve import CANDIDATES_MAX

INVITATION_LIFE = timedelta(days=7)
"""How long an invitation can be used."""


def invite(scene: Scene, command: c.InvitePerson) -> tuple[AnyEvent, ...]:
    """Add somebody to the staff, or give him who has not joined yet a new invitation."""
    if not command.name.strip():
        raise BadValue("name", "empty")
    if len(command.name) > NAME_LENGTH_MAX:
        raise BadValue("name", "too_long")
    waiting = [
        person
        for person in scene.state.staff()
        if folded(person.name) == folded(command.name) and person.telegram_id is None
    ]
    person_id = waiting[0].person_id if waiting else _person_id(command.name, scene.state.people)
    if command.phone is not None and phone_taken(scene, command.phone, person_id):
        raise BadValue("phone", "taken")
    return (
        PersonInvited(
            at=scene.at,
            by=scene.by,
            cause=scene.cause,
            person_id=person_id,
            name=command.name,
            role=command.role,
            phone=command.phone,
            invite_hash=scene.request.fresh.secret_hash,
            invite_expires_at=scene.at + INVITATION_LIFE,
        ),
    )


def join(scene: Scene, command: c.Join) -> tuple[AnyEvent, ...]:
    """Bind a Telegram account to the person whose invitation this is, once."""
    person = next((p for p in scene.state.staff() if p.invite_hash == command.token_hash), None)
    if person is None or person.invite_expires_at is None or person.invite_expires_at < scene.at:
        raise InvitationInvalid
    if any(other.telegram_id == command.telegram_id for other in scene.state.staff()):
        raise AlreadySo(None, "joined")
    return (
        PersonJoined(
            at=scene.at,
            by=person.person_id,
            cause=scene.cause,
            person_id=person.person_id,
            name=person.name,
            role=person.role,
            telegram_id=command.telegram_id,
        ),
    )


def enrol_admin(scene: Scene, command: c.EnrolAdmin) -> tuple[AnyEvent, ...]:
    """Put an admin who is named in the settings among the people."""
    if any(person.telegram_id == command.telegram_id for person in scene.state.staff()):
        raise AlreadySo(None, "joined")
    name = command.name.strip()[:NAME_LENGTH_MAX] or "Admin"
    person_id = _person_id(name, scene.state.people)
    return (
        PersonJoined(
            at=scene.at,
            by=person_id,
            cause=scene.cause,
            person_id=person_id,
            name=name,
            role=Role.ADMIN,
            telegram_id=command.telegram_id,
        ),
    )


def remove(scene: Scene, command: c.RemovePerson) -> tuple[AnyEvent, ...]:
    """Take somebody off the staff, and his open jobs from him."""
    found = scene.state.person_named(command.name)
    if len(found) != 1:
        candidates = found or list(scene.state.staff())
        raise WhichPerson(command.name, None, tuple(candidates[:CANDIDATES_MAX]), fits=bool(found))
    person = found[0]
    if person.person_id == scene.by:
        raise BadValue("person", "yourself")
    unassigned = tuple(
        DriverUnassigned(
            at=scene.at, by=scene.by, cause=scene.cause, number=job.number, driver=person.person_id
        )
        for job in scene.state.open_jobs()
        if job.driver == person.person_id
    )
    removed = PersonRemoved(at=scene.at, by=scene.by, cause=scene.cause, person_id=person.person_id)
    return (*unassigned, removed)


_RESERVED = frozenset({"customer", "quickdump", "system", *(role.value for role in Role)})


def _person_id(name: str, taken: Container[str]) -> str:
    base = re.sub(r"[^a-z0-9]+", "_", folded(name)).strip("_") or "person"
    person_id, count = base, 1
    while person_id in taken or person_id in _RESERVED:
        count += 1
        person_id = f"{base}_{count}"
    return person_id


def phone_taken(scene: Scene, phone: str, person_id: str) -> bool:
    """Tell whether somebody else on the staff has this number."""

    def holds(person: Person) -> bool:
        return person.phone == phone and person.person_id != person_id

    return any(holds(person) for person in scene.state.staff())
