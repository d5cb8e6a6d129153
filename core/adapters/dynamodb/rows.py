"""Rows: a state as one row a record, and what a write changes in them. Pure.

A row is put where its record is not the very one of before: records are frozen, so that identity tells.
`place` keeps the order of a list: it grows along the list, and a row keeps it as long as the order holds.
"""

import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from operator import is_
from zlib import crc32

from core.adapters.dynamodb.items import NEW, Delete, Item, Key, Put, Where, Write, parts_of
from core.codec.document import KEYS
from core.codec.lines import line_of
from core.codec.writing import check_whole, lists, plain_fields
from core.domain.job import Job, folded
from core.domain.record import Record
from core.domain.state import State

SHARDS = 8
"""Partitions that rows are spread over: each takes 1,000 write units a second. Never changed: rows stay."""

HEAD_FIELDS = ("schema", "revision", "write_id", "recent_writes", "next_number")
"""What stands in the head; every other field beside the lists is a row of its own."""

FIELDS = "fields"
"""The list of those."""

PLACE_BITS = 20
"""Places within one write, before its revision."""

KEY_BYTES_MAX = 900
"""DynamoDB takes 1,024 for a sort key."""

PLACE_LETTERS_MAX = 250
"""Of a location in an index, whose sort key takes 1,024 bytes: else a long one could not be written."""

UNSCHEDULED = "unscheduled"
"""What the index by date has for a job without a day."""


@dataclass(frozen=True, slots=True)
class Row:
    """A record, and how it lies in the table."""

    record: Record | str
    """The text of the value, for a field beside the lists and for a record of a newer version."""
    place: int
    revision: int
    """Of the write that put it."""
    parts: int
    """How many items it fills."""


Rows = Mapping[str, Mapping[str, Row]]
"""By list, by the record's key as text (its place where records have none), in the list's order."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a write does to the rows."""

    rows: Rows
    """All of them after it."""
    checksum: int
    """Their sum."""
    writes: tuple[Write, ...]
    touched: tuple[str, ...]
    """The sort keys of the rows that are put or removed."""


def sort_key(listed: str, name: str) -> str:
    """Return the sort key of a row: `jobs#12`. Raises ValueError where it is too long for DynamoDB."""
    key = f"{listed}#{name}"
    if len(key.encode()) > KEY_BYTES_MAX:
        raise ValueError(
            f"a record of {listed} can't be written: its key has more than {KEY_BYTES_MAX} bytes"
        )
    return key


def row_keys(sk: str, parts: int) -> Iterator[Key]:
    """Yield the keys of the items that a row fills; the first is its own."""
    pk = f"rows#{crc32(sk.encode()) % SHARDS}"
    yield Key(pk, sk)
    for part in range(1, parts):
        yield Key(pk, f"+{part}#{sk}")


def digest(sk: str, revision: int) -> int:
    """Return what a row adds to the sum of all: which it is and which write made it, in 64 bits."""
    return int.from_bytes(blake2b(f"{revision} {sk}".encode(), digest_size=8).digest())


def total(digests: Iterable[int]) -> int:
    """Return the sum of digests, in 64 bits."""
    return sum(digests) % 2**64


def change(state: State, base: Rows, checksum: int) -> Change:
    """Return what makes the rows of `state` of those of its base, whose sum is `checksum`.

    Raises ValueError where something could not be read back.
    """
    check_whole(state)
    work = _Work(state.revision, checksum)
    # Lists that a newer version keeps here stay as they are.
    rows = dict(base)
    for listed, records in lists(state).items():
        rows[listed] = work.rows(listed, records, base.get(listed, {}))
    rows[FIELDS] = work.rows(FIELDS, _fields(state), base.get(FIELDS, {}))
    return Change(
        rows=rows, checksum=total([work.checksum]), writes=tuple(work.writes), touched=tuple(work.touched)
    )


def head_fields(state: State) -> str:
    """Return what stands in the head, as JSON."""
    fields = plain_fields(state)
    return json.dumps({name: fields[name] for name in HEAD_FIELDS}, ensure_ascii=False)


def _fields(state: State) -> "Iterable[_Field]":
    for name, value in plain_fields(state).items():
        if name not in HEAD_FIELDS:
            yield _Field(name, json.dumps(value, ensure_ascii=False, allow_nan=False))


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    text: str


