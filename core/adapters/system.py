"""The system's clock and its source of randomness: the only places that read either."""

import secrets
import string
from datetime import UTC, datetime

_TOKEN_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
_TOKEN_LETTERS = 22
"""62**22 is just above 2**128."""
_UNIQUE_ALPHABET = string.digits + string.ascii_lowercase
_UNIQUE_LETTERS = 12
_UNIQUES = len(_UNIQUE_ALPHABET) ** _UNIQUE_LETTERS
"""62 bits: two of a million ids meet with a chance of one in ten million."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return this moment in UTC, cut to the second."""
        return datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - this is the clock's home


class SystemIds:
    """Ids from the system's randomness."""

    def token(self) -> str:
        """Return 22 letters and digits that hold 128 random bits."""
        return _spelled(secrets.randbits(128), _TOKEN_ALPHABET, _TOKEN_LETTERS)

    def unique(self) -> str:
        """Return 12 small letters and digits."""
        return _spelled(secrets.randbelow(_UNIQUES), _UNIQUE_ALPHABET, _UNIQUE_LETTERS)


def _spelled(number: int, alphabet: str, letters: int) -> str:
    """Return `number` in the digits of `alphabet`, the lowest first, in `letters` places."""
    digits = []
    for _ in range(letters):
        number, digit = divmod(number, len(alphabet))
        digits.append(alphabet[digit])
    return "".join(digits)
