"""Lines: what somebody wrote or tapped, as the desk takes it."""

import re
import secrets

from bot.desk import Line
from bot.grammar.line import clean_line
from bot.grammar.verbs import VERBS
from bot.telegram.incoming import Incoming
from bot.texts.notices import shows_customers_words
from core.domain.people import Actor, Person

_CARD = re.compile(r"(?:[^\n#]{0,40})#(\d{1,9})\b")
"""Where a message of ours names its job: the first `#12` of its first line."""


def line_of(update: Incoming, actor: Actor, text: str) -> Line:
    """Return a line with all that is known of where it came from."""
    replied = update.reply_to
    context = card_number(replied.text) if replied is not None and replied.from_bot else None
    return Line(
        text=text,
        actor=actor,
        cause=cause_of(update),
        context=context,
        answers_customer=context is not None and replied is not None and shows_customers_words(replied.text),
        secret=secrets.token_urlsafe(24),
    )


def actor_of(update: Incoming, person: Person) -> Actor:
    """Return somebody on the staff as the giver of what an update asks for."""
    actor = Actor.of(person)
    return actor if update.is_private else actor.model_copy(update={"in_company": True})


def cause_of(update: Incoming) -> str:
    """Return the cause of what an update leads to: the same each time that it comes."""
    return f"tg:{update.update_id}"


def card_number(text: str) -> int | None:
    """Return the number of the job that a message of ours is about, or None."""
    match = _CARD.match(text)
    return int(match[1]) if match else None


def is_meant(update: Incoming, bot_name: str | None) -> bool:
    """Tell whether a line is for us: in a group only what begins with a verb or answers a card."""
    if update.is_private:
        return True
    line = clean_line(update.text or "").lower()
    word = re.match(r"/?([a-z?]+)(@\w+)?", line)
    if word is None:
        return False
    addressed = (word[2] or "").lstrip("@")
    if addressed and bot_name and addressed != bot_name.lower():
        return False
    answers_us = update.reply_to is not None and update.reply_to.from_bot
    return word[1] in VERBS and (line.startswith("/") or answers_us or word[1] == "new")
