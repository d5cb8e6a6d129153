"""Any story of jobs that are made, finished, archived, brought back and changed, with a model beside it."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.domain.commands import CancelJob, CreateJob, EditJob, TakeStep, Undo
from core.domain.job import Job
from core.domain.terms import month_of
from tests.builders import BUSINESS, DISPATCHER, a_state
from tests.core.archive.conftest import ArchiveHouse

NAMES = ["Mark Soderblom", "Lupe Peña", "Marcus Aurelius Brown", "李 雷"]
PHONES = ["+16025550142", "+16025550177", None]


@dataclass(frozen=True)
class Make:
    name: str
    phone: str | None


@dataclass(frozen=True)
class Finish:
    which: int


@dataclass(frozen=True)
class Rename:
    which: int
    name: str


@dataclass(frozen=True)
class Reopen:
    which: int


@dataclass(frozen=True)
class Wait:
    days: int


@dataclass(frozen=True)
class Sweep:
    restart: bool


Step = Make | Finish | Rename | Reopen | Wait | Sweep

which = st.integers(0, 7)
STEPS = st.lists(
    st.builds(Make, st.sampled_from(NAMES), st.sampled_from(PHONES))
    | st.builds(Finish, which)
    | st.builds(Rename, which, st.sampled_from(NAMES))
    | st.builds(Reopen, which)
    | st.builds(Wait, st.sampled_from([1, 4, 40]))
    | st.builds(Sweep, st.booleans()),
    max_size=25,
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_whatever_happens_each_job_is_found_once_in_its_newest_version(steps: list[Step]) -> None:
    asyncio.run(live(steps))


async def live(steps: list[Step]) -> None:
    house = ArchiveHouse(a_state(next_number=1), life=timedelta(days=3))
    made: dict[int, Job] = {}
    for step in steps:
        house = await take(house, step, made)
        await check(house, made)
    house.clock.advance(days=50)
    await house.archiver.once(by_hand=True)
    await check(house, made)


async def take(house: ArchiveHouse, step: Step, made: dict[int, Job]) -> ArchiveHouse:
    numbers = sorted(made)
    match step:
        case Make(name=name, phone=phone):
            command = CreateJob(customer_name=name, location="Tempe", amount_paid=Decimal(600), phone=phone)
            outcome = await house.do(command)
            number = outcome.transaction.number or 0
            made[number] = outcome.state.jobs[number]
        case Wait(days=days):
            house.clock.advance(days=days)
        case Sweep(restart=restart):
            if restart:
                house = ArchiveHouse(
                    objects=house.objects,
                    site=house.site,
                    clock=house.clock,
                    ids=house.ids,
                    life=timedelta(days=3),
                )
            await house.archiver.once(by_hand=True)
        case Finish(which=place) | Rename(which=place) | Reopen(which=place) if place < len(numbers):
            await change(house, step, made, numbers[place])
    return house


async def change(house: ArchiveHouse, step: Step, made: dict[int, Job], number: int) -> None:
    ref = str(number)
    found = await house.found(ref)
    commands: list[TakeStep | Undo | EditJob | CancelJob] = []
    match step:
        case Finish() if made[number].is_open:
            commands = [TakeStep(ref=ref)] * 4 if number % 2 else [CancelJob(ref=ref)]
        case Reopen() if not made[number].is_open:
            commands = [Undo(ref=ref)]
        case Rename(name=name) if made[number].customer_name != name:
            commands = [EditJob(ref=ref, field="customer_name", new=name)]
    for command in commands:
        if number in made and not made[number].is_open and isinstance(command, TakeStep):
            return
        cause = f"tg:{house.ids.unique()}"
        outcome = await house.dispatcher.handle(command, DISPATCHER, cause, found=found)
        made[number] = outcome.state.jobs[number]


async def check(house: ArchiveHouse, made: dict[int, Job]) -> None:
    """All that was made is in the state or in the archive, once, as it was last."""
    state = house.stored()
    archived = await house.archive.everything(state)
    seen = [*state.jobs.values(), *(each.dossier.job for each in archived if each.dossier.job)]
    unmarked = {job.number: job.model_copy(update={"archived_in": ()}) for job in seen}
    assert len(seen) == len(unmarked)
    assert unmarked == {number: job.model_copy(update={"archived_in": ()}) for number, job in made.items()}
    assert state.archive.jobs == len(archived) + sum(1 for job in state.jobs.values() if job.archived_in)
    for job in (each.dossier.job for each in archived):
        assert job is not None
        assert await house.found(str(job.number)) is not None
        assert await house.found(job.job_id) is not None
        assert job.number in await house.numbers(job.customer_name)
        if job.phone:
            assert job.number in await house.numbers(job.phone)
        months = await house.archive.months(state, [month_of(job, BUSINESS)])
        assert [each.dossier.job.number for each in months if each.dossier.job].count(job.number) == 1
    for name in NAMES:
        fitting = [job.number for each in archived if (job := each.dossier.job) and job.customer_name == name]
        assert set(fitting) <= set(await house.numbers(name))
