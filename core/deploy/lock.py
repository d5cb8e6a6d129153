"""The lock: one object that only one deploy holds at a time, and none for ever."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from core.deploy.errors import Locked, NotPutBack
from core.deploy.journal import from_bytes, to_bytes
from core.deploy.record import By
from core.domain.record import Instant, Record
from core.ports import Absent, Clock, Condition, Conflict, Matches, NotFound, ObjectStore, OutcomeUnknown

LOCK_KEY = "lock.json"
LOCK_LIFE = timedelta(minutes=15)
"""From the last step on: longer than any of them may take."""


class Lock(Record):
    """Who deploys now."""

    deploy_id: str
    by: By
    owner: str
    """The process that deploys."""
    taken_at: Instant
    expires_at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The lock as it was found."""

    lock: Lock
    etag: str
    is_abandoned: bool
    """Whether it may be taken over: it has expired, or its process is known to be dead."""


class LostLock(NotPutBack):
    """Somebody else took the lock over: this deploy must not touch anything any more."""


class DeployLock:
    """Takes, renews and releases the lock in the staging store.

    Args:
        staging: where it lies.
        clock: tells whether it has expired.
        owner: names this process.
        is_gone: tells of an owner whether it is certainly dead.
    """

    def __init__(
        self, staging: ObjectStore, clock: Clock, owner: str, is_gone: Callable[[str], bool]
    ) -> None:
        self._staging = staging
        self._clock = clock
        self._owner = owner
        self._is_gone = is_gone

    def look(self) -> Held | None:
        """Return the lock as it is; None where nobody deploys. Raises StoreError."""
        try:
            found = self._staging.get(LOCK_KEY)
        except NotFound:
            return None
        if found is None:
            return None
        lock = from_bytes(found.body, Lock, LOCK_KEY)
        expired = lock.expires_at <= self._clock.now()
        gone = lock.owner != self._owner and self._is_gone(lock.owner)
        return Held(lock=lock, etag=found.etag, is_abandoned=expired or gone)

    def take(self, deploy_id: str, by: By) -> None:
        """Take the lock. Raises Locked, StoreError."""
        self._write(deploy_id, by, Absent())

    def take_over(self, held: Held, deploy_id: str, by: By) -> None:
        """Take over a lock that was abandoned. Raises Locked where it was not, StoreError."""
        if not held.is_abandoned:
            raise Locked(words(held.lock))
        self._write(deploy_id, by, Matches(held.etag))

    def renew(self, deploy_id: str) -> None:
        """Hold the lock for another LOCK_LIFE. Raises LostLock, StoreError."""
        held = self.look()
        if held is None or not self._is_ours(held.lock, deploy_id):
            raise LostLock(
                f"the lock of {deploy_id} was taken over by somebody else, so nothing more was touched: "
                "'deploy status' shows what is live"
            )
        try:
            self._write(deploy_id, held.lock.by, Matches(held.etag))
        except Locked as lost:
            raise LostLock(str(lost)) from lost

    def release(self, deploy_id: str) -> None:
        """Let the lock go where it is ours; may be repeated. Raises StoreError."""
        held = self.look()
        if held is not None and held.lock.deploy_id == deploy_id:
            self._staging.delete(LOCK_KEY)

    def _write(self, deploy_id: str, by: By, condition: Condition) -> None:
        now = self._clock.now()
        lock = Lock(deploy_id=deploy_id, by=by, owner=self._owner, taken_at=now, expires_at=now + LOCK_LIFE)
        try:
            self._staging.put(LOCK_KEY, to_bytes(lock), condition=condition, content_type="application/json")
        except (Conflict, OutcomeUnknown) as error:
            # Our own write whose answer was lost shows up as somebody's lock: ours.
            held = self.look()
            if held is not None and self._is_ours(held.lock, deploy_id):
                return
            if held is None:
                raise Locked(
                    "somebody else deployed just now: look at 'deploy status', then again"
                ) from error
            raise Locked(words(held.lock)) from error

    def _is_ours(self, lock: Lock, deploy_id: str) -> bool:
        return lock.deploy_id == deploy_id and lock.owner == self._owner


def words(lock: Lock) -> str:
    """Return who deploys, for the one who has to wait."""
    return (
        f"{lock.by.name} deploys now (since {lock.taken_at:%H:%M:%S} UTC, {lock.deploy_id}): nothing was "
        f"done. If that is dead, it can be finished or put back after {lock.expires_at:%H:%M:%S} UTC."
    )
