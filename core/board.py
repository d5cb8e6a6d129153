"""Board keeper: keeps the dashboard's files in step with the state.

The board is one file, written at most once a second however much changes; each job on it has a sheet of its
own, which is written when the job or one of its texts changes. Nothing waits for either: they are no part of
an answer.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime

from core.dispatch import Dispatcher
from core.domain.board import (
    BOARD_KEY,
    SHEETS,
    BoardView,
    JobSheet,
    board_view,
    on_board,
    photo_key,
    sheet_key,
)
from core.domain.job import Job
from core.domain.outbox import Message
from core.domain.proofs import proof_key
from core.domain.state import State
from core.ports import Absent, Condition, Conflict, Matches, NotFound, ObjectStore, OutcomeUnknown, StoreError
from core.publish import stored_revision

log = logging.getLogger(__name__)

PAUSE_S = 1.0
"""Between two looks at whether anything changed: with the page's own 3 s a change is seen within 5 s."""

READ_EVERY_S = 3.0
"""How often it is looked whether another process changed the state: one conditional read."""

ATTEMPTS_MAX = 5

JSON = "application/json; charset=utf-8"
NO_STORE = "no-store"

MakeSheet = Callable[[Job, State], JobSheet]
"""Makes the sheet of a job: its words are not the core's."""

_Source = tuple[Job, tuple[Message, ...]]
"""What a sheet is made from; the records are frozen, so the same ones make the same sheet."""


class BoardKeeper:
    """Writes `data/board.json`, `data/jobs/<number>.json` and copies of photos into the site store.

    `private` is where photos lie, beside the state.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        site: ObjectStore,
        private: ObjectStore,
        make_sheet: MakeSheet,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._dispatcher = dispatcher
        self._site = site
        self._private = private
        self._make_sheet = make_sheet
        self._pause = pause
        self._etag: str | None = None
        self._shown: tuple[int, str] | None = None
        """The revision and the day that the board shows."""
        self._sheets: dict[int, _Source] = {}
        self._swept = False

    async def run(self) -> None:
        """Keep the files in step until cancelled; a fault of the store is tried again later."""
        waited_s = READ_EVERY_S
        while True:
            try:
                if waited_s >= READ_EVERY_S:
                    await self._dispatcher.read()
                    waited_s = 0.0
                await self.once()
            except StoreError as error:
                log.warning("board: not written, tried again: %s", error)
            await self._pause(PAUSE_S)
            waited_s += PAUSE_S

    async def once(self) -> bool:
        """Write what is behind the newest state that this process knows; return whether the board was.

        Raises a StoreError.
        """
        state = self._dispatcher.newest
        now = self._dispatcher.clock.now()
        if state is None:
            state = await self._dispatcher.read()
        local = self._dispatcher.business.local(now)
        if self._shown == (state.revision, str(local.date())):
            return False
        await asyncio.to_thread(self._write, state, now)
        self._shown = (state.revision, str(local.date()))
        return True

    def _write(self, state: State, now: datetime) -> None:
        business = self._dispatcher.business
        self._put_board(board_view(state, business, now))
        midnight = business.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
        self._put_sheets(state, on_board(state, midnight))

    def _put_board(self, view: BoardView) -> None:
        """Write the board, never over a newer one."""
        body = view.model_dump_json(by_alias=True).encode()
        for attempt in range(1, ATTEMPTS_MAX + 1):
            condition = self._condition(view.revision)
            if condition is None:
                return
            try:
                self._etag = self._site.put(
                    BOARD_KEY, body, condition=condition, content_type=JSON, cache_control=NO_STORE
                )
            except (Conflict, OutcomeUnknown):
                self._etag = None
                if attempt == ATTEMPTS_MAX:
                    raise
            else:
                return

    def _condition(self, revision: int) -> Condition:
        if self._etag is not None:
            return Matches(self._etag)
        try:
            there = self._site.get(BOARD_KEY)
        except NotFound:
            return Absent()
        return None if there is None or stored_revision(there.body) > revision else Matches(there.etag)

    def _put_sheets(self, state: State, jobs: list[Job]) -> None:
        """Write the sheets that are behind, and take away those of jobs that have left the board."""
        texts: dict[int, list[Message]] = {job.number: [] for job in jobs}
        for message in state.messages.values():
            if message.job in texts:
                texts[message.job].append(message)
        for job in jobs:
            source = (job, tuple(texts[job.number]))
            if _same(self._sheets.get(job.number), source):
                continue
            self._put_photos(job, self._sheets.get(job.number))
            body = self._make_sheet(job, state).model_dump_json(by_alias=True).encode()
            self._site.put(sheet_key(job.number), body, content_type=JSON, cache_control=NO_STORE)
            self._sheets[job.number] = source
        self._sweep(texts.keys())

    def _put_photos(self, job: Job, known: _Source | None) -> None:
        """Copy the photos that the job did not have before, and take away those that it has no more."""
        there = {proof.name for proof in job.proofs}
        before = {proof.name for proof in known[0].proofs} if known else set()
        for name in sorted(there - before):
            try:
                photo = self._private.get(proof_key(job.number, name))
            except NotFound:
                continue
            if photo is not None:
                self._site.put(
                    photo_key(job.number, name),
                    photo.body,
                    content_type=photo.content_type,
                    cache_control=NO_STORE,
                )
        for name in before - there:
            self._site.delete(photo_key(job.number, name))

    def _sweep(self, numbers: Collection[int]) -> None:
        for number in [number for number in self._sheets if number not in numbers]:
            self._site.delete(sheet_key(number))
            for proof in self._sheets[number][0].proofs:
                self._site.delete(photo_key(number, proof.name))
            del self._sheets[number]
        if not self._swept:
            # Once: what an earlier process left behind.
            for key in [key for key in self._site.keys(SHEETS) if _number(key) not in numbers]:
                self._site.delete(key)
            self._swept = True


def _same(known: _Source | None, source: _Source) -> bool:
    if known is None or known[0] is not source[0] or len(known[1]) != len(source[1]):
        return False
    return all(one is other for one, other in zip(known[1], source[1], strict=True))


def _number(key: str) -> int | None:
    digits = key.removeprefix(SHEETS).removesuffix(".json").partition("/")[0]
    return int(digits) if digits.isdecimal() else None
