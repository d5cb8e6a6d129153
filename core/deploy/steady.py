"""Steady writing: an object is made so, whatever the store does meanwhile, or it is known that it is not."""

from collections.abc import Callable
from typing import TypeVar

from core.ports import Absent, Condition, Conflict, Matches, NotFound, ObjectStore, StoreError
from core.site import SiteFile

T = TypeVar("T")

PAUSES_S = (0.2, 1.0, 3.0)
"""Before each further try: a store that fails longer than this makes the deploy fail."""


class Steady:
    """Reads and writes one store, patiently.

    A write is conditional on what was there and is looked at again after a lost answer, so that the same
    bytes are never in doubt, and somebody else's write in between shows.
    """

    def __init__(self, store: ObjectStore, pause: Callable[[float], None]) -> None:
        self._store = store
        self._pause = pause

    def write(self, wanted: SiteFile) -> bool:
        """Let the store serve `wanted`; return whether anything had to be written. Raises StoreError."""
        for pause_s in (*PAUSES_S, None):
            try:
                there = self._there(wanted.key)
                if is_served(there, wanted):
                    return False
                self._put(wanted, Matches(there[1]) if there else Absent())
            except StoreError:
                if pause_s is None:
                    raise
                self._pause(pause_s)
            else:
                return True
        raise AssertionError("the last try returns or raises")

    def stage(self, wanted: SiteFile) -> None:
        """Write an object that nobody may change after, and read it back. Raises Conflict, StoreError."""
        self.write_new(wanted)
        if not is_served(patiently(lambda: self._there(wanted.key), self._pause), wanted):
            raise Conflict(f"{wanted.key} is there with other bytes: a release never changes")

    def write_new(self, wanted: SiteFile) -> None:
        """Write an object where there is none; one that is there stays. Raises StoreError."""
        for pause_s in (*PAUSES_S, None):
            try:
                self._put(wanted, Absent())
            except Conflict:
                return
            except StoreError:
                if pause_s is None:
                    raise
                self._pause(pause_s)
            else:
                return

    def read(self, key: str) -> bytes | None:
        """Return an object's bytes; None where there is none. Raises StoreError."""
        there = patiently(lambda: self._there(key), self._pause)
        return there[0].body if there else None

    def served(self, key: str) -> SiteFile | None:
        """Return an object as it is served; None where there is none. Raises StoreError."""
        there = patiently(lambda: self._there(key), self._pause)
        return there[0] if there else None

    def delete(self, key: str) -> None:
        """Remove an object. Raises StoreError."""
        patiently(lambda: self._store.delete(key), self._pause)

    def keys(self, prefix: str) -> list[str]:
        """Return the keys that start with `prefix`. Raises StoreError."""
        return patiently(lambda: list(self._store.keys(prefix)), self._pause)

    def _there(self, key: str) -> tuple[SiteFile, str] | None:
        try:
            found = self._store.get(key)
        except NotFound:
            return None
        if found is None:
            return None
        served = SiteFile(
            key=key, body=found.body, content_type=found.content_type, cache_control=found.cache_control
        )
        return served, found.etag

    def _put(self, wanted: SiteFile, condition: Condition) -> None:
        self._store.put(
            wanted.key,
            wanted.body,
            condition=condition,
            content_type=wanted.content_type,
            cache_control=wanted.cache_control,
        )


def is_served(there: tuple[SiteFile, str] | None, wanted: SiteFile) -> bool:
    """Tell whether the store has just this object, headers included."""
    return there is not None and there[0] == wanted


def patiently(ask: Callable[[], T], pause: Callable[[float], None]) -> T:
    """Return what `ask` returns, which may be repeated where the store fails. Raises StoreError."""
    for pause_s in PAUSES_S:
        try:
            return ask()
        except (Conflict, NotFound):
            raise
        except StoreError:
            pause(pause_s)
    return ask()
