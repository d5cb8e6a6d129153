"""Rows: whatever a state holds comes back from the table as it was, and only what changed is written."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.adapters.dynamodb.assembly import raw_rows
from core.adapters.dynamodb.head import HEAD
from core.adapters.dynamodb.items import PART_LETTERS, Item, Key, Put, number, text
from core.adapters.dynamodb.rows import digest, row_keys, total
from core.adapters.dynamodb.store import DynamoStateStore
from core.codec import encode
from core.domain.state import State
from tests.core.adapters.dynamodb.conftest import a_store, after
from tests.core.codec.builders import a_job, a_state
from tests.core.codec.strategies import states
from tests.fakes.memory_table import MemoryTable


def as_written(state: State, write_id: str, revision: int) -> State:
    return dataclasses.replace(state, write_id=write_id, revision=revision)


def here(state: State) -> State:
    return dataclasses.replace(state, moved_to="")


@given(states(), states())
def test_any_state_after_any_other_comes_back_byte_for_byte(one: State, two: State) -> None:
    first, second = here(as_written(one, "w1", 1)), as_written(two, "w2", 2)
    table = MemoryTable()
    created = a_store(table).create(first)
    assert encode(a_store(table).load().state) == encode(first)

    saved = a_store(table).save(second, created)

    for loaded in (a_store(table).load(), a_store(table).load(created), a_store(table).load(saved)):
        assert loaded == saved
        assert encode(loaded.state) == encode(second)


@given(states(), st.data())
def test_only_what_changed_is_written(state: State, data: st.DataObject) -> None:
    table = MemoryTable()
    base = a_store(table).create(here(as_written(state, "w1", 1)))
    causes = dict(base.state.causes)
    for gone in data.draw(st.lists(st.sampled_from(sorted(causes)), max_size=2) if causes else st.just([])):
        causes.pop(gone, None)
    before = dict(table.shelf.items)

    a_store(table).save(after(base, "w2", causes=causes), base)

    touched = {
        key
        for key in before.keys() | table.shelf.items.keys()
        if before.get(key) != table.shelf.items.get(key)
    }
    rows = {key.sk for key in touched if key.pk.startswith("rows#")}
    assert rows == {f"causes#{cause}" for cause in base.state.causes.keys() - causes.keys()}


def test_a_record_that_is_the_very_same_is_not_written_again(
    store: DynamoStateStore, table: MemoryTable
) -> None:
    base = store.create(a_state(a_job(1), a_job(2)))
    changed = {**base.state.jobs, 2: a_job(2, location="Tucson")}

    store.save(after(base, "w2", jobs=changed), base)

    revisions = {key.sk: number(item, "revision") for key, item in table.shelf.items.items()}
    assert (revisions["jobs#1"], revisions["jobs#2"]) == (1, 2)


def test_a_history_that_outgrows_an_item_fills_several_and_shrinks_again(
    store: DynamoStateStore, table: MemoryTable
) -> None:
    long = a_job(1, note="x" * 3 * PART_LETTERS)
    base = store.create(a_state(long))
    assert {key.sk for key in table.shelf.items if "jobs#1" in key.sk} == {
        "jobs#1",
        "+1#jobs#1",
        "+2#jobs#1",
        "+3#jobs#1",
    }
    assert a_store(table).load().state.jobs == {1: long}

    saved = store.save(after(base, "w2", jobs={1: a_job(1)}), base)

    assert {key.sk for key in table.shelf.items if "jobs#1" in key.sk} == {"jobs#1"}
    assert a_store(table).load() == saved


def test_a_row_that_is_half_written_is_no_row() -> None:
    first: Item = {"pk": "rows#1", "sk": "jobs#1", "revision": 2, "parts": 2, "body": "{"}
    part: Item = {"pk": "rows#1", "sk": "+1#jobs#1", "body": "}"}
    assert raw_rows([first]) == {}
    assert raw_rows([first, {**part, "revision": 1}]) == {}
    assert raw_rows([first, {**part, "revision": 2}])["jobs#1"].text == "{}"


def test_a_record_that_moves_in_its_list_keeps_the_new_order(
    store: DynamoStateStore, table: MemoryTable
) -> None:
    one, two, three = a_job(1), a_job(2), a_job(3)
    base = store.create(a_state(one, two, three))

    store.save(after(base, "w2", jobs={3: three, 1: one, 2: two}), base)

    assert list(a_store(table).load().state.jobs) == [3, 1, 2]


def test_lists_and_fields_of_a_newer_version_outlive_a_write_of_ours(
    store: DynamoStateStore, table: MemoryTable
) -> None:
    base = store.create(a_state(a_job(1)))
    gizmo: dict[str, str | int] = {
        "pk": "rows#0",
        "sk": "gizmos#7",
        "revision": 1,
        "place": 1,
        "parts": 1,
        "body": '{"a": 1}',
    }
    put_by_a_newer_version(table, gizmo)
    base = a_store(table).load()

    saved = store.save(after(base, "w2", jobs={}), base)

    assert a_store(table).load() == saved
    assert table.shelf.items[Key(str(gizmo["pk"]), "gizmos#7")] == gizmo


def put_by_a_newer_version(table: MemoryTable, row: dict[str, str | int]) -> None:
    """Put a row of a list that we don't know, and let the head count it."""
    key = next(row_keys(str(row["sk"]), 1))
    row["pk"] = key.pk
    head = table.shelf.items[HEAD]
    more = total([int(text(head, "checksum"), 16), digest(key.sk, 1)])
    table.shelf.apply([Put(row), Put({**head, "checksum": f"{more:016x}"})])


def test_a_key_that_no_table_could_have_is_refused_before_anything_is_written(
    store: DynamoStateStore,
) -> None:
    base = store.create(a_state())
    with pytest.raises(ValueError, match="more than 900 bytes"):
        store.save(after(base, "w2", extra={"x" * 1000: 1}), base)
    assert store.load() == base
