"""Finished jobs by the million: they must cost nothing but their references."""

import asyncio
import dataclasses
import multiprocessing
import resource
import time

from core.adapters.s3 import S3Clients
from core.domain.archived import ArchiveRoot, IndexRun
from core.domain.archiving import SEGMENT_JOBS_MAX, merged, to_merge
from core.domain.state import State
from tests.bench.figure import Figure, median
from tests.bench.firm import Firm, a_firm
from tests.bench.place import Place

OPEN_JOBS = 1_000
COMMANDS = 1_000
IN_FLIGHT = 64
FINISHED = (1_000, 100_000, 1_000_000)
ROUNDS = 3


def measure(place: Place) -> list[Figure]:
    """Return how throughput and memory with many finished jobs compare with few."""
    rates: dict[int, list[float]] = {count: [] for count in FINISHED}
    memory: dict[int, float] = {}
    for _ in range(ROUNDS):
        for count in FINISHED:
            # A process of its own each time: memory that was taken once is not given back.
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                rate, resident_kb = pool.apply(_work, (place.bucket, place.prefix(), count))
            rates[count].append(rate)
            memory[count] = resident_kb
    few = FINISHED[0]
    figures = []
    for count in FINISHED[1:]:
        ratio = median(rates[count]) / median(rates[few])
        what = f"{count:,} / {few:,} finished jobs, {OPEN_JOBS:,} open"
        figures += [
            Figure(name=f"throughput with {what}", value=ratio, at_least=0.95),
            Figure(name=f"resident memory with {what}", value=memory[count] / memory[few], at_most=1.5),
        ]
    return figures


def _work(bucket: str, prefix: str, finished: int) -> tuple[float, float]:
    """Return commands a second and the highest resident memory in kB."""
    place = Place(bucket=bucket, clients=S3Clients(), name=prefix)
    firm = a_firm(place, open_jobs=OPEN_JOBS, change=lambda state: with_finished(state, finished))
    start = time.perf_counter()
    asyncio.run(_all(firm))
    took_s = time.perf_counter() - start
    return COMMANDS / took_s, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


async def _all(firm: Firm) -> None:
    gate = asyncio.Semaphore(IN_FLIGHT)

    async def one(number: int) -> None:
        async with gate:
            await firm.say(f"edit {number % OPEN_JOBS + 1} location {number} Elm St", f"cli:{number}")

    await asyncio.gather(*(one(number) for number in range(COMMANDS)))


def with_finished(state: State, jobs: int) -> State:
    """Return the state with `jobs` archived ones, moved and merged as the archiver does."""
    numbers = 0
    for segment in range(jobs // SEGMENT_JOBS_MAX):
        run = IndexRun(key=f"archive/index/0/{segment:012d}.jsonl.gz", level=0)
        root = state.archive
        state = dataclasses.replace(
            state,
            archive=ArchiveRoot(
                runs=(*root.runs, run), jobs=root.jobs + SEGMENT_JOBS_MAX, newest_date="20260101"
            ),
        )
        while runs := to_merge(state.archive):
            numbers += 1
            into = IndexRun(key=f"archive/index/{numbers:012d}.jsonl.gz", level=runs[0].level + 1)
            after = merged(state, runs, into, state.archive.epoch)
            assert after is not None
            state = after
    return state
