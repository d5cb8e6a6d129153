"""Confirmations: a plan that somebody was shown, kept for a minute in the staging store."""

from datetime import timedelta

from core.domain.record import Instant, Record
from core.ports import Clock, NotFound, ObjectStore

LIFE = timedelta(seconds=60)


class Shown(Record):
    """A plan that somebody was shown."""

    digest: str
    at: Instant


class Confirmations:
    """Remembers which plan each person was shown last. Blocks."""

    def __init__(self, staging: ObjectStore, clock: Clock) -> None:
        self._staging = staging
        self._clock = clock

    def show(self, person_id: str, digest: str) -> None:
        """Remember that a person was shown a plan just now. Raises StoreError."""
        shown = Shown(digest=digest, at=self._clock.now())
        self._staging.put(_key(person_id), shown.model_dump_json().encode(), content_type="application/json")

    def take(self, person_id: str, digest: str) -> bool:
        """Tell whether this person was shown this plan within LIFE, and forget it. Raises StoreError."""
        try:
            found = self._staging.get(_key(person_id))
        except NotFound:
            return False
        if found is None:
            return False
        shown = Shown.model_validate_json(found.body)
        if shown.digest != digest:
            return False
        self._staging.delete(_key(person_id))
        return self._clock.now() <= shown.at + LIFE

    def forget(self, person_id: str) -> None:
        """Forget what a person was shown. Raises StoreError."""
        self._staging.delete(_key(person_id))


def _key(person_id: str) -> str:
    return f"confirm/{person_id}.json"
