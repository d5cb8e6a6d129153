"""MemoryTable: a table of DynamoDB in memory, with its promises and no more.

Several handles share one `Shelf`, as processes share a table. A handle counts what it asks and what that
would cost, fails as a script says, and may see another's transaction by half: DynamoDB promises no more.
"""

import math
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from threading import RLock

from typing_extensions import override

from core.adapters.dynamodb.items import Attribute, Check, Delete, Item, Key, Put, Where, Write, text
from core.adapters.dynamodb.table import Table
from core.ports import Conflict, OutcomeUnknown, StoreError, Unreachable, Unusable
from tests.faults.faulty_objects import PutFault

WRITE_UNIT_BYTES = 1024
READ_UNIT_BYTES = 4096
ITEM_BYTES_MAX = 400 * 1024
INDEX_KEY_BYTES_MAX = 1024
TRANSACTION_ITEMS_MAX = 100
TRANSACTION_BYTES_MAX = 4 * 1024 * 1024
_INDEXED = ("open_on", "open_at")

_LANDED = {
    PutFault.NONE,
    PutFault.LOST_AFTER,
    PutFault.ECHO,
    PutFault.LOST_UNDER_ANOTHER,
    PutFault.ECHO_UNDER_ANOTHER,
}
_ON_TOP = {PutFault.LOST_UNDER_ANOTHER, PutFault.ECHO_UNDER_ANOTHER}
_LATE = {PutFault.LATE, PutFault.VERY_LATE}
_ANSWERS: dict[PutFault, type[StoreError]] = {
    **dict.fromkeys(PutFault, OutcomeUnknown),
    PutFault.REFUSED: Unreachable,
    PutFault.CONFLICT: Conflict,
    PutFault.ECHO: Conflict,
    PutFault.ECHO_UNDER_ANOTHER: Conflict,
}


class Crash(Exception):
    """The process ends here."""


@dataclass
class Shelf:
    """What lies in a table."""

    items: dict[Key, Item] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)
    delayed: list[tuple[PutFault, Sequence[Write]]] = field(default_factory=list)
    unseen: dict[Key, Item | None] = field(default_factory=dict)
    """What others still see of a transaction that is just being written."""

    def land(self, *faults: PutFault) -> None:
        """Let writes land that are still on their way."""
        due = [writes for fault, writes in self.delayed if fault in faults]
        self.delayed = [(fault, writes) for fault, writes in self.delayed if fault not in faults]
        for writes in due:
            if all(self.holds(write) for write in writes):
                self.apply(writes)

    def holds(self, write: Write) -> bool:
        where = write.where
        there = self.items.get(key_of(write), {})
        return where is None or all(_holds(part, there, where) for part in where.expression.split(" AND "))

    def apply(self, writes: Sequence[Write]) -> None:
        for write in writes:
            if isinstance(write, Put):
                self.items[key_of(write)] = dict(write.item)
            elif isinstance(write, Delete):
                self.items.pop(write.key, None)


@dataclass
class Costs:
    """What was asked, and what DynamoDB would count for it."""

    requests: Counter[str] = field(default_factory=Counter)
    write_units: int = 0
    index_units: int = 0
    read_units: int = 0


