"""Letters: how names and places are written (GRAMMAR 7)."""

import re

from bot.grammar.vocabulary import SHORT_DIRECTIONS, SMALL_WORDS, STATES

_ZIP = re.compile(r"\d{5}(?:-\d{4})?")


def all_capitals(text: str) -> bool:
    """Tell whether a line has letters and none of them is small."""
    return any(character.isupper() for character in text) and not any(
        character.islower() for character in text
    )


def name_letters(text: str, *, shouted: bool) -> str:
    """Return a name as it is written; `shouted` tells that the whole line was typed in capitals."""
    words = (text.lower() if shouted else text).split(" ")
    return " ".join(_capital(word, first=place == 0) for place, word in enumerate(words))


def location_letters(text: str, *, shouted: bool) -> str:
    """Return a location as it is written: directions, states and units keep their capitals."""
    parts = text.split(", ")
    return ", ".join(_part(part, shouted=shouted, later=place > 0) for place, part in enumerate(parts))


def _part(part: str, *, shouted: bool, later: bool) -> str:
    words = part.split(" ")
    written = []
    for place, word in enumerate(words):
        following = words[place + 1] if place + 1 < len(words) else None
        if _is_state(word, following, later=later) or (shouted and _stays_capital(word)):
            written.append(word)
        else:
            written.append(_capital(word.lower() if shouted else word, first=place == 0))
    return " ".join(written)


def _stays_capital(word: str) -> bool:
    return word.lower() in SHORT_DIRECTIONS or re.fullmatch(r"\d+[A-Z]", word) is not None


def _is_state(word: str, following: str | None, *, later: bool) -> bool:
    """Tell whether a word stands where a state does: before a ZIP code, or last in its part."""
    if word.lower() not in STATES or word.capitalize() == word:
        return False
    if following is not None:
        return _ZIP.fullmatch(following) is not None
    # `12 OAK CT` is a court; a part of its own, or a ZIP code after it, makes it Connecticut.
    return later or word.lower() != "ct"


def _capital(word: str, *, first: bool) -> str:
    if word != word.lower() or "@" in word or (word in SMALL_WORDS and not first):
        return word
    return re.sub(r"(?<![^\W_]|['’])[^\W\d_]", lambda match: _upper(match[0]), word)


def _upper(letter: str) -> str:
    # `ß` would become two letters.
    upper = letter.upper()
    return upper if len(upper) == 1 else letter
