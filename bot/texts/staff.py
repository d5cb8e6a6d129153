"""The staff in words: how they are reached, and who is none of them."""

from core.domain import events as e
from core.domain.business import Business
from core.domain.people import Person
from core.domain.state import State
from core.domain.views import phone_words

STRANGER = "This bot works for one business. Ask it for an invitation."
ASK_FOR_PHONE = (
    "One more thing: share your number, so that you can be reached where Telegram does not reach you."
)
SHARE_PHONE = "Share my number"
NOT_YOUR_CARD = "That is somebody else's number. Share your own with the button below the chat."
PHONE_KNOWN = "Your number was known already."


def phone_shared(phone: str) -> str:
    """Return the answer to somebody who gave his number."""
    return f"Thank you. {phone_words(phone)} is for when Telegram does not reach you."


def chat_lost(event: e.ChatLost, state: State, business: Business) -> str:
    """Return what dispatchers hear of somebody whom Telegram does not reach any more."""
    person = state.people[event.person_id]
    texted = person.phone if business.texts else None
    by_text = f"He is texted at {phone_words(texted)} from now on." if texted else "Call him."
    return (
        f"{person.name} has blocked the bot: Telegram does not reach him. {by_text} "
        "He ends that by opening the bot and pressing Start."
    )


def stranger_knocked(event: e.StrangerKnocked) -> str:
    """Return what admins hear of an account that nobody on the staff has."""
    name = event.name or "Somebody"
    return (
        f"{name} (account {event.telegram_id}), who is not on the staff, wrote to the bot and was turned "
        "away. 'invite driver NAME' makes a link that lets somebody in."
    )


def ways_to(person: Person) -> list[str]:
    """Return how somebody on the staff is reached."""
    ways = []
    if person.telegram_id is not None:
        ways.append("Telegram" if person.chat_id is not None else "Telegram blocked")
    if person.phone:
        ways.append(f"SMS {phone_words(person.phone)}")
    return ways
