"""Arrivals: `eta 25`, `eta 25 min 12`, `eta 2:30pm`."""

import re
from datetime import time

from bot.grammar.result import Misread, Unclear
from core.domain import commands as c

_MINUTES = re.compile(r"(\d{1,4})(?:\s*(?:m|min|mins|minutes?)\b|(?=\s|$))", re.IGNORECASE)
_CLOCK = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*([ap])\.?\s*m?\b\.?|(\d{1,2}):(\d{2})\b", re.IGNORECASE)
_HOURS, _MINUTES_IN_HOUR, _NOON = 24, 60, 12


def read_eta(rest: str, context: str | None) -> c.SetEta | Unclear:
    """Read minutes from now or a time of the day, then the job where one is named."""
    rest = re.sub(r"^(?:in|at|about)\s+", "", rest, flags=re.IGNORECASE)
    if match := _CLOCK.match(rest):
        at = _clock(match)
        ref = rest[match.end() :].strip() or context
        if at is None:
            return Unclear(verb="eta", fault=Misread.NEEDS_TIME, value=match[0], ref=ref)
        return c.SetEta(ref=ref, at=at)
    if rest.lower() == "noon":
        return c.SetEta(ref=context, at=time(_NOON))
    if match := _MINUTES.match(rest):
        return c.SetEta(ref=rest[match.end() :].strip() or context, minutes=int(match[1]))
    return Unclear(verb="eta", fault=Misread.NEEDS_TIME, value=rest, ref=context)


def _clock(match: re.Match[str]) -> time | None:
    hour, minute = int(match[1] or match[4]), int(match[2] or match[5] or 0)
    if match[3]:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if match[3].lower() == "p" else 0)
    return time(hour, minute) if hour < _HOURS and minute < _MINUTES_IN_HOUR else None
