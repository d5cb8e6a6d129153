"""Firm: a whole Quickdump on the server, with open jobs to work on."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.bootstrap import System, build
from bot.desk import Line
from bot.settings import Settings
from core.domain.people import Actor, Role
from core.domain.state import State
from tests.bench.place import Place
from tests.builders import a_job

DISPATCHER = Actor.bare(Role.DISPATCHER)

UNPACED = 1_000.0
"""Commits a second that no store here reaches."""


@dataclass(slots=True, kw_only=True)
class Firm:
    """One process of one business."""

    system: System
    key: str = ""
    """Of the state in the bucket, where it lies in one."""
    took_s: list[float] = field(default_factory=list)
    """How long each answer took."""

    async def say(self, text: str, cause: str) -> None:
        """Put one line to the desk, as every channel does, and wait for its reply."""
        start = time.perf_counter()
        reply = await self.system.desk.ask(Line(text=text, actor=DISPATCHER, cause=cause))
        self.took_s.append(time.perf_counter() - start)
        if not reply.ok:
            raise SystemExit(f"the bench expected '{text}' to be done: {reply.text}")

    async def warm(self) -> None:
        """Bring it where a process is that has run for a while: connections, pages, the state in memory."""
        await self.say("edit 1 note warm", "cli:warm")
        await self.system.relay.repair(await self.system.dispatcher.read())
        self.took_s.clear()

    def stored(self) -> State:
        """Return what lies in the store."""
        return self.system.store.load().state


def a_firm(
    place: Place,
    *,
    open_jobs: int,
    commits_per_second: float = UNPACED,
    change: Callable[[State], State] = lambda state: state,
) -> Firm:
    """Return a firm that has `open_jobs` jobs, on the server; `change` makes its first state."""
    firm = join(place, place.prefix(), commits_per_second=commits_per_second)
    fill(firm, open_jobs=open_jobs, change=change)
    return firm


def fill(firm: Firm, *, open_jobs: int, change: Callable[[State], State] = lambda state: state) -> None:
    """Give the firm its first state: `open_jobs` jobs, and what `change` makes of them."""
    jobs = {
        number: a_job(number=number, location=f"{number} Oak St, Tempe", note="gate code 4411")
        for number in range(1, open_jobs + 1)
    }
    first = State(revision=1, write_id="first", next_number=open_jobs + 1, jobs=jobs)
    firm.system.store.create(change(first))


def join(
    place: Place, prefix: str, *, commits_per_second: float = UNPACED, sms_hold_seconds: int = 10
) -> Firm:
    """Return one more process of the firm under `prefix`."""
    at = f"s3://{place.bucket}/{prefix}"
    return open_firm(
        f"{at}/state",
        f"{at}/site",
        key=f"{prefix}/state/jobs.json",
        commits_per_second=commits_per_second,
        sms_hold_seconds=sms_hold_seconds,
    )


def open_firm(
    state: str, site: str, *, key: str = "", commits_per_second: float = UNPACED, sms_hold_seconds: int = 10
) -> Firm:
    """Return a process of the firm whose state and site lie at these addresses."""
    settings = Settings.model_validate(
        {
            "state": state,
            "site": site,
            "timezone": "America/Phoenix",
            "commits_per_second": commits_per_second,
            "sms_hold_seconds": sms_hold_seconds,
            "quiet_hours": "0-0",
        }
    )
    return Firm(system=build(settings), key=key)
