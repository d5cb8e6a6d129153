"""What every state store promises, whatever keeps the state."""

import dataclasses
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.domain.state import Cause, State
from core.ports import Conflict, Moved, NotFound, Snapshot, StateStore
from tests.core.codec.builders import SPRING, a_job, a_state


def after(base: Snapshot, write_id: str, **fields: object) -> State:
    """Return a successor of `base`."""
    return dataclasses.replace(base.state.next_write(write_id), **fields)  # type: ignore[arg-type] # any field


def test_a_store_without_a_state_says_so_and_makes_none(store: StateStore) -> None:
    for _ in range(2):
        with pytest.raises(NotFound, match="quickdump init"):
            store.load()


def test_what_was_created_is_loaded(store: StateStore) -> None:
    created = store.create(a_state(a_job(1)))

    assert store.load() == created
    assert created.state == a_state(a_job(1))


def test_only_the_first_creates(store: StateStore) -> None:
    first = store.create(a_state(a_job(1)))

    with pytest.raises(Conflict):
        store.create(a_state(write_id="other"))

    assert store.load() == first


def test_a_state_that_did_not_change_is_not_read_again(store: StateStore) -> None:
    known = store.create(a_state(a_job(1)))

    assert store.load(known) is known


def test_a_state_that_changed_is_read_again(store: StateStore) -> None:
    known = store.create(a_state())

    saved = store.save(after(known, "w2", jobs={1: a_job(1)}, next_number=2), known)

    assert store.load(known) == saved
    assert store.load(known).state.jobs == {1: a_job(1)}


def test_saves_follow_each_other_without_loading(store: StateStore) -> None:
    snapshot = store.create(a_state())
    for count in range(2, 6):
        snapshot = store.save(after(snapshot, f"w{count}"), snapshot)

    assert store.load().state.revision == 5
    assert store.load().state.recent_writes == ("w1", "w2", "w3", "w4")


def test_more_than_a_transaction_holds_is_saved_at_once(store: StateStore) -> None:
    base = store.create(a_state(*[a_job(number) for number in range(1, 131)]))
    moved = {number: a_job(number, location="Mesa") for number in range(11, 141)}

    saved = store.save(after(base, "w2", jobs=moved, next_number=141), base)

    assert store.load() == store.load(base) == saved
    assert list(saved.state.jobs) == list(store.load().state.jobs) == list(moved)


def test_a_state_keeps_the_order_of_what_it_holds_and_what_only_it_knows(store: StateStore) -> None:
    causes = {name: Cause(cause=name, at=SPRING) for name in ("tg:2", "tg:10", "cli:1", "tg:1")}
    base = store.create(a_state(causes=causes, extra={"later": [1, {"a": "ü"}]}))
    kept = {name: cause for name, cause in causes.items() if name != "tg:10"}

    store.save(after(base, "w2", causes={**kept, "tg:0": Cause(cause="tg:0", at=SPRING)}), base)

    found = store.load().state
    assert list(found.causes) == ["tg:2", "cli:1", "tg:1", "tg:0"]
    assert found.extra == {"later": [1, {"a": "ü"}]}


def test_nothing_follows_a_move_until_its_mark_is_taken_off(store: StateStore) -> None:
    base = store.create(a_state())
    marked = store.save(after(base, "w2", moved_to="s3://other"), base)

    with pytest.raises(Moved, match="s3://other"):
        store.save(after(marked, "w3"), marked)
    assert store.load() == marked

    assert store.load(store.save(after(marked, "w4", moved_to=""), marked)).state.moved_to == ""


def test_who_is_second_conflicts_and_changes_nothing(store: StateStore) -> None:
    base = store.create(a_state())
    first = store.save(after(base, "first", jobs={1: a_job(1)}, next_number=2), base)

    with pytest.raises(Conflict):
        store.save(after(base, "second"), base)

    assert store.load() == first


def test_a_state_that_went_there_and_back_still_refuses_an_old_base(store: StateStore) -> None:
    base = store.create(a_state())
    there = store.save(after(base, "w2", jobs={1: a_job(1)}, next_number=2), base)
    back = store.save(after(there, "w3", jobs={}, next_number=1), there)

    with pytest.raises(Conflict):
        store.save(after(base, "late"), base)

    assert store.load() == back


@pytest.mark.parametrize(
    "state",
    [
        pytest.param(a_state(revision=1, write_id="w2"), id="a revision that does not grow"),
        pytest.param(a_state(revision=2, write_id="w1"), id="a write id of before"),
        pytest.param(a_state(revision=2, write_id=""), id="no write id"),
    ],
)
def test_a_state_that_could_not_be_told_from_its_base_is_not_written(store: StateStore, state: State) -> None:
    base = store.create(a_state())

    with pytest.raises(ValueError, match="revision above its base's and a new write_id"):
        store.save(state, base)

    assert store.load() == base


def test_a_save_that_could_not_be_read_back_is_not_sent(store: StateStore) -> None:
    base = store.create(a_state())
    bad = a_job(1).model_copy(update={"phone": "602"})

    with pytest.raises(ValueError, match=r"job 1 \(mark_1\) can't be written"):
        store.save(after(base, "w2", jobs={1: bad}, next_number=2), base)

    assert store.load() == base


def test_a_store_that_keeps_conditions_passes_the_probe_and_is_left_as_it_was(store: StateStore) -> None:
    created = store.create(a_state(a_job(1)))

    store.probe()
    store.probe()

    assert store.load() == created


def test_eight_writers_that_add_jobs_lose_none_and_double_none(
    racing_store: Callable[[], StateStore], rounds: int
) -> None:
    writers, rounds = 8, min(rounds, 5)
    racing_store().create(a_state(extra={"added": []}))

    def add(writer: int) -> None:
        store = racing_store()
        for turn in range(rounds):
            _add(store, f"{writer}-{turn}")

    with ThreadPoolExecutor(writers) as pool:
        for done in [pool.submit(add, writer) for writer in range(writers)]:
            done.result()

    state = racing_store().load().state
    wanted = sorted(f"{writer}-{turn}" for writer in range(writers) for turn in range(rounds))
    assert sorted(str(name) for name in added(state)) == wanted
    assert state.revision == 1 + writers * rounds


def added(state: State) -> list[str]:
    names = state.extra["added"]
    assert isinstance(names, list)
    return [str(name) for name in names]


def _add(store: StateStore, name: str) -> None:
    base = None
    while True:
        base = store.load(base)
        try:
            store.save(after(base, name, extra={"added": [*added(base.state), name]}), base)
        except Conflict:
            continue
        return
