"""The pace that one hot key bears: five commits a second, fifty commands a second."""

import asyncio
import random

from tests.bench.figure import Figure, median, share
from tests.bench.firm import Firm, a_firm
from tests.bench.place import Place

COMMANDS_PER_SECOND = 50
SECONDS = 10
OPEN_JOBS = 100


def measure(place: Place) -> list[Figure]:
    """Return the puts that a command costs, and what the pace adds to an answer."""
    firm = a_firm(place, open_jobs=OPEN_JOBS, commits_per_second=5)
    count = COMMANDS_PER_SECOND * SECONDS
    revision = asyncio.run(_arriving(firm, count))
    found = firm.system.objects.get("jobs.json")
    bare_ms = 1000 * median(place.conditional_puts(found.body if found else b"", 60))
    return [
        Figure(
            # The first finds a quiet system and waits for nobody.
            name="puts of the state a command after the first, 50 commands/s at 5 commits/s",
            value=(firm.stored().revision - revision - 1) / count,
            at_most=0.1,
        ),
        Figure(
            name="p99 of an answer at that pace, above a bare put (ms)",
            value=1000 * share(firm.took_s, 0.99) - bare_ms,
            at_most=300,
        ),
    ]


async def _arriving(firm: Firm, count: int) -> int:
    """Let commands come at random moments, whether the ones before are answered or not.

    Return the revision before the first of them.
    """
    chance = random.Random(1)  # noqa: S311 - a repeatable arrival
    await firm.warm()
    revision = firm.stored().revision
    said = []
    # At moments that are fixed beforehand: what a sleep takes too long makes none of them later.
    due_s = asyncio.get_running_loop().time()
    for number in range(count):
        due_s += chance.expovariate(COMMANDS_PER_SECOND)
        await asyncio.sleep(due_s - asyncio.get_running_loop().time())
        line = f"edit {number % OPEN_JOBS + 1} location {number} Elm St"
        said.append(asyncio.create_task(firm.say(line, f"cli:{number}")))
    await asyncio.gather(*said)
    return revision
