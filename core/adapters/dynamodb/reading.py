"""Reading: the newest state, of rows that were not all read at one moment.

DynamoDB reads single items strongly, but several items as they come: half of a transaction may be seen. So
rows are taken for a state only where they add up to the head's sum; else what changed is read again.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from core.adapters.dynamodb.assembly import Raw, assemble, raw_rows, sum_after
from core.adapters.dynamodb.head import CHANGES, HEAD, Head, TableSnapshot, entry_key
from core.adapters.dynamodb.items import Item, number, text
from core.adapters.dynamodb.journal import Journal
from core.adapters.dynamodb.rows import SHARDS, Rows, row_keys
from core.adapters.dynamodb.table import Table
from core.ports import NotFound, Unreachable, Unusable

READS_MAX = 16
WHOLE_EVERY = 4
"""Of so many tries one reads everything: whatever an earlier one missed, it does not."""

PAUSE_S = (0.01, 0.2)
"""First and longest pause before a further try; doubled each time, with jitter."""

LAG_REVISIONS = 4
"""Commits that are read again after all rows were read: they may have been seen by half."""

NAMES_MAX = 2_000
"""Rows that are fetched one by one; with more of them everything is read."""


class Reader:
    """Reads the state of one table; `pause(seconds)` waits."""

    def __init__(self, table: Table, journal: Journal, pause: Callable[[float], None], region: str) -> None:
        self._table = table
        self._journal = journal
        self._pause = pause
        self._region = region

    def head(self) -> Head:
        """Return the head. Raises NotFound, Unreachable, Unusable."""
        item = self._table.get(HEAD)
        if item is None:
            raise NotFound(f"there is no state in {self._table.address}")
        try:
            return Head.of(item)
        except ValueError as error:
            raise Unusable(
                f"{self._table.address} has a damaged head ({error}): nothing was written over it; restore "
                "the table"
            ) from error

    def newest(self, known: TableSnapshot | None) -> TableSnapshot:
        """Return the newest state; `known` itself where nothing changed. Raises as `StateStore.load`."""
        read = _Read.since(known)
        before = version = ""
        for attempt in range(READS_MAX):
            self._pause_before(attempt)
            head = self.head()
            if head.journal:
                self._journal.finish(head)
                continue
            if known is not None and known.version == head.version:
                return known
            whole = attempt % WHOLE_EVERY == (WHOLE_EVERY - 1 if known else 0)
            self._catch_up(read, head, whole=whole)
            if read.checksum == head.checksum:
                return self._assembled(read, head)
            before, version = version, head.version
        if version and before == version:
            raise Unusable(
                f"the rows of {self._table.address} do not add up to what its head says: something that is "
                "not Quickdump changed them. Restore the table"
            )
        raise Unreachable(f"{self._table.address} changed all the time while it was read: try again")

    def _catch_up(self, read: "_Read", head: Head, *, whole: bool) -> None:
        """Read what has changed, or everything."""
        if not whole and read.since_revision is not None:
            entries = list(self._table.query(CHANGES, after=entry_key(read.since_revision)))
            names = {name for entry in entries for name in _names(entry)}
            whole = len(names) > NAMES_MAX or any(number(entry, "everything") for entry in entries)
            if not whole:
                read.changes |= self._rows(names)
                return
        self._read_all(read, head)

    def _read_all(self, read: "_Read", head: Head) -> None:
        read.rows, read.rows_checksum = {}, 0
        items = [item for shard in range(SHARDS) for item in self._table.query(f"rows#{shard}")]
        read.changes = dict(raw_rows(items))
        read.since_revision = head.revision - LAG_REVISIONS

    def _rows(self, names: set[str]) -> dict[str, Raw | None]:
        """Return these rows as they are now; None for each that is not there."""
        firsts = self._table.get_all([next(row_keys(name, 1)) for name in sorted(names)])
        more = [key for item in firsts for key in list(row_keys(text(item, "sk"), number(item, "parts")))[1:]]
        found = raw_rows([*firsts, *self._table.get_all(more)])
        return {name: found.get(name) for name in names}

    def _assembled(self, read: "_Read", head: Head) -> TableSnapshot:
        state, rows = assemble(head.fields, read.rows, read.changes, self._table.address, self._region)
        return TableSnapshot(state=state, version=head.version, rows=rows, checksum=head.checksum)

    def _pause_before(self, attempt: int) -> None:
        if attempt:
            longest_s = min(PAUSE_S[0] * 2 ** (attempt - 1), PAUSE_S[1])
            self._pause(longest_s * random.uniform(0.5, 1))  # noqa: S311 - jitter is no secret


@dataclass(slots=True)
class _Read:
    """What was read so far: known rows, and what changed in them."""

    rows: Rows
    rows_checksum: int
    since_revision: int | None
    """Whatever was written after it is read again; None: nothing was read yet."""
    changes: dict[str, Raw | None] = field(default_factory=dict)

    @classmethod
    def since(cls, known: TableSnapshot | None) -> "_Read":
        if known is None:
            return cls({}, 0, None)
        return cls(known.rows, known.checksum, known.state.revision)

    @property
    def checksum(self) -> int:
        return sum_after(self.rows, self.rows_checksum, self.changes)


def _names(entry: Item) -> tuple[str, ...]:
    names = entry.get("names", ())
    return names if isinstance(names, tuple) else ()
