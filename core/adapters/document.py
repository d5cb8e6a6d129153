"""DocumentStateStore: the whole state as one object, written by compare-and-swap."""

from collections.abc import Callable
from contextlib import suppress

from core.adapters.settle import Settler, check_successor
from core.adapters.system import SystemIds
from core.codec import Codec
from core.domain.state import State
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

JOBS_MAX = 2_000
BYTES_MAX = 1_000_000
"""Past these, changes get slow: that is said, nothing is refused (DESIGN §4)."""


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
        self.key = key
        """The object that is the state."""
        self._codec = Codec(key, region=region)
        self._settler = Settler(key, self.load, pause)

    def load(self, known: Snapshot | None = None) -> Snapshot:
        """See `StateStore.load`."""
        try:
            found = self._objects.get(self.key, unless=known.version if known else None)
        except NotFound as error:
            # Never an empty state: somebody may have removed it, or the address may be a wrong one.
            raise NotFound(
                f"there is no state ({error}): 'quickdump init' makes an empty one; if there was one, put it "
                "back"
            ) from error
        if found is None:
            if known is None:
                raise Unusable(f"the store called {self.key} unchanged, but it was never read")
            return known
        return Snapshot(state=self._codec.decode(found.body), version=found.etag)

    def save(self, state: State, base: Snapshot) -> Snapshot:
        """See `StateStore.save`. Raises ValueError for a state that is no successor, or can't be written."""
        return self._write(state, self._codec.encode(state), base)

    def create(self, state: State) -> Snapshot:
        """See `StateStore.create`. Raises ValueError where the state cannot be written."""
        return self._write(state, self._codec.encode(state), None)

    def prepare(self) -> None:
        """Do nothing: a folder is made by the first write, and a bucket by whoever pays for it."""

    def probe(self) -> None:
        """See `StateStore.probe`."""
        scratch = f"{self.key}.probe-{SystemIds().unique()}"
        try:
            _probe(self._objects, scratch)
        except OutcomeUnknown as error:
            raise Unreachable(f"the store could not be tried out: {error}") from error
        finally:
            # What cannot be cleaned up does no harm: nothing reads it.
            with suppress(StoreError):
                self._objects.delete(scratch)

    def concerns(self, snapshot: Snapshot) -> tuple[str, ...]:
        """Return what a person should know about this state and where it lies, a few words each."""
        size = len(self._codec.encode(snapshot.state))
        if len(snapshot.state.jobs) <= JOBS_MAX and size <= BYTES_MAX:
            return ()
        return (f"more than {JOBS_MAX:,} jobs or {BYTES_MAX:,} bytes make changes slow ({size:,} bytes)",)

    def _write(self, state: State, body: bytes, base: Snapshot | None) -> Snapshot:
        check_successor(state, base)
        condition: Condition = Matches(base.version) if base else Absent()

        def send() -> Snapshot:
            tag = self._objects.put(self.key, body, condition=condition, content_type=JSON)
            return Snapshot(state=state, version=tag)

        return self._settler.write(state, base, send)


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