class MemoryTable(Table):
    """A handle on a shelf: what one process sees of it."""

    def __init__(self, shelf: Shelf | None = None, write_on_top: Callable[[], None] = lambda: None) -> None:
        super().__init__("memory")
        self.shelf = shelf or Shelf()
        self.costs = Costs()
        self.tokens: list[str] = []
        """Of the transactions, in the order in which they were sent."""
        self.tear: Callable[[Key], bool] = lambda _key: False
        """Which items of our transactions the others see too late."""
        self.before_read: Callable[[], None] = lambda: None
        self.crash_at: int | None = None
        """The write at which the process ends, counted down; half of them land."""
        self.crash_landed = False
        self._faults: deque[PutFault] = deque()
        self._read_faults: deque[bool] = deque()
        self._write_on_top = write_on_top
        self._busy = False

    def script(self, writes: Iterable[PutFault], reads: Iterable[bool] = ()) -> None:
        """Let the next writes and reads go so (True: the read fails), and those after them well."""
        self._faults, self._read_faults = deque(writes), deque(reads)

    @override
    def get(self, key: Key) -> Item | None:
        self._read("GetItem")
        item = self._seen(key)
        self.costs.read_units += read_units(item or {})
        return item

    @override
    def get_all(self, keys: Sequence[Key]) -> list[Item]:
        assert len(set(keys)) == len(keys), "DynamoDB refuses a key that is asked for twice"
        found = []
        for start in range(0, len(keys), 100):
            self._read("BatchGetItem")
            for key in keys[start : start + 100]:
                item = self._seen(key)
                self.costs.read_units += read_units(item or {})
                found += [item] if item is not None else []
        return found

    @override
    def query(self, pk: str, *, prefix: str = "", after: str | None = None) -> Iterator[Item]:
        self._read("Query")
        keys = sorted((key.sk.encode(), key) for key in self._keys() if key.pk == pk)
        items = [
            item
            for _, key in keys
            if key.sk.startswith(prefix) and (after is None or key.sk.encode() > after.encode())
            for item in [self._seen(key)]
            if item is not None
        ]
        self.costs.read_units += max(1, math.ceil(sum(map(size, items)) / READ_UNIT_BYTES))
        return iter(items)

    @override
    def put(self, item: Item, where: Where | None = None) -> Item:
        replaced = self.shelf.items.get(Key(text(item, "pk"), text(item, "sk")), {})
        self._write("PutItem", [Put(item, where)], factor=1)
        return replaced

    @override
    def remove_attribute(self, key: Key, name: str, where: Where) -> None:
        there = self.shelf.items.get(key, {})
        left = {attribute: value for attribute, value in there.items() if attribute != name}
        self._write("UpdateItem", [Put({"pk": key.pk, "sk": key.sk, **left}, where)], factor=1)

    @override
    def delete(self, key: Key) -> Item:
        replaced = self.shelf.items.get(key, {})
        self._write("DeleteItem", [Delete(key)], factor=1)
        return replaced

    @override
    def transact(self, writes: Sequence[Write], token: str, what: str) -> None:
        assert 0 < len(writes) <= TRANSACTION_ITEMS_MAX, "DynamoDB takes 1 to 100 items in a transaction"
        self.tokens.append(token)
        assert len(token) <= 36, "DynamoDB takes a token of at most 36 letters"
        keys = [key_of(write) for write in writes]
        assert len(set(keys)) == len(keys), "DynamoDB refuses two writes to one item in a transaction"
        sizes = [size(write.item) for write in writes if isinstance(write, Put)]
        assert sum(sizes) <= TRANSACTION_BYTES_MAX, "DynamoDB takes 4 MB in a transaction"
        self._write("TransactWriteItems", writes, factor=2)

    @override
    def query_index(self, index: str, where: str, values: Item) -> Iterator[Item]:
        self._read("Query")
        del index
        found = [item for item in self.shelf.items.values() if all(name in item for name in _INDEXED)]
        for part in where.replace(":first AND :last", ":first..:last").split(" AND "):
            found = [item for item in found if _matches(part, item, values)]
        return iter(found)

    def _keys(self) -> set[Key]:
        return set(self.shelf.items) | set(self.shelf.unseen)

    def _seen(self, key: Key) -> Item | None:
        unseen = self.shelf.unseen
        return unseen[key] if key in unseen else self.shelf.items.get(key)

    def _read(self, kind: str) -> None:
        self.costs.requests[kind] += 1
        if self._read_faults and self._read_faults.popleft():
            raise Unreachable("the script says that this read fails")
        if not self._busy:
            # What others do meanwhile must not be done once more by their own reads.
            self._busy = True
            try:
                self.before_read()
            finally:
                self._busy = False

    def _write(self, kind: str, writes: Sequence[Write], *, factor: int) -> None:
        self.costs.requests[kind] += 1
        crashes = self._crashes()
        if crashes and not self.crash_landed:
            raise Crash
        fault = self._faults.popleft() if self._faults else PutFault.NONE
        with self.shelf.lock:
            self.shelf.unseen.clear()
            if fault in _LATE:
                self.shelf.delayed.append((fault, writes))
            if fault in _LANDED:
                self._land(writes, factor)
        if crashes:
            raise Crash
        if fault in _ON_TOP:
            self._write_on_top()
        if fault is not PutFault.NONE:
            raise _ANSWERS[fault](f"the script says {fault.name}")

    def _crashes(self) -> bool:
        if self.crash_at is None:
            return False
        self.crash_at -= 1
        return self.crash_at < 0

    def _land(self, writes: Sequence[Write], factor: int) -> None:
        failed = [write for write in writes if not self.shelf.holds(write)]
        if failed and (failed[0] is writes[0] or factor == 1):
            raise Conflict("a condition does not hold")
        if failed:
            raise Unusable("a condition of a row does not hold")
        before = {key_of(write): self.shelf.items.get(key_of(write)) for write in writes}
        for write in writes:
            self._count(write, before[key_of(write)], factor)
        self.shelf.apply(writes)
        self.shelf.unseen |= {key: there for key, there in before.items() if self.tear(key)}

    def _count(self, write: Write, there: Item | None, factor: int) -> None:
        new = write.item if isinstance(write, Put) else {}
        assert size(new) <= ITEM_BYTES_MAX, "DynamoDB takes 400 KB in an item"
        for name in _INDEXED:
            key = text(new, name).encode()
            assert len(key) <= INDEX_KEY_BYTES_MAX, "DynamoDB takes 1,024 bytes in the key of an index"
        largest = max(size(new), size(there or {}))
        self.costs.write_units += factor * max(1, math.ceil(largest / WRITE_UNIT_BYTES))
        if not isinstance(write, Check):
            self.costs.index_units += index_units(there or {}, new)


