"""The board keeper: the files follow the state, never backwards, and cost what changed."""

import json
from typing import Any

import pytest

from core.adapters.memory import MemoryObjects
from core.board import ATTEMPTS_MAX, BoardKeeper
from core.domain.board import BOARD_KEY, JobSheet, photo_key, sheet_key
from core.domain.commands import AddNote, CancelJob, TakeStep
from core.domain.flow import Status
from core.domain.job import Job
from core.domain.proofs import Proof, proof_key
from core.domain.state import State
from core.ports import Conflict, NotFound
from tests.builders import NOON, a_job, a_job_at, a_state
from tests.core.house import House
from tests.faults.faulty_objects import FaultyObjects, PutFault


def a_sheet(job: Job, state: State) -> JobSheet:
    texts = len(list(state.messages_of(job.number)))
    return JobSheet(
        n=job.number, job_id=job.job_id, note=f"{job.note}, {texts} texts", link=None, history=(), lines=()
    )


def a_keeper(house: House, site: FaultyObjects | None = None) -> BoardKeeper:
    return BoardKeeper(house.dispatcher, site or house.site, house.objects, a_sheet, house.pauses)


def there(house: House, key: str = BOARD_KEY) -> Any:
    found = house.site.get(key)
    assert found is not None
    assert (found.content_type, found.cache_control) == ("application/json; charset=utf-8", "no-store")
    return json.loads(found.body)


async def test_the_board_follows_the_state() -> None:
    house = House(a_state(a_job()))
    keeper = a_keeper(house)
    assert await keeper.once()
    assert there(house)["jobs"][0]["status"] == "pending_confirmation"

    await house.do(TakeStep(ref="1", target=Status.READY_FOR_PICKUP))

    assert await keeper.once()
    assert there(house)["jobs"][0]["status"] == "ready_for_pickup"
    assert there(house)["schema"] == 1


async def test_it_costs_nothing_where_nothing_changed() -> None:
    house = House(a_state(a_job()))
    site = FaultyObjects(MemoryObjects())
    keeper = a_keeper(house, site)
    await keeper.once()
    before = site.puts, site.gets, house.store.loads
    assert not await keeper.once()
    assert (site.puts, site.gets, house.store.loads) == before


async def test_a_change_costs_the_board_and_one_sheet() -> None:
    house = House(a_state(*(a_job(number=number) for number in range(1, 9))))
    site = FaultyObjects(MemoryObjects())
    keeper = a_keeper(house, site)
    await keeper.once()
    before = site.puts
    await house.do(AddNote(ref="3", text="gate 4"))
    await keeper.once()
    assert site.puts == before + 2


async def test_a_sheet_follows_its_job_and_its_texts() -> None:
    house = House(a_state(a_job()))
    keeper = a_keeper(house)
    await keeper.once()
    assert there(house, sheet_key(1))["note"] == "None, 0 texts"

    await house.do(TakeStep(ref="1", target=Status.READY_FOR_PICKUP))
    await keeper.once()

    assert there(house, sheet_key(1))["note"] == "None, 1 texts"


async def test_at_midnight_yesterday_leaves_though_nothing_changed() -> None:
    house = House(a_state(a_job()))
    keeper = a_keeper(house)
    await house.do(CancelJob(ref="1", reason=None))
    await keeper.once()
    assert there(house)["jobs"]
    assert there(house, sheet_key(1))

    house.clock.advance(days=1)

    assert await keeper.once()
    assert there(house)["jobs"] == []
    with pytest.raises(NotFound):
        house.site.get(sheet_key(1))


async def test_the_staff_see_a_job_s_photos_as_long_as_it_is_on_the_board() -> None:
    proof = Proof(name="0123456789abcdef", at=NOON, by="joe")
    house = House(a_state(a_job(proofs=(proof,))))
    house.objects.put(proof_key(1, proof.name), b"a photo", content_type="image/jpeg")
    keeper = a_keeper(house)
    await keeper.once()
    copy = house.site.get(photo_key(1, proof.name))
    assert copy is not None
    assert (copy.body, copy.content_type, copy.cache_control) == (b"a photo", "image/jpeg", "no-store")

    await house.do(CancelJob(ref="1", reason=None))
    house.clock.advance(days=1)
    await keeper.once()

    assert list(house.site.keys("data/jobs/")) == []


async def test_sheets_that_an_earlier_process_left_are_taken_away() -> None:
    house = House(a_state(a_job()))
    house.site.put(sheet_key(77), b"{}")
    house.site.put("data/jobs/odd.json", b"{}")
    house.site.put(photo_key(77, "0123456789abcdef"), b"old")
    await a_keeper(house).once()
    assert list(house.site.keys("data/")) == [BOARD_KEY, sheet_key(1)]


async def test_a_board_that_is_newer_is_never_written_over() -> None:
    house = House(a_state(a_job()))
    slow = a_keeper(house)
    other = house.another()
    await house.dispatcher.read()
    await other.do(TakeStep(ref="1", target=Status.READY_FOR_PICKUP))
    await a_keeper(other).once()

    await slow.once()

    assert there(house)["jobs"][0]["status"] == "ready_for_pickup"


@pytest.mark.parametrize("fault", [PutFault.CONFLICT, PutFault.LOST_BEFORE, PutFault.LOST_AFTER])
async def test_lost_answers_and_races_are_settled_by_looking_again(fault: PutFault) -> None:
    house = House(a_state(a_job()))
    site = FaultyObjects(house.site)
    keeper = a_keeper(house, site)
    await keeper.once()
    await house.do(TakeStep(ref="1", target=Status.READY_FOR_PICKUP))
    site.script([fault])
    await keeper.once()
    assert there(house)["jobs"][0]["status"] == "ready_for_pickup"


async def test_tries_are_bounded_and_the_next_round_tries_again() -> None:
    house = House(a_state(a_job_at(Status.DUMPED)))
    site = FaultyObjects(house.site)
    keeper = a_keeper(house, site)
    site.script([PutFault.CONFLICT] * ATTEMPTS_MAX)
    with pytest.raises(Conflict):
        await keeper.once()
    assert await keeper.once()
    assert there(house)["jobs"][0]["status"] == "dumped"
