"""Objects in a table: whole or not at all, whoever stops or comes between; beside the contract."""

import pytest

from core.adapters.dynamodb.items import Key
from core.adapters.dynamodb.objects import CHUNK_BYTES, INLINE_MAX, DynamoObjects
from core.ports import Absent, Conflict, NotFound, Unreachable
from tests.fakes.memory_table import Crash, MemoryTable
from tests.faults.faulty_objects import PutFault

OLD, NEW = b"o" * (2 * CHUNK_BYTES + 1), b"n" * (CHUNK_BYTES + 1)


def body(table: MemoryTable) -> bytes:
    there = DynamoObjects(MemoryTable(table.shelf)).get("proof")
    assert there is not None
    return there.body


def chunks(table: MemoryTable) -> set[str]:
    return {key.pk for key in table.shelf.items if key.pk.startswith("object#")}


@pytest.mark.parametrize(("size", "places"), [(INLINE_MAX, 0), (INLINE_MAX + 1, 1)])
def test_a_small_object_is_one_item_and_a_larger_one_has_its_bytes_beside(
    table: MemoryTable, size: int, places: int
) -> None:
    DynamoObjects(table).put("proof", b"x" * size)
    assert (len(body(table)), len(chunks(table))) == (size, places)


def test_what_is_written_over_or_removed_leaves_no_bytes_behind(table: MemoryTable) -> None:
    objects = DynamoObjects(table)
    for new in (OLD, NEW, b"small", OLD):
        objects.put("proof", new)
        assert body(table) == new
        assert len(chunks(table)) == (len(new) > INLINE_MAX)
    objects.delete("proof")
    assert not table.shelf.items


@pytest.mark.parametrize("landed", [False, True])
def test_a_process_that_ends_at_any_write_leaves_the_old_object_or_the_new_one(*, landed: bool) -> None:
    seen = []
    for at in range(20):
        table = MemoryTable()
        DynamoObjects(table).put("proof", OLD)
        table.crash_at, table.crash_landed = at, landed
        try:
            DynamoObjects(table).put("proof", NEW)
        except Crash:
            seen.append(body(table))
        else:
            break
    assert seen == sorted(seen, reverse=True), "from one write on it is the new one"
    assert set(seen) == {OLD, NEW}


def test_an_echo_of_our_own_write_does_not_take_its_bytes_away(table: MemoryTable) -> None:
    table.script([PutFault.NONE, PutFault.NONE, PutFault.ECHO])
    with pytest.raises(Conflict):
        DynamoObjects(table).put("proof", NEW, condition=Absent())
    assert body(table) == NEW


def test_a_write_that_was_refused_leaves_no_bytes_behind(table: MemoryTable) -> None:
    DynamoObjects(table).put("proof", OLD)
    before = chunks(table)
    with pytest.raises(Conflict):
        DynamoObjects(table).put("proof", NEW, condition=Absent())
    assert (chunks(table), body(table)) == (before, OLD)


def test_bytes_whose_fate_is_not_known_are_no_object(table: MemoryTable) -> None:
    table.script([PutFault.LOST_AFTER])
    with pytest.raises(Unreachable, match="nothing was written"):
        DynamoObjects(table).put("proof", NEW)
    with pytest.raises(NotFound):
        body(table)


def test_an_object_that_is_written_over_while_it_is_read_is_read_anew(table: MemoryTable) -> None:
    DynamoObjects(table).put("proof", OLD)
    reads = iter(range(9))
    reader = MemoryTable(table.shelf)

    def meanwhile() -> None:
        # Between the headers and the bytes.
        if next(reads) == 1:
            DynamoObjects(table).put("proof", NEW)

    reader.before_read = meanwhile
    there = DynamoObjects(reader).get("proof")
    assert there is not None
    assert there.body == NEW


def test_an_object_that_lost_some_of_its_bytes_is_said(table: MemoryTable) -> None:
    DynamoObjects(table).put("proof", OLD)
    (place,) = chunks(table)
    table.shelf.items.pop(Key(place, "000001"))
    with pytest.raises(Unreachable, match="do not belong together"):
        body(table)
