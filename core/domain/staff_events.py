"""Staff events: who joins, who leaves, and how he is reached."""

from typing import Literal

from core.domain.event import Event
from core.domain.people import Role
from core.domain.record import Instant, PhoneNumber


class PersonInvited(Event):
    """Somebody was added to the staff; the invitation is open until it is used or expires."""

    kind: Literal["invited"] = "invited"
    person_id: str
    name: str
    role: Role
    phone: PhoneNumber | None = None
    invite_hash: str
    invite_expires_at: Instant


class PersonJoined(Event):
    """A Telegram account was bound to a person."""

    kind: Literal["joined"] = "joined"
    person_id: str
    name: str
    role: Role
    telegram_id: int


class PersonRemoved(Event):
    """Somebody left the staff; what he did stays in the history under his name."""

    kind: Literal["removed"] = "removed"
    person_id: str


class PhoneShared(Event):
    """Somebody on the staff gave his own number: he is texted where Telegram does not reach him."""

    kind: Literal["phone_shared"] = "phone_shared"
    person_id: str
    phone: PhoneNumber


class ChatLost(Event):
    """Somebody on the staff has blocked the bot: Telegram does not reach him any more."""

    kind: Literal["chat_lost"] = "chat_lost"
    person_id: str


class ChatFound(Event):
    """Telegram reaches somebody on the staff again."""

    kind: Literal["chat_found"] = "chat_found"
    person_id: str


class StrangerKnocked(Event):
    """An account that nobody on the staff has wrote to the bot."""

    kind: Literal["stranger_knocked"] = "stranger_knocked"
    telegram_id: int
    name: str
    """As the account calls itself: anybody can take any name."""
