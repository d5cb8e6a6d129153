"""A write that is too large for one transaction lands whole, whoever stops in its middle."""

from contextlib import suppress

import pytest

from core.adapters.dynamodb.head import HEAD
from core.adapters.dynamodb.journal import Journal
from core.adapters.dynamodb.rows import change
from core.adapters.dynamodb.store import DynamoStateStore
from core.ports import Conflict, Snapshot, Unusable
from tests.core.adapters.dynamodb.conftest import a_store, after
from tests.core.codec.builders import a_job, a_state
from tests.fakes.memory_table import Crash, MemoryTable
from tests.faults.faulty_objects import PutFault

MANY = {number: a_job(number) for number in range(1, 351)}
HUGE = {1: a_job(1, note="x" * 9_000_000)}


def left_unfinished(table: MemoryTable, fault: PutFault = PutFault.REFUSED) -> Snapshot:
    """Return a large write that was committed, and whose first rows met `fault`."""
    base = a_store(table).create(a_state())
    many = after(base, "w2", jobs=MANY, next_number=999)
    parts = Journal(MemoryTable()).keep("dry", change(many, {}, 0).writes)
    table.script([*[PutFault.NONE] * parts, PutFault.NONE, fault])
    saved = a_store(table).save(many, base)
    assert pending(table)
    return saved


def pending(table: MemoryTable) -> bool:
    return "journal" in table.shelf.items[HEAD]


def left(table: MemoryTable) -> list[str]:
    return [key.pk for key in table.shelf.items if key.pk.startswith("journal#")]


@pytest.mark.parametrize("jobs", [MANY, HUGE], ids=["many rows", "huge rows"])
def test_a_write_beyond_a_transaction_lands_and_leaves_nothing_aside(
    store: DynamoStateStore, table: MemoryTable, jobs: dict[int, object]
) -> None:
    base = store.create(a_state())

    saved = store.save(after(base, "w2", jobs=jobs, next_number=999), base)

    assert a_store(table).load() == saved
    assert (pending(table), left(table)) == (False, [])


@pytest.mark.parametrize("landed", [False, True])
def test_a_process_that_ends_at_any_write_leaves_all_of_it_or_nothing(*, landed: bool) -> None:
    outcomes = []
    for at in range(99):
        table = MemoryTable()
        base = a_store(table).create(a_state())
        table.crash_at, table.crash_landed = at, landed
        try:
            a_store(table).save(after(base, "w2", jobs=MANY, next_number=999), base)
        except Crash:
            table.crash_at = None
        else:
            break
        found = a_store(table).load()
        assert found.state.jobs in ({}, MANY)
        assert not pending(table)
        outcomes.append(found.state.write_id)
        saved = a_store(table).save(after(found, "w3", jobs={}), found)
        assert a_store(table).load() == saved
    assert outcomes == sorted(outcomes), "from one write on it is all of it"
    assert {"w1", "w2"} == set(outcomes)


def test_nobody_commits_on_top_of_a_write_whose_rows_are_not_all_there(table: MemoryTable) -> None:
    saved = left_unfinished(table)

    # It touches no row of the other: only the head can tell.
    with suppress(Conflict):
        a_store(table).save(after(saved, "w3", extra={"a": 1}), saved)

    found = a_store(table).load()
    assert found.state.jobs == MANY


def test_a_reader_finishes_what_was_left_and_two_of_them_do_no_harm(table: MemoryTable) -> None:
    saved = left_unfinished(table)
    other = MemoryTable(table.shelf)
    once = iter([True])

    def other_comes_first() -> None:
        if next(once, False):
            assert a_store(other).load() == saved

    table.before_read = other_comes_first
    assert a_store(table).load() == saved
    assert (pending(table), left(table)) == (False, [])


def test_a_late_slice_of_a_finished_write_changes_nothing_any_more(table: MemoryTable) -> None:
    left_unfinished(table, PutFault.VERY_LATE)
    newer = a_store(table).load()
    last = a_store(table).save(after(newer, "w3", jobs={}), newer)

    table.shelf.land(*PutFault)

    assert a_store(table).load() == last


def test_a_journal_that_lost_a_part_is_said_and_nothing_is_guessed(table: MemoryTable) -> None:
    left_unfinished(table)
    (gone, *_) = [key for key in table.shelf.items if key.pk.startswith("journal#")]
    table.shelf.items.pop(gone)

    with pytest.raises(Unusable, match="lacks a part of the write 2"):
        a_store(table).load()
