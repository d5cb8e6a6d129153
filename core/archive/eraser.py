"""The eraser: takes a forgotten customer out of the archive. The only one who writes an object of it again.

The index forgets first, then the segment: whatever was not reached yet is still found by looking through all
segments, which the archiver does for everybody who was forgotten. Doing it again changes nothing more.
"""

import asyncio
import dataclasses

from core.archive.archive import PASS_LIFE, Archive, segment_key
from core.codec.segment import decode_segment, encode_segment
from core.dispatch import Dispatcher
from core.domain.archived import Forgotten
from core.domain.forgetting import is_theirs, without
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
        """Take a customer out, and return the numbers of his jobs that were found there.

        With `phone` only where the index has it: quick, and not all. Without it everywhere, and that is noted
        once it is true. Raises a StoreError where it did not come to its end; it may be done again.
        """
        numbers: set[int] = set()
        for _ in range(TRIES_MAX):
            state = await self._dispatcher.read()
            numbers |= await asyncio.to_thread(self._scrub, state, record, phone)
            everywhere = phone is None and await self._cleared_orphans()
            if await self._settle(state, record, everywhere=everywhere):
                return sorted(numbers)
        raise Conflict("the archive kept changing: it forgets him with the next pass")

    async def _cleared_orphans(self) -> bool:
        """Remove what nobody refers to, merged runs above all; False where some of it is too young."""
        now = self._dispatcher.clock.now()
        orphans = await self._archive.orphans(self._dispatcher.read)
        old = [key for key, named_at in orphans.items() if named_at < now - 2 * PASS_LIFE]
        for key in old:
            await asyncio.to_thread(self._archive.objects.store.delete, key)
        return len(old) == len(orphans)

    async def _settle(self, seen: State, record: Forgotten, *, everywhere: bool) -> bool:
        """Note that it is done; False where the archive is not the one any more that was looked through."""
        runs = seen.archive.runs

        def work(state: State) -> tuple[State, bool]:
            if state.archive.runs != runs:
                return state, False
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
        for number in record.jobs:
            if number in state.jobs:
                self._clear_photos(state.jobs[number])
        return {number for segment in sorted(found) for number in self._scrub_segment(segment, state, record)}

    def _scrub_segment(self, segment: str, state: State, record: Forgotten) -> list[int]:
        """Write a segment without the customer, where he is in it; return the numbers of his jobs."""
        key = segment_key(segment)
        there = self._archive.objects.newest(key)
        before = decode_segment(there.body, key)
        after = tuple(without(dossier, record) for dossier in before)
        if all(one is other for one, other in zip(before, after, strict=True)):
            return []
        theirs = [job for dossier in before if (job := dossier.job) and is_theirs(job, record)]
        for job in theirs:
            self._hide(job, state, record)
        business = self._dispatcher.business
        gone = terms_of(before, business) - terms_of(after, business)
        self._archive.index.remove(state.archive.runs, gone, segment)
        self._archive.objects.rewrite(key, encode_segment(after), Matches(there.etag))
        return [job.number for job in theirs]

    def _hide(self, job: Job, state: State, record: Forgotten) -> None:
        """Let the page of an archived job show nothing: what its segment says of him goes last."""
        if job.number not in state.jobs:
            told = job.model_copy(update={"revision": state.revision, "link_revoked_at": record.at})
            self._publisher.bury(job.tracking_token, state, told, record.at)
        self._clear_photos(job)

    def _clear_photos(self, job: Job) -> None:
        self._publisher.clear(job.tracking_token)
        store = self._archive.objects.store
        for key in list(store.keys(f"proofs/{job.number}/")):
            store.delete(key)
