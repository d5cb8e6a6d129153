"""DynamoObjects: the objects beside a state, in the same table.

A small object is one item. The bytes of a larger one lie in items of their own, under a name that no other
write uses; they are written first, and the item with the headers, which tells where they lie, is the commit.
"""

from collections.abc import Iterator
from contextlib import suppress

from core.adapters.dynamodb.items import NEW, Item, Key, Where, number, text
from core.adapters.dynamodb.table import Table
from core.adapters.objects import check_key, is_key, tag_of
from core.adapters.system import SystemIds
from core.ports import (
    Absent,
    Condition,
    Conflict,
    Matches,
    NotFound,
    OutcomeUnknown,
    StoredObject,
    StoreError,
    Unreachable,
)

OBJECTS = "objects"

INLINE_MAX = 4_000
"""Bytes that lie in the object's own item. Listing reads them too, so they are few."""

CHUNK_BYTES = 350_000
"""Bytes of a larger object in one item, of which DynamoDB takes 400 KB."""

READS_MAX = 3
"""Tries to read an object that is written over meanwhile."""


class DynamoObjects:
    """Keeps objects in `table`. Threads and processes may share it."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, key: str, *, unless: str | None = None) -> StoredObject | None:
        """Return the object, or None where its tag is `unless`. Raises NotFound, Unreachable."""
        for _ in range(READS_MAX):
            item = self._table.get(Key(OBJECTS, key)) if is_key(key) else None
            if item is None:
                raise NotFound(f"there is no object {key!r} in {self._table.address}")
            etag = text(item, "etag")
            if etag == unless:
                return None
            body = self._body(item)
            if body is not None and tag_of(body) == etag:
                return StoredObject(
                    body=body,
                    etag=etag,
                    content_type=text(item, "content_type"),
                    cache_control=text(item, "cache_control"),
                )
        raise Unreachable(
            f"cannot read {key!r} of {self._table.address}: its parts do not belong together. Try again; if "
            "it stays so, restore the table"
        )

    def put(
        self,
        key: str,
        body: bytes,
        *,
        condition: Condition = None,
        content_type: str = "application/octet-stream",
        cache_control: str = "",
    ) -> str:
        """Write the object and return its tag.

        Raises Conflict, Unreachable, OutcomeUnknown, and ValueError for a key that cannot be.
        """
        check_key(key)
        etag = tag_of(body)
        item: dict[str, str | int | bytes | tuple[str, ...]] = {
            "pk": OBJECTS,
            "sk": key,
            "etag": etag,
            "content_type": content_type,
            "cache_control": cache_control,
        }
        if len(body) <= INLINE_MAX:
            item["body"] = body
        else:
            item["chunks_in"] = f"object#{SystemIds().unique()}"
            item["chunks"] = self._write_chunks(str(item["chunks_in"]), body)
        try:
            replaced = self._table.put(item, _where(condition))
        except Conflict as error:
            self._remove_unused(key, item)
            raise Conflict(f"{key} was changed by somebody else, and nothing was written: {error}") from error
        self._remove_chunks(replaced)
        return etag

    def delete(self, key: str) -> None:
        """Remove the object. Raises Unreachable, OutcomeUnknown."""
        if is_key(key):
            self._remove_chunks(self._table.delete(Key(OBJECTS, key)))

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Yield the keys that start with `prefix`, as they are now, in order. Raises Unreachable."""
        return iter([text(item, "sk") for item in self._table.query(OBJECTS, prefix=prefix)])

    def _body(self, item: Item) -> bytes | None:
        """Return the bytes of an object; None where they are not all there, as it was written over."""
        if "chunks_in" not in item:
            body = item.get("body")
            return body if isinstance(body, bytes) else None
        chunks = [chunk.get("body") for chunk in self._table.query(text(item, "chunks_in"))]
        return b"".join(chunk for chunk in chunks if isinstance(chunk, bytes))

    def _write_chunks(self, place: str, body: bytes) -> int:
        """Write the bytes, and return in how many items. Raises Unreachable: no object has them yet."""
        chunks = [body[start : start + CHUNK_BYTES] for start in range(0, len(body), CHUNK_BYTES)]
        try:
            for count, chunk in enumerate(chunks):
                self._table.put({"pk": place, "sk": f"{count:06d}", "body": chunk})
        except OutcomeUnknown as error:
            raise Unreachable(f"nothing was written: {error}") from error
        return len(chunks)

    def _remove_unused(self, key: str, item: Item) -> None:
        """Remove the bytes of a write that was refused: unless the refusal was the echo of our own write."""
        with suppress(StoreError):
            there = self._table.get(Key(OBJECTS, key)) or {}
            if text(there, "chunks_in") != text(item, "chunks_in"):
                self._remove_chunks(item)

    def _remove_chunks(self, item: Item) -> None:
        """Remove the bytes of an object that is no more. What stays lies there unread."""
        with suppress(StoreError):
            for count in range(number(item, "chunks")):
                self._table.delete(Key(text(item, "chunks_in"), f"{count:06d}"))


def _where(condition: Condition) -> Where | None:
    if isinstance(condition, Absent):
        return NEW
    return Where("etag = :etag", {":etag": condition.etag}) if isinstance(condition, Matches) else None
