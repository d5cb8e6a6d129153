"""Two and four processes on one document: nothing is lost, and nobody starves."""

import asyncio
import multiprocessing
import time
from multiprocessing.pool import Pool

from tests.bench.figure import Figure
from tests.bench.firm import a_firm, join
from tests.bench.place import Place
from tests.bench.together import wrong

SECONDS = 6.0
IN_FLIGHT = 16
OPEN_JOBS = 100


def measure(place: Place) -> list[Figure]:
    """Return the rate of each number of processes, the slowest one's share, and what was lost."""
    figures: list[Figure] = []
    for count in (1, 2, 4):
        firm = a_firm(place, open_jobs=OPEN_JOBS)
        prefix = firm.key.removesuffix("/state/jobs.json")
        with multiprocessing.get_context("spawn").Pool(count) as pool:
            acknowledged = _run(pool, place, prefix, count)
        rates = [len(causes) / SECONDS for causes in acknowledged]
        missing = wrong(firm.stored(), [cause for causes in acknowledged for cause in causes])
        figures += [
            Figure(name=f"{count} processes: commands/s in all", value=sum(rates)),
            Figure(
                name=f"{count} processes: the slowest one's share of an even one",
                value=min(rates) * count / sum(rates),
            ),
            Figure(name=f"{count} processes: lost or doubled", value=missing, at_most=0),
        ]
    return figures


def _run(pool: Pool, place: Place, prefix: str, count: int) -> list[list[str]]:
    start_at = time.time() + 4  # noqa: TID251 - processes share no other clock
    return pool.starmap(_work, [(place.bucket, prefix, number, start_at) for number in range(count)])


def _work(bucket: str, prefix: str, process: int, start_at: float) -> list[str]:
    """Give commands until the time is over; return the causes of those that were acknowledged."""
    from core.adapters.s3 import S3Clients  # noqa: PLC0415 - in the process that uses it

    firm = join(Place(bucket=bucket, clients=S3Clients()), prefix)
    acknowledged: list[str] = []

    async def one(lane: int) -> None:
        number = 0
        while time.time() < start_at + SECONDS:  # noqa: TID251 - as above
            cause = f"cli:{process}-{lane}-{number}"
            await firm.say(f"edit {number % OPEN_JOBS + 1} location {process} {lane} {number} Elm St", cause)
            acknowledged.append(cause)
            number += 1

    async def all_lanes() -> None:
        await asyncio.sleep(max(0.0, start_at - time.time()))  # noqa: TID251 - as above
        await asyncio.gather(*(one(lane) for lane in range(IN_FLIGHT)))

    asyncio.run(all_lanes())
    return acknowledged
