"""A pass that fails at any of its calls, or dies there: no job is in neither place, or counted twice."""

from collections.abc import Iterator

import pytest

from core.ports import Condition, ObjectStore, OutcomeUnknown, StoredObject, Unreachable
from tests.builders import a_job, a_state
from tests.core.archive.conftest import ArchiveHouse, a_done_job, a_full_state, its_text

CALLS_MAX = 60


class DyingObjects:
    """Passes calls on until the `dies_at`th one, which fails, before it or after it was done; then all do.

    A death is no answer at all; a lost answer (`dies` is False) is one call that fails, and the rest go well.
    """

    def __init__(self, inner: ObjectStore, dies_at: int, *, done: bool, dies: bool) -> None:
        self.inner = inner
        self.calls = 0
        self._dies_at = dies_at
        self._done = done
        self._dies = dies

    def get(self, key: str, *, unless: str | None = None) -> StoredObject | None:
        if self._fails_before():
            raise Unreachable("dead")
        return self.inner.get(key, unless=unless)

    def put(self, key: str, body: bytes, *, condition: Condition = None, **headers: str) -> str:
        if self._fails_before():
            raise OutcomeUnknown("dead")
        tag = self.inner.put(key, body, condition=condition, **headers)
        if self._fails_after():
            raise OutcomeUnknown("dead")
        return tag

    def delete(self, key: str) -> None:
        if self._fails_before():
            raise OutcomeUnknown("dead")
        self.inner.delete(key)

    def keys(self, prefix: str = "") -> Iterator[str]:
        if self._fails_before():
            raise Unreachable("dead")
        return self.inner.keys(prefix)

    def _fails_before(self) -> bool:
        self.calls += 1
        late = self._dies and self.calls > self._dies_at
        return late or (self.calls == self._dies_at and not self._done)

    def _fails_after(self) -> bool:
        return self._done and self.calls == self._dies_at


async def places(inner: ObjectStore) -> tuple[list[int], list[int]]:
    """Return the numbers in the state and those in the archive, as a process sees them that starts now."""
    fresh = ArchiveHouse(objects=inner)
    return sorted(fresh.stored().jobs), sorted(await fresh.everything())


@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("dies", [True, False], ids=["death", "lost answer"])
async def test_no_call_of_a_pass_may_fail_so_that_a_job_is_lost_or_doubled(*, done: bool, dies: bool) -> None:
    for dies_at in range(1, CALLS_MAX):
        # Four runs of one level are merged by the same pass that moves the fourth.
        prepared = ArchiveHouse(a_full_state(*(a_done_job(number) for number in range(1, 4))))
        inner = prepared.objects
        await _three_segments(prepared)
        dying = DyingObjects(inner, dies_at, done=done, dies=dies)
        house = ArchiveHouse(objects=dying, clock=prepared.clock, ids=prepared.ids)
        try:
            await house.archiver.once(by_hand=True)
        except (OutcomeUnknown, Unreachable):
            pass
        else:
            if dying.calls < dies_at:
                assert dies_at > 10, "the pass made fewer calls than it should"
                return
        in_state, in_archive = await places(inner)
        assert sorted([*in_state, *in_archive]) == [1, 2, 3, 4, 5], dies_at
        again = ArchiveHouse(objects=inner, clock=prepared.clock, ids=prepared.ids)
        await again.archiver.once(by_hand=True)
        await again.archiver.once(by_hand=True)
        assert await places(inner) == ([5], [1, 2, 3, 4]), dies_at
        assert again.stored().archive.jobs == 4
        assert len(again.stored().messages) == 1
    pytest.fail(f"the pass makes more than {CALLS_MAX} calls")


async def _three_segments(house: ArchiveHouse) -> None:
    """Let jobs 1 to 3 lie in a segment each; 4 is ripe and 5 is open."""
    jobs = dict(house.stored().jobs)
    store = house.store.inner
    for number in (1, 2, 3):
        base = store.load()
        state = base.state.next_write(f"one-{number}")
        store.save(
            a_state(
                jobs[number],
                messages={f"m{number}": its_text(jobs[number])},
                next_number=9,
                revision=state.revision,
                write_id=state.write_id,
                archive=state.archive,
            ),
            base,
        )
        await house.archiver.once(by_hand=True)
        house.clock.advance(minutes=1)
    base = store.load()
    state = base.state.next_write("rest")
    job = a_done_job(4)
    for each in (job, a_job(number=5)):
        state = state.with_job(each).with_message(its_text(each))
    store.save(state, base)
