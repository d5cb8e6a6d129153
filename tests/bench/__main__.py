"""Prints how fast Quickdump is beside the naive way and the raw limit, measured in the same run."""

import asyncio
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.bootstrap import System, build
from bot.desk import Line
from bot.grammar.new import read_new
from bot.settings import Settings
from core.adapters.directory import DirectoryObjects
from core.domain.people import Actor, Role
from core.ports import Matches

COMMANDS = 400
IN_FLIGHT = 64
BODY = b"x" * 40_000
"""About as much as a hundred open jobs."""


def main() -> None:
    """Measure and print a table and JSON."""
    folder = Path(tempfile.mkdtemp(prefix="quickdump-bench-"))
    try:
        raw = _rate(COMMANDS, _raw_puts(folder / "raw"))
        alone = asyncio.run(_commands(folder / "alone", 1))
        together = asyncio.run(_commands(folder / "together", IN_FLIGHT))
    finally:
        shutil.rmtree(folder)
    lines = _rate(2_000, _read_line)
    figures = {
        "raw conditional puts of 40 kB a second (folder)": raw,
        "commands a second, one at a time": alone,
        f"commands a second, {IN_FLIGHT} in flight": together,
        "in flight / one at a time": together / alone,
        "in flight / raw puts": together / raw,
        "lines of `new` read a second": lines,
    }
    for name, figure in figures.items():
        sys.stdout.write(f"{name:<50} {figure:12.1f}\n")
    sys.stdout.write(json.dumps(figures) + "\n")


def _rate(count: int, work: Callable[[int], None]) -> float:
    start = time.perf_counter()
    for number in range(count):
        work(number)
    return count / (time.perf_counter() - start)


def _raw_puts(folder: Path) -> Callable[[int], None]:
    objects = DirectoryObjects(folder)
    tags = [objects.put("raw.json", BODY)]

    def put(number: int) -> None:
        tags.append(objects.put("raw.json", BODY + str(number).encode(), condition=Matches(tags[-1])))

    return put


async def _commands(folder: Path, in_flight: int) -> float:
    places = {
        "state": f"file://{folder}/state",
        "site": f"file://{folder}/site",
        "timezone": "America/Phoenix",
    }
    system = build(Settings.model_validate(places))
    system.ensure_state()
    for number in range(100):
        await _say(system, f"new Mark{number} Soderblom {100 + number}", f"cli:new-{number}")
    gate = asyncio.Semaphore(in_flight)

    async def one(number: int) -> None:
        async with gate:
            await _say(system, f"note {number % 100 + 1} gate {number}", f"cli:note-{number}")

    start = time.perf_counter()
    await asyncio.gather(*(one(number) for number in range(COMMANDS)))
    return COMMANDS / (time.perf_counter() - start)


async def _say(system: System, text: str, cause: str) -> None:
    reply = await system.desk.ask(Line(text=text, actor=Actor.bare(Role.DISPATCHER), cause=cause))
    if not reply.ok:
        raise SystemExit(f"the bench expected '{text}' to be done: {reply.text}")


def _read_line(number: int) -> None:
    read_new(
        f"new Mark Soderblom {number} Oak St $600 602-555-0142 tomorrow 9-11 -- gate code",
        now=datetime.fromisoformat("2026-11-23T10:00:00-07:00"),
        zone=ZoneInfo("America/Phoenix"),
    )


if __name__ == "__main__":
    main()
