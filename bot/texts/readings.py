"""Readings of `new` in words: what is missing, what is wrong, what was meant."""

from bot.grammar.new import Doubt, Invalid, Missing, Question, Remark, Understood, canonical_line
from bot.texts.jobs import when_words
from bot.texts.reply import Button, Reply
from core.domain import commands as c
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


REMARKS = {
    Remark.TOLL_FREE: "That is a toll-free number: it can't be texted.",
    Remark.MORE_IN_NOTE: "What else stood beside the number is in the note.",
}

AMOUNTS = {
    "several": "There are two amounts: {value}. Which one is the price?",
    "negative": "{value} is less than nothing.",
    "zero": "{value} is no price.",
    "too_much": "{value} is more than $100,000.",
    "foreign": "{value} is no amount in US dollars.",
    "form": "{value} is no amount.",
}

DAYS = {
    "several": "There are two days or times: {value}. Which one is meant?",
    "impossible": "There is no such day: {value}.",
    "past": "{value} has passed.",
}


def remarks(reading: Understood) -> tuple[str, ...]:
    """Return what the answer has to say beside the values."""
    return tuple(REMARKS[remark] for remark in reading.remarks)


def invalid(reading: Invalid) -> Reply:
    """Return what is wrong with a line, and the right form."""
    words = ""
    match reading.fault:
        case "too_long":
            words = f"The {reading.value} has {reading.length} characters; {reading.limit:,} are the most."
        case "phone":
            words = f"{reading.value} is no phone number that can be reached. Write it like 602-555-0142."
        case "amount":
            words = f"{AMOUNTS[reading.why].format(value=reading.value)} Write it like $600 or $1,250.50."
        case "when":
            words = f"{DAYS[reading.why].format(value=reading.value)} Write it like friday 9-11 or 12/24 2pm."
    return Reply(kind="refused", text=f"Nothing was made. {words}")


def question(reading: Question) -> Reply:
    """Return a question with a whole command for each way to read the line."""
    head = {
        Doubt.TIME_PASSED: "That time has passed today. When is it?",
        Doubt.DAY_OR_NAME: "Is that a day or a part of the name?",
    }[reading.why]
    buttons = tuple(
        Button(label=_label(option), command=canonical_line(option)) for option in reading.options
    )
    return Reply(kind="question", text=f"Nothing was made yet. {head}", buttons=buttons)


def _label(job: c.CreateJob) -> str:
    day = when_words(job.when) if job.when else "any time"
    return f"{job.customer_name}, {job.location}, {day}"
