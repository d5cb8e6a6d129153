"""The store of a table: what it sends again, and what it takes for a base."""

from collections.abc import Sequence

import pytest
from typing_extensions import override

from core.adapters.dynamodb.items import Write
from core.adapters.dynamodb.rows import place_of
from core.adapters.dynamodb.store import DynamoStateStore
from core.adapters.settle import SENDS_MAX
from core.ports import Conflict, OutcomeUnknown, Snapshot, Unreachable, Unusable
from tests.core.adapters.dynamodb.conftest import a_store, after
from tests.core.codec.builders import a_job, a_state
from tests.fakes.memory_table import MemoryTable
from tests.faults.faulty_objects import PutFault


def test_a_write_that_is_sent_again_carries_the_same_token_and_another_one_another(
    store: DynamoStateStore, table: MemoryTable
) -> None:
    base = store.create(a_state())
    table.tokens.clear()
    table.script([PutFault.LOST_BEFORE])

    saved = store.save(after(base, "w2", jobs={1: a_job(1)}, next_number=2), base)
    store.save(after(saved, "w3", jobs={}), saved)

    first, again, other = table.tokens
    assert first == again != other
    assert a_store(table).load().state.write_id == "w3"


def test_a_lost_answer_is_settled_without_sending_again(store: DynamoStateStore, table: MemoryTable) -> None:
    base = store.create(a_state())
    table.tokens.clear()
    table.script([PutFault.LOST_AFTER])

    saved = store.save(after(base, "w2", jobs={1: a_job(1)}, next_number=2), base)

    assert saved == a_store(table).load()
    assert len(table.tokens) == 1


def test_a_write_that_is_lost_each_time_is_not_known_and_one_that_is_turned_away_is_not_there(
    store: DynamoStateStore, table: MemoryTable
) -> None:
    base = store.create(a_state())
    table.script([PutFault.LOST_BEFORE] * SENDS_MAX)
    with pytest.raises(OutcomeUnknown, match="dynamodb://memory"):
        store.save(after(base, "w2"), base)

    table.script([PutFault.REFUSED])
    with pytest.raises(Unreachable):
        store.save(after(base, "w3"), base)
    assert store.load() == base


def test_a_base_of_another_store_is_refused(store: DynamoStateStore) -> None:
    base = store.create(a_state())
    with pytest.raises(ValueError, match="this store has loaded"):
        store.save(after(base, "w2"), Snapshot(state=base.state, version=base.version))


class Careless(MemoryTable):
    """A table that heeds no condition, or writes those of a transaction that hold."""

    def __init__(self, *, halves: bool) -> None:
        super().__init__()
        self._halves = halves

    @override
    def transact(self, writes: Sequence[Write], token: str, what: str) -> None:
        good = [write for write in writes if self.shelf.holds(write)]
        self.shelf.apply(good if self._halves else writes)
        if self._halves and len(good) < len(writes):
            raise Conflict("one of them did not hold")


@pytest.mark.parametrize(
    ("halves", "words"), [(False, "ignores conditions"), (True, "writes half of a transaction")]
)
def test_a_table_that_is_careless_fails_the_probe_and_is_left_as_it_was(*, halves: bool, words: str) -> None:
    table = Careless(halves=halves)
    with pytest.raises(Unusable, match=words):
        a_store(table).probe()
    assert not table.shelf.items


def test_a_job_of_an_old_document_may_have_a_location_without_end(
    store: DynamoStateStore, table: MemoryTable
) -> None:
    long = "Tempe " * 500
    store.create(a_state(a_job(1, location=long), a_job(2, location="Tempe")))
    assert store.load().state.jobs[1].location == long
    found = table.query_index("open_by_location", "open_at = :p", {":p": place_of(long)})
    assert [item["sk"] for item in found] == ["jobs#1"]
