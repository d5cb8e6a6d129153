"""Speaker: who a line from the terminal comes from. Whoever can read the store is trusted."""

import phonenumbers

from bot.desk.identity import by_phone
from core.domain.people import Actor, Role
from core.domain.state import State


class UnknownSpeaker(Exception):
    """`--as` names nobody; the message says who there is."""


def speaker(words: str, state: State, region: str) -> Actor:
    """Return the giver of a line that is typed `--as` a role, a person's name, or a phone number.

    A number speaks as the person on the staff who has it, else as that customer. Raises UnknownSpeaker.
    """
    if words.strip().lower() in set(Role):
        return Actor.bare(Role(words.strip().lower()))
    if any(character.isdigit() for character in words):
        phone = _phone(words, region)
        if phone is not None:
            return by_phone(phone, state)
    found = state.person_named(words)
    if len(found) == 1:
        return Actor.of(found[0])
    names = ", ".join(person.name for person in (found or state.staff())) or "nobody yet"
    problem = "fits several people" if found else "is nobody on the staff"
    roles = ", ".join(role.value for role in Role)
    raise UnknownSpeaker(
        f"'{words}' {problem} ({names}). Use a role ({roles}), a name, or a customer's phone number."
    )


def _phone(words: str, region: str) -> str | None:
    try:
        number = phonenumbers.parse(words, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
