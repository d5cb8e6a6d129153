"""One command at a time on a quiet system: a reply should take about one put of the document."""

import asyncio
import time

from tests.bench.figure import Figure, median
from tests.bench.firm import Firm, a_firm
from tests.bench.place import Place

PAIRS = 150


def measure(place: Place) -> list[Figure]:
    """Return how a command compares with a bare put of the same body, taken in turn with it."""
    return [
        _against_raw(place, open_jobs=100, at_most=1.5, page=False),
        _against_raw(place, open_jobs=100, at_most=None, page=True),
        _against_raw(place, open_jobs=5_000, at_most=1.5, page=False),
    ]


def _against_raw(place: Place, *, open_jobs: int, at_most: float | None, page: bool) -> Figure:
    firm = a_firm(place, open_jobs=open_jobs)
    commands, raws = asyncio.run(_in_turn(firm, place, page=page))
    what = "command that a page shows" if page else "command"
    return Figure(
        name=f"{what} alone / raw put of that body, {open_jobs:,} open jobs (p50)",
        value=median(commands) / median(raws),
        at_most=at_most,
    )


async def _in_turn(firm: Firm, place: Place, *, page: bool) -> tuple[list[float], list[float]]:
    await firm.warm()
    etag, raws = None, []
    key = f"{place.prefix()}/raw.json"
    for number in range(PAIRS):
        field = f"price {700 + number}" if page else f"location {number} Elm St"
        await firm.say(f"edit {number % 100 + 1} {field}", f"cli:{number}")
        found = await asyncio.to_thread(firm.system.objects.get, "jobs.json")
        body = found.body if found else b""
        start = time.perf_counter()
        etag = await asyncio.to_thread(place.put, key, body, etag)
        raws.append(time.perf_counter() - start)
    return firm.took_s, raws
