"""The system's clock and its source of randomness: the only places that read either."""

import secrets
import string
from datetime import UTC, datetime

_TOKEN_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
_TOKEN_LETTERS = 22
"""62**22 is just above 2**128."""
_UNIQUE_ALPHABET = string.digits + string.ascii_lowercase
_UNIQUE_LETTERS = 12
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
        number = secrets.randbits(128)
        letters = []
        for _ in range(_TOKEN_LETTERS):
            number, digit = divmod(number, len(_TOKEN_ALPHABET))
            letters.append(_TOKEN_ALPHABET[digit])
        return "".join(letters)

    def unique(self) -> str:
        """Return 12 small letters and digits."""
        return "".join(secrets.choice(_UNIQUE_ALPHABET) for _ in range(_UNIQUE_LETTERS))
