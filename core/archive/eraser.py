"""The eraser: takes a forgotten customer out of the archive. The only one who writes an object of it again.

The index forgets first, then the segment: whatever was not reached yet is still found by looking through all
segments, which the archiver does for everybody who was forgotten. Doing it again changes nothing more.
"""

import asyncio
import dataclasses

from core.archive.archive import Archive, segment_key
from core.codec.segment import decode_segment, encode_segment
from core.dispatch import Dispatcher
from core.domain.archived import Forgotten, IndexRun
from core.domain.forgetting import without
from core.domain.job import Job
from core.domain.state import State
from core.domain.terms import phone_term, terms_of
from core.ports import Conflict, Matches
from core.publish import Publisher

TRIES_MAX = 5
"""The archive may grow or be merged meanwhile: then what is new is looked through too."""


class Eraser:
    """Takes customers out of the archive."""

    def __init__(self, archive: Archive, dispatcher: Dispatcher, publisher: Publisher) -> None:
        self._archive = archive
        self._dispatcher = dispatcher
        self._publisher = publisher

    async def erase(self, record: Forgotten, phone: str | None = None) -> list[int]:
        """Take a customer out, and return the numbers of his archived jobs that were changed by it.

        With `phone` only where the index has it: quick, and not all. Without it everywhere, and then that is
        noted. Raises a StoreError where it did not come to its end; it may be done again.
        """
        numbers: set[int] = set()
        for _ in range(TRIES_MAX):
            state = await self._dispatcher.read()
            changed = await asyncio.to_thread(self._scrub, state, record, phone)
            numbers |= changed
            if await self._settle(state, record, everywhere=phone is None, changed=bool(changed)):
                return sorted(numbers)
        raise Conflict("the archive kept changing: it forgets him with the next pass")

    async def _settle(self, seen: State, record: Forgotten, *, everywhere: bool, changed: bool) -> bool:
        """Note that it is done; False where the archive is not the one any more that was looked through."""
        runs = seen.archive.runs

        def work(state: State) -> tuple[State, bool]:
            if state.archive.runs != runs:
                return state, False
            if not everywhere and not changed:
                return state, True
            # Somebody may have read what is gone now since the state was told.
            root = state.archive.model_copy(update={"epoch": state.archive.epoch + 1})
            forgotten = tuple(
                each.model_copy(update={"done": everywhere}) if each.key == record.key else each
                for each in state.forgotten
            )
            return dataclasses.replace(state, archive=root, forgotten=forgotten), True

        done, _ = await self._dispatcher.submit(work)
        return done

    def _scrub(self, state: State, record: Forgotten, phone: str | None) -> set[int]:
        runs = state.archive.runs
        self._archive.objects.at(state.archive.epoch)
        found = (
            self._archive.index.segments(runs, phone_term(phone)) if phone else self._archive.segments(state)
        )
        numbers: set[int] = set()
        for segment in sorted(found):
            for job in self._scrub_segment(segment, runs, record):
                numbers.add(job.number)
                if job.number not in state.jobs:
                    told = job.model_copy(update={"revision": state.revision})
                    self._publisher.bury(job.tracking_token, state, told, record.at)
        return numbers

    def _scrub_segment(self, segment: str, runs: tuple[IndexRun, ...], record: Forgotten) -> list[Job]:
        """Write a segment without the customer, where he is in it, and return his jobs."""
        key = segment_key(segment)
        there = self._archive.objects.newest(key)
        before = decode_segment(there.body, key)
        after = tuple(without(dossier, record) for dossier in before)
        if all(one is other for one, other in zip(before, after, strict=True)):
            return []
        business = self._dispatcher.business
        gone = terms_of(before, business) - terms_of(after, business)
        self._archive.index.remove(runs, gone, segment)
        self._archive.objects.rewrite(key, encode_segment(after), Matches(there.etag))
        pairs = zip(before, after, strict=True)
        return [new.job for old, new in pairs if new.job is not None and new.job != old.job]
