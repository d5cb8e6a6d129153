"""FaultyObjects: an object store whose writes and reads fail as a script says."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from core.ports import Condition, Conflict, ObjectStore, OutcomeUnknown, StoredObject, StoreError, Unreachable


class PutFault(Enum):
    """What becomes of a write."""

    NONE = auto()
    LOST_BEFORE = auto()
    """The connection closed, a timeout or a 500, and nothing was written."""
    LOST_AFTER = auto()
    """The same, and it was written."""
    LATE = auto()
    """The same, and it is written after the next read."""
    VERY_LATE = auto()
    """The same, and it is written when nobody thinks of it any more."""
    REFUSED = auto()
    """A 503: nothing was written."""
    CONFLICT = auto()
    """A 409 because of another request under way: nothing was written."""
    ECHO = auto()
    """A 412 on our own write, which something between us sent twice."""
    LOST_UNDER_ANOTHER = auto()
    """It was written, somebody else wrote on top of it, and the answer was lost."""
    ECHO_UNDER_ANOTHER = auto()
    """The same, and the answer was a 412."""


_WRITTEN = {
    PutFault.NONE,
    PutFault.LOST_AFTER,
    PutFault.ECHO,
    PutFault.LOST_UNDER_ANOTHER,
    PutFault.ECHO_UNDER_ANOTHER,
}
_ON_TOP = {PutFault.LOST_UNDER_ANOTHER, PutFault.ECHO_UNDER_ANOTHER}
_ANSWERS: dict[PutFault, type[StoreError]] = {
    PutFault.LOST_BEFORE: OutcomeUnknown,
    PutFault.LOST_AFTER: OutcomeUnknown,
    PutFault.LATE: OutcomeUnknown,
    PutFault.VERY_LATE: OutcomeUnknown,
    PutFault.REFUSED: Unreachable,
    PutFault.CONFLICT: Conflict,
    PutFault.ECHO: Conflict,
    PutFault.LOST_UNDER_ANOTHER: OutcomeUnknown,
    PutFault.ECHO_UNDER_ANOTHER: Conflict,
}


@dataclass(frozen=True, slots=True)
class _Delayed:
    key: str
    body: bytes
    condition: Condition
    fault: PutFault


class FaultyObjects:
    """Passes everything on to `inner`, but for what the script says; `write_on_top` is somebody else."""

    def __init__(
        self,
        inner: ObjectStore,
        write_on_top: Callable[[], None] = lambda: None,
        heeded: Callable[[str, Condition], Condition] = lambda _key, condition: condition,
    ) -> None:
        """`heeded` returns what the store makes of the condition of a write."""
        self.inner = inner
        self._heeded = heeded
        self.puts = 0
        self.gets = 0
        self._write_on_top = write_on_top
        self._put_faults: deque[PutFault] = deque()
        self._get_faults: deque[bool] = deque()
        self._delayed: list[_Delayed] = []

    def script(self, puts: Iterable[PutFault], gets: Iterable[bool] = ()) -> None:
        """Let the next writes and reads go so (True: the read fails), and those after them well."""
        self._put_faults, self._get_faults = deque(puts), deque(gets)

    def land_all(self) -> None:
        """Let every write that is still on its way land now."""
        self._land(PutFault.LATE)
        self._land(PutFault.VERY_LATE)

    def get(self, key: str, *, unless: str | None = None) -> StoredObject | None:
        """See `ObjectStore.get`."""
        self.gets += 1
        if self._get_faults and self._get_faults.popleft():
            raise Unreachable("the script says that this read fails")
        try:
            return self.inner.get(key, unless=unless)
        finally:
            self._land(PutFault.LATE)

    def put(
        self,
        key: str,
        body: bytes,
        *,
        condition: Condition = None,
        content_type: str = "application/octet-stream",
        cache_control: str = "",
    ) -> str:
        """See `ObjectStore.put`."""
        self.puts += 1
        fault = self._put_faults.popleft() if self._put_faults else PutFault.NONE
        etag = ""
        if fault in _WRITTEN:
            etag = self.inner.put(
                key,
                body,
                condition=self._heeded(key, condition),
                content_type=content_type,
                cache_control=cache_control,
            )
        elif fault in {PutFault.LATE, PutFault.VERY_LATE}:
            self._delayed.append(_Delayed(key, body, condition, fault))
        if fault in _ON_TOP:
            self._write_on_top()
        if fault in _ANSWERS:
            raise _ANSWERS[fault](f"the script says {fault.name}")
        return etag

    def delete(self, key: str) -> None:
        """See `ObjectStore.delete`."""
        self.inner.delete(key)

    def keys(self, prefix: str = "") -> Iterator[str]:
        """See `ObjectStore.keys`."""
        return self.inner.keys(prefix)

    def _land(self, fault: PutFault) -> None:
        due = [delayed for delayed in self._delayed if delayed.fault is fault]
        self._delayed = [delayed for delayed in self._delayed if delayed.fault is not fault]
        for delayed in due:
            try:
                self.inner.put(delayed.key, delayed.body, condition=delayed.condition)
            except Conflict:
                # Its condition is out of date: the server turns it away, and nobody hears of it.
                continue
