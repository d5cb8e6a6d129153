"""Identity: who is behind a number or a Telegram account."""

from core.domain.people import Actor, Person
from core.domain.state import State


def by_phone(phone: str, state: State) -> Actor:
    """Return who texts from a number: staff speak as staff, even where they are customers too.

    A number can be forged, so staff who text may do less (DESIGN §6).
    """
    person = next((person for person in state.staff() if person.phone == phone), None)
    return Actor.of(person, forgeable=True) if person else Actor.customer(phone)


def by_telegram(telegram_id: int, state: State) -> Person | None:
    """Return who on the staff has this Telegram account, or None for a stranger."""
    return next((person for person in state.staff() if person.telegram_id == telegram_id), None)
