"""Settling: what became of a write whose answer says too little, found out by reading back.

there now                      then
our write, or ours below       it landed: success, with what is there now
the old state                  it did not land, but may still: send again with the same condition, which
                               lets at most one of the two through
somebody else's                it did not land and never will, since its condition is stale: Conflict
not known                      OutcomeUnknown
"""

import random
from collections.abc import Callable
from enum import Enum, auto
from typing import Protocol

from core.domain.state import RECENT_WRITES_KEPT, State
from core.ports import Conflict, Moved, NotFound, OutcomeUnknown, Snapshot, StoreError, Unreachable, Unusable

SENDS_MAX = 3
READS_BACK_MAX = 3
PAUSE_S = 0.1
"""Before the second try of anything; doubled before each further one, with jitter: 0.1, 0.2 s at most."""


class Send(Protocol):
    """Sends one write once, under a condition that only the base of the write fulfils."""

    def __call__(self) -> Snapshot:
        """Return what was written. Raises Conflict, Unreachable, OutcomeUnknown."""


class Load(Protocol):
    """Reads the newest state, as `StateStore.load`."""

    def __call__(self, known: Snapshot | None = None) -> Snapshot:
        """Return it; `known` itself where nothing changed. Raises NotFound, Unreachable, Unusable."""


class Settler:
    """Sends the writes of one state until it is known what became of them.

    `name` is what errors call the state; `pause(seconds)` waits.
    """

    def __init__(self, name: str, load: Load, pause: Callable[[float], None]) -> None:
        self._name = name
        self._load = load
        self._pause = pause

    def write(self, state: State, base: Snapshot | None, send: Send) -> Snapshot:
        """Return the newest state, with `state` in it; `base` is None for the first state of all.

        Raises Conflict and Unreachable (nothing was written), OutcomeUnknown.
        """
        may_land = False
        for attempt in range(SENDS_MAX):
            self.pause_before(attempt)
            answer = _sent(send, may_land=may_land)
            if isinstance(answer, Snapshot):
                return answer
            may_land = may_land or answer is _Answer.LOST
            there = self._read_back(base, may_land=may_land)
            if there is not _Old.STATE:
                return self._judged(there, state, may_land=may_land)
        if may_land:
            raise OutcomeUnknown(
                f"{SENDS_MAX} writes of {self._name} got no clear answer, and the old state is still there: "
                "it may be written a little later; read it again before you send anything again"
            )
        raise Conflict(f"{self._name} is being written by somebody else: nothing was written; try again")

    def pause_before(self, attempt: int) -> None:
        """Wait before a try that is not the first."""
        if attempt:
            self._pause(PAUSE_S * 2 ** (attempt - 1) * random.uniform(0.5, 1))  # noqa: S311 - jitter

    def _read_back(self, base: Snapshot | None, *, may_land: bool) -> "Snapshot | _Old | None":
        """Return what is there now, `_Old.STATE` if that is what was there before, None if it is gone."""
        error: StoreError | None = None
        for attempt in range(READS_BACK_MAX):
            self.pause_before(attempt)
            try:
                there = self._load(base)
            except NotFound:
                return None if base else _Old.STATE
            except Unreachable as caught:
                error = caught
            except Unusable as caught:
                error = caught
                break
            else:
                return _Old.STATE if there is base else there
        if isinstance(error, Unusable) and not may_land:
            raise Conflict(f"nothing was written, and somebody else wrote what can't be read: {error}")
        raise OutcomeUnknown(
            f"{self._name} may have been written, but can't be read back: {error}"
        ) from error

    def _judged(self, there: Snapshot | None, state: State, *, may_land: bool) -> Snapshot:
        """Return `there` if our write is in it; raise what it means otherwise."""
        if there is None:
            raise Conflict(f"{self._name} was removed by somebody else: nothing was written")
        if _holds(there.state, state.write_id):
            return there
        if may_land and there.state.revision > state.revision + RECENT_WRITES_KEPT:
            raise OutcomeUnknown(
                f"{self._name} was written too often meanwhile to tell whether our write was among them; "
                "read it again before you send anything again"
            )
        beaten = Conflict(f"{self._name} was changed by somebody else first: nothing was written")
        beaten.newest = there
        raise beaten


def check_successor(state: State, base: Snapshot | None) -> None:
    """Refuse a write that could not be told from its base, and one that follows a move.

    Raises ValueError, Moved.
    """
    if base is None:
        if not state.write_id:
            raise ValueError("a state is created with a write_id")
    elif state.revision <= base.state.revision or not state.write_id or _holds(base.state, state.write_id):
        raise ValueError("a state is saved with a revision above its base's and a new write_id")
    elif base.state.moved_to and state.moved_to:
        # Somebody got it with the mark, as after a lost answer. To take the mark off is a move's own.
        raise Moved(base.state.moved_to)


def _sent(send: Send, *, may_land: bool) -> "Snapshot | _Answer":
    """Send once and return what was written, or what else came; raise Unreachable if nothing can land."""
    try:
        return send()
    except Conflict:
        # Even this may be the echo of our own write, where something between us sent it twice.
        return _Answer.REFUSED
    except OutcomeUnknown:
        return _Answer.LOST
    except Unreachable:
        if not may_land:
            raise
        return _Answer.REFUSED


class _Answer(Enum):
    REFUSED = auto()
    LOST = auto()


class _Old(Enum):
    STATE = auto()


def _holds(state: State, write_id: str) -> bool:
    """Tell whether this state was made by that write, or on top of it."""
    return write_id == state.write_id or write_id in state.recent_writes
