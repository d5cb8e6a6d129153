"""Offers: a job that a driver was given, until he says yes or no; and what is owed where he says nothing."""

from collections.abc import Iterator
from datetime import timedelta

from core.domain.business import Business
from core.domain.driver_events import DriverAssigned
from core.domain.outbox import Message
from core.domain.people import Person
from core.domain.state import State

BY_TEXT = "offer_again"
"""The offer once more, as a text: the driver has not looked at his chat."""

UNANSWERED = "offer_unanswered"
"""What a dispatcher hears of a driver who has said nothing."""

ABOUT_AN_OFFER = frozenset({BY_TEXT, UNANSWERED})

UNANSWERED_LIFE = timedelta(hours=12)


def owed_without_an_answer(
    event: DriverAssigned, state: State, business: Business, audience: tuple[str, ...]
) -> Iterator[Message]:
    """Yield what is owed `accept_min` later, should a driver who was asked say nothing until then.

    Whoever was asked by text has had his text; that he is silent has to be heard all the same.
    """
    driver = state.people.get(event.driver)
    if driver is None or event.driver == event.by:
        return
    if driver.chat_id is not None and driver.phone is not None and business.texts:
        yield _later(event, BY_TEXT, driver.person_id, business)
    for person_id in audience:
        if person_id != event.driver:
            yield _later(event, UNANSWERED, person_id, business)


def stands(message: Message, state: State) -> bool:
    """Tell whether the very offer that `message` is about still has no answer."""
    job = state.jobs.get(message.job) if message.job is not None else None
    person = state.people.get(message.to)
    if message.kind == BY_TEXT and (person is None or person.chat_id is None):
        # Then the offer itself went by text.
        return False
    return job is not None and job.awaits_answer and job.offered_at == message.created_at


def goes_by_text(message: Message, person: Person) -> bool:
    """Tell whether a message to somebody on the staff goes to his phone, as far as he has one."""
    return person.phone is not None and (person.chat_id is None or message.kind == BY_TEXT)


def _later(event: DriverAssigned, kind: str, to: str, business: Business) -> Message:
    due_at = event.at + timedelta(minutes=business.accept_min)
    return Message(
        id="",
        kind=kind,
        channel="chat",
        to=to,
        job=event.number,
        cause=event.cause,
        created_at=event.at,
        not_before=due_at,
        expires_at=due_at + UNANSWERED_LIFE,
    )
