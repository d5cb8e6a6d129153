"""Invitations in words: how somebody new gets in."""

from core.domain.events import PersonInvited
from core.domain.transact import Transaction
from core.domain.views import phone_words


def invitation_lines(transaction: Transaction, secret: str, bot_name: str | None) -> tuple[str, ...]:
    """Return how the invited person joins; the secret stands here once and is stored nowhere."""
    invited = [event for event in transaction.events if isinstance(event, PersonInvited)]
    if not invited:
        return ()
    name = invited[-1].name
    lines = [f"{name} can text from {phone_words(invited[-1].phone)} at once."] if invited[-1].phone else []
    if transaction.repeated or not secret:
        lines.append(
            f"The link was given out before. 'invite {invited[-1].role.value} {name}' makes a new one."
        )
    elif bot_name is not None:
        lines.append(
            f"This link lets {name} in, once, within 7 days:\nhttps://t.me/{bot_name}?start={secret}"
        )
    else:
        lines.append(f"On Telegram {name} sends the bot this, once, within 7 days:\n/start {secret}")
    return tuple(lines)
