"""The state store under every fault of its objects: what was said of a write is what became of it."""

import dataclasses

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from typing_extensions import override

from core.adapters.document import DocumentStateStore
from core.adapters.memory import MemoryObjects
from core.adapters.settle import READS_BACK_MAX, SENDS_MAX
from core.domain.state import RECENT_WRITES_KEPT, State
from core.ports import Conflict, OutcomeUnknown, Snapshot, Unreachable
from tests.core.codec.builders import a_state
from tests.faults.faulty_objects import FaultyObjects, PutFault

put_faults = st.lists(st.sampled_from(PutFault), max_size=SENDS_MAX + 1)
get_faults = st.lists(st.booleans(), max_size=2 * READS_BACK_MAX)


def no_pause(_seconds: float) -> None:
    """Go on at once."""


def names(state: State) -> list[str]:
    found = state.extra.get("added", [])
    assert isinstance(found, list)
    return [str(name) for name in found]


def with_name(base: Snapshot, name: str) -> State:
    """Return a successor of `base` that holds `name` once more, so that a doubled write can be seen."""
    state = base.state.next_write(name)
    return dataclasses.replace(state, extra={"added": [*names(base.state), name]})


class Writers(RuleBasedStateMachine):
    """Two writers on one store. What each hears of a write is kept, and must stay true for ever."""

    def __init__(self) -> None:
        super().__init__()
        inner = MemoryObjects()
        self.calm = DocumentStateStore(inner, no_pause)
        self.faulty = FaultyObjects(inner, self.write_on_top)
        self.store = DocumentStateStore(self.faulty, no_pause)
        self.bases: dict[str, Snapshot | None] = {"one": None, "other": None}
        self.acknowledged: set[str] = set()
        self.denied: set[str] = set()
        self.count = 0
        self.newest = 0

    def fresh_name(self) -> str:
        self.count += 1
        return f"w{self.count}"

    def write_on_top(self) -> None:
        base, name = self.calm.load(), self.fresh_name()
        self.calm.save(with_name(base, name), base)
        self.acknowledged.add(name)

    @initialize(faults=put_faults, reads=get_faults)
    def create(self, faults: list[PutFault], reads: list[bool]) -> None:
        first = dataclasses.replace(a_state(write_id="w0"), extra={"added": ["w0"]})
        self.faulty.script(faults, reads)
        try:
            created = self.store.create(first)
        except (Conflict, Unreachable):
            self.denied.add("w0")
        except OutcomeUnknown:
            pass
        else:
            self.acknowledged.add("w0")
            assert "w0" in names(created.state)
        self.faulty.script([])
        self.faulty.land_all()
        if not list(self.faulty.keys()):
            self.calm.create(dataclasses.replace(first, write_id="again", extra={"added": []}))

    @rule(writer=st.sampled_from(["one", "other"]), faults=put_faults, reads=get_faults)
    def commit(self, writer: str, faults: list[PutFault], reads: list[bool]) -> None:
        base, name = self.bases[writer] or self.calm.load(), self.fresh_name()
        self.bases[writer] = None
        self.faulty.script(faults, reads)
        try:
            saved = self.store.save(with_name(base, name), base)
        except (Conflict, Unreachable):
            self.denied.add(name)
        except OutcomeUnknown:
            pass
        else:
            self.acknowledged.add(name)
            self.bases[writer] = saved
            assert saved == self.calm.load(), "what a save returns is the newest"
        self.faulty.script([])

    @rule(writer=st.sampled_from(["one", "other"]))
    def load(self, writer: str) -> None:
        self.bases[writer] = self.store.load(self.bases[writer])

    @rule()
    def late_writes_land(self) -> None:
        self.faulty.land_all()

    @invariant()
    def what_was_said_holds(self) -> None:
        if not list(self.faulty.keys()):
            return
        state = self.calm.load().state
        found = names(state)
        assert len(found) == len(set(found)), "nothing is there twice"
        assert self.acknowledged <= set(found), "what was acknowledged is there"
        assert not self.denied & set(found), "what was denied is not there"
        assert state.revision >= self.newest, "the revision never falls"
        self.newest = state.revision

    @override
    def teardown(self) -> None:
        self.faulty.land_all()
        self.what_was_said_holds()


Writers.TestCase.settings = settings(
    deadline=None, max_examples=150, stateful_step_count=20, suppress_health_check=[HealthCheck.too_slow]
)
TestWriters = Writers.TestCase


