"""The archive's objects: written once, so what was read of one stays true and is remembered for a while."""

from collections import OrderedDict
from threading import Lock

from core.ports import (
    Absent,
    Conflict,
    Matches,
    NotFound,
    ObjectStore,
    OutcomeUnknown,
    StoredObject,
    Unusable,
)

CACHE_BYTES_MAX = 32_000_000

WRITES_MAX = 3
"""Tries of a write whose answer was lost: its key is its own, so what is there tells what became of it."""


class ArchiveObjects:
    """Reads and writes the archive's objects. Blocks; threads may share it."""

    def __init__(self, objects: ObjectStore, cache_bytes_max: int = CACHE_BYTES_MAX) -> None:
        self.store = objects
        self._cache_bytes_max = cache_bytes_max
        self._cache: OrderedDict[str, bytes] = OrderedDict()
        self._cached_bytes = 0
        self._lock = Lock()
        self._epoch = 0

    def write(self, key: str, body: bytes) -> None:
        """Write an object that nobody has written. Raises Unreachable, OutcomeUnknown."""
        for attempt in range(1, WRITES_MAX + 1):
            try:
                self.store.put(key, body, condition=Absent(), content_type="application/gzip")
            except (Conflict, OutcomeUnknown):
                if self._is_there(key, body):
                    return
                if attempt == WRITES_MAX:
                    raise
            else:
                return

    def read(self, key: str) -> bytes:
        """Return an object's bytes. Raises Unreachable, and Unusable where it is gone."""
        with self._lock:
            known = self._cache.get(key)
            if known is not None:
                self._cache.move_to_end(key)
                return known
            epoch = self._epoch
        body = self.newest(key).body
        self._keep(key, body, epoch)
        return body

    def newest(self, key: str) -> StoredObject:
        """Return an object as it is now, past all that is remembered. Raises as `read`."""
        try:
            there = self.store.get(key)
        except NotFound as error:
            raise Unusable(f"{key} is gone, and what was archived in it with it: put it back") from error
        if there is None:
            raise Unusable(f"the store called {key} unchanged, but it was never read")
        return there

    def rewrite(self, key: str, body: bytes, condition: Matches) -> None:
        """Write an object once more. Raises Conflict where somebody else did, Unreachable, OutcomeUnknown."""
        try:
            self.store.put(key, body, condition=condition, content_type="application/gzip")
        except (Conflict, OutcomeUnknown):
            if not self._is_there(key, body):
                raise
        with self._lock:
            dropped = self._cache.pop(key, b"")
            self._cached_bytes -= len(dropped)

    def at(self, epoch: int) -> None:
        """Forget what was read before `epoch`: something was taken out of the archive since."""
        with self._lock:
            if epoch != self._epoch:
                self._epoch = epoch
                self._cache.clear()
                self._cached_bytes = 0

    def _keep(self, key: str, body: bytes, epoch: int) -> None:
        with self._lock:
            if epoch != self._epoch or key in self._cache:
                return
            self._cache[key] = body
            self._cached_bytes += len(body)
            while self._cached_bytes > self._cache_bytes_max:
                _, dropped = self._cache.popitem(last=False)
                self._cached_bytes -= len(dropped)

    def _is_there(self, key: str, body: bytes) -> bool:
        try:
            there = self.store.get(key)
        except NotFound:
            return False
        return there is not None and there.body == body
