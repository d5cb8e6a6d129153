"""Dispatch: pace, patience and pages, with the time of the loop in the test's hand."""

import asyncio
import threading
from collections.abc import Callable
from decimal import Decimal

import pytest

import core.dispatch
import core.writer
from core.adapters.memory import MemoryObjects
from core.domain.commands import CreateJob, RevokeLink, TakeStep
from core.domain.errors import UnknownJob
from core.domain.views import view_key
from core.pace import PAUSE_FIRST_S
from core.ports import Condition, Conflict, Unreachable
from core.writer import PATIENCE_S, Busy
from tests.builders import a_state
from tests.core.house import House, turns
from tests.fakes.ports import WAITED_AT_MOST_S
from tests.faults.faulty_objects import FaultyObjects

NEW = CreateJob(customer_name="Mark Soderblom", location="Tempe", amount_paid=Decimal(600))


class Hours:
    """The loop's time as dispatch sees it: it goes on by what is paused, and by nothing else."""

    def __init__(self) -> None:
        self.now_s = 1000.0
        self.pauses_s: list[float] = []

    async def pause(self, length_s: float) -> None:
        self.pauses_s.append(length_s)
        self.now_s += length_s
        await asyncio.sleep(0)


@pytest.fixture
def hours(monkeypatch: pytest.MonkeyPatch) -> Hours:
    hours = Hours()

    class Loop:
        def time(self) -> float:
            return hours.now_s

        def create_future(self) -> "asyncio.Future[object]":
            return asyncio.get_event_loop().create_future()

    class Asyncio:
        """The module as dispatch knows it, but for the loop's time."""

        def __getattr__(self, name: str) -> object:
            return getattr(asyncio, name)

        @staticmethod
        def get_running_loop() -> Loop:
            return Loop()

    monkeypatch.setattr(core.writer, "asyncio", Asyncio())
    return hours


async def test_whoever_is_always_beaten_hears_that_the_store_is_busy_and_nothing_was_changed(
    hours: Hours,
) -> None:
    house = House(pause=hours.pause)
    house.store.save_faults.extend(Conflict("beaten") for _ in range(5000))
    wanted = asyncio.create_task(house.do(NEW))
    refused = asyncio.create_task(house.do(TakeStep(ref="99")))
    with pytest.raises(Busy, match="nothing was changed"):
        await wanted
    with pytest.raises(UnknownJob):
        await refused
    assert house.stored() == a_state()
    assert PATIENCE_S <= sum(hours.pauses_s) <= PATIENCE_S + PAUSE_FIRST_S
    assert hours.pauses_s[0] == 0, "what is there now was just read"
    assert len(set(hours.pauses_s)) > len(hours.pauses_s) / 2, "two that lose do not go on in step"


async def test_whoever_is_beaten_for_a_while_gets_through(hours: Hours) -> None:
    house = House(pause=hours.pause)
    house.store.save_faults.extend(Conflict("beaten") for _ in range(20))
    assert (await house.do(NEW)).transaction.number == 1
    assert len(hours.pauses_s) == 20


async def test_the_first_write_goes_at_once_and_the_rest_keep_the_pace(hours: Hours) -> None:
    house = House(pause=hours.pause, commits_per_second=5)
    await house.do(NEW)
    assert hours.pauses_s == []
    for _ in range(3):
        await house.do(NEW)
    assert hours.pauses_s == [pytest.approx(0.2)] * 3
    hours.now_s += 0.15
    await house.do(NEW)
    assert hours.pauses_s[-1] == pytest.approx(0.05)
    hours.now_s += 60
    await house.do(NEW)
    assert len(hours.pauses_s) == 4, "who has been quiet for long waits for nothing"


async def test_what_arrives_while_the_pace_is_kept_shares_the_write(hours: Hours) -> None:
    reached, go_on = asyncio.Event(), asyncio.Event()

    async def pause(length_s: float) -> None:
        reached.set()
        await go_on.wait()
        await hours.pause(length_s)

    house = House(pause=pause, commits_per_second=5)
    await house.do(NEW)
    tasks = [asyncio.create_task(house.do(NEW))]
    await reached.wait()
    tasks += [asyncio.create_task(house.do(NEW)) for _ in range(5)]
    await turns()
    go_on.set()
    outcomes = await asyncio.gather(*tasks)
    assert [outcome.transaction.number for outcome in outcomes] == list(range(2, 8))
    assert house.store.saves == 2


async def test_a_store_without_a_pace_is_written_to_at_once(hours: Hours) -> None:
    house = House(pause=hours.pause)
    for _ in range(5):
        await house.do(NEW)
    assert hours.pauses_s == []


def _site(before_put: Callable[[], None]) -> FaultyObjects:
    """Return a site store whose writes do what a test says before they are done."""

    def heeded(_key: str, condition: Condition) -> Condition:
        before_put()
        return condition

    return FaultyObjects(MemoryObjects(), heeded=heeded)


def _raising(error: Exception) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


def _waiting(event: threading.Event) -> Callable[[], None]:
    def wait() -> None:
        assert event.wait(WAITED_AT_MOST_S)

    return wait


async def test_the_page_is_there_when_the_answer_is() -> None:
    house = House()
    outcome = await house.do(NEW)
    key = view_key(outcome.state.jobs[1].tracking_token)
    assert outcome.published
    assert b'"state":"live"' in _page(house, key)
    await house.do(RevokeLink(ref="1"))
    assert b'"state":"revoked"' in _page(house, key)


@pytest.mark.parametrize("error", [Unreachable("down"), RuntimeError("a fault of our own")])
async def test_a_page_that_cannot_be_written_does_not_undo_the_answer(error: Exception) -> None:
    house = House(site=_site(_raising(error)))
    outcome = await house.do(NEW)
    assert not outcome.published
    assert outcome.transaction.number == 1
    assert list(house.stored().jobs) == [1]


async def test_an_answer_does_not_wait_long_for_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    written = threading.Event()
    monkeypatch.setattr(core.dispatch, "PUBLISH_TIMEOUT_S", 0.01)
    house = House(site=_site(_waiting(written)))
    outcome = await house.do(NEW)
    written.set()
    assert not outcome.published


async def test_a_slow_page_holds_up_no_other_write() -> None:
    written = threading.Event()
    house = House(site=_site(_waiting(written)))
    first = asyncio.create_task(house.do(NEW))
    await house.dispatcher.committed.wait()
    state, _ = await house.dispatcher.submit(lambda state: (state, state))
    assert list(state.jobs) == [1]
    written.set()
    assert (await first).published


def _page(house: House, key: str) -> bytes:
    there = house.site.get(key)
    assert there is not None
    return there.body
