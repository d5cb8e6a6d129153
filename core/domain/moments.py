"""Moments: times as words, in the business's zone and in both languages.

Written here and not by a page: the first use of a browser's own date words costs up to 80 ms.
"""

from datetime import date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from core.domain.record import Value

_DAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "es": ("lun", "mar", "mié", "jue", "vie", "sáb", "dom"),
}
_MONTHS = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "es": ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"),
}
_NOON = 12


class Words(Value):
    """The same words in both languages."""

    en: str
    es: str


Language = Literal["en", "es"]


def clock_words(moment: time, language: Language) -> str:
    """Return a time of day: `2:50 PM`, `2:50 p. m.`."""
    hour = moment.hour % _NOON or _NOON
    half = {"en": ("AM", "PM"), "es": ("a. m.", "p. m.")}[language][moment.hour >= _NOON]
    return f"{hour}:{moment.minute:02} {half}"


def date_words(day: date, language: Language) -> str:
    """Return a day: `Mon, Nov 23`, `lun 23 nov`."""
    name, month = _DAYS[language][day.weekday()], _MONTHS[language][day.month - 1]
    return f"{name}, {month} {day.day}" if language == "en" else f"{name} {day.day} {month}"


def day_and_time(moment: datetime, zone: ZoneInfo) -> Words:
    """Return a moment as `Mon, Nov 23, 2:50 PM`."""
    local = moment.astimezone(zone)

    def say(language: Language) -> str:
        return f"{date_words(local.date(), language)}, {clock_words(local.time(), language)}"

    return Words(en=say("en"), es=say("es"))


def time_and_zone(moment: datetime, zone: ZoneInfo) -> Words:
    """Return a moment as `2:50 PM MST`."""
    local = moment.astimezone(zone)
    name = local.tzname() or ""
    return Words(
        en=f"{clock_words(local.time(), 'en')} {name}".strip(),
        es=f"{clock_words(local.time(), 'es')} {name}".strip(),
    )


def window(start: datetime, end: datetime, zone: ZoneInfo) -> Words:
    """Return a window as `2:30 PM - 3:00 PM`, with an en dash."""
    first, last = start.astimezone(zone).time(), end.astimezone(zone).time()
    return Words(
        en=f"{clock_words(first, 'en')} – {clock_words(last, 'en')}",
        es=f"{clock_words(first, 'es')} – {clock_words(last, 'es')}",
    )
