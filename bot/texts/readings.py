"""Readings of `new` in words: what is missing, what is wrong, what was meant."""

from bot.grammar.new import Invalid, Missing, Question, Understood
from bot.texts.jobs import when_words
from bot.texts.reply import Reply
from core.domain.views import phone_words, price_words

EXAMPLE = "new Mark Soderblom 600 602-555-0142"

PARTS = {"name": "the name", "location": "the place", "amount": "the price"}


def missing(reading: Missing) -> Reply:
    """Return the question for exactly what is missing, with what was understood."""
    parts = [PARTS[part] for part in reading.parts]
    wanted = " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
    understood = [
        reading.customer_name,
        reading.location,
        price_words(reading.amount_paid) if reading.amount_paid is not None else None,
        phone_words(reading.phone) if reading.phone else None,
        when_words(reading.when) if reading.when else None,
        reading.note,
    ]
    known = " · ".join(value for value in understood if value)
    head = f"Nothing was made: {wanted} {'are' if len(parts) > 1 else 'is'} missing."
    lines = [head, *([f"Understood: {known}"] if known else []), f"For example: {EXAMPLE}"]
    return Reply(kind="refused", text="\n".join(lines))


def remarks(reading: Understood) -> tuple[str, ...]:
    """X."""
    return ()


def invalid(reading: Invalid) -> Reply:
    """X."""
    return Reply(kind="refused", text="invalid")


def question(reading: Question) -> Reply:
    """X."""
    return Reply(kind="question", text="?")
