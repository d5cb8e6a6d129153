"""A line as it is read: one line, no invisible characters, single spaces."""

import re
import unicodedata


def clean_line(text: str) -> str:
    """Return `text` in NFKC, without control and format characters, with single spaces.

    Format characters (zero width, direction marks) steer how text is shown and are never meant as words.
    """
    if text.isascii() and text.isprintable():
        # Nearly every line: there is nothing to take out of it.
        return " ".join(text.split())
    kept = "".join(
        " " if character in "\r\n\t\v\f\u0085\u2028\u2029" else character
        for character in unicodedata.normalize("NFKC", text)
        if character in "\r\n\t\v\f\u0085\u2028\u2029"
        or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )
    return re.sub(r"\s+", " ", kept).strip()
