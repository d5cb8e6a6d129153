"""Named objects in one place, and their earlier versions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    """An object as it was read."""

    body: bytes
    etag: str
    """Opaque; changes with the bytes, so equal bytes may have equal tags."""
    content_type: str = "application/octet-stream"
    cache_control: str = ""
    modified_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Absent:
    """Condition of a write: there is no such object yet (`If-None-Match: *`)."""


@dataclass(frozen=True, slots=True)
class Matches:
    """Condition of a write: the object is still the one with this tag (`If-Match`)."""

    etag: str


Condition = Absent | Matches | None


class ObjectStore(Protocol):
    """Named objects in one place: an S3 prefix, a folder, or memory. Keys are relative, with `/` between."""

    def get(self, key: str, *, unless: str | None = None) -> StoredObject | None:
        """Return the object, or None where its tag is `unless` (a 304).

        Raises NotFound, Unreachable.
        """

    def put(
        self,
        key: str,
        body: bytes,
        *,
        condition: Condition = None,
        content_type: str = "application/octet-stream",
        cache_control: str = "",
    ) -> str:
        """Write the object whole, or not at all, and return its new tag.

        Raises Conflict where the condition does not hold (also `Matches` on a missing object), Unreachable,
        OutcomeUnknown. Sends once: there is no retry inside.
        """

    def delete(self, key: str) -> None:
        """Remove the object; removing what is not there is no error. Raises Unreachable, OutcomeUnknown."""

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Yield the keys that start with `prefix`, in order. Raises Unreachable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectVersion:
    """One body that an object had, or has now."""

    version_id: str
    written_at: datetime
    """From then on, until the next version, it was the object."""
    size: int
    """In bytes."""


@runtime_checkable
class Versions(Protocol):
    """Keeps what objects were before they were written again: an S3 bucket with versioning, or a folder."""

    def versions(self, key: str) -> Iterator[ObjectVersion]:
        """Yield the versions of an object that are kept, the newest first; there may be millions.

        Raises Unusable where none are kept, with what to do; Unreachable.
        """

    def version(self, key: str, version_id: str) -> bytes:
        """Return one of them. Raises NotFound where it is kept no longer, Unreachable."""
