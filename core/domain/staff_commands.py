"""Staff commands: who joins, who leaves, and how he is reached."""

from core.domain.people import Role
from core.domain.record import PhoneNumber, Value


class InvitePerson(Value):
    """`invite`: add somebody to the staff."""

    role: Role
    name: str
    phone: PhoneNumber | None = None


class RemovePerson(Value):
    """`remove`: take somebody off the staff."""

    name: str


class Join(Value):
    """`/start <token>`: bind a Telegram account to the invitation that the token opens."""

    token_hash: str
    """SHA-256 of the token, in hex."""
    telegram_id: int


class EnrolAdmin(Value):
    """The first message of an admin who is named in the settings: put him among the people."""

    name: str
    telegram_id: int


class SharePhone(Value):
    """Somebody on the staff gave his own number, which Telegram vouches for."""

    phone: str
    """As Telegram gives it; whether it is a number is for the rule to say."""


class ReportChat(Value):
    """Telegram says whether it reaches an account: its owner has blocked the bot, or unblocked it."""

    telegram_id: int
    reached: bool


class ReportStranger(Value):
    """An account that nobody on the staff has wrote to the bot."""

    telegram_id: int
    name: str
