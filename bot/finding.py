"""Finding: what was found about one part of a running Quickdump."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about one part."""

    part: str
    verdict: Literal["fine", "not configured", "broken"]
    words: str = ""

    @property
    def broken(self) -> bool:
        """Whether somebody has to do something."""
        return self.verdict == "broken"

    @property
    def line(self) -> str:
        """The finding as it is printed."""
        detail = f": {self.words}" if self.words else ""
        return f"{self.part:<12} {self.verdict}{detail}"
