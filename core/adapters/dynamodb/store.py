"""DynamoStateStore: the state as rows of a table, each commit a transaction over what it changes."""

import dataclasses
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from hashlib import sha256

from core.adapters.dynamodb.head import CHANGES_KEPT, Head, TableSnapshot, entry, still
from core.adapters.dynamodb.indexes import OpenJobs
from core.adapters.dynamodb.items import NEW, Key, Put, Where, Write
from core.adapters.dynamodb.journal import Journal, fits
from core.adapters.dynamodb.reading import Reader
from core.adapters.dynamodb.recovery import beside, window
from core.adapters.dynamodb.rows import change, head_fields
from core.adapters.dynamodb.setup import BY_DATE, is_kept, make_ready
from core.adapters.dynamodb.table import Table
from core.adapters.settle import Settler, check_successor
from core.adapters.system import SystemClock, SystemIds
from core.domain.state import State
from core.ports import (
    Clock,
    Conflict,
    NotFound,
    OutcomeUnknown,
    Snapshot,
    StateStore,
    StoreError,
    Unreachable,
    Unusable,
)


class DynamoStateStore:
    """Keeps the state in `table`. Blocks; safe to use from several threads and processes.

    `pause(seconds)` waits; `region` is where phone numbers of old documents are dialled from.
    """

    def __init__(
        self,
        table: Table,
        pause: Callable[[float], None],
        *,
        region: str = "US",
        clock: Clock | None = None,
    ) -> None:
        self.key: str | None = None
        """No object is the state."""
        self._table = table
        self._pause = pause
        self._region = region
        self._clock = clock or SystemClock()
        self._journal = Journal(table)
        self._reader = Reader(table, self._journal, pause, region)
        self._settler = Settler(table.address, self.load, pause)

    def load(self, known: Snapshot | None = None) -> Snapshot:
        """See `StateStore.load`: one strongly consistent read of one item where nothing changed."""
        try:
            return self._reader.newest(known if isinstance(known, TableSnapshot) else None)
        except NotFound as error:
            raise NotFound(
                f"there is no state ({error}): 'quickdump init' makes an empty one; if there was one, put it "
                "back"
            ) from error

    def save(self, state: State, base: Snapshot) -> Snapshot:
        """See `StateStore.save`. Raises ValueError for a state that is no successor, or can't be written."""
        if not isinstance(base, TableSnapshot):
            raise ValueError("a state is saved on a base that this store has loaded")  # noqa: TRY004 - as others
        return self._write(state, base)

    def prepare(self) -> None:
        """Make the table where there is none. Raises Unreachable, Unusable."""
        make_ready(self._table, self._pause)

    def create(self, state: State) -> Snapshot:
        """See `StateStore.create`; makes the table where there is none."""
        self.prepare()
        return self._write(state, None)

    def concerns(self, snapshot: Snapshot) -> tuple[str, ...]:
        """Return what a person should know about this state and where it lies, a few words each.

        Raises NotFound, Unreachable.
        """
        found = []
        try:
            if not is_kept(self._table):
                found.append("point-in-time recovery is off: what is deleted by mistake is gone")
        except Unreachable as error:
            # It may be that these credentials may do all that is needed, but not ask for this.
            found.append(f"whether it could be restored is not known ({error})")
        indexed = OpenJobs(self._table)
        open_jobs = {job.number for job in snapshot.state.open_jobs()}
        days = {job.when.date if job.when else None for job in snapshot.state.open_jobs()}
        behind = open_jobs - {number for day in days for number in indexed.on(day)}
        if behind:
            found.append(f"the index {BY_DATE} lacks {len(behind)} of {len(open_jobs)} open jobs, as yet")
        return tuple(found)

    def beside(self, at: datetime) -> tuple[StateStore, str]:
        """See `Recovery`: DynamoDB makes another table, which takes it some minutes at least."""
        table = beside(self._table, at, self._pause)
        return DynamoStateStore(table, self._pause, region=self._region, clock=self._clock), table.address

    def window(self) -> tuple[datetime, datetime] | None:
        """See `Recovery`."""
        return window(self._table)

    def probe(self) -> None:
        """See `StateStore.probe`: two transactions, of which the second must write nothing at all."""
        place = f"probe#{SystemIds().unique()}"
        first, second = (Put({"pk": place, "sk": sk}, NEW) for sk in ("1", "2"))
        try:
            self._table.transact([first], _token(place), "try a transaction")
            self._must_conflict([first, second], _token(f"{place} again"))
            if self._table.get(Key(place, "2")) is not None:
                raise Unusable(f"{self._table.address} writes half of a transaction: it can't keep the state")
        except (Conflict, NotFound, OutcomeUnknown) as error:
            raise Unreachable(f"the table could not be tried out: {error}") from error
        finally:
            # What cannot be cleaned up does no harm: nothing reads it.
            with suppress(StoreError):
                for sk in ("1", "2"):
                    self._table.delete(Key(place, sk))

    def _must_conflict(self, writes: Sequence[Write], token: str) -> None:
        try:
            self._table.transact(writes, token, "try a condition")
        except Conflict:
            return
        raise Unusable(
            f"{self._table.address} ignores conditions: two writers would overwrite each other's jobs, so it "
            "can't keep the state; use DynamoDB itself"
        )

    def _write(self, state: State, base: TableSnapshot | None) -> Snapshot:
        check_successor(state, base)
        made = change(state, base.rows if base else {}, base.checksum if base else 0)
        head = Head(
            revision=state.revision,
            write_id=state.write_id,
            checksum=made.checksum,
            fields=head_fields(state),
        )
        expires_at = int((self._clock.now() + CHANGES_KEPT).timestamp())
        noted = Put(entry(state.revision, made.touched, expires_at))
        where = still(base) if base else NEW
        snapshot = TableSnapshot(state=state, version=head.version, rows=made.rows, checksum=made.checksum)

        def send() -> Snapshot:
            self._commit(head, where, noted, made.writes)
            return snapshot

        return self._settler.write(state, base, send)

    def _commit(self, head: Head, where: Where, noted: Put, writes: Sequence[Write]) -> None:
        """Send one commit: in one transaction, or by way of the journal."""
        token = _token(head.version)
        what = f"write revision {head.revision}"
        whole = [Put(head.item, where), noted, *writes]
        if fits(whole):
            self._table.transact(whole, token, what)
            return
        taken = dataclasses.replace(head, journal=token, journal_parts=self._journal.keep(token, writes))
        self._table.transact([Put(taken.item, where), noted], token, what)
        # It is committed: whoever reads or writes next does what is left undone here.
        with suppress(StoreError):
            self._journal.finish(taken)


def _token(words: str) -> str:
    """Return a token for a transaction: the same words get the same, and DynamoDB takes 36 letters."""
    return sha256(words.encode()).hexdigest()[:32]
