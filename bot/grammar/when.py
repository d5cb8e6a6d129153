"""Days: `today`, `tomorrow 9-11`, `fri noon-2pm`, `11/30 by 3pm` (GRAMMAR 4)."""

import re
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.grammar.clock import BARE_RANGE, RANGE, TIME, Hours, read_hours
from bot.grammar.day_words import DAY, is_part_of_address, is_surname, is_time_in_address, weekday_number
from core.domain.events import When
from core.domain.record import Value


class WhenFault(StrEnum):
    """What is wrong with a day or a time."""

    SEVERAL = "several"
    IMPOSSIBLE = "impossible"
    PAST = "past"


class WhenError(Exception):
    """There is a day or a time, but not a good one."""

    def __init__(self, value: str, why: WhenFault) -> None:
        super().__init__(value)
        self.value = value
        self.why = why


class FoundWhen(Value):
    """The day and time of a line, and the line without them."""

    when: When | None
    rest: str
    passed: bool = False
    """The time has passed today: somebody has to say what was meant."""
    surname: bool = False
    """The day word could be a surname as well (`Joe Friday`)."""


_BEFORE = r"(?:(?:on|at|for|by|from|@)\s+)?"
_HOURS = rf"(?:(?P<by>by|before)\s+|(?:at|from|between|@)\s+)?(?P<hours>{RANGE}|{BARE_RANGE}|{TIME})"
_DAY_FIRST = re.compile(rf"(?<![\w'/.-]){_BEFORE}(?P<day>{DAY})(?:(?:\s*,\s*|\s+){_HOURS})?", re.IGNORECASE)
_DAY_AT = re.compile(r"\s+(?:at|by|@)\s+(\d{1,2})(?=\s*(?:$|,|\$))", re.IGNORECASE)
_TIME_FIRST = re.compile(
    rf"(?<![\w'/.:$-])(?:(?P<by>by|before)\s+|(?:at|from|between|@|for)\s+)?(?P<hours>{RANGE}|{TIME})"
    rf"(?:\s+(?:on\s+)?(?P<day>{DAY}))?",
    re.IGNORECASE,
)


def find_when(line: str, *, now: datetime, zone: ZoneInfo) -> FoundWhen:
    """Return the one day or time of `line`, and the line without it. Raises WhenError."""
    phrases = _phrases(line)
    if not phrases:
        return FoundWhen(when=None, rest=line)
    if len(phrases) > 1:
        raise WhenError(" and ".join(_trimmed(phrase[0]) for phrase in phrases), WhenFault.SEVERAL)
    phrase = phrases[0]
    end = phrase.end()
    day, hours = phrase["day"], _hours(phrase)
    if phrase["hours"] is not None and hours is None:
        raise WhenError(phrase["hours"], WhenFault.IMPOSSIBLE)
    if day is not None and phrase["hours"] is None and (bare := _DAY_AT.match(line, end)):
        hours, end = read_hours(bare[1], only_end="by" in bare[0].lower()), bare.end()
    today = now.astimezone(zone).date()
    when = When(
        date=_date(day, today) if day else today,
        start=hours.start if hours else None,
        end=hours.end if hours else None,
    )
    return FoundWhen(
        when=when,
        rest=_joined(line[: phrase.start()], line[end:]),
        passed=_has_passed(when, now.astimezone(zone)),
        surname=day is not None
        and hours is None
        and is_surname(line, phrase.start("day"), phrase.end("day")),
    )


def read_when(text: str, *, now: datetime, zone: ZoneInfo) -> When | None:
    """Return the day and time that the whole of `text` is, or None."""
    try:
        # A word before it, since a day word at the very start of `new` is a name.
        found = find_when(f"when , {text.strip()}", now=now, zone=zone)
    except WhenError:
        return None
    return found.when if found.rest.strip(" ,") == "when" and not found.passed else None


def _phrases(line: str) -> list[re.Match[str]]:
    """Return every place where a day or a time is meant, from left to right."""
    phrases: list[re.Match[str]] = []
    position = 0
    while position < len(line):
        matches = [
            match for pattern in (_DAY_FIRST, _TIME_FIRST) if (match := _next(pattern, line, position))
        ]
        if not matches:
            break
        first = min(matches, key=lambda match: (match.start(), -match.end()))
        phrases.append(first)
        position = first.end()
    return phrases


def _next(pattern: re.Pattern[str], line: str, position: int) -> re.Match[str] | None:
    for match in pattern.finditer(line, position):
        if pattern is _DAY_FIRST:
            if match["hours"] is not None and _hours(match) is not None:
                return match
            if not is_part_of_address(line, match.start("day"), match.end("day")):
                return match
        elif _hours(match) is not None and not is_time_in_address(
            line, match.start("hours"), match.end("hours")
        ):
            return match
    return None


def _hours(match: re.Match[str]) -> Hours | None:
    if match["hours"] is None:
        return None
    return read_hours(match["hours"], only_end=match["by"] is not None)


def _date(day: str, today: date) -> date:
    word = day.lower().rstrip(".")
    if word == "today":
        return today
    if word in {"tomorrow", "tmrw", "tmr"}:
        return today + timedelta(days=1)
    if "/" in word:
        return _calendar_date(word, today)
    ahead = (weekday_number(word) - today.weekday() - 1) % 7 + 1
    return today + timedelta(days=ahead)


_CENTURY = 2000
_SHORT_YEAR = 2


def _calendar_date(word: str, today: date) -> date:
    numbers = word.split("/")
    month, day = int(numbers[0]), int(numbers[1])
    try:
        if len(numbers) > 2:  # noqa: PLR2004 - month, day and a year
            year = int(numbers[2]) + (_CENTURY if len(numbers[2]) == _SHORT_YEAR else 0)
            named = date(year, month, day)
            if named < today:
                raise WhenError(word, WhenFault.PAST)
            return named
        return _next_time(month, day, today)
    except ValueError as error:
        raise WhenError(word, WhenFault.IMPOSSIBLE) from error


_LEAP_YEARS_APART_MAX = 8


def _next_time(month: int, day: int, today: date) -> date:
    """Return the next such day; February 29 may be some years off."""
    for year in range(today.year, today.year + _LEAP_YEARS_APART_MAX + 1):
        try:
            named = date(year, month, day)
        except ValueError:
            if (month, day) != (2, 29):
                raise
            continue
        if named >= today:
            return named
    raise ValueError("no such day")


def _has_passed(when: When, local: datetime) -> bool:
    if when.date != local.date():
        return False
    last = when.end or when.start
    return (
        last is not None and last <= local.time() and not (when.end and when.start and when.end <= when.start)
    )


def _trimmed(phrase: str) -> str:
    return phrase.strip(" ,")


def _joined(before: str, after: str) -> str:
    joined = f"{before.rstrip()} {after.lstrip()}" if before.strip() and after.strip() else before + after
    joined = re.sub(r"\s+,", ",", joined)
    joined = re.sub(r"(?:,\s*){2,}", ", ", joined)
    return re.sub(r"\s+", " ", joined).strip(" ,")
