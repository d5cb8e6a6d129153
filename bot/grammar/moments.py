"""Arrivals: `eta 25`, `eta 25 min 12`, `eta 2:30pm`; the job may stand first, as with other verbs."""

import re
from datetime import time

from bot.grammar.reference import OUTRIGHT
from bot.grammar.result import Misread, Unclear
from core.domain import commands as c

_UNIT = r"\s*(?:m|min|mins|minutes?)"
_MINUTES = re.compile(rf"(\d{{1,4}})(?:{_UNIT}\b|(?=\s|$))", re.IGNORECASE)
_CLOCK = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*([ap])\.?\s*m?\b\.?|(\d{1,2}):(\d{2})\b", re.IGNORECASE)
_HOURS, _MINUTES_IN_HOUR, _NOON = 24, 60, 12

_BEFORE = re.compile(r"(in|at|about)\s+", re.IGNORECASE)
_JOB_FIRST = re.compile(
    rf"(?:(#\d{{1,9}})\s+(.+)|({OUTRIGHT})\s+((?:in|at|about)\s.+|{_CLOCK.pattern}|\d{{1,4}}{_UNIT}|noon))",
    re.IGNORECASE,
)
"""Only where what follows can be nothing but a time: `12 25` is 12 minutes for job 25."""


def read_eta(rest: str, context: str | None) -> c.SetEta | Unclear:
    """Read minutes from now or a time of the day, and the job where one is named."""
    if first := _JOB_FIRST.fullmatch(rest):
        return read_eta(first[2] or first[4], first[1] or first[3])
    before = _BEFORE.match(rest)
    time_first = rest[before.end() :] if before else rest
    if match := _CLOCK.match(time_first):
        at = _clock(match)
        ref = time_first[match.end() :].strip() or context
        if at is None:
            return Unclear(verb="eta", fault=Misread.NEEDS_TIME, value=match[0], ref=ref)
        return c.SetEta(ref=ref, at=at)
    if time_first.lower() == "noon":
        return c.SetEta(ref=context, at=time(_NOON))
    # `at 5` is no five minutes, and nobody can tell which five o'clock it is.
    if (match := _MINUTES.match(time_first)) and not (before and before[1].lower() == "at"):
        return c.SetEta(ref=time_first[match.end() :].strip() or context, minutes=int(match[1]))
    return Unclear(verb="eta", fault=Misread.NEEDS_TIME, value=rest, ref=context)


def _clock(match: re.Match[str]) -> time | None:
    hour, minute = int(match[1] or match[4]), int(match[2] or match[5] or 0)
    if match[3]:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if match[3].lower() == "p" else 0)
    return time(hour, minute) if hour < _HOURS and minute < _MINUTES_IN_HOUR else None