@pytest.fixture
def faulty() -> FaultyObjects:
    """A store with a first state."""
    objects = FaultyObjects(MemoryObjects())
    DocumentStateStore(objects, no_pause).create(a_state())
    objects.puts = 0
    return objects


def test_a_lost_answer_is_settled_without_sending_again(faulty: FaultyObjects) -> None:
    store = DocumentStateStore(faulty, no_pause)
    base = store.load()
    faulty.script([PutFault.LOST_AFTER])

    saved = store.save(with_name(base, "ours"), base)

    assert saved.state.write_id == "ours"
    assert faulty.puts == 1


def test_a_write_under_somebody_elses_is_known_again_and_the_newest_is_returned() -> None:
    inner = MemoryObjects()
    calm = DocumentStateStore(inner, no_pause)
    calm.create(a_state())

    def write_on_top() -> None:
        base = calm.load()
        calm.save(with_name(base, "theirs"), base)

    faulty = FaultyObjects(inner, write_on_top)
    store = DocumentStateStore(faulty, no_pause)
    base = store.load()
    faulty.script([PutFault.ECHO_UNDER_ANOTHER])

    saved = store.save(with_name(base, "ours"), base)

    assert names(saved.state) == ["ours", "theirs"]
    assert saved == calm.load()


def test_a_lost_write_is_sent_again_with_the_same_condition_a_bounded_number_of_times(
    faulty: FaultyObjects,
) -> None:
    pauses: list[float] = []
    store = DocumentStateStore(faulty, pauses.append)
    base = store.load()
    faulty.script([PutFault.LOST_BEFORE] * 9)

    with pytest.raises(OutcomeUnknown, match="read it again"):
        store.save(with_name(base, "ours"), base)

    assert faulty.puts == SENDS_MAX
    assert len(pauses) == SENDS_MAX - 1
    assert 0.05 <= pauses[0] <= 0.1 <= pauses[1] <= 0.2


def test_a_refusal_after_a_lost_answer_does_not_say_that_nothing_was_written(faulty: FaultyObjects) -> None:
    store = DocumentStateStore(faulty, no_pause)
    base = store.load()
    faulty.script([PutFault.VERY_LATE, PutFault.REFUSED, PutFault.REFUSED])

    with pytest.raises(OutcomeUnknown):
        store.save(with_name(base, "ours"), base)

    faulty.land_all()
    assert names(store.load().state) == ["ours"]


def test_a_store_that_goes_down_after_the_write_leaves_the_outcome_unknown(faulty: FaultyObjects) -> None:
    store = DocumentStateStore(faulty, no_pause)
    base = store.load()
    faulty.script([PutFault.LOST_AFTER], [True] * READS_BACK_MAX)

    with pytest.raises(OutcomeUnknown, match="can't be read back"):
        store.save(with_name(base, "ours"), base)


def test_a_store_that_is_down_before_the_write_says_that_nothing_was_written(faulty: FaultyObjects) -> None:
    store = DocumentStateStore(faulty, no_pause)
    base = store.load()
    faulty.script([PutFault.REFUSED])

    with pytest.raises(Unreachable):
        store.save(with_name(base, "ours"), base)

    assert faulty.puts == 1
    assert store.load(base) is base


def test_a_write_under_more_others_than_are_remembered_is_not_called_a_conflict() -> None:
    inner = MemoryObjects()
    calm = DocumentStateStore(inner, no_pause)
    calm.create(a_state())

    def write_much_on_top() -> None:
        for count in range(RECENT_WRITES_KEPT + 1):
            base = calm.load()
            calm.save(with_name(base, f"theirs {count}"), base)

    faulty = FaultyObjects(inner, write_much_on_top)
    store = DocumentStateStore(faulty, no_pause)
    base = store.load()
    faulty.script([PutFault.LOST_UNDER_ANOTHER])

    with pytest.raises(OutcomeUnknown, match="too often"):
        store.save(with_name(base, "ours"), base)


def test_a_first_state_whose_answer_was_lost_before_it_landed_is_sent_again() -> None:
    faulty = FaultyObjects(MemoryObjects())
    faulty.script([PutFault.LOST_BEFORE])

    DocumentStateStore(faulty, no_pause).create(a_state())

    assert faulty.puts == 2
