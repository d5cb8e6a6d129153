"""OpenJobs: the indexes over open jobs, by date and by location.

They are the table's contract with other programs (a report, a planner, a driver's map), which need not know
how a state lies in it. An index follows the table within a second or so: no decision is made on it.
"""

import datetime as dt

from core.adapters.dynamodb.items import Item, text
from core.adapters.dynamodb.rows import UNSCHEDULED, place_of
from core.adapters.dynamodb.setup import BY_DATE, BY_LOCATION
from core.adapters.dynamodb.table import Table


class OpenJobs:
    """Finds the numbers of open jobs without reading the state."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def on(self, day: dt.date | None) -> list[int]:
        """Return the jobs of a day, or those without one, by number. Raises NotFound, Unreachable."""
        values = {":day": day.isoformat() if day else UNSCHEDULED}
        return _numbers(list(self._table.query_index(BY_DATE, "open_on = :day", values)))

    def at(self, location: str, first: dt.date | None = None, last: dt.date | None = None) -> list[int]:
        """Return the jobs at a location (case and accents do not matter), by number.

        With `first` or `last` only those of these days; otherwise those without a day too. Raises NotFound,
        Unreachable.
        """
        where, values = "open_at = :place", {":place": place_of(location)}
        if first is not None or last is not None:
            where += " AND open_on BETWEEN :first AND :last"
            values |= {
                ":first": (first or dt.date.min).isoformat(),
                ":last": (last or dt.date.max).isoformat(),
            }
        return _numbers(list(self._table.query_index(BY_LOCATION, where, values)))


def _numbers(items: list[Item]) -> list[int]:
    return sorted(int(text(item, "sk").partition("#")[2]) for item in items)
