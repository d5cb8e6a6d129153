"""Dispatch: one writer, group commit, and an answer of his own for everybody."""

import asyncio
import json
from concurrent.futures import Future
from decimal import Decimal
from typing import Any

import pytest
from typing_extensions import override

from core.adapters.memory import MemoryObjects
from core.adapters.settle import SENDS_MAX
from core.dispatch import Outcome, touched
from core.domain.commands import AddNote, ChooseLanguage, CreateJob, EditJob, RemovePerson, TakeStep
from core.domain.errors import IllegalStep, UnknownJob
from core.domain.flow import Status
from core.domain.state import State
from core.domain.views import view_key
from core.ports import OutcomeUnknown, Unreachable
from tests.builders import ADMIN, DRIVER_JOE, MARK, NOON, a_job, a_job_at, a_state, ask
from tests.core.house import House, arrived, turns
from tests.fakes.ports import WAITED_AT_MOST_S, Gate
from tests.faults.faulty_objects import FaultyObjects, PutFault

NEW = CreateJob(customer_name="Mark Soderblom", location="Tempe", amount_paid=Decimal(600))


def _asked(house: House, *commands: CreateJob | TakeStep) -> list["asyncio.Task[Outcome]"]:
    return [asyncio.create_task(house.do(command)) for command in commands]


async def test_what_arrives_during_a_write_shares_the_next_one() -> None:
    house = House()
    house.store.gate.close()
    first = asyncio.create_task(house.do(NEW))
    await arrived(house.store)
    others = _asked(house, *[NEW] * 10)
    await turns()
    house.store.gate.open()
    outcomes = await asyncio.gather(first, *others)
    assert house.store.saves == 2
    assert [outcome.transaction.number for outcome in outcomes] == list(range(1, 12))
    stored = house.stored()
    assert list(stored.jobs) == list(range(1, 12))
    assert stored.revision == 9, "two writes on top of revision 7"


async def test_each_gets_an_answer_or_a_refusal_of_its_own() -> None:
    house = House(a_state(a_job_at(Status.READY_FOR_PICKUP)))
    await house.do(NEW)
    house.store.gate.close()
    first = asyncio.create_task(house.do(NEW))
    await arrived(house.store)
    tasks = _asked(
        house, NEW, TakeStep(ref="99"), TakeStep(ref="1"), TakeStep(ref="1", target=Status.COMPLETE)
    )
    await turns()
    house.store.gate.open()
    results = await asyncio.gather(first, *tasks, return_exceptions=True)
    kinds = [type(result) for result in results]
    assert kinds == [Outcome, Outcome, UnknownJob, Outcome, IllegalStep]
    assert house.stored().jobs[1].status is Status.IN_TRANSIT
    refused = results[-1]
    assert isinstance(refused, IllegalStep)
    assert refused.job.status is Status.IN_TRANSIT, "decided after those before it in the same write"
    assert house.store.saves == 3


async def test_a_command_that_fails_while_it_is_decided_fails_alone(caplog: pytest.LogCaptureFixture) -> None:
    house = House()

    def poisoned(state: State) -> tuple[State, None]:
        raise RuntimeError(f"no way with revision {state.revision}")

    bad = asyncio.create_task(house.dispatcher.submit(poisoned))
    good = asyncio.create_task(house.do(NEW))
    with pytest.raises(RuntimeError):
        await bad
    assert (await good).transaction.number == 1
    assert "a command failed while it was decided" in caplog.text


async def test_a_change_that_cannot_be_written_fails_alone(caplog: pytest.LogCaptureFixture) -> None:
    house = House(a_state(a_job()))

    def poisoned(state: State) -> tuple[State, None]:
        job = state.jobs[1].model_copy(update={"phone": "no number at all"})
        return state.with_job(job), None

    bad = asyncio.create_task(house.dispatcher.submit(poisoned))
    good = asyncio.create_task(house.do(NEW))
    with pytest.raises(ValueError, match="can't be written"):
        await bad
    assert (await good).transaction.number == 2
    assert list(house.stored().jobs) == [1, 2]
    assert "write failed" in caplog.text


async def test_a_refusal_is_decided_on_the_newest_state() -> None:
    house = House()
    await house.dispatcher.read()
    await house.another().do(NEW)
    outcome = await house.do(TakeStep(ref="1"))
    assert outcome.state.jobs[1].status is Status.READY_FOR_PICKUP


async def test_what_changed_nothing_is_told_of_the_newest_state() -> None:
    house = House()
    await house.dispatcher.read()
    await house.another().do(NEW)
    count, state = await house.dispatcher.submit(lambda state: (state, len(state.jobs)))
    assert (count, list(state.jobs), house.store.saves) == (1, [1], 0)


async def test_a_refusal_costs_one_conditional_read_and_no_write() -> None:
    house = House()
    await house.do(NEW)
    loads, saves = house.store.loads, house.store.saves
    with pytest.raises(UnknownJob):
        await house.do(TakeStep(ref="99"))
    assert (house.store.loads - loads, house.store.saves - saves) == (1, 0)


