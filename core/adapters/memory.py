"""Objects in memory: for tests, and for a look around that leaves nothing behind."""

from collections.abc import Iterator
from threading import Lock

from core.adapters.objects import check_condition, check_key, tag_of
from core.ports import Condition, NotFound, StoredObject


class MemoryObjects:
    """Keeps objects as long as the process lives. Threads may share it."""

    def __init__(self) -> None:
        self._objects: dict[str, StoredObject] = {}
        self._lock = Lock()

    def get(self, key: str, *, unless: str | None = None) -> StoredObject | None:
        """Return the object, or None where its tag is `unless`. Raises NotFound."""
        there = self._objects.get(key)
        if there is None:
            raise NotFound(f"there is no object {key!r} in memory")
        return None if there.etag == unless else there

    def put(
        self,
        key: str,
        body: bytes,
        *,
        condition: Condition = None,
        content_type: str = "application/octet-stream",
        cache_control: str = "",
    ) -> str:
        """Keep the object and return its tag. Raises Conflict, and ValueError for a key that cannot be."""
        check_key(key)
        new = StoredObject(
            body=bytes(body), etag=tag_of(body), content_type=content_type, cache_control=cache_control
        )
        with self._lock:
            there = self._objects.get(key)
            check_condition(key, condition, there.etag if there else None)
            self._objects[key] = new
        return new.etag

    def delete(self, key: str) -> None:
        """Forget the object."""
        with self._lock:
            self._objects.pop(key, None)

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Yield the keys that start with `prefix`, as they are now, in order."""
        with self._lock:
            found = sorted(key for key in self._objects if key.startswith(prefix))
        return iter(found)
