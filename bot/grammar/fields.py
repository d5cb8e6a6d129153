"""Edits: `edit 12 price 650`, `edit Mark Soderblom phone 602-555-0142`."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.grammar.amount import read_amount
from bot.grammar.phone import read_phone
from bot.grammar.result import Misread, Unclear
from bot.grammar.when import read_when
from core.domain import commands as c
from core.domain.events import EditableField, EditedValue

FIELDS: Mapping[str, EditableField] = {
    "name": "customer_name",
    "customer": "customer_name",
    "location": "location",
    "address": "location",
    "place": "location",
    "price": "amount_paid",
    "amount": "amount_paid",
    "phone": "phone",
    "cell": "phone",
    "note": "note",
    "when": "when",
    "date": "when",
    "time": "when",
    "language": "language",
}
"""Each word for a field."""

LANGUAGES: Mapping[str, str] = {
    "en": "en",
    "english": "en",
    "es": "es",
    "spanish": "es",
    "español": "es",
    "espanol": "es",
}

_NOTHING = frozenset({"none", "nothing", "-"})
"""Words that clear a value which may be absent."""


def read_edit(
    rest: str, context: str | None, *, now: datetime, zone: ZoneInfo, region: str
) -> c.EditJob | Unclear:
    """Read a job, a field and its new value; the job ends where the first word for a field stands."""
    words = rest.split(" ") if rest else []
    first = 0 if context is not None else 1
    place = next((i for i, word in enumerate(words) if i >= first and word.lower() in FIELDS), None)
    ref = " ".join(words[:place]) or context
    if ref is None:
        return Unclear(verb="edit", fault=Misread.NEEDS_JOB)
    if place is None:
        return Unclear(verb="edit", fault=Misread.NEEDS_FIELD, ref=ref)
    field = FIELDS[words[place].lower()]
    text = " ".join(words[place + 1 :]).strip()
    if not text:
        return Unclear(verb="edit", fault=Misread.NEEDS_TEXT, value=words[place], ref=ref)
    if text.lower() in _NOTHING and field in {"phone", "note", "when"}:
        return c.EditJob(ref=ref, field=field, new=None)
    value = _value(field, text, now=now, zone=zone, region=region)
    if value is None:
        return Unclear(verb="edit", fault=Misread.BAD_VALUE, value=f"{words[place]} {text}", ref=ref)
    return c.EditJob(ref=ref, field=field, new=value)


def _value(field: EditableField, text: str, *, now: datetime, zone: ZoneInfo, region: str) -> EditedValue:
    match field:
        case "amount_paid":
            return read_amount(text)
        case "phone":
            return read_phone(text, region)
        case "when":
            return read_when(text, now=now, zone=zone)
        case "language":
            return LANGUAGES.get(text.lower())
        case _:
            return text
