"""What only the machine can tell."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return this moment in UTC, to the second."""


class Ids(Protocol):
    """Makes what must not be guessed or meet again."""

    def token(self) -> str:
        """Return a tracking token: 22 letters and digits holding 128 random bits."""

    def unique(self) -> str:
        """Return a short id that does not meet another one."""
