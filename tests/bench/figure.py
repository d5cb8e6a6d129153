"""Figure: one measured number, with its goal where there is one."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What was measured."""

    name: str
    """With its unit; a ratio names both sides."""
    value: float
    at_least: float | None = None
    at_most: float | None = None

    @property
    def line(self) -> str:
        """The figure as it is printed."""
        return f"{self.name:<76} {self.value:>12,.2f}{self._goal()}"

    def _goal(self) -> str:
        if self.at_least is not None:
            word = "met" if self.value >= self.at_least else "MISSED"
            return f"   goal >= {self.at_least:g}: {word}"
        if self.at_most is not None:
            word = "met" if self.value <= self.at_most else "MISSED"
            return f"   goal <= {self.at_most:g}: {word}"
        return ""


def share(values: Sequence[float], part: float) -> float:
    """Return the value that `part` (0 to 1) of `values` are at or below."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def median(values: Sequence[float]) -> float:
    """Return the middle one."""
    return statistics.median(values)
