"""The state in a table under every fault: what was said of a write is what became of it, whole or not."""

import dataclasses
import random

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from pydantic import JsonValue
from typing_extensions import override

from core.adapters.dynamodb import journal
from core.adapters.dynamodb.head import HEAD
from core.adapters.dynamodb.store import DynamoStateStore
from core.adapters.settle import READS_BACK_MAX, SENDS_MAX
from core.domain.state import Cause, State
from core.ports import Conflict, OutcomeUnknown, Snapshot, Unreachable
from tests.core.codec.builders import SPRING, a_job, a_state
from tests.fakes.memory_table import Crash, MemoryTable, Shelf
from tests.faults.faulty_objects import PutFault

put_faults = st.lists(st.sampled_from(PutFault), max_size=SENDS_MAX + 1)
get_faults = st.lists(st.booleans(), max_size=2 * READS_BACK_MAX)
writers = st.sampled_from(["one", "other"])

SMALL = 12
"""Items of a transaction here: every second write then goes by way of the journal."""


def no_pause(_seconds: float) -> None:
    """Go on at once."""


def names(state: State) -> list[str]:
    """Return the writes that are in it; they stand in three places, which must agree."""
    found = state.extra.get("added", [])
    assert isinstance(found, list)
    assert found == list(state.causes), "half of a write is there"
    assert state.extra.get("count", 0) == len(found), "half of a write is there"
    return [str(name) for name in found]


def with_name(base: Snapshot, name: str, jobs: int = 1) -> State:
    """Return a successor that holds `name` once more, and so many other jobs than before."""
    state, was = base.state.next_write(name), base.state
    added: list[JsonValue] = [*names(was), name]
    first = was.next_number
    return dataclasses.replace(
        state,
        extra={"added": list(added), "count": len(added)},
        causes={**was.causes, name: Cause(cause=name, at=SPRING)},
        jobs={number: a_job(number) for number in range(first, first + jobs)},
        next_number=first + jobs,
    )


class Writers(RuleBasedStateMachine):
    """Two processes on one table. What each hears of a write is kept, and must stay true for ever."""

    def __init__(self) -> None:
        super().__init__()
        self.usual, journal.ITEMS_MAX = journal.ITEMS_MAX, SMALL
        self.shelf = Shelf()
        self.calm = DynamoStateStore(MemoryTable(self.shelf), no_pause)
        self.tables = {name: MemoryTable(self.shelf, self.write_on_top) for name in ("one", "other")}
        self.bases: dict[str, Snapshot | None] = {"one": None, "other": None}
        self.acknowledged: set[str] = set()
        self.denied: set[str] = set()
        self.count = self.newest = 0

    def fresh_name(self) -> str:
        self.count += 1
        return f"w{self.count}"

    def store(self, writer: str) -> DynamoStateStore:
        return DynamoStateStore(self.tables[writer], no_pause)

    def write_on_top(self) -> None:
        base, name = self.calm.load(), self.fresh_name()
        self.calm.save(with_name(base, name), base)
        self.acknowledged.add(name)

    @initialize()
    def create(self) -> None:
        self.calm.prepare = lambda: None  # type: ignore[method-assign] # there is no table to make
        self.calm.create(a_state(write_id="w0"))

    @rule(writer=writers, faults=put_faults, reads=get_faults, jobs=st.integers(0, 2 * SMALL))
    def commit(self, writer: str, faults: list[PutFault], reads: list[bool], jobs: int) -> None:
        base, name = self.bases[writer] or self.calm.load(), self.fresh_name()
        self.bases[writer] = None
        self.tables[writer].script(faults, reads)
        try:
            saved = self.store(writer).save(with_name(base, name, jobs), base)
        except (Conflict, Unreachable):
            self.denied.add(name)
        except OutcomeUnknown:
            pass
        else:
            self.acknowledged.add(name)
            self.bases[writer] = saved
            assert name in names(saved.state)
            newest = self.calm.load()
            # While a large write was finished somebody else may have written on top.
            assert saved == newest or saved.state.revision < newest.state.revision
        self.tables[writer].script([])

    @rule(writer=writers, at=st.integers(0, 6), landed=st.booleans(), jobs=st.integers(0, 3 * SMALL))
    def crash(self, writer: str, at: int, landed: bool, jobs: int) -> None:  # noqa: FBT001 - drawn
        base, name = self.bases[writer] or self.calm.load(), self.fresh_name()
        self.bases[writer] = None
        table = self.tables[writer]
        table.crash_at, table.crash_landed = at, landed
        try:
            self.store(writer).save(with_name(base, name, jobs), base)
        except (Conflict, Crash):
            pass
        else:
            self.acknowledged.add(name)
        table.crash_at = None

    @rule(writer=writers, seed=st.integers(0, 99), at=st.integers(1, 6))
    def read_while_others_write(self, writer: str, seed: int, at: int) -> None:
        """The other one commits between two of our reads, and half of that is seen at first."""
        rng, table = random.Random(seed), self.tables[writer]  # noqa: S311 - a seed for a test
        other = MemoryTable(self.shelf)
        other.tear = lambda _key: rng.random() < 0.5
        reads = 0

        def meanwhile() -> None:
            nonlocal reads
            reads += 1
            if reads % at == 0 and reads < 4 * at:
                self.shelf.unseen.clear()  # its own last transaction is over
                store, name = DynamoStateStore(other, no_pause), self.fresh_name()
                base = store.load()
                store.save(with_name(base, name, rng.randrange(4)), base)
                self.acknowledged.add(name)
            elif rng.random() < 0.5:
                self.shelf.unseen.clear()

        table.before_read = meanwhile
        found = self.store(writer).load(self.bases[writer])
        table.before_read = lambda: None
        names(found.state)
        assert found.state.revision >= self.newest
        self.bases[writer] = found

    @rule(writer=writers)
    def load(self, writer: str) -> None:
        self.bases[writer] = self.store(writer).load(self.bases[writer])
        assert self.bases[writer] == self.calm.load()

    @rule()
    def late_writes_land(self) -> None:
        self.shelf.land(*PutFault)

    @invariant()
    def what_was_said_holds(self) -> None:
        if HEAD not in self.shelf.items:
            return
        self.shelf.unseen.clear()
        state = self.calm.load().state
        found = names(state)
        assert len(found) == len(set(found)), "nothing is there twice"
        assert self.acknowledged <= set(found), "what was acknowledged is there"
        assert not self.denied & set(found), "what was denied is not there"
        assert state.revision >= self.newest, "the revision never falls"
        self.newest = state.revision

    @override
    def teardown(self) -> None:
        self.shelf.land(*PutFault)
        self.what_was_said_holds()
        journal.ITEMS_MAX = self.usual


Writers.TestCase.settings = settings(max_examples=60, stateful_step_count=20)
TestWriters = Writers.TestCase
