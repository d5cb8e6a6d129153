"""DocumentStateStore: the whole state as one object, written by compare-and-swap.

What a failed write means is settled by reading back:

    there now                      then
    our write, or ours below       it landed: success, with what is there now
    the old state                  it did not land, but may still: send again with the same condition, which
                                   lets at most one of the two through
    somebody else's                it did not land and never will, since its condition is stale: Conflict
    not known                      OutcomeUnknown
"""

import random
from collections.abc import Callable
from contextlib import suppress
from enum import Enum, auto

from core.adapters.system import SystemIds
from core.codec import Encoder, decode, encode
from core.domain.state import RECENT_WRITES_KEPT, State
from core.ports import (
    Absent,
    Condition,
    Conflict,
    Matches,
    NotFound,
    ObjectStore,
    OutcomeUnknown,
    Snapshot,
    StoreError,
    Unreachable,
    Unusable,
)

JSON = "application/json; charset=utf-8"

SENDS_MAX = 3
READS_BACK_MAX = 3
PAUSE_S = 0.1
"""Before the second try of anything; doubled before each further one, with jitter: 0.1, 0.2 s at most."""


class DocumentStateStore:
    """Keeps the state in `key` of an object store. Blocks; safe to use from several threads.

    `pause(seconds)` waits; `region` is where phone numbers of old documents are dialled from.
    """

    def __init__(
        self,
        objects: ObjectStore,
        pause: Callable[[float], None],
        key: str = "jobs.json",
        *,
        region: str = "US",
    ) -> None:
        self._objects = objects
        self._key = key
        self._pause = pause
        self._region = region
        self._encoder = Encoder()

    def load(self, known: Snapshot | None = None) -> Snapshot:
        """See `StateStore.load`."""
        try:
            found = self._objects.get(self._key, unless=known.version if known else None)
        except NotFound as error:
            # Never an empty state: somebody may have removed it, or the address may be a wrong one.
            raise NotFound(
                f"there is no state ({error}): 'quickdump init' makes an empty one; if there was one, put it "
                "back"
            ) from error
        if found is None:
            if known is None:
                raise Unusable(f"the store called {self._key} unchanged, but it was never read")
            return known
        return Snapshot(state=decode(found.body, name=self._key, region=self._region), version=found.etag)

    def save(self, state: State, base: Snapshot) -> Snapshot:
        """See `StateStore.save`. Raises ValueError for a state that is no successor, or can't be written."""
        if state.revision <= base.state.revision or not state.write_id or _holds(base.state, state.write_id):
            raise ValueError("a state is saved with a revision above its base's and a new write_id")
        return self._write(state, self._encoder.encode(state, trusted=base.state), base)

    def create(self, state: State) -> Snapshot:
        """See `StateStore.create`. Raises ValueError where the state cannot be written."""
        if not state.write_id:
            raise ValueError("a state is created with a write_id")
        return self._write(state, encode(state), None)

    def probe(self) -> None:
        """See `StateStore.probe`."""
        scratch = f"{self._key}.probe-{SystemIds().unique()}"
        try:
            _probe(self._objects, scratch)
        except OutcomeUnknown as error:
            raise Unreachable(f"the store could not be tried out: {error}") from error
        finally:
            # What cannot be cleaned up does no harm: nothing reads it.
            with suppress(StoreError):
                self._objects.delete(scratch)

    def _write(self, state: State, body: bytes, base: Snapshot | None) -> Snapshot:
        """Send until it is known what became of it; `base` is None for the first state of all."""
        condition: Condition = Matches(base.version) if base else Absent()
        may_land = False
        for attempt in range(SENDS_MAX):
            self._pause_before(attempt)
            answer = self._send(body, condition, may_land=may_land)
            if isinstance(answer, str):
                return Snapshot(state=state, version=answer)
            may_land = may_land or answer is _Answer.LOST
            there = self._read_back(base, may_land=may_land)
            if there is not _Old.STATE:
                return self._judged(there, state, may_land=may_land)
        if may_land:
            raise OutcomeUnknown(
                f"{SENDS_MAX} writes of {self._key} got no clear answer, and the old state is still there: "
                "it may be written a little later; read it again before you send anything again"
            )
        raise Conflict(f"{self._key} is being written by somebody else: nothing was written; try again")

    def _send(self, body: bytes, condition: Condition, *, may_land: bool) -> "str | _Answer":
        """Send once and return the new tag, or what else came; raise Unreachable if nothing can land."""
        try:
            return self._objects.put(self._key, body, condition=condition, content_type=JSON)
        except Conflict:
            # Even this may be the echo of our own write, where something between us sent it twice.
            return _Answer.REFUSED
        except OutcomeUnknown:
            return _Answer.LOST
        except Unreachable:
            if not may_land:
                raise
            return _Answer.REFUSED

    def _read_back(self, base: Snapshot | None, *, may_land: bool) -> "Snapshot | _Old | None":
        """Return what is there now, `_Old.STATE` if that is what was there before, None if it is gone."""
        error: StoreError | None = None
        for attempt in range(READS_BACK_MAX):
            self._pause_before(attempt)
            try:
                there = self.load(base)
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
        raise OutcomeUnknown(f"{self._key} may have been written, but can't be read back: {error}") from error

    def _pause_before(self, attempt: int) -> None:
        if attempt:
            self._pause(PAUSE_S * 2 ** (attempt - 1) * random.uniform(0.5, 1))  # noqa: S311 - jitter

    def _judged(self, there: Snapshot | None, state: State, *, may_land: bool) -> Snapshot:
        """Return `there` if our write is in it; raise what it means otherwise."""
        if there is None:
            raise Conflict(f"{self._key} was removed by somebody else: nothing was written")
        if _holds(there.state, state.write_id):
            return there
        if may_land and there.state.revision > state.revision + RECENT_WRITES_KEPT:
            raise OutcomeUnknown(
                f"{self._key} was written too often meanwhile to tell whether our write was among them; "
                "read it again before you send anything again"
            )
        raise Conflict(f"{self._key} was changed by somebody else first: nothing was written")


class _Answer(Enum):
    REFUSED = auto()
    LOST = auto()


class _Old(Enum):
    STATE = auto()


def _holds(state: State, write_id: str) -> bool:
    """Tell whether this state was made by that write, or on top of it."""
    return write_id == state.write_id or write_id in state.recent_writes


def _probe(objects: ObjectStore, key: str) -> None:
    first = objects.put(key, b"1", condition=Absent())
    _must_conflict(objects, key, Absent(), "If-None-Match: * on an object that is there")
    try:
        second = objects.put(key, b"2", condition=Matches(first))
    except Conflict as error:
        raise Unusable(
            "the store refuses a write whose If-Match is right, so it can't keep the state; use another, as "
            "S3 itself or a folder"
        ) from error
    _must_conflict(objects, key, Matches(first), "an If-Match that is out of date")
    objects.delete(key)
    _must_conflict(objects, key, Matches(second), "If-Match on an object that is gone")


def _must_conflict(objects: ObjectStore, key: str, condition: Condition, what: str) -> None:
    try:
        objects.put(key, b"3", condition=condition)
    except Conflict:
        return
    raise Unusable(
        f"the store ignores conditions ({what}): two writers would overwrite each other's jobs, so it can't "
        "keep the state; use another, as S3 itself or a folder"
    )
