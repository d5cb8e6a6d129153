"""Normalise: a typed line becomes plain text with commas between its parts, and a note (GRAMMAR 1 and 2)."""

import re
import unicodedata

_QUOTES = {"’": "'", "‘": "'", "‛": "'", "′": "'", "´": "'", "“": '"', "”": '"', "„": '"', "″": '"'}
_DASHES = dict.fromkeys("‐‑‒–—―−﹘﹣－", "-")
_PLAIN = str.maketrans({**_QUOTES, **_DASHES})

_FRACTIONS = "½¼¾"
"""Kept through NFKC, which would make `12½` into `121⁄2`."""

_LINE_BREAKS = "\r\n\v\f\u0085\u2028\u2029"

_NOTE = re.compile(
    r"(?:^|\s)--(?=\s|$)"  # the marker as typed
    r"|\s[—–](?=\s+[^\W\d_])"  # as phones write it
    r"|(?<![^\W_])note\s?:",
    re.IGNORECASE,
)


def without_invisible(text: str, *, line_break: str = " ") -> str:
    """Return `text` without control, format, private and unassigned characters; line breaks become words."""
    if text.isascii() and text.isprintable():
        return text
    kept = []
    for character in text:
        if character in _LINE_BREAKS:
            kept.append(line_break)
        elif character == "\t":
            kept.append(" ")
        elif unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"}:
            kept.append(character)
    return "".join(kept)


def split_note(text: str) -> tuple[str, str | None]:
    """Return what stands before the first note marker, and the note as typed; None where it is empty."""
    match = _NOTE.search(text)
    if match is None:
        return text, None
    note = re.sub(r"\s*\n\s*", " ", without_invisible(text[match.end() :])).strip()
    return text[: match.start()], note or None


def plain(text: str) -> str:
    """Return `text` in NFKC with plain quotes and dashes, one space between words, `, ` between parts.

    Line breaks and ` - `, ` / `, `;`, `|` between words count as commas. Normalising twice changes nothing.
    """
    text = _nfkc(without_invisible(text, line_break="\n")).translate(_PLAIN)
    text = re.sub(r"[^\S\n]+", " ", text)
    text = re.sub(r"\s*\n\s*", ", ", text)
    text = _separators_as_commas(tidy_commas(text))
    return tidy_commas(text)


def tidy_commas(text: str) -> str:
    """Return `text` with one comma and one space between parts that are not empty."""
    text = re.sub(r"\s+,", ",", text)
    # A comma inside a number has digits straight on both sides; any other one separates.
    text = re.sub(r",(?!\d)|(?<!\d),", ", ", text)
    parts = (part.strip() for part in re.split(r",\s+|,$|^,", text))
    return ", ".join(re.sub(r"\s+", " ", part) for part in parts if part)


def _nfkc(text: str) -> str:
    pieces = re.split(f"([{_FRACTIONS}])", text)
    return "".join(piece if piece in _FRACTIONS else unicodedata.normalize("NFKC", piece) for piece in pieces)


_HOUR = r"(?:\d{1,2}(?::\d{2})?\s?(?:[ap]\.?m?\.?)?|noon|midnight)"
_RANGE = re.compile(rf"(?<!\S)({_HOUR}) - (?={_HOUR}(?:[\s,]|$))", re.IGNORECASE)


def _separators_as_commas(text: str) -> str:
    # `9 - 11` is a range of hours, not two parts.
    text = _RANGE.sub(r"\1-", text)
    text = re.sub(r"(?<!\S)(\d{3,}) - (?=\d{3,}(?:\s|$))", r"\1-", text)
    text = re.sub(r"\s+[-/]+\s+(?!-)", ", ", text)
    return re.sub(r"\s*;\s+|\s+;\s*|\s+\|\s*|\s*\|\s+", ", ", text)
