"""Times and ranges of a day: `9-11`, `9am-11am`, `2-4pm`, `noon`, `by 3pm` (GRAMMAR 4)."""

import re
from datetime import time

from core.domain.record import Value

_NOON = 12
_HOURS = 24
_MINUTES = 60
_MORNING_FROM = 7

TIME = r"(?:noon|midnight|\d{1,2}(?::\d{2})?\s?(?:[ap]\.?m\.?|[ap])(?![\w])|\d{1,2}:\d{2}(?!\d))"
"""A time that is one by itself."""

BARE_RANGE = r"\d{1,2}(?::\d{2})?\s?(?:-|to)\s?\d{1,2}(?::\d{2})?(?![\w:/-]|[.,]\d)"
"""`9-11`: a range only where something else says so."""

_END = rf"(?:{TIME}|\d{{1,2}}(?::\d{{2}})?)"
RANGE = rf"(?:(?:{TIME})\s?(?:-|to)\s?{_END}|\d{{1,2}}(?::\d{{2}})?\s?(?:-|to)\s?(?:{TIME}))"
"""A range that is one by itself: at least one of its ends is a time."""


class Hours(Value):
    """When in a day: a start, an end, or both."""

    start: time | None = None
    end: time | None = None


def read_hours(text: str, *, only_end: bool = False) -> Hours | None:
    """Return what a time or a range says; `only_end` for `by 3pm`. None where it is no real time."""
    text = text.strip().lower()
    ends = re.split(r"\s?(?:-|\bto\b)\s?", text)
    if len(ends) == 1:
        moment = _time(ends[0])
        if moment is None:
            return None
        return Hours(end=moment) if only_end else Hours(start=moment)
    if len(ends) != 2:  # noqa: PLR2004 - a range has two ends
        return None
    return _range(ends[0], ends[1])


def _range(first: str, second: str) -> Hours | None:
    """Read both ends: a suffix of the second holds for the first where that makes a range of it."""
    end = _time(second)
    if end is None:
        return None
    start = _time(first)
    second_half = _suffix(second)
    if second_half and not _suffix(first) and _is_bare(first):
        same = _time(first, suffix=second_half)
        other = _time(first, suffix="a" if second_half == "p" else "p")
        start = same if same is not None and same < end else other
    if start is None:
        return None
    if not second_half and _is_bare(second) and end <= start:
        end = _time(second, suffix="p") or end
    # Midnight ends a day; what else ends before it starts is no range of one day.
    if end <= start and end != time(0):
        return None
    return Hours(start=start, end=end)


def _is_bare(text: str) -> bool:
    return text not in {"noon", "midnight"} and _suffix(text) is None


def _suffix(text: str) -> str | None:
    match = re.search(r"([ap])\.?m?\.?$", text)
    return match[1] if match and text not in {"noon", "midnight"} else None


def _time(text: str, *, suffix: str | None = None) -> time | None:
    text = text.strip()
    if text == "noon":
        return time(_NOON)
    if text == "midnight":
        return time(0)
    match = re.fullmatch(r"(\d{1,2})(?::(\d{2}))?\s?(?:[ap]\.?m?\.?)?", text)
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    half = suffix or _suffix(text)
    if half:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if half == "p" else 0)
    elif 1 <= hour < _MORNING_FROM:
        # Without am or pm, 7 to 11 are in the morning, 12 and 1 to 6 in the afternoon.
        hour += _NOON
    return time(hour, minute) if hour < _HOURS and minute < _MINUTES else None
