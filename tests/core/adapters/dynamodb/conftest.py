"""A state in a table in memory."""

import dataclasses

import pytest

from core.adapters.dynamodb.store import DynamoStateStore
from core.domain.state import State
from core.ports import Snapshot
from tests.fakes.memory_table import MemoryTable


@pytest.fixture
def table() -> MemoryTable:
    """An empty table."""
    return MemoryTable()


@pytest.fixture
def store(table: MemoryTable) -> DynamoStateStore:
    """A store with no state yet."""
    return a_store(table)


def a_store(table: MemoryTable) -> DynamoStateStore:
    """Return a store that is a process of its own, on a table that is there."""
    store = DynamoStateStore(table, lambda _s: None)
    store.prepare = lambda: None  # type: ignore[method-assign] # the table is there
    return store


def after(base: Snapshot, write_id: str, **fields: object) -> State:
    """Return a successor of `base`."""
    return dataclasses.replace(base.state.next_write(write_id), **fields)  # type: ignore[arg-type] # any field