async def test_an_accepted_command_goes_straight_to_the_write() -> None:
    house = House()
    await house.do(NEW)
    loads = house.store.loads
    await house.do(NEW)
    assert house.store.loads == loads


async def test_a_command_that_lost_a_race_is_decided_again_on_what_won() -> None:
    house = House()
    other = house.another()
    await house.dispatcher.read()
    await other.do(NEW)
    outcome = await house.do(NEW)
    assert outcome.transaction.number == 2
    assert [job.job_id for job in house.stored().jobs.values()] == [
        "mark_soderblom_tempe_20260302",
        "mark_soderblom_tempe_20260302_2",
    ]


async def test_a_cause_that_comes_twice_at_once_is_done_once_and_answered_twice() -> None:
    house = House()
    one, two = await asyncio.gather(house.do(NEW, cause="tg:7"), house.do(NEW, cause="tg:7"))
    assert one.transaction.events == two.transaction.events
    assert [one.transaction.repeated, two.transaction.repeated] == [False, True]
    assert list(house.stored().jobs) == [1]


@pytest.mark.parametrize("fault", [Unreachable("down"), OutcomeUnknown("lost")])
async def test_a_write_that_failed_is_told_to_those_who_wanted_it_and_to_nobody_else(
    fault: Unreachable | OutcomeUnknown,
) -> None:
    house = House()
    await house.dispatcher.read()
    house.store.save_faults.append(fault)
    wanted, refused = _asked(house, NEW, TakeStep(ref="99"))
    with pytest.raises(type(fault)):
        await wanted
    with pytest.raises(UnknownJob):
        await refused
    assert house.stored() == a_state()
    assert (await house.do(NEW)).transaction.number == 1, "the next one gets through"


async def test_no_answer_rests_on_what_was_not_written() -> None:
    house = House()
    await house.dispatcher.read()
    house.store.save_faults.append(Unreachable("down"))
    asked = [
        house.do(NEW, cause="tg:7"),
        house.do(NEW, cause="tg:7"),
        house.do(TakeStep(ref="1")),
        house.dispatcher.submit(lambda state: (state, len(state.jobs))),
    ]
    *told, counted = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(answer) for answer in told] == [Unreachable, Unreachable, UnknownJob]
    assert isinstance(counted, tuple)
    assert counted[0] == 0


async def test_who_built_on_another_in_a_write_that_may_still_land_is_not_told_that_nothing_was_changed() -> (
    None
):
    objects = FaultyObjects(House().objects)
    house = House(objects=objects)
    await house.dispatcher.read()
    objects.script([PutFault.VERY_LATE] * SENDS_MAX)
    told = await asyncio.gather(*_asked(house, NEW, TakeStep(ref="1")), return_exceptions=True)
    assert [type(answer) for answer in told] == [OutcomeUnknown, OutcomeUnknown]
    objects.land_all()
    assert house.stored().jobs[1].status is Status.READY_FOR_PICKUP, "both are there after all"


async def test_a_store_that_is_down_from_the_start_is_told_and_tried_again() -> None:
    house = House()
    house.store.load_faults.append(Unreachable("down"))
    with pytest.raises(Unreachable):
        await house.do(NEW)
    assert (await house.do(NEW)).transaction.number == 1


async def test_a_command_whose_outcome_was_unknown_may_be_sent_again_and_is_done_once() -> None:
    house = House()
    house.store.save_faults.append(OutcomeUnknown("lost"))
    with pytest.raises(OutcomeUnknown):
        await house.do(NEW, cause="tg:7")
    await house.another().do(NEW, cause="tg:7")
    outcome = await house.do(NEW, cause="tg:7")
    assert outcome.transaction.repeated
    assert list(house.stored().jobs) == [1]


async def test_the_caller_who_goes_away_hurts_nobody(caplog: pytest.LogCaptureFixture) -> None:
    house = House()
    house.store.gate.close()
    first = asyncio.create_task(house.do(NEW))
    await arrived(house.store)
    second, third = _asked(house, NEW, NEW)
    await turns()
    first.cancel()
    second.cancel()
    await turns()
    house.store.gate.open()
    assert (await third).transaction.number == 3, "what was asked for is done, whoever waits for it"
    for gone in (first, second):
        with pytest.raises(asyncio.CancelledError):
            await gone
    assert list(house.stored().jobs) == [1, 2, 3]
    assert (caplog.messages, house.store.saves) == ([], 2)


async def test_the_caller_who_goes_away_before_a_failure_hurts_nobody() -> None:
    house = House()
    house.store.gate.close()
    house.store.save_faults.append(Unreachable("down"))
    first = asyncio.create_task(house.do(NEW))
    await arrived(house.store)
    first.cancel()
    (second,) = _asked(house, NEW)
    await turns()
    house.store.gate.open()
    assert (await second).transaction.number == 1


