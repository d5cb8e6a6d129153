"""A site store in memory for the tests of the edge and the site; it also counts what it is asked."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace

from typing_extensions import override

from core.ports import Absent, Condition, Conflict, Matches, NotFound, ObjectStore, StoredObject


class MemorySite(ObjectStore):
    """Keeps objects in a dictionary and remembers, in `done`, what was changed in which order."""

    def __init__(self) -> None:
        self.objects: dict[str, StoredObject] = {}
        self.done: list[tuple[str, str]] = []
        self.asked: list[str] = []

    @override
    def get(self, key: str, *, unless: str | None = None) -> StoredObject | None:
        self.asked.append(key)
        if key not in self.objects:
            raise NotFound(key)
        found = self.objects[key]
        return None if found.etag == unless else found

    @override
    def put(
        self,
        key: str,
        body: bytes,
        *,
        condition: Condition = None,
        content_type: str = "application/octet-stream",
        cache_control: str = "",
    ) -> str:
        known = self.objects.get(key)
        if isinstance(condition, Absent) and known:
            raise Conflict(key)
        if isinstance(condition, Matches) and (known is None or known.etag != condition.etag):
            raise Conflict(key)
        etag = hashlib.md5(body, usedforsecurity=False).hexdigest()
        self.objects[key] = StoredObject(
            body=body, etag=etag, content_type=content_type, cache_control=cache_control
        )
        self.done.append(("put", key))
        return etag

    @override
    def delete(self, key: str) -> None:
        self.objects.pop(key, None)
        self.done.append(("delete", key))

    @override
    def keys(self, prefix: str = "") -> Iterator[str]:
        return iter(sorted(key for key in self.objects if key.startswith(prefix)))

    def retag(self, key: str, etag: str) -> None:
        """Give an object the tag that some other store would."""
        self.objects[key] = replace(self.objects[key], etag=etag)
