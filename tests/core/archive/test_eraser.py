"""Forgetting that fails at any of its calls: the next pass finds what is left of the customer."""

import gzip
from dataclasses import replace

import pytest

from core.archive.index import lines_of
from core.domain.archiving import Dossier
from core.domain.commands import Forget
from core.domain.state import State
from core.domain.terms import terms_of
from core.ports import Conflict, ObjectStore, OutcomeUnknown, Unreachable
from tests.builders import ADMIN, BUSINESS, OTHER_PHONE, a_state
from tests.core.archive.conftest import ArchiveHouse, a_done_job, its_text
from tests.core.archive.test_crash import CALLS_MAX, DyingObjects

HIS = ("quillfeather", "5550177", "7710555")


def everything(objects: ObjectStore) -> str:
    bodies = []
    for key in objects.keys():  # noqa: SIM118 - a store is no dict
        there = objects.get(key)
        assert there is not None
        bodies.append(gzip.decompress(there.body) if key.endswith(".gz") else there.body)
    return b"\n".join(bodies).decode().lower()


def with_him() -> State:
    jobs = [a_done_job(number) for number in range(1, 4)]
    # The first of all terms is his: it stands in the list of the pages too.
    his = {"job_id": "aa_quillfeather_20260121", "customer_name": "Zach Quillfeather", "phone": OTHER_PHONE}
    jobs.append(a_done_job(4, **his))
    texts = [its_text(job, to=job.phone) for job in jobs]
    return a_state(*jobs, messages={text.id: text for text in texts})


@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("dies", [True, False], ids=["death", "lost answer"])
async def test_no_call_may_fail_so_that_something_of_him_stays_for_good(*, done: bool, dies: bool) -> None:
    for dies_at in range(1, CALLS_MAX * 2):
        prepared = ArchiveHouse(with_him())
        await prepared.archiver.once(by_hand=True)
        await prepared.do(Forget(phone=OTHER_PHONE), ADMIN)
        prepared.clock.advance(minutes=1)
        dying = DyingObjects(prepared.objects, dies_at, done=done, dies=dies)
        house = ArchiveHouse(objects=dying, clock=prepared.clock, ids=prepared.ids)
        (record,) = prepared.stored().forgotten
        ended = True
        try:
            await house.archiver._eraser.erase(record, OTHER_PHONE)
        except (OutcomeUnknown, Unreachable, Conflict):
            ended = False
        again = ArchiveHouse(objects=prepared.objects, clock=prepared.clock, ids=prepared.ids)
        assert (await again.archiver.once()).erased == 1
        left = everything(prepared.objects)
        assert [word for word in HIS if word in left] == [], dies_at
        assert await again.everything() == [4, 3, 2, 1]
        assert await again.numbers("soderblom") == [3, 2, 1]
        assert await again.numbers("zach") == []
        assert again.stored().forgotten[0].done
        if ended and dying.calls < dies_at:
            assert dies_at > 10, "it made fewer calls than it should"
            return
    pytest.fail("it makes too many calls")


async def test_an_archive_that_grew_meanwhile_is_looked_through_again() -> None:
    house = ArchiveHouse(with_him())
    later = a_done_job(9, customer_name="Zach Quillfeather", phone=OTHER_PHONE)
    await house.archiver.once(by_hand=True)
    await house.do(Forget(phone=OTHER_PHONE), ADMIN)
    (record,) = house.stored().forgotten

    def meanwhile() -> None:
        house.store.before_save = lambda: None
        name = "20260301000000-late"
        dossiers = [Dossier(job=later)]
        house.archive.write(name, dossiers)
        lines = lines_of(terms_of(dossiers, BUSINESS), name)
        run = house.archive.index.write(name, lines, level=0, numbers=[later.number])
        base = house.store.inner.load()
        root = base.state.archive.model_copy(update={"runs": (*base.state.archive.runs, run)})
        house.store.inner.save(replace(base.state.next_write("late"), archive=root), base)

    house.store.before_save = meanwhile
    assert await house.archiver._eraser.erase(record) == [4, 9]
    left = everything(house.objects)
    assert [word for word in HIS if word in left] == []
