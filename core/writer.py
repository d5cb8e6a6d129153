"""The one writer of the state: group commit.

What arrives while a write is under way is done together on the newest state and goes out in the next one.
Each piece of work gets its own answer; a refusal or a fault of one leaves the others alone.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from core.commits import Commits
from core.domain.errors import Refusal
from core.domain.state import State
from core.pace import Pace
from core.ports import Conflict, Ids, Moved, OutcomeUnknown, Snapshot, StateStore, StoreError

log = logging.getLogger(__name__)

T = TypeVar("T")

Work = Callable[[State], tuple[State, T]]
"""What is done in one write: pure, since a lost race does it again; raises a Refusal to do nothing."""

PATIENCE_S = 10.0
"""How long a command may be beaten by other processes before its giver hears `Busy` (DESIGN §3)."""


class Busy(StoreError):
    """Other processes were always first: nothing was changed."""


@dataclass(slots=True)
class _Item(Generic[T]):
    """One piece of work, waiting for its answer."""

    work: Work[T]
    answer: "asyncio.Future[tuple[T, State]]"


class Writer:
    """Writes the state of one business, and reads it. One in a process."""

    def __init__(
        self, store: StateStore, ids: Ids, pace: Pace, pause: Callable[[float], Awaitable[None]]
    ) -> None:
        self.committed = Commits()
        """Set after each write. The relay clears it; all others follow it."""
        self.overtaken: Callable[[], None] = lambda: None
        """Called when it is seen that somebody else has changed the state."""
        self._store = store
        self._ids = ids
        self._pace = pace
        self._pause = pause
        self._known: Snapshot | None = None
        self._waiting: list[_Item[object]] = []
        self._task: asyncio.Task[None] | None = None

    @property
    def newest(self) -> State | None:
        """The newest state that this process has seen, without asking the store; None where there is none."""
        return self._known.state if self._known is not None else None

    async def read(self) -> State:
        """Return the newest state, by one conditional read. Raises Unreachable, Unusable, Moved, NotFound."""
        snapshot = await self._load()
        return snapshot.state

    async def submit(self, work: Work[T]) -> tuple[T, State]:
        """Do `work` on the newest state in the next write; return its result and the state after it.

        Where `work` returns the very state that it got, nothing is written for it. Raises what `work`
        raises, Busy, Unreachable, OutcomeUnknown, Unusable.
        """
        answer: asyncio.Future[tuple[T, State]] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Item(work, answer))  # type: ignore[arg-type] # each answer has its own type
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._write_all())
        return await answer

    async def _write_all(self) -> None:
        while self._waiting:
            await self._wait_for_turn()
            batch, self._waiting = self._waiting, []
            await self._write_or_fail(batch)

    async def _write_or_fail(self, batch: list[_Item[object]]) -> None:
        try:
            await self._write(batch)
        except StoreError as error:
            _fail(batch, error)
        except Exception as error:
            # Whatever it was: those who wait for an answer must get one, and the next write must come.
            log.exception("write failed")
            if len(batch) == 1:
                _fail(batch, error)
                return
            # One of them has made what can't be written: each by itself, it hurts nobody else.
            for item in batch:
                await self._wait_for_turn()
                await self._write_or_fail([item])

    async def _wait_for_turn(self) -> None:
        """Keep the pace that the store and other processes bear; who arrives meanwhile shares the write."""
        wait_s = self._pace.free_at_s - _now_s()
        if wait_s > 0:
            await self._pause(wait_s)

    async def _write(self, batch: list[_Item[object]]) -> None:
        newest = self._known is None
        base = self._known or await self._load()
        give_up_at_s, losses = _now_s() + PATIENCE_S, 0
        while True:
            state, results = self._decide(base, batch)
            if not newest and any(result.needs_newest for result in results):
                # Somebody is refused, or nothing changes: that is said only of the newest state.
                base, newest = await self._load(), True
                continue
            if state is None:
                _answer(batch, results, base.state)
                return
            try:
                saved = await self._save(state, base)
            except Conflict as beaten:
                if _now_s() >= give_up_at_s:
                    self._answer_unwritten(batch, results, base, _busy())
                    return
                losses += 1
                base, newest = await self._newest_after(beaten, losses), True
                continue
            except StoreError as error:
                self._known = None
                self._answer_unwritten(batch, results, base, error)
                return
            self._known = saved
            self.committed.set()
            _answer(batch, results, saved.state)
            return

    def _decide(self, base: Snapshot, batch: list[_Item[object]]) -> tuple[State | None, list["_Result"]]:
        """Do all work of the batch in order; the state is None where none of it changed anything."""
        start = state = base.state.next_write(self._ids.unique())
        results: list[_Result] = []
        for item in batch:
            before = state
            try:
                state, value = item.work(before)
            except Refusal as refusal:
                results.append(_Result(error=refusal, needs_newest=True))
            except Exception as error:
                # A fault of ours hurts the command that met it, and none of those beside it.
                log.exception("a command failed while it was decided")
                results.append(_Result(error=error, needs_newest=False))
            else:
                results.append(
                    _Result(value=value, changed=state is not before, needs_newest=state is before)
                )
        return (None if state is start else state), results

    def _answer_unwritten(
        self, batch: list[_Item[object]], together: list["_Result"], base: Snapshot, error: StoreError
    ) -> None:
        """Answer after a failed write: those who wanted one hear of it, the others get what they asked for.

        Each is decided by itself on what is stored, since an answer that came after another's change in
        the same write would tell of what is not there. But what that write held may still land, where its
        outcome is unknown: nobody who changed something in it hears that nothing was changed.
        """
        for item, written in zip(batch, together, strict=True):
            _, (result,) = self._decide(base, [item])
            may_land = written.changed and isinstance(error, OutcomeUnknown)
            hurt = result.changed or may_land
            _answer([item], [_Result(error=error, needs_newest=False) if hurt else result], base.state)

    async def _newest_after(self, beaten: Conflict, losses: int) -> Snapshot:
        """Return what is there after a lost race: at once what the store has found, later looked up again."""
        self._know(beaten.newest)
        if losses == 1 and beaten.newest is not None:
            return beaten.newest
        await self._pause(self._pace.pause_s(losses))
        return await self._load()

    async def _load(self) -> Snapshot:
        begun_at_s, before = _now_s(), self._known
        newest = await asyncio.to_thread(self._store.load, before)
        if newest is before:
            return newest
        self._pace.loaded(_now_s() - begun_at_s)
        known = self._known
        if known is not None and known is not before and known.state.revision >= newest.state.revision:
            # A write of ours has ended while this was read: what it left there is newer, or the very same.
            return known
        self._know(newest)
        return newest

    def _know(self, newest: Snapshot | None) -> None:
        """Take note of a state that somebody else has written; None: it is to be read. Raises Moved."""
        self._known = None
        self.overtaken()
        if newest is not None and newest.state.moved_to:
            raise Moved(newest.state.moved_to)
        self._known = newest

    async def _save(self, state: State, base: Snapshot) -> Snapshot:
        self._pace.begins(_now_s())
        try:
            saved = await asyncio.to_thread(self._store.save, state, base)
        except Conflict:
            self._pace.ended(_now_s(), beaten=True)
            raise
        others_on_top = saved.state is not state
        self._pace.ended(_now_s(), beaten=others_on_top)
        if others_on_top:
            self.overtaken()
        return saved


@dataclass(frozen=True, slots=True, kw_only=True)
class _Result:
    value: object = None
    error: BaseException | None = None
    changed: bool = False
    needs_newest: bool


def _now_s() -> float:
    return asyncio.get_running_loop().time()


def _busy() -> Busy:
    waited = f"other processes kept changing the state for {PATIENCE_S:.0f} s"
    return Busy(f"{waited}: nothing was changed, send it again")


def _answer(batch: list[_Item[object]], results: list[_Result], state: State) -> None:
    for item, result in zip(batch, results, strict=True):
        if item.answer.cancelled():
            continue
        if result.error is not None:
            item.answer.set_exception(result.error)
        else:
            item.answer.set_result((result.value, state))


def _fail(batch: list[_Item[object]], error: BaseException) -> None:
    for item in batch:
        if not item.answer.done():
            item.answer.set_exception(error)
