"""The wire between one process and a store: requests take time, and both ends may be gone meanwhile."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from core.ports import Condition, ObjectStore, StoredObject, Unreachable
from tests.virtual_time import travel

WAY_S = (0.002, 0.03)
"""Shortest and longest time of one way."""


@dataclass(slots=True)
class Plug:
    """What connects a process with the world; pulled, nothing it asks is answered any more."""

    pulled: bool = False
    lands_anyway: bool = False
    """Whether requests that were on their way when it was pulled still arrive."""
    ended: bool = False
    """The whole world has ended: nothing may wait any more."""


@dataclass(slots=True)
class Way:
    """The way there and back that each request takes, as long as the plug is in."""

    plug: Plug
    chance: random.Random
    way_s: tuple[float, float] = WAY_S

    def there(self, *, harmless: bool = False) -> None:
        """Let a request travel; a harmless one may as well not arrive. Raises Unreachable at the end."""
        if self.plug.ended:
            raise Unreachable("the world has ended")
        if self.plug.pulled:
            travel(None)
        travel(self.chance.uniform(*self.way_s))
        if self.plug.pulled and (harmless or not self.plug.lands_anyway):
            travel(None)

    def back(self) -> None:
        """Let the answer travel."""
        travel(self.chance.uniform(*self.way_s))
        if self.plug.pulled:
            travel(None)


@dataclass(slots=True)
class Wire:
    """An object store at the other end of a way."""

    store: ObjectStore
    way: Way

    def get(self, key: str, *, unless: str | None = None) -> StoredObject | None:
        """See `ObjectStore.get`."""
        self.way.there(harmless=True)
        try:
            return self.store.get(key, unless=unless)
        finally:
            self.way.back()

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
        self.way.there()
        try:
            return self.store.put(
                key, body, condition=condition, content_type=content_type, cache_control=cache_control
            )
        finally:
            self.way.back()

    def delete(self, key: str) -> None:
        """See `ObjectStore.delete`."""
        self.way.there()
        self.store.delete(key)
        self.way.back()

    def keys(self, prefix: str = "") -> Iterator[str]:
        """See `ObjectStore.keys`."""
        self.way.there(harmless=True)
        return self.store.keys(prefix)
