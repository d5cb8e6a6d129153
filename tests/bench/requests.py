"""What a job costs: requests and bytes, counted on the wire, over whole lives of jobs."""

import asyncio
from collections import Counter
from typing import Any

from bot.desk import Line
from core.adapters import s3
from core.domain.people import Actor, Role
from tests.bench.figure import Figure
from tests.bench.firm import join
from tests.bench.place import Place

JOBS = 20
DRIVER = Actor.bare(Role.DRIVER)
DISPATCHER = Actor.bare(Role.DISPATCHER)
PUT_USD, GET_USD, SENT_GB_USD = 0.005 / 1000, 0.0004 / 1000, 0.09
"""S3 Standard, us-east-1, as published in 2026: a PUT or LIST, a GET, a gigabyte to the internet."""


def measure(place: Place) -> list[Figure]:
    """Return the requests that one job makes from its first word to its end, texts and pages included."""
    counts: Counter[str] = Counter()

    def count(request: Any, **_: object) -> None:
        # `Any`: botocore's own request, which its stubs leave open.
        kind = "get" if request.method in {"GET", "HEAD"} else "put"
        where = "state" if "/state/" in request.url else "site"
        counts[f"{where} {kind}s"] += 1
        counts[f"{where} bytes"] += int(request.headers.get("Content-Length") or 0)

    clients = [s3._SHARED.reads, s3._SHARED.writes]
    for client in clients:
        client.meta.events.register("before-send.s3", count, unique_id="bench")
    try:
        asyncio.run(_lives(place))
    finally:
        for client in clients:
            client.meta.events.unregister("before-send.s3", unique_id="bench")
    figures = [Figure(name=f"{name} a job", value=value / JOBS) for name, value in sorted(counts.items())]
    puts = counts["state puts"] + counts["site puts"]
    gets = counts["state gets"] + counts["site gets"]
    usd = 1000 * (puts * PUT_USD + gets * GET_USD) / JOBS
    return [*figures, Figure(name="S3 requests of 1,000 jobs (USD)", value=usd)]


async def _lives(place: Place) -> None:
    """Let jobs live one after another, each text sent and each page and board written after each word."""
    firm = join(place, place.prefix(), sms_hold_seconds=0)
    system = firm.system
    system.create_state()
    for number in range(1, JOBS + 1):
        phone = f"+1602555{number:04d}"
        said = [
            (DISPATCHER, f"new Mark{number} Soderblom, 12 Oak St, 600 {phone}"),
            (Actor.customer(phone), "OK"),
            (DRIVER, f"transit {number}"),
            (DRIVER, f"dumped {number}"),
            (DRIVER, f"complete {number}"),
        ]
        for step, (actor, text) in enumerate(said):
            cause = f"sms:{number}-{step}" if actor.role is None else f"tg:{number}-{step}"
            reply = await system.desk.ask(Line(text=text, actor=actor, cause=cause))
            if not reply.ok:
                raise SystemExit(f"the bench expected '{text}' to be done: {reply.text}")
            await system.relay.once()
            await system.board.once()
