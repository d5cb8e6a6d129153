"""Segments: in how many pieces a text travels, which is what it costs."""

from dataclasses import dataclass
from typing import Literal

from bot.texts.gsm7 import ALPHABET, EXTENSION

Encoding = Literal["GSM-7", "UCS-2"]

_ROOM: dict[Encoding, tuple[int, int]] = {"GSM-7": (160, 153), "UCS-2": (70, 67)}
"""Units in a text of one segment, and in each of several: those carry a header (3GPP TS 23.040, 9.2.3.24)."""


@dataclass(frozen=True, slots=True)
class Segments:
    """How a text travels."""

    encoding: Encoding
    count: int
    """0 for an empty text."""


def segments_of(text: str) -> Segments:
    """Count the segments of `text` as it stands; nothing is replaced.

    Units are septets in GSM-7 (two for a character of the extension) and UTF-16 units in UCS-2. A character
    of two units is never split between two segments.
    """
    encoding: Encoding = "GSM-7" if ALPHABET.issuperset(text) else "UCS-2"
    widths = [_width(character, encoding) for character in text]
    one, several = _ROOM[encoding]
    if not text:
        return Segments(encoding, 0)
    if sum(widths) <= one:
        return Segments(encoding, 1)
    count, left = 1, several
    for width in widths:
        if width > left:
            count, left = count + 1, several
        left -= width
    return Segments(encoding, count)


def _width(character: str, encoding: Encoding) -> int:
    wide = character in EXTENSION if encoding == "GSM-7" else character > "\uffff"
    return 2 if wide else 1
