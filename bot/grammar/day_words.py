"""Day words: when `friday` is a day, and when it is a name or a street (GRAMMAR 4, closer reading)."""

import re

from bot.grammar.clock import RANGE, TIME
from bot.grammar.vocabulary import DIRECTIONS, STREETS, UNITS

_LONG = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORT = {
    "mon": 0,
    "tue": 1,
    "tues": 1,
    "wed": 2,
    "weds": 2,
    "thu": 3,
    "thur": 3,
    "thurs": 3,
    "fri": 4,
    "sat": 5,
    "sun": 6,
}
_WORDS = "|".join(sorted((*_LONG, *_SHORT, "today", "tomorrow", "tmrw", "tmr"), key=len, reverse=True))

DAY = rf"(?:(?:{_WORDS})\.?|\d{{1,2}}/\d{{1,2}}(?:/(?:\d{{4}}|\d{{2}}))?)(?![\w'/-])"
"""A word or a date that may be a day."""

_AMOUNT = re.compile(r"-?(?:us)?\$.*|\d[\d,]*(?:\.\d+)?\$?|usd|for|all|all-in|flat|total|cash", re.IGNORECASE)
_WHOLE_AMOUNT = re.compile(rf"(?:{_AMOUNT.pattern})$", re.IGNORECASE)
_DAY = re.compile(DAY, re.IGNORECASE)
_TIME = re.compile(rf"(?:{RANGE}|{TIME})", re.IGNORECASE)
_STREET_WORDS_AHEAD = 3
_BEFORE_TIMES = frozenset({"at", "by", "from", "between", "before", "@"})


def weekday_number(word: str) -> int:
    """Return 0 for Monday to 6 for Sunday."""
    return _SHORT[word] if word in _SHORT else _LONG.index(word)


def is_part_of_address(line: str, start: int, end: int) -> bool:
    """Tell whether the day word at `start` is a name or part of a place; no time stands straight after it."""
    before = line[:start].split()
    word = line[start:end].rstrip(".")
    after = _rest_of_part(line, end)
    if "/" in word:
        return _is_fraction(word, before, after)
    if not before:
        return True
    if (
        word.lower() not in {*_SHORT, *_LONG}
        and after
        and after[0][:1].isdigit()
        and not before[-1][:1].isdigit()
    ):
        # `Ann tomorrow 12 Oak St`: nobody is called so, and the house number begins the address.
        return False
    if word.lower() in _SHORT and after and after[0][:1].isupper() and not _TIME.match(after[0]):
        return True
    return _tied(before, after)


def is_time_in_address(line: str, start: int, end: int) -> bool:
    """Tell whether what looks like a time is a unit (`Apt 9a`), a house number (`12a Oak St`) or a street."""
    before = line[:start].split()
    typed = line[start:end].lower()
    after = _rest_of_part(line, end)
    if not before and typed in {"noon", "midnight"}:
        return True
    if before and before[-1].lower().rstrip(".") in UNITS:
        return True
    if typed in {"noon", "midnight"}:
        return _tied(before, after)
    if re.fullmatch(r"\d{1,2}\s?[ap]", typed):
        return " " in typed or bool(after and not _AMOUNT.fullmatch(after[0]))
    return False


_FRACTION = re.compile(r"1/2|[1-3]/4|[1-2]/3|[1-7]/8")


def _is_fraction(word: str, before: list[str], after: list[str]) -> bool:
    """Tell whether a number straight before makes a fraction: `12 1/2 Oak St`, but not `600 11/30`."""
    if not before or not re.fullmatch(r"\d+", before[-1]):
        return False
    if _FRACTION.fullmatch(word):
        return bool(after)
    return bool(after) and not _AMOUNT.fullmatch(after[0]) and not _TIME.match(after[0])


def is_surname(line: str, start: int, end: int) -> bool:
    """Tell whether a full day word stands, with a capital, where a surname does: `Joe Friday`."""
    word, before = line[start:end], line[:start].split()
    return (
        word.lower() in _LONG
        and word == word.capitalize()
        and len(before) == 1
        and before[0][:1].isupper()
        and not before[0].endswith(",")
        and bool(line[end:].strip())
        and re.match(r"\s*(?:,|\d|on\s|at\s|@)", line[end:]) is not None
        and not line.isupper()
    )


def _tied(before: list[str], after: list[str]) -> bool:
    """Tell whether a street word or a house number makes an address of the word between them."""
    ahead = [word.lower().rstrip(".,") for word in after[:_STREET_WORDS_AHEAD]]
    if any(word in STREETS for word in ahead):
        return True
    while before and before[-1].lower().rstrip(".") in DIRECTIONS:
        before = before[:-1]
    numbered = bool(before) and re.fullmatch(r"\d+[\w-]*", before[-1]) is not None
    if not numbered or not after or after[0].lower() in _BEFORE_TIMES:
        return False
    return not any(pattern.match(after[0]) for pattern in (_WHOLE_AMOUNT, _TIME, _DAY))


def _rest_of_part(line: str, end: int) -> list[str]:
    return line[end:].split(",", 1)[0].split() if not line[end:].lstrip().startswith(",") else []
