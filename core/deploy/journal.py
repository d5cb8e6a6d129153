"""The journal: what is kept in the staging store beside the releases."""

import json
from typing import TypeVar

from pydantic import ValidationError

from core.deploy.record import Current, Deploy, Outcome
from core.domain.record import Record
from core.ports import Absent, Condition, Matches, NotFound, ObjectStore, Unusable

CURRENT_KEY = "current.json"
DEPLOYS = "deploys/"
KEPT = 100
"""How many deploys are remembered."""

R = TypeVar("R", bound=Record)


class Journal:
    """Reads and writes the records of deploys, and which release is live."""

    def __init__(self, staging: ObjectStore) -> None:
        self._staging = staging

    def write(self, deploy: Deploy) -> None:
        """Keep what is known of a deploy, over what was. Raises StoreError."""
        self._put(f"{DEPLOYS}{deploy.deploy_id}.json", deploy, None)

    def find(self, deploy_id: str) -> Deploy | None:
        """Return a deploy by its id. Raises StoreError."""
        found = self._read(f"{DEPLOYS}{deploy_id}.json", Deploy)
        return found[0] if found else None

    def last(self, count: int) -> list[Deploy]:
        """Return the last deploys, the newest first. Raises StoreError."""
        keys = sorted(self._staging.keys(DEPLOYS), reverse=True)[:count]
        found = [self._read(key, Deploy) for key in keys]
        return [one[0] for one in found if one is not None]

    def were_live(self) -> set[str]:
        """Return the releases that were live at some time. Raises StoreError."""
        deploys = self.last(KEPT)
        done = {deploy.release for deploy in deploys if deploy.outcome is Outcome.DONE}
        return done | {deploy.previous for deploy in deploys if deploy.previous is not None}

    def forget_old(self) -> None:
        """Remove all but the last records. Raises StoreError."""
        for key in sorted(self._staging.keys(DEPLOYS), reverse=True)[KEPT:]:
            self._staging.delete(key)

    def current(self) -> tuple[Current | None, Condition]:
        """Return what is live, and the condition for writing its successor. Raises StoreError."""
        found = self._read(CURRENT_KEY, Current)
        return (found[0], Matches(found[1])) if found else (None, Absent())

    def set_current(self, current: Current, condition: Condition) -> None:
        """Say what is live now. Raises Conflict, StoreError."""
        self._put(CURRENT_KEY, current, condition)

    def unset_current(self) -> None:
        """Say that no release is live. Raises StoreError."""
        self._staging.delete(CURRENT_KEY)

    def _put(self, key: str, record: Record, condition: Condition) -> None:
        self._staging.put(key, to_bytes(record), condition=condition, content_type="application/json")

    def _read(self, key: str, kind: type[R]) -> tuple[R, str] | None:
        try:
            found = self._staging.get(key)
        except NotFound:
            return None
        return (from_bytes(found.body, kind, key), found.etag) if found else None


def to_bytes(record: Record) -> bytes:
    """Return a record as it is kept: JSON that people can read."""
    return json.dumps(record.model_dump(mode="json"), indent=1, ensure_ascii=False).encode()


def from_bytes(body: bytes, kind: type[R], key: str) -> R:
    """Return the record in `body`. Raises Unusable, which names the object."""
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in fault["loc"])
        raise Unusable(
            f"{key} in the staging store is damaged ({place}: {fault['msg']}): look at it, or delete it"
        ) from error
