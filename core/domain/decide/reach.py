"""Reach: how somebody on the staff is reached, and who knocks without being one of them."""

from datetime import timedelta

import phonenumbers

from core.domain.decide.request import Scene
from core.domain.decide.staff import phone_taken
from core.domain.errors import AlreadySo, BadValue
from core.domain.events import AnyEvent
from core.domain.job import NAME_LENGTH_MAX
from core.domain.staff_commands import ReportChat, ReportStranger, SharePhone
from core.domain.staff_events import ChatFound, ChatLost, PhoneShared, StrangerKnocked

KNOCKS_A_DAY_MAX = 5
"""How many strangers an admin hears of in 24 hours: whoever tries more is no customer of anybody."""

_DAY = timedelta(hours=24)


def share_phone(scene: Scene, command: SharePhone) -> tuple[AnyEvent, ...]:
    """Write down the number of whoever gives it."""
    person = scene.state.people.get(scene.by)
    if person is None:
        raise BadValue("phone", "nobodys")
    phone = _e164(command.phone)
    if person.phone == phone:
        raise AlreadySo(None, "phone")
    if phone_taken(scene, phone, person.person_id):
        raise BadValue("phone", "taken")
    return (
        PhoneShared(at=scene.at, by=scene.by, cause=scene.cause, person_id=person.person_id, phone=phone),
    )


def report_chat(scene: Scene, command: ReportChat) -> tuple[AnyEvent, ...]:
    """Write down that Telegram reaches somebody no more, or again."""
    people = [p for p in scene.state.staff() if p.telegram_id == command.telegram_id]
    if not people or (people[0].chat_id is not None) is command.reached:
        raise AlreadySo(None, "reached")
    kind = ChatFound if command.reached else ChatLost
    return (kind(at=scene.at, by=scene.by, cause=scene.cause, person_id=people[0].person_id),)


def report_stranger(scene: Scene, command: ReportStranger) -> tuple[AnyEvent, ...]:
    """Write down who knocked, each account once a day and not too many of them."""
    lately = [
        event
        for event in scene.state.log
        if isinstance(event, StrangerKnocked) and event.at > scene.at - _DAY
    ]
    if len(lately) >= KNOCKS_A_DAY_MAX or any(e.telegram_id == command.telegram_id for e in lately):
        raise AlreadySo(None, "stranger")
    name = " ".join(command.name.split())[:NAME_LENGTH_MAX]
    return (
        StrangerKnocked(
            at=scene.at, by=scene.by, cause=scene.cause, telegram_id=command.telegram_id, name=name
        ),
    )


def _e164(phone: str) -> str:
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException as error:
        raise BadValue("phone", "not_a_phone") from error
    if not phonenumbers.is_possible_number(number):
        raise BadValue("phone", "not_a_phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
