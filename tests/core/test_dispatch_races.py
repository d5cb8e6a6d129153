"""Two processes on one store, whatever the store does to their writes: nothing is lost, nothing doubled."""

import asyncio
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from core.adapters.memory import MemoryObjects
from core.dispatch import Outcome
from core.domain.commands import AddNote, CreateJob, TakeStep
from core.domain.errors import Refusal
from core.ports import OutcomeUnknown, StoreError, Unreachable
from tests.builders import a_job, a_state
from tests.core.house import House, turns
from tests.faults.faulty_objects import FaultyObjects, PutFault

NEW = CreateJob(customer_name="Mark Soderblom", location="Tempe", amount_paid=Decimal(600))

lines = st.lists(
    st.tuples(st.booleans(), st.integers(0, 4), st.integers(0, 12)),
    min_size=2,
    max_size=24,
)
"""Who says it (one process or the other), how many turns later, and its cause (some come twice)."""


def _two(state_objects: MemoryObjects | FaultyObjects) -> tuple[House, House]:
    first = House(objects=state_objects)
    return first, first.another()


async def _all_said(houses: tuple[House, House], said: list[tuple[bool, int, int]]) -> list[object]:
    tasks: list[asyncio.Task[Outcome]] = []
    for second, wait, cause in said:
        await turns(wait)
        tasks.append(asyncio.create_task(houses[second].do(NEW, cause=f"tg:{cause}")))
    return await asyncio.gather(*tasks, return_exceptions=True)


@given(said=lines)
def test_two_processes_lose_and_double_nothing(said: list[tuple[bool, int, int]]) -> None:
    async def play() -> None:
        first = House()
        houses = first, first.another()
        answers = await _all_said(houses, said)
        stored = first.stored()
        numbers: dict[int, int | None] = {}
        for (_, _, cause), answer in zip(said, answers, strict=True):
            assert isinstance(answer, Outcome)
            assert numbers.setdefault(cause, answer.transaction.number) == answer.transaction.number
        assert sorted(number or 0 for number in numbers.values()) == list(stored.jobs)
        assert list(stored.jobs) == list(range(1, len(numbers) + 1))

    asyncio.run(play())


@given(said=lines, puts=st.lists(st.sampled_from(PutFault), max_size=20))
def test_with_lost_answers_and_conflicts_acknowledged_is_there_once_and_refused_is_not(
    said: list[tuple[bool, int, int]], puts: list[PutFault]
) -> None:
    async def play() -> None:
        objects = FaultyObjects(MemoryObjects())
        House(objects=objects).store.create(a_state())
        houses = _two(objects)
        objects.script(puts)
        answers = await _all_said(houses, said)
        objects.land_all()
        stored = houses[0].stored()
        made = [job.history[0].cause for job in stored.jobs.values()]
        assert len(set(made)) == len(made), "nothing is doubled"
        by_cause: dict[int, list[object]] = {}
        for (_, _, cause), answer in zip(said, answers, strict=True):
            by_cause.setdefault(cause, []).append(answer)
        for cause, told in by_cause.items():
            assert all(isinstance(answer, Outcome | StoreError) for answer in told)
            there = f"tg:{cause}" in made
            if any(isinstance(answer, Outcome) for answer in told):
                assert there, "what was acknowledged is there"
            elif not any(isinstance(answer, OutcomeUnknown) for answer in told):
                assert not there, "what was said to have changed nothing has changed nothing"

    asyncio.run(play())


@given(
    said=st.lists(
        st.tuples(st.booleans(), st.sampled_from([TakeStep(ref="1"), AddNote(ref="1", text="x"), NEW])),
        max_size=16,
    ),
    puts=st.lists(st.sampled_from([PutFault.NONE, PutFault.CONFLICT, PutFault.ECHO]), max_size=12),
)
def test_each_accepted_command_of_two_processes_stands_in_the_history_once(
    said: list[tuple[bool, CreateJob | TakeStep | AddNote]], puts: list[PutFault]
) -> None:
    async def play() -> None:
        objects = FaultyObjects(MemoryObjects())
        House(objects=objects).store.create(a_state(a_job()))
        houses = _two(objects)
        objects.script(puts)
        answers = await asyncio.gather(
            *(houses[second].do(command) for second, command in said), return_exceptions=True
        )
        accepted = [answer for answer in answers if isinstance(answer, Outcome)]
        assert all(isinstance(answer, Outcome | Refusal) for answer in answers)
        stored = houses[0].stored()
        happened = [event.cause for job in stored.jobs.values() for event in job.history]
        causes = [outcome.transaction.events[0].cause for outcome in accepted]
        assert sorted(happened) == sorted(["tg:made-1", *causes])

    asyncio.run(play())


async def test_a_process_that_is_cut_off_leaves_the_other_at_work() -> None:
    house = House()
    other = house.another()
    other.store.load_faults.extend(Unreachable("cut off") for _ in range(3))
    answers = await asyncio.gather(house.do(NEW), other.do(NEW), return_exceptions=True)
    assert [type(answer) for answer in answers] == [Outcome, Unreachable]
    assert list(house.stored().jobs) == [1]
