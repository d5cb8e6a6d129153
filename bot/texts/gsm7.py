"""The GSM 7-bit alphabet (3GPP TS 23.038, default alphabet and its extension), and texts made to fit it.

One character outside it makes a whole text UCS-2, with 70 characters to the segment instead of 160. Most of
those that get into our texts are look-alikes: quotes and dashes that a phone made pretty, accents of names.
"""

import unicodedata
from collections.abc import Iterator

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
)
"""Characters that take one septet."""

EXTENSION = frozenset("\f^{}\\[~]|€")
"""Characters that take two septets: an escape and one more."""

ALPHABET = BASIC | EXTENSION

_QUOTES = "‘’‚‛′‵`´ʹʻʼʽ＇"
_DOUBLE_QUOTES = "“”„‟″‶«»＂"
_DASHES = "‐‑‒–—―−﹘﹣－⁃"
_SPACES = (
    "\t\v\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)
_INVISIBLE = (
    "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufe0e\ufe0f\ufeff"
)
LOOK_ALIKES: dict[str, str] = {
    **dict.fromkeys(_QUOTES, "'"),
    **dict.fromkeys(_DOUBLE_QUOTES, '"'),
    **dict.fromkeys(_DASHES, "-"),
    **dict.fromkeys(_SPACES, " "),
    **dict.fromkeys(_INVISIBLE, ""),
    "…": "...",
    "•": "-",
    "·": "-",
    "×": "x",
    "⁄": "/",
    "‹": "<",
    "›": ">",
    "©": "(c)",
    "®": "(r)",
    "°": " deg",
    "Ł": "L",
    "ł": "l",
    "Đ": "D",
    "đ": "d",
    "ı": "i",
    "Œ": "OE",
    "œ": "oe",
    "þ": "th",
    "Þ": "Th",
    "ð": "d",
    "Ð": "D",
}
"""What stands for what. All else is taken apart by Unicode (NFKD) and loses its accents: á -> a, ½ -> 1/2."""


def gsm7_clean(text: str) -> str:
    """Return `text` in the GSM 7-bit alphabet where that loses no more than looks.

    A text with a character that nothing stands for (emoji, Cyrillic …) comes back as it is: it would be UCS-2
    all the same, and cleaning the rest would only damage it.
    """
    composed = unicodedata.normalize("NFC", text)
    cleaned = "".join(character if character in ALPHABET else _stand_in(character) for character in composed)
    return cleaned if ALPHABET.issuperset(cleaned) else text


def gsm7_only(text: str) -> str:
    """Return `text` in the GSM 7-bit alphabet, without what nothing stands for.

    For a name inside a text of ours: one letter of another script must not make the whole text UCS-2.
    """
    cleaned = gsm7_clean(text)
    return "".join(_letters(cleaned)) if not ALPHABET.issuperset(cleaned) else cleaned


def _letters(text: str) -> Iterator[str]:
    for character in unicodedata.normalize("NFC", text):
        stand_in = character if character in ALPHABET else _stand_in(character)
        yield from (letter for letter in stand_in if letter in ALPHABET)


def _stand_in(character: str) -> str:
    known = LOOK_ALIKES.get(character)
    if known is not None:
        return known
    parts = unicodedata.normalize("NFKD", character)
    return "".join(LOOK_ALIKES.get(part, part) for part in parts if not unicodedata.combining(part))
