"""Many commands at once, end to end: text in, decided, committed, reply out."""

import asyncio
import time
from collections import Counter

from core.domain.events import JobEdited
from core.domain.state import State
from tests.bench.figure import Figure, median, share
from tests.bench.firm import Firm, a_firm
from tests.bench.naive import loop_rate
from tests.bench.place import Place

COMMANDS = 3_000
IN_FLIGHT = 64
ROUNDS = 3
OPEN_JOBS = 100


def measure(place: Place) -> list[Figure]:
    """Return the rate of commands as ratios to raw puts and to a compare-and-swap loop, and what is lost."""
    raw = median([place.raw_rate() for _ in range(ROUNDS)])
    rounds = [_round(place, page=False) for _ in range(ROUNDS)]
    rate = median([each["rate"] for each in rounds])
    return [
        Figure(name="raw puts of 400 B/s (boto3, 8 threads)", value=raw),
        Figure(name=f"commands/s, {IN_FLIGHT} in flight", value=rate),
        Figure(name=f"commands/s, {IN_FLIGHT} in flight / raw puts/s", value=rate / raw, at_least=20),
        Figure(
            name="commands/s / jobs/s of a compare-and-swap loop", value=rate / loop_rate(place), at_least=100
        ),
        Figure(
            name="commits/s / bare conditional puts/s of that size",
            value=median([each["efficiency"] for each in rounds]),
            at_least=0.8,
        ),
        Figure(
            name="p99 of an answer under load / p50 of a bare put",
            value=median([each["p99"] for each in rounds]),
            at_most=4,
        ),
        Figure(
            name="acknowledged commands lost or doubled",
            value=sum(each["wrong"] for each in rounds),
            at_most=0,
        ),
        Figure(
            name=f"commands/s that pages show (a put each), {IN_FLIGHT} in flight / raw puts/s",
            value=_round(place, page=True)["rate"] / raw,
        ),
    ]


def _round(place: Place, *, page: bool) -> dict[str, float]:
    firm = a_firm(place, open_jobs=OPEN_JOBS)
    count = COMMANDS // 4 if page else COMMANDS
    revision = firm.stored().revision
    start = time.perf_counter()
    asyncio.run(all_said(firm, count, page=page))
    took_s = time.perf_counter() - start
    state = firm.stored()
    found = firm.system.objects.get("jobs.json")
    bare = place.conditional_puts(found.body if found else b"", 60)
    return {
        "rate": count / took_s,
        "efficiency": (state.revision - revision) / took_s * (sum(bare) / len(bare)),
        "p99": share(firm.took_s, 0.99) / median(bare),
        "wrong": wrong(state, [f"cli:{number}" for number in range(count)]),
    }


async def all_said(firm: Firm, count: int, *, page: bool) -> None:
    """Give `count` commands, `IN_FLIGHT` at a time; `page`: such as their pages show."""
    await firm.warm()
    numbers = iter(range(count))

    async def client() -> None:
        for number in numbers:
            field = f"price {700 + number}" if page else f"location {number} Elm St"
            await firm.say(f"edit {number % OPEN_JOBS + 1} {field}", f"cli:{number}")

    await asyncio.gather(*(client() for _ in range(IN_FLIGHT)))


def wrong(state: State, causes: list[str]) -> int:
    """Return how many of these acknowledged edits are not in the state exactly once."""
    counts = Counter(
        event.cause for job in state.jobs.values() for event in job.history if isinstance(event, JobEdited)
    )
    return sum(counts[cause] != 1 for cause in causes)
