"""The archiver: moves what is ripe into the archive, in bounded passes.

A segment and its run of the index are written first, under names that are nobody else's; then one commit lets
the jobs go and refers to the run. Before that commit nothing has happened but some objects that nobody reads,
and after it all of it. What a pass that died has left is cleaned up a month later.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.archive.archive import PASS_LIFE, Archive, object_name, segment_key
from core.archive.eraser import Eraser
from core.archive.index import lines_of
from core.dispatch import Dispatcher
from core.domain import archiving
from core.domain.archived import IndexRun
from core.domain.archiving import SEGMENT_JOBS_MAX, Dossier
from core.domain.state import State
from core.domain.terms import terms_of
from core.ports import StoreError
from core.publish import Publisher

log = logging.getLogger(__name__)

INTERVAL_S = 60.0
PAUSE_S = 1.0
"""Between two passes, and between two that have much to do: others want to write too."""

SEGMENT_INTERVAL = timedelta(hours=20)
"""Few jobs wait this long for others, so that there is one segment a day at most, not one a job."""

EXPIRED_MAX = SEGMENT_JOBS_MAX
"""Links that one pass lets come to their end: as many as it moves jobs, so that neither runs ahead."""

ORPHAN_AGE = timedelta(days=35)
"""Older than any state that `restore` could bring back, which may still refer to it."""


@dataclass(slots=True)
class Swept:
    """What a pass did."""

    jobs: int = 0
    merges: int = 0
    expired: int = 0
    orphans: int = 0
    erased: int = 0

    @property
    def more(self) -> bool:
        """Whether the next pass is likely to find something to do at once."""
        return self.jobs >= SEGMENT_JOBS_MAX or self.expired >= EXPIRED_MAX or self.merges > 0


class Archiver:
    """Moves what is ripe, one pass after another. Two at once do no harm: the commit of one is void."""

    def __init__(
        self, archive: Archive, dispatcher: Dispatcher, publisher: Publisher, life: timedelta
    ) -> None:
        self._archive = archive
        self._dispatcher = dispatcher
        self._publisher = publisher
        self._life = life
        self._eraser = Eraser(archive, dispatcher, publisher)
        self._collected_at: datetime | None = None

    async def run(self, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Work until cancelled; a fault of one pass is logged and the next one tries again."""
        # The relay goes first: what it drops as too late need not wait for another pass.
        await pause(PAUSE_S)
        while True:
            try:
                swept = await self.once()
            except StoreError as error:
                log.warning("archive: this pass failed, the next one tries again: %s", error)
                swept = Swept()
            except Exception:
                # Whatever it was: the archive is no reason for the service to end.
                log.exception("archive: this pass failed, the next one tries again")
                swept = Swept()
            await pause(PAUSE_S if swept.more else INTERVAL_S)

    async def once(self, *, by_hand: bool = False) -> Swept:
        """Do one bounded pass; `by_hand` waits for no more jobs to come together. Raises a StoreError."""
        swept = Swept()
        state = await self._dispatcher.read()
        now = self._dispatcher.clock.now()
        dossiers = archiving.ripe(state, now, self._life)
        if dossiers and (by_hand or _worth_a_segment(dossiers, state, now)):
            swept.jobs = await self._move(dossiers, now)
        swept.merges = await self._merge(now)
        swept.expired = await self._expire(now)
        swept.erased = await self._erase()
        swept.orphans = await self._collect(now)
        return swept

    async def _move(self, dossiers: list[Dossier], now: datetime) -> int:
        business = self._dispatcher.business
        name = self._name(now)
        numbers = [dossier.job.number for dossier in dossiers if dossier.job is not None]
        lines = lines_of(terms_of(dossiers, business), name)
        await asyncio.to_thread(self._archive.write, name, dossiers)
        run = await asyncio.to_thread(self._archive.index.write, name, lines, level=0, numbers=numbers)

        # It is void where somebody changed one of them meanwhile.
        done = await self._commit(run, now, lambda s: archiving.moved(s, dossiers, run, business, now))
        if not done:
            await self._remove([segment_key(name)])
        return len(numbers) if done else 0

    async def _merge(self, now: datetime) -> int:
        state = await self._dispatcher.read()
        runs, epoch = archiving.to_merge(state.archive), state.archive.epoch
        if not runs:
            return 0
        self._archive.objects.at(epoch)
        into = await asyncio.to_thread(self._archive.index.merge, self._name(now), runs)
        return int(await self._commit(into, now, lambda s: archiving.merged(s, runs, into, epoch)))

    async def _expire(self, now: datetime) -> int:
        """Let links come to their end: the page first, then the trace goes."""
        traces = archiving.expired(await self._dispatcher.read(), now)[:EXPIRED_MAX]
        for trace in traces:
            if not trace.revoked:
                await asyncio.to_thread(self._publisher.expire, trace)
        if traces:
            await self._dispatcher.submit(lambda state: (archiving.without_traces(state, traces), None))
        return len(traces)

    async def _erase(self) -> int:
        """Look through the whole archive for those who were forgotten since the last pass."""
        records = [each for each in (await self._dispatcher.read()).forgotten if not each.done]
        for record in records:
            await self._eraser.erase(record)
        return len(records)

    async def _collect(self, now: datetime) -> int:
        """Remove, once a day, old objects that nobody refers to: what passes left that died or were void."""
        if self._collected_at is not None and now < self._collected_at + timedelta(days=1):
            return 0
        orphans = await self._archive.orphans(self._dispatcher.read)
        old = [key for key, written_at in orphans.items() if written_at < now - ORPHAN_AGE]
        await self._remove(old)
        self._collected_at = now
        return len(old)

    async def _commit(
        self, run: IndexRun, began_at: datetime, change: Callable[[State], State | None]
    ) -> bool:
        """Let the state refer to `run`; where that is void, remove it: it holds people's data for nobody."""

        def work(state: State) -> tuple[State, bool]:
            if run in state.archive.runs:
                return state, True
            # Whoever cleans up takes what is older for the remains of a pass that died.
            late = self._dispatcher.clock.now() > began_at + PASS_LIFE
            after = None if late else change(state)
            return (state, False) if after is None else (after, True)

        done, _ = await self._dispatcher.submit(work)
        if not done:
            prefix = run.key.removesuffix(".jsonl.gz")
            await self._remove(
                await asyncio.to_thread(lambda: list(self._archive.objects.store.keys(prefix)))
            )
        return done

    async def _remove(self, keys: list[str]) -> None:
        for key in keys:
            try:
                await asyncio.to_thread(self._archive.objects.store.delete, key)
            except StoreError as error:
                log.warning("archive: %s is of no use and could not be removed: %s", key, error)

    def _name(self, now: datetime) -> str:
        return object_name(now, self._dispatcher.ids.unique())


def _worth_a_segment(dossiers: list[Dossier], state: State, now: datetime) -> bool:
    moved_at = state.archive.moved_at
    return len(dossiers) >= SEGMENT_JOBS_MAX or moved_at is None or now >= moved_at + SEGMENT_INTERVAL