async def test_whoever_waits_for_changes_hears_of_each_write() -> None:
    house = House()
    assert not house.dispatcher.committed.is_set()
    await house.do(NEW)
    assert house.dispatcher.committed.is_set()
    house.dispatcher.committed.clear()
    with pytest.raises(UnknownJob):
        await house.do(TakeStep(ref="99"))
    assert not house.dispatcher.committed.is_set()


async def test_a_read_sees_what_another_process_wrote() -> None:
    house = House()
    assert (await house.dispatcher.read()).jobs == {}
    await house.another().do(NEW)
    assert list((await house.dispatcher.read()).jobs) == [1]


def test_the_pages_of_all_jobs_that_were_touched_are_to_be_published() -> None:
    state = a_state(a_job(driver="joe"), a_job(number=2, driver="joe"), a_job(number=3, phone=None))
    state, happened = ask(state, RemovePerson(name="joe"), ADMIN)
    assert touched(happened, state) == (1, 2)
    state, happened = ask(state, ChooseLanguage(language="es"), MARK)
    assert touched(happened, state) == (1, 2)
    state, happened = ask(state, AddNote(ref="3", text="x"), DRIVER_JOE)
    assert touched(happened, state) == (3,)


async def test_a_page_follows_when_another_process_changed_the_job_and_back() -> None:
    house = House(a_state(a_job()))
    other = house.another()
    spanish = EditJob(ref="1", field="language", new="es")
    english = EditJob(ref="1", field="language", new="en")
    await house.do(spanish)
    await other.do(english)

    await house.do(spanish)

    page = house.site.get(view_key(a_job().tracking_token))
    assert page is not None
    assert json.loads(page.body)["language"] == "es"


async def test_a_change_that_no_page_shows_asks_the_site_for_nothing() -> None:
    site = FaultyObjects(MemoryObjects())
    house = House(a_state(a_job()), site=site)
    await house.do(EditJob(ref="1", field="language", new="es"))
    before = site.gets, site.puts

    outcome = await house.do(AddNote(ref="1", text="gate 4"))

    assert outcome.published
    assert (site.gets, site.puts) == before


async def test_a_read_that_meets_our_own_write_takes_it_for_nobody_elses() -> None:
    house = House(a_state(a_job()))
    await house.do(EditJob(ref="1", field="language", new="es"))
    house.store.read_gate.close()
    loop = asyncio.get_running_loop()

    def read_what_has_just_landed() -> None:
        reading.append(asyncio.run_coroutine_threadsafe(house.dispatcher.read(), loop))
        assert house.store.read_gate.arrived.wait(WAITED_AT_MOST_S)

    reading: list[Future[State]] = []
    house.store.after_save = read_what_has_just_landed
    await house.do(AddNote(ref="1", text="gate 4"))
    mine = house.dispatcher.newest
    house.store.read_gate.open()

    assert await asyncio.wrap_future(reading[0]) is mine
    assert house.dispatcher.newest is mine
    assert mine is not None
    assert house.publisher.shows(mine, mine.jobs[1], NOON), "its pages are known still"


async def test_of_many_changes_of_one_page_at_once_only_the_last_is_written() -> None:
    site = FaultyObjects(MemoryObjects())
    house = House(a_state(a_job()), site=site)
    prices = [Decimal(price) for price in range(1, 65)]
    outcomes = await asyncio.gather(
        *(house.do(EditJob(ref="1", field="amount_paid", new=price)) for price in prices)
    )
    assert all(outcome.published for outcome in outcomes)
    assert site.puts == house.store.saves == 1
    shown = site.get(view_key(a_job().tracking_token))
    assert shown is not None
    assert b'"price":"$64"' in shown.body


class Slow(FaultyObjects):
    """A site where a write waits at a gate."""

    def __init__(self) -> None:
        super().__init__(MemoryObjects())
        self.gate = Gate()

    @override
    def put(self, *args: Any, **kwargs: Any) -> str:
        self.gate.pass_through()
        return super().put(*args, **kwargs)


async def test_changes_of_a_page_that_is_being_written_wait_and_share_the_next_write() -> None:
    site = Slow()
    house = House(a_state(a_job()), site=site)
    site.gate.close()
    first = asyncio.create_task(house.do(EditJob(ref="1", field="amount_paid", new=Decimal(1))))
    await asyncio.to_thread(site.gate.arrived.wait, WAITED_AT_MOST_S)
    others = [
        asyncio.create_task(house.do(EditJob(ref="1", field="amount_paid", new=Decimal(price))))
        for price in range(2, 10)
    ]
    while house.store.saves < 2:
        await asyncio.to_thread(lambda: None)
    await turns(20)
    site.gate.open()
    await asyncio.gather(first, *others)
    assert site.puts == 2


async def test_who_is_beaten_goes_on_at_once_from_what_the_store_has_found() -> None:
    house = House()
    other = house.another()
    await house.do(NEW)
    await other.do(NEW)
    loads = house.store.loads
    assert (await house.do(NEW)).transaction.number == 3
    assert house.store.loads == loads, "the store has read it already"