@dataclass(slots=True)
class _Work:
    """One write under way: what it has found to do so far."""

    revision: int
    checksum: int
    writes: list[Write] = field(default_factory=list)
    touched: list[str] = field(default_factory=list)
    places: Iterator[int] = field(init=False)

    def __post_init__(self) -> None:
        self.places = itertools.count(self.revision << PLACE_BITS)

    def rows(
        self, listed: str, records: Iterable[Record | _Field], old: Mapping[str, Row]
    ) -> Mapping[str, Row]:
        """Return the rows of one list, in order."""
        records = list(records)
        if len(records) == len(old) and all(map(is_, records, (row.record for row in old.values()))):
            return old
        name_of = _namer(listed, old)
        new: dict[str, Row] = {}
        last = -1
        for found in records:
            name = name_of(found)
            row = old.get(name) if name is not None else None
            if row is not None and name is not None and row.record is found and row.place > last:
                # Nearly all of them; the rest of the loop is for what changed.
                new[name], last = row, row.place
                continue
            record = found.text if isinstance(found, _Field) else found
            last = row.place if row is not None and row.place > last else next(self.places)
            if name is None or (row is not None and row.place != last and listed not in _NAMED):
                # Without a key of its own a record is found by its place, so a moved one is a new one.
                name, row = str(last), None
            if row is None or row.place != last or not _same(row.record, record):
                row = self._put(listed, name, (record, last), row)
            new[name] = row
        for name in old.keys() - new.keys():
            self._remove(sort_key(listed, name), old[name])
        return new

    def _put(self, listed: str, name: str, found: tuple[Record | str, int], old: Row | None) -> Row:
        record, place = found
        sk = sort_key(listed, name)
        body = parts_of(record if isinstance(record, str) else line_of(record).text.decode())
        first, *more = row_keys(sk, len(body))
        where = Where("revision = :old", {":old": old.revision}) if old else NEW
        lies: Item = {"revision": self.revision, "place": place, "parts": len(body)}
        self.writes.append(
            Put({"pk": first.pk, "sk": sk, **lies, "body": body[0], **_indexed(record)}, where)
        )
        for key, part in zip(more, body[1:], strict=True):
            self.writes.append(Put({"pk": key.pk, "sk": key.sk, "revision": self.revision, "body": part}))
        if old is not None:
            self.writes += [Delete(key) for key in list(row_keys(sk, old.parts))[len(body) :]]
            self.checksum -= digest(sk, old.revision)
        self.checksum += digest(sk, self.revision)
        self.touched.append(sk)
        return Row(record=record, place=place, revision=self.revision, parts=len(body))

    def _remove(self, sk: str, old: Row) -> None:
        first, *more = row_keys(sk, old.parts)
        self.writes.append(Delete(first, Where("revision = :old", {":old": old.revision})))
        self.writes += [Delete(key) for key in more]
        self.checksum -= digest(sk, old.revision)
        self.touched.append(sk)


_NAMED = frozenset({*KEYS, FIELDS})
"""The lists whose records have a key of their own."""


def _namer(listed: str, old: Mapping[str, Row]) -> Callable[[Record | _Field], str | None]:
    """Return what tells the name of a record's row; None for a new record without a key."""
    if listed == FIELDS:
        return lambda found: str(getattr(found, "name", ""))
    if listed in KEYS:
        key = KEYS[listed][0]
        return lambda found: str(getattr(found, key))
    places = {id(row.record): name for name, row in old.items()}
    return lambda found: places.get(id(found))


def _same(old: Record | str, new: Record | str) -> bool:
    return old == new if isinstance(new, str) else old is new


def _indexed(record: Record | str) -> Item:
    """Return what the indexes find an open job by; nothing for all else, which keeps them small."""
    if not isinstance(record, Job) or not record.is_open:
        return {}
    return {
        "open_on": record.when.date.isoformat() if record.when else UNSCHEDULED,
        "open_at": place_of(record.location),
    }


def place_of(location: str) -> str:
    """Return a location as the index has it: plain small letters, the first ones; `?` where none are left."""
    return folded(location).strip()[:PLACE_LETTERS_MAX] or "?"