def key_of(write: Write) -> Key:
    """Return which item a write is about."""
    return Key(text(write.item, "pk"), text(write.item, "sk")) if isinstance(write, Put) else write.key


def size(item: Item) -> int:
    """Return the bytes of an item as DynamoDB counts them: names and values."""
    return sum(len(name.encode()) + _size(value) for name, value in item.items())


def read_units(item: Item) -> int:
    """Return what a strongly consistent read of one item costs."""
    return max(1, math.ceil(size(item) / READ_UNIT_BYTES))


def index_units(before: Item, after: Item) -> int:
    """Return what two indexes cost that hold keys alone: a write each way where these change."""
    old, new = ([item.get(name) for name in _INDEXED] for item in (before, after))
    if old == new:
        return 0
    return len(_INDEXED) * ((None not in old) + (None not in new))


def _size(value: Attribute) -> int:
    if isinstance(value, str):
        return len(value.encode())
    if isinstance(value, bytes):
        return len(value)
    return len(str(value)) // 2 + 2 if isinstance(value, int) else 3 + sum(len(each) + 1 for each in value)


def _holds(part: str, there: Item, where: Where) -> bool:
    if part.startswith("attribute_not_exists("):
        return part[len("attribute_not_exists(") : -1] not in there
    name, _, value = part.partition(" = ")
    return name in there and there[name] == where.values[value]


def _matches(part: str, item: Item, values: Item) -> bool:
    if " BETWEEN " in part:
        name = part.partition(" BETWEEN ")[0]
        return text(values, ":first") <= text(item, name) <= text(values, ":last")
    name, _, value = part.partition(" = ")
    return item[name] == values[value]
