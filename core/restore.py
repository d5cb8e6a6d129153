"""Restore: puts the jobs back as they were at a moment, from what the store keeps of earlier writes."""

import asyncio
import dataclasses
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from core.archive import Archive
from core.codec import decode, encode
from core.domain.archiving import Found
from core.domain.job import Job
from core.domain.restoring import Difference, difference, restored
from core.domain.state import State
from core.ports import (
    Absent,
    Clock,
    Condition,
    Conflict,
    Ids,
    Matches,
    NotFound,
    ObjectStore,
    ObjectVersion,
    OutcomeUnknown,
    Recovery,
    Snapshot,
    StateStore,
    StoreError,
    Unusable,
    Versions,
)
from core.publish import Publisher

log = logging.getLogger(__name__)

KEY = "jobs.json"

LEAP = 100_000
"""Revisions that are skipped where the newest state can't be read: pages may show later ones."""


_GO_ON_THERE = (
    "Nothing can be put back into a table whose state can't be read: restore it by hand to a moment when it "
    "was whole, and set STATE to that table; before it serves, hold its texts ('quickdump say texts off'), "
    "as what went out since is owed there"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What is gone back to."""

    state: State
    since: datetime | None = None
    """From when on it was so, or when it was; None: nobody knows."""
    place: str = ""
    """The address of the store that it lies in; empty for a version that the state's own store keeps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a restore would do; nothing is done yet."""

    earlier: Earlier
    now: State
    """The newest state that can be read."""
    after: State
    """What will be written."""
    base: Snapshot | None
    """What it replaces; None where that can't be read, or is gone: then `condition` says what it is."""
    condition: Condition
    difference: Difference


class Restorer:
    """Goes back in three steps: plan, ask somebody, write. A write that is overtaken changes nothing."""

    def __init__(
        self, objects: ObjectStore, store: StateStore, archive: Archive, publisher: Publisher, region: str
    ) -> None:
        self._objects = objects
        self._store = store
        self._archive = archive
        self._publisher = publisher
        self._region = region

    async def plan(self, at: datetime, clock: Clock, ids: Ids) -> Plan:
        """Return what going back to `at` would do; of a table, another table is made first.

        Raises Unusable where no earlier versions are kept, or none from before `at`; Unreachable.
        """
        return await self._plan(await asyncio.to_thread(self._as_of, at), clock, ids)

    async def plan_from(self, store: StateStore, place: str, clock: Clock, ids: Ids) -> Plan:
        """Return what going back to the state in another store would do; `place` is its address.

        Raises NotFound, Unusable, Unreachable.
        """
        there = await asyncio.to_thread(store.load)
        return await self._plan(Earlier(state=there.state, place=place), clock, ids)

    async def _plan(self, earlier: Earlier, clock: Clock, ids: Ids) -> Plan:
        then = earlier.state
        base, now, condition = await asyncio.to_thread(self._now)
        archived = {
            number: found
            for number in then.jobs.keys() - now.jobs.keys()
            if (found := await self._lies(now, number)) is not None
        }
        after = restored(now, then, archived, clock.now()).next_write(ids.unique())
        return Plan(
            earlier=earlier,
            now=now,
            after=after,
            base=base,
            condition=condition,
            difference=difference(now, after),
        )

    def versions(self) -> Iterator[ObjectVersion]:
        """Yield the states that one can go back to, the newest first. Blocks. Raises as `plan`."""
        return self._kept().versions(KEY)

    def _kept(self) -> Versions:
        if not isinstance(self._objects, Versions):
            raise Unusable("this store keeps no earlier versions: a folder, an S3 bucket and a table do")
        return self._objects

    async def write(self, plan: Plan, clock: Clock) -> list[int]:
        """Do what was planned; return the numbers of the jobs whose pages could not be written.

        Raises Conflict where somebody else has written meanwhile, Unreachable, OutcomeUnknown.
        """
        if plan.base is not None:
            saved = await asyncio.to_thread(self._store.save, plan.after, plan.base)
            state = saved.state
        else:
            await asyncio.to_thread(self._put, plan.after, plan.condition)
            state = plan.after
        shown = [*plan.difference.back, *(after for _, after in plan.difference.changed)]
        return await asyncio.to_thread(self._show, state, shown, plan.difference.gone, clock.now())

    async def _lies(self, now: State, number: int) -> Found | None:
        return await self._archive.job(now, str(number))

    def _as_of(self, at: datetime) -> Earlier:
        """Return the version that was there at a moment; in place of a damaged one the last before it."""
        if isinstance(self._store, Recovery):
            return _recovered(self._store, at)
        version = None
        for version in self.versions():
            if version.written_at <= at:
                try:
                    return Earlier(state=self._read(version), since=version.written_at)
                except (Unusable, NotFound) as error:
                    log.warning("an earlier one is taken: %s", error)
        oldest = f", the oldest is of {version.written_at:%Y-%m-%dT%H:%M:%SZ}" if version else ""
        raise Unusable(f"no version of {KEY} from before {at:%Y-%m-%dT%H:%M:%SZ} can be read{oldest}")

    def _read(self, version: ObjectVersion) -> State:
        body = self._kept().version(KEY, version.version_id)
        return decode(body, f"{KEY} of {version.written_at:%Y-%m-%dT%H:%M:%SZ}", region=self._region)

    def _now(self) -> tuple[Snapshot | None, State, Condition]:
        """Return the newest state, and what it is replaced by; where it is damaged, the newest before it."""
        condition: Condition = Absent()
        try:
            base = self._store.load()
        except (NotFound, Unusable) as error:
            if isinstance(self._store, Recovery):
                raise Unusable(f"{error}. {_GO_ON_THERE}") from error
            if isinstance(error, Unusable):
                log.warning("going back from a state that can't be read: %s", error)
                there = self._objects.get(KEY)
                condition = Matches(there.etag) if there else Absent()
        else:
            return base, base.state, Matches(base.version)
        for version in self.versions():
            try:
                state = self._read(version)
            except (Unusable, NotFound):
                continue
            return None, dataclasses.replace(state, revision=state.revision + LEAP), condition
        raise Unusable(f"no version of {KEY} that is kept can be read")

    def _put(self, state: State, condition: Condition) -> None:
        body = encode(state)
        try:
            self._objects.put(KEY, body, condition=condition, content_type="application/json; charset=utf-8")
        except (Conflict, OutcomeUnknown):
            there = self._objects.get(KEY)
            if there is None or there.body != body:
                raise

    def _show(self, state: State, shown: Iterable[Job], gone: Iterable[Job], now: datetime) -> list[int]:
        failed = []
        for job in (*shown, *gone):
            try:
                if job.number in state.jobs:
                    self._publisher.repair(state, state.jobs[job.number], now)
                else:
                    ended = job.model_copy(update={"revision": state.revision})
                    self._publisher.bury(job.tracking_token, state, ended, now)
            except StoreError as error:
                log.warning("the page of #%s could not be written: %s", job.number, error)
                failed.append(job.number)
        return failed


def _recovered(store: Recovery, at: datetime) -> Earlier:
    beside, place = store.beside(at)
    try:
        state = beside.load().state
    except (Unusable, NotFound) as error:
        raise Unusable(
            f"{place} cannot be read ({error}): that moment may lie in the middle of a write. Name another "
            "second"
        ) from error
    return Earlier(state=state, since=at, place=place)
