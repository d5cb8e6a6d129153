"""How fast lines are read."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.grammar.new import read_new
from tests.bench.figure import Figure
from tests.bench.place import Place, seconds

LINES = 2_000


def measure(place: Place) -> list[Figure]:
    """Return the rate at which whole `new` lines are read."""
    del place
    zone = ZoneInfo("America/Phoenix")
    now = datetime(2026, 11, 23, 10, tzinfo=zone)

    def read() -> None:
        for number in range(LINES):
            read_new(
                f"new Mark Soderblom {number} Oak St $600 602-555-0142 tomorrow 9-11 -- gate code",
                now=now,
                zone=zone,
            )

    return [Figure(name="lines of `new` read a second", value=LINES / seconds(read))]
