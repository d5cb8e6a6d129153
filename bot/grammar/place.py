"""Name and place: which words are whose (GRAMMAR 6)."""

import re
from dataclasses import dataclass

from bot.grammar.vocabulary import DIRECTIONS, ROADS, TITLES, UNITS

_SIGNS = frozenset({"on", "at", "@"})
_EMAIL = re.compile(r"\S+@\S+\.\w+")


@dataclass(frozen=True, slots=True)
class Place:
    """A name and a location; empty where there is none."""

    name: str
    location: str


def split_place(text: str) -> Place:
    """Return the name and the location that `text`, parts with `, ` between, is made of."""
    text = re.sub(r"^for(?:\s+|$)", "", _signs_apart(text), flags=re.IGNORECASE)
    parts = [part for part in (_cleaned(part) for part in text.split(",")) if part]
    if not parts:
        return Place("", "")
    words = parts[0].split(" ")
    if words[0].lower() in _SIGNS:
        # There is a place and nobody who lives there.
        return Place("", ", ".join(_cleaned(part) for part in [" ".join(words[1:]), *parts[1:]] if part))
    if len(parts) > 1 and _is_business(words, parts[1]):
        return Place(parts[0], ", ".join(parts[1:]))
    first = _by_sign(words) or _by_number(words)
    if first is None:
        first = Place(parts[0], "") if len(parts) > 1 else _by_words(words)
    return Place(first.name, ", ".join(part for part in (first.location, *parts[1:]) if part))


def _signs_apart(text: str) -> str:
    """Let an `@` that is glued to a word stand alone, except in an e-mail address."""
    words = [word if _EMAIL.fullmatch(word) else word.replace("@", " @ ") for word in text.split(" ")]
    return re.sub(r"\s+", " ", " ".join(words)).strip()


def _cleaned(part: str) -> str:
    words = re.sub(r"[.!?\s]+$", "", part).strip().split(" ")
    # What a day or an amount left behind at the end says nothing any more.
    while len(words) > 1 and words[-1].lower() in {*_SIGNS, "for", "by", "-"}:
        words.pop()
    cleaned = " ".join(words).strip(" -;|/")
    # The full stop of an abbreviation at the end goes with the others.
    return re.sub(r"[.!?\s]+$", "", cleaned)


def _by_sign(words: list[str]) -> Place | None:
    for place, word in enumerate(words[1:-1], start=1):
        if word[:1].isdigit():
            return None
        if word.lower() in _SIGNS and not words[0][:1].isdigit():
            return Place(" ".join(words[:place]), " ".join(words[place + 1 :]))
    return None


def _by_number(words: list[str]) -> Place | None:
    """Split before the first token that starts with a digit and is no unit's number."""
    starts = [place for place, word in enumerate(words) if word[:1].isdigit() and not _is_unit(words, place)]
    if not starts:
        return None
    if starts[0] == 0:
        # `7-Eleven 12 Oak St` is a business; a bare number first is a house, and nobody who lives there.
        is_business = len(starts) > 1 and any(character.isalpha() for character in words[0])
        if not is_business:
            return Place("", " ".join(words))
        starts = starts[1:]
    start = starts[0]
    while start > 1 and words[start - 1].lower().rstrip(".") in ROADS | DIRECTIONS:
        start -= 1
    if start > _PAIR and words[start - 1].lower() in {"and", "&"}:
        # `Mark Main & 3rd`: a crossing begins with its first street.
        start -= _PAIR
    if start > _PAIR and words[start - 2].lower() == "county" and words[start - 1].lower() in {"road", "rd"}:
        start -= _PAIR
    return Place(" ".join(words[:start]), " ".join(words[start:]))


_PAIR = 2


def _is_unit(words: list[str], place: int) -> bool:
    return place > 0 and words[place - 1].lower().rstrip(".") in UNITS


def _is_business(words: list[str], following: str) -> bool:
    """Tell whether a part that starts with a digit is a name: `7-Eleven, 12 Oak St`, but not `5th Ave, …`."""
    first = words[0]
    letters = any(character.isalpha() for character in first)
    ordinal = re.fullmatch(r"\d+(?:st|nd|rd|th)", first, re.IGNORECASE)
    return first[:1].isdigit() and letters and not ordinal and len(words) == 1 and following[:1].isdigit()


def _by_words(words: list[str]) -> Place:
    """Take the first word as the name, with what binds to it: titles, `and`, `&`."""
    end = 1
    while end < len(words):
        if words[end - 1].lower().rstrip(".") in TITLES:
            end += 1
        elif words[end].lower() in {"and", "&"} and end + 1 < len(words):
            end += 2
        else:
            break
    return Place(" ".join(words[:end]), " ".join(words[end:]))
