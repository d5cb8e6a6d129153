"""The system's clock, its source of randomness, and this process: the only places that read them."""

import os
import socket
import string
from datetime import UTC, datetime
from pathlib import Path

_TOKEN_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
_TOKEN_LETTERS = 22
"""62**22 is above 2**130."""
_UNIQUE_ALPHABET = string.digits + string.ascii_lowercase
_UNIQUE_LETTERS = 12
"""Two of a million such ids meet with a chance of one in ten million."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return this moment in UTC, cut to the second."""
        return datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - this is the clock's home


class SystemIds:
    """Ids from the system's randomness."""

    def token(self) -> str:
        """Return 22 letters and digits: 130 random bits."""
        return _TOKENS.draw(_TOKEN_LETTERS)

    def unique(self) -> str:
        """Return 12 small letters and digits: 62 random bits."""
        return _UNIQUES.draw(_UNIQUE_LETTERS)


class _Urn:
    """Letters to draw from, each as likely as the other."""

    def __init__(self, alphabet: str) -> None:
        # A random byte is a letter; those beyond the last whole round of the alphabet would favour its first.
        whole = 256 - 256 % len(alphabet)
        self._letters = bytes(ord(alphabet[byte % len(alphabet)]) for byte in range(256))
        self._beyond = bytes(range(whole, 256))

    def draw(self, count: int) -> str:
        """Return `count` letters."""
        drawn = b""
        while len(drawn) < count:
            drawn += os.urandom(2 * count).translate(self._letters, self._beyond)
        return drawn[:count].decode("ascii")


_TOKENS = _Urn(_TOKEN_ALPHABET)
_UNIQUES = _Urn(_UNIQUE_ALPHABET)


def this_process() -> str:
    """Return a name of this process that no other one has: its machine, its number, when it began."""
    return f"{socket.gethostname()} {os.getpid()} {_began(os.getpid())}"


def is_gone(process: str) -> bool:
    """Tell whether a process, by its name, is certainly dead: one of another machine never is."""
    host, _, rest = process.partition(" ")
    number, _, began = rest.partition(" ")
    if host != socket.gethostname() or not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    # The number may have been given out again.
    return began != _began(int(number))


_BEGAN_FIELD = 19
"""Of what follows the name in brackets in `/proc/<pid>/stat` (proc(5), field 22)."""


def _began(number: int) -> str:
    """Return when a process began, in the kernel's own measure; the same for all where that is not told."""
    try:
        return Path(f"/proc/{number}/stat").read_text("utf-8").rpartition(")")[2].split()[_BEGAN_FIELD]
    except (OSError, IndexError):
        return "-"
