"""Reading asks for little, and takes no rows for a state that are not all of it."""

from collections.abc import Mapping

import pytest

from core.adapters.dynamodb.head import CHANGES, HEAD, entry_key
from core.adapters.dynamodb.items import Key, Put
from core.adapters.dynamodb.rows import SHARDS, row_keys
from core.adapters.dynamodb.store import DynamoStateStore
from core.ports import Snapshot, Unreachable, Unusable
from tests.core.adapters.dynamodb.conftest import a_store, after
from tests.core.codec.builders import a_job, a_state
from tests.fakes.memory_table import MemoryTable


@pytest.fixture
def known(store: DynamoStateStore) -> Snapshot:
    """A state with two jobs, as somebody has read it."""
    return store.create(a_state(a_job(1), a_job(2)))


def asked(table: MemoryTable, known: Snapshot | None) -> Mapping[str, int]:
    """Return what a process asks for to read the newest state."""
    reader = MemoryTable(table.shelf)
    a_store(reader).load(known)
    return reader.costs.requests


def with_job_moved(store: DynamoStateStore, base: Snapshot, place: str) -> Snapshot:
    jobs = {**base.state.jobs, 2: a_job(2, location=place)}
    return store.save(after(base, f"to {place}", jobs=jobs), base)


def test_a_state_that_did_not_change_costs_one_read_of_one_item(table: MemoryTable, known: Snapshot) -> None:
    assert asked(table, known) == {"GetItem": 1}


def test_a_state_that_changed_costs_the_rows_that_changed(
    store: DynamoStateStore, table: MemoryTable, known: Snapshot
) -> None:
    with_job_moved(store, with_job_moved(store, known, "Mesa"), "Tempe")

    assert asked(table, known) == {"GetItem": 1, "Query": 1, "BatchGetItem": 1}


@pytest.mark.usefixtures("known")
def test_a_first_look_reads_every_partition_once(table: MemoryTable) -> None:
    assert asked(table, None) == {"GetItem": 1, "Query": SHARDS}


def test_who_is_too_far_behind_for_what_dynamodb_has_kept_reads_everything(
    store: DynamoStateStore, table: MemoryTable, known: Snapshot
) -> None:
    newest = with_job_moved(store, known, "Mesa")
    table.shelf.items.pop(Key(CHANGES, entry_key(newest.state.revision)))

    assert a_store(table).load(known) == newest


def test_a_row_that_somebody_removed_by_hand_is_said_and_nothing_is_guessed(
    table: MemoryTable, known: Snapshot
) -> None:
    table.shelf.items.pop(next(row_keys("jobs#2", 1)))

    with pytest.raises(Unusable, match="do not add up"):
        a_store(table).load()
    # Who has read it before goes on: nothing changed as far as the head knows.
    assert a_store(table).load(known) is known


def test_a_write_over_a_row_that_somebody_changed_by_hand_is_refused(
    store: DynamoStateStore, table: MemoryTable, known: Snapshot
) -> None:
    key = next(row_keys("jobs#2", 1))
    table.shelf.apply([Put({**table.shelf.items[key], "revision": 99})])

    with pytest.raises(Unusable):
        with_job_moved(store, known, "Mesa")


@pytest.mark.usefixtures("known")
def test_a_text_that_somebody_corrected_by_hand_is_read_as_it_stands(table: MemoryTable) -> None:
    key = next(row_keys("jobs#2", 1))
    row = table.shelf.items[key]
    table.shelf.apply([Put({**row, "body": str(row["body"]).replace("Phoenix", "Tucson")})])

    assert a_store(table).load().state.jobs[2].location == "Tucson"


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("checksum", ["", "no number"])
def test_a_damaged_head_is_said(table: MemoryTable, checksum: str) -> None:
    table.shelf.apply([Put({**table.shelf.items[HEAD], "checksum": checksum})])
    with pytest.raises(Unusable, match="damaged head"):
        a_store(table).load()


def test_a_table_that_changes_all_the_time_is_not_called_damaged(
    store: DynamoStateStore, table: MemoryTable, known: Snapshot
) -> None:
    newest = [known]
    reader = MemoryTable(table.shelf)

    def meanwhile() -> None:
        newest[0] = with_job_moved(store, newest[0], f"place {newest[0].state.revision}")

    reader.before_read = meanwhile
    with pytest.raises(Unreachable, match="changed all the time"):
        a_store(reader).load()


def test_half_of_another_ones_transaction_is_not_taken_for_a_state(
    table: MemoryTable, known: Snapshot
) -> None:
    """The head is seen new and the job old: as DynamoDB may show a transaction that is being written."""
    writer = MemoryTable(table.shelf)
    writer.tear = lambda key: key == next(row_keys("jobs#2", 1))
    newest = with_job_moved(a_store(writer), known, "Mesa")
    reader = MemoryTable(table.shelf)
    reads = iter(range(99))
    reader.before_read = lambda: table.shelf.unseen.clear() if next(reads) == 4 else None

    assert a_store(reader).load(known) == newest
    assert reader.costs.requests["GetItem"] > 1
