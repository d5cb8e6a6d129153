"""DocumentStateStore: the state as one object, changed by compare-and-swap.

A lost answer is settled by reading back: the id of each write stands in the document, with those of the last
few before it, so that our own write is known again even under somebody else's.
"""

import random
from collections.abc import Callable

from core.codec import decode, encode
from core.domain.state import State
from core.ports import (
    Absent,
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

SETTLE_ATTEMPTS_MAX = 4
"""How often a lost answer is looked into, with the pauses below in between."""

SETTLE_PAUSES_S = (0.1, 0.4, 1.6)

PROBE_KEY = "probe.json"


class DocumentStateStore:
    """Keeps the state in `key` of an object store. Blocks; safe to use from several threads."""

    def __init__(self, objects: ObjectStore, pause: Callable[[float], None], key: str = "jobs.json") -> None:
        self._objects = objects
        self._pause = pause
        self._key = key

    def load(self, known: Snapshot | None = None) -> Snapshot:
        """See StateStore."""
        try:
            stored = self._objects.get(self._key, unless=known.version if known else None)
        except NotFound as error:
            # Never an empty document: it may have been deleted, or its bucket just had versioning turned on.
            raise NotFound(
                f"there is no {self._key} in the state store: 'quickdump init' makes an empty one, "
                "or put an earlier version back"
            ) from error
        if stored is None:
            if known is None:
                raise Unusable(f"the store called {self._key} unchanged, but it was never read")
            return known
        state = decode(stored.body, self._key)
        if known is not None and state.write_id == known.state.write_id:
            # The same write under another tag: keep the state that was decoded already.
            return Snapshot(state=known.state, version=stored.etag)
        return Snapshot(state=state, version=stored.etag)

    def save(self, state: State, base: Snapshot) -> Snapshot:
        """See StateStore."""
        body = encode(state)
        for attempt in range(SETTLE_ATTEMPTS_MAX):
            try:
                version = self._objects.put(
                    self._key, body, condition=Matches(base.version), content_type=JSON
                )
            except (Conflict, OutcomeUnknown) as error:
                there = self._read_back(error)
                if there.state.write_id == state.write_id or state.write_id in there.state.recent_writes:
                    return there
                if there.state.write_id != base.state.write_id:
                    raise Conflict(f"somebody else changed {self._key} first") from error
                # The old one still: our write may be under way, so only the very same condition is safe.
                if isinstance(error, OutcomeUnknown) and attempt + 1 < SETTLE_ATTEMPTS_MAX:
                    self._pause(SETTLE_PAUSES_S[attempt] * random.uniform(0.5, 1.0))  # noqa: S311 - jitter
                    base = Snapshot(state=base.state, version=there.version)
                    continue
                raise
            return Snapshot(state=state, version=version)
        raise OutcomeUnknown(f"{self._key} could not be settled")

    def create(self, state: State) -> Snapshot:
        """See StateStore."""
        try:
            version = self._objects.put(self._key, encode(state), condition=Absent(), content_type=JSON)
        except (Conflict, OutcomeUnknown) as error:
            there = self._read_back(error)
            if there.state.write_id == state.write_id:
                return there
            raise Conflict(f"there is a {self._key} already") from error
        return Snapshot(state=state, version=version)

    def probe(self) -> None:
        """See StateStore."""
        self._objects.delete(PROBE_KEY)
        first = self._objects.put(PROBE_KEY, b'{"probe": 1}', condition=Absent(), content_type=JSON)
        try:
            self._must_conflict(Absent(), "If-None-Match")
            second = self._objects.put(
                PROBE_KEY, b'{"probe": 2}', condition=Matches(first), content_type=JSON
            )
            self._must_conflict(Matches(first), "If-Match")
            if second == first:
                raise Unusable("the store gives one tag to different contents: compare-and-swap can't work")
        finally:
            self._objects.delete(PROBE_KEY)

    def _must_conflict(self, condition: Absent | Matches, name: str) -> None:
        try:
            self._objects.put(PROBE_KEY, b'{"probe": 3}', condition=condition, content_type=JSON)
        except Conflict:
            return
        raise Unusable(
            f"the store ignores {name}: jobs would be lost when two people type at once. "
            "Use Amazon S3 or another store that honours conditional writes."
        )

    def _read_back(self, error: StoreError) -> Snapshot:
        for pause_s in (*SETTLE_PAUSES_S, None):
            try:
                return self.load()
            except NotFound as missing:
                raise Conflict(f"{self._key} is gone: somebody deleted it") from missing
            except Unreachable as unreachable:
                if pause_s is None:
                    # A conflict that can't be looked into may have been our own write that landed first.
                    raise OutcomeUnknown(
                        f"the outcome of a write to {self._key} is not known: {unreachable}"
                    ) from error
                self._pause(pause_s)
        raise AssertionError("the last pause ends the loop")
