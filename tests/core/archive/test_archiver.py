"""The archiver: what is old moves, what is not stays, and all of it is found again."""

import asyncio
import dataclasses
import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from core.archive.archiver import INTERVAL_S, ORPHAN_AGE, PAUSE_S, SEGMENT_INTERVAL
from core.domain.archiving import FANOUT, SEGMENT_JOBS_MAX
from core.domain.commands import AddNote, CreateJob, EditJob, RevokeLink, TakeStep
from core.domain.errors import IllegalStep
from core.domain.events import CustomerWrote, OptedOut
from core.domain.outbox import MessageStatus
from core.domain.views import LINK_LIFE, view_key
from core.ports import Unreachable, Unusable
from tests.builders import DISPATCHER, MARKS_PHONE, NOON, OTHER_PHONE, a_job, a_state
from tests.core.archive.conftest import LONG_AGO, ArchiveHouse, a_done_job, a_full_state, its_text


async def test_a_job_that_is_long_over_moves_with_its_texts_and_what_its_customer_wrote() -> None:
    wrote = CustomerWrote(
        at=LONG_AGO, by="customer", cause="sms:1", phone=MARKS_PHONE, number=1, text="thanks"
    )
    job = a_done_job()
    house = ArchiveHouse(a_full_state(job, a_job(number=2), log=(wrote,)))
    assert (await house.archiver.once()).jobs == 1
    state = house.stored()
    assert list(state.jobs) == [2]
    assert list(state.messages) == ["m2"]
    assert state.log == ()
    found = await house.found("1")
    assert found is not None
    assert found.dossier.job == job
    assert [message.body for message in found.dossier.messages] == ["On the schedule, Mark."]
    assert found.dossier.log == (wrote,)


@pytest.mark.parametrize("ref", ["1", "#1", "mark_soderblom_1_20260302", "MARK_soderblom_1_20260302"])
async def test_it_is_found_by_its_number_and_its_id(ref: str) -> None:
    house = ArchiveHouse(a_full_state(a_done_job(), a_done_job(2)))
    await house.archiver.once()
    found = await house.found(ref)
    assert found is not None
    assert found.dossier.job is not None
    assert found.dossier.job.number == 1


@pytest.mark.parametrize(
    "words", ["peña", "pena", "PEN", "lupe 12 oak", "602-555-0177", "+16025550177", "0177", "5550177"]
)
async def test_it_is_found_by_words_of_its_name_and_place_and_by_its_phone(words: str) -> None:
    lupe = a_done_job(7, customer_name="Lupe Peña", location="12 Oak St", phone=OTHER_PHONE)
    house = ArchiveHouse(a_full_state(*(a_done_job(number) for number in range(1, 6)), lupe))
    await house.archiver.once()
    assert await house.numbers(words) == [7]
    assert await house.numbers("lupe tempe") == []
    assert await house.numbers("mark") == [5, 4, 3, 2, 1]


async def test_it_is_found_by_the_month_in_the_firms_zone() -> None:
    late = a_done_job(1)
    edge = late.model_copy(update={"closed_at": late.created_at.replace(month=2, day=1, hour=5)})
    other = a_done_job(2, created_at=NOON - timedelta(days=70))
    house = ArchiveHouse(a_full_state(edge, other), life=timedelta(days=20))
    await house.archiver.once()
    found = await house.archive.months(house.stored(), ["2026-01"])
    # Five in the morning of February 1st in UTC is the evening of January 31st in Phoenix.
    assert [each.dossier.job.number for each in found if each.dossier.job] == [1]


@pytest.mark.parametrize(
    "state",
    [
        a_state(a_done_job(created_at=NOON - timedelta(days=29))),
        a_state(a_job(created_at=LONG_AGO)),
        a_state(
            (job := a_done_job()),
            messages={"m1": its_text(job, status=MessageStatus.UNKNOWN, created_at=NOON - timedelta(days=6))},
        ),
        a_state(job, messages={"m1": its_text(job, settled_at=NOON - timedelta(hours=47))}),
        a_state(
            job,
            log=(
                CustomerWrote(
                    at=NOON - timedelta(hours=40),
                    by="customer",
                    cause="sms:1",
                    phone=MARKS_PHONE,
                    number=1,
                    text="when?",
                ),
            ),
        ),
    ],
    ids=["young", "open", "text in doubt", "text settled lately", "customer wrote lately"],
)
async def test_what_something_may_still_happen_to_stays(state: object) -> None:
    assert isinstance(state, type(a_state()))
    house = ArchiveHouse(state)
    assert (await house.archiver.once()).jobs == 0
    assert house.stored().jobs == state.jobs


async def test_a_short_life_still_waits_until_no_message_can_come_twice() -> None:
    job = a_done_job(created_at=NOON - timedelta(hours=47)).model_copy(update={"history": ()})
    house = ArchiveHouse(a_state(job), life=timedelta(days=1))
    assert (await house.archiver.once(by_hand=True)).jobs == 0
    house.clock.advance(hours=3)
    assert (await house.archiver.once(by_hand=True)).jobs == 1


async def test_old_log_entries_move_and_those_of_open_jobs_stay() -> None:
    out = OptedOut(at=LONG_AGO, by="customer", cause="sms:1", phone=OTHER_PHONE, words="stop")
    wrote = CustomerWrote(at=LONG_AGO, by="customer", cause="sms:2", phone=MARKS_PHONE, number=1, text="hi")
    house = ArchiveHouse(a_state(a_job(created_at=LONG_AGO), log=(out, wrote)))
    await house.archiver.once()
    assert house.stored().log == (wrote,)
    (segment,) = house.archive.index.segments(house.stored().archive.runs, "s:")
    assert [dossier.log for dossier in house.archive.dossiers(segment)] == [(out,)]


async def test_a_segment_is_full_at_its_bound_and_the_next_pass_takes_the_rest() -> None:
    jobs = [a_done_job(number, history=(), phone=None) for number in range(1, SEGMENT_JOBS_MAX + 11)]
    house = ArchiveHouse(a_state(*jobs))
    assert (await house.archiver.once()).jobs == SEGMENT_JOBS_MAX
    assert len(house.stored().jobs) == 10


async def test_few_jobs_wait_for_others_so_that_there_is_not_a_segment_for_each() -> None:
    house = ArchiveHouse(a_full_state(a_done_job(), a_done_job(2, created_at=NOON - timedelta(days=30))))
    await house.archiver.once()
    house.clock.advance(hours=2)
    assert (await house.archiver.once()).jobs == 0
    house.clock.advance(hours=SEGMENT_INTERVAL.total_seconds() / 3600)
    assert (await house.archiver.once()).jobs == 1


async def test_a_job_that_changed_while_its_segment_was_written_stays_and_nothing_is_left_behind() -> None:
    house = ArchiveHouse(a_full_state(a_done_job(), a_done_job(2)))
    note = AddNote(ref="1", text="paid in cash")

    def meanwhile() -> None:
        house.store.before_save = lambda: None
        base = house.store.inner.load()
        job = base.state.jobs[1].model_copy(update={"note": note.text})
        house.store.inner.save(base.state.next_write("other").with_job(job), base)

    house.store.before_save = meanwhile
    assert (await house.archiver.once()).jobs == 0
    assert house.stored().jobs[1].note == note.text
    assert list(house.objects.keys("archive/")) == []
    assert (await house.archiver.once()).jobs == 2


async def test_a_pass_that_woke_up_too_late_commits_nothing() -> None:
    house = ArchiveHouse(a_full_state(a_done_job()))

    def slept() -> None:
        house.clock.advance(hours=2)

    house.archive.write = _after(house.archive.write, slept)  # type: ignore[method-assign] # it sleeps there
    assert (await house.archiver.once()).jobs == 0
    assert list(house.stored().jobs) == [1]
    assert list(house.objects.keys("archive/")) == []


async def test_runs_are_merged_so_that_the_state_refers_to_few_and_all_is_still_found() -> None:
    house = ArchiveHouse(a_state(next_number=1))
    count = FANOUT**2 + 1
    for number in range(1, count + 1):
        base = house.store.inner.load()
        job = a_done_job(
            number, customer_name=f"Name{number} Smith", created_at=house.clock.now() - timedelta(40)
        )
        house.store.inner.save(
            dataclasses.replace(base.state.next_write(f"w{number}-"), next_number=number + 1).with_job(job),
            base,
        )
        await house.archiver.once(by_hand=True)
        await house.archiver.once(by_hand=True)
        house.clock.advance(hours=1)
    root = house.stored().archive
    assert sorted(run.level for run in root.runs) == [0, 2]
    assert root.jobs == count
    for number in range(1, count + 1):
        assert await house.numbers(f"name{number} smith") == [
            other for other in range(count, 0, -1) if str(other).startswith(str(number))
        ]
        found = await house.found(str(number))
        assert found is not None
    assert await house.everything() == list(range(count, 0, -1))


async def test_something_asked_of_an_archived_job_brings_it_back_in_the_same_write() -> None:
    house = ArchiveHouse(a_full_state(a_done_job(), a_done_job(2)))
    await house.archiver.once()
    found = await house.found("1")
    saves = house.store.saves
    outcome = await house.dispatcher.handle(
        EditJob(ref="1", field="amount_paid", new=Decimal(650)), DISPATCHER, "tg:late", found=found
    )
    assert house.store.saves == saves + 1
    job = house.stored().jobs[1]
    assert (job.amount_paid, len(job.archived_in)) == (Decimal(650), 1)
    assert house.stored().messages["m1"].status is MessageStatus.SENT
    assert 1 not in house.stored().traces
    assert outcome.transaction.number == 1
    assert await house.everything() == [2]
    again = await house.dispatcher.handle(
        EditJob(ref="1", field="amount_paid", new=Decimal(650)), DISPATCHER, "tg:late", found=found
    )
    assert again.transaction.repeated


async def test_a_refusal_leaves_an_archived_job_where_it_is() -> None:
    house = ArchiveHouse(a_full_state(a_done_job()))
    await house.archiver.once()
    found, before = await house.found("1"), house.stored()
    with pytest.raises(IllegalStep):
        await house.dispatcher.handle(TakeStep(ref="1"), DISPATCHER, "tg:late", found=found)
    assert house.stored() == before


async def test_the_version_that_was_archived_before_counts_no_more_once_there_is_a_newer_one() -> None:
    house = ArchiveHouse(a_full_state(a_done_job()))
    await house.archiver.once()
    edit = EditJob(ref="1", field="customer_name", new="Marcus Soderblom")
    await house.dispatcher.handle(edit, DISPATCHER, "tg:late", found=await house.found("1"))
    house.clock.advance(days=3)
    assert (await house.archiver.once(by_hand=True)).jobs == 1
    state = house.stored()
    assert state.archive.jobs == 1
    assert await house.numbers("marcus") == [1]
    assert await house.numbers("mark soderblom") == []
    found = await house.archive.months(state, ["2026-01"])
    assert [each.dossier.job.customer_name for each in found if each.dossier.job] == ["Marcus Soderblom"]


async def test_the_link_of_an_archived_job_still_comes_to_its_end() -> None:
    job = a_done_job(created_at=NOON - timedelta(days=5))
    house = ArchiveHouse(a_state(job), life=timedelta(days=3))
    house.publisher.publish(house.stored(), job, NOON)
    await house.archiver.once()
    assert list(house.stored().traces) == [1]
    house.clock.advance(days=LINK_LIFE.days - 6)
    await house.archiver.once()
    assert _page(house)["state"] == "live"
    house.clock.advance(days=2)
    assert (await house.archiver.once()).expired == 1
    assert _page(house)["state"] == "expired"
    assert house.stored().traces == {}
    assert (await house.archiver.once()).expired == 0


async def test_no_more_traces_are_left_behind_than_one_pass_can_end() -> None:
    jobs = [a_done_job(number, history=(), phone=None) for number in range(1, SEGMENT_JOBS_MAX + 11)]
    house = ArchiveHouse(a_state(*jobs))
    swept = await house.archiver.once()
    assert (swept.jobs, swept.expired, swept.more) == (SEGMENT_JOBS_MAX, SEGMENT_JOBS_MAX, True)
    swept = await house.archiver.once(by_hand=True)
    assert (swept.jobs, swept.expired, swept.more) == (10, 10, False)
    assert house.stored().traces == {}


async def test_a_revoked_link_goes_on_saying_so() -> None:
    job = a_done_job(link_revoked_at=LONG_AGO)
    house = ArchiveHouse(a_state(job))
    house.publisher.publish(house.stored(), job, NOON)
    await house.archiver.once()
    await house.archiver.once()
    assert _page(house)["state"] == "revoked"
    assert house.stored().traces == {}


async def test_the_link_of_an_archived_job_can_be_revoked() -> None:
    job = a_done_job(created_at=NOON - timedelta(days=5))
    house = ArchiveHouse(a_state(job), life=timedelta(days=3))
    house.publisher.publish(house.stored(), job, NOON)
    await house.archiver.once()
    assert list(house.stored().traces) == [1]
    await house.dispatcher.handle(RevokeLink(ref="1"), DISPATCHER, "tg:r", found=await house.found("1"))
    assert house.stored().traces == {}
    assert _page(house)["state"] == "revoked"


async def test_no_new_job_has_an_id_or_a_number_of_an_archived_one() -> None:
    house = ArchiveHouse(a_state(next_number=1))
    for days in (0, 0, -40, -40):
        house.clock.advance(days=days)
        create = CreateJob(customer_name="Mark Soderblom", location="Tempe", amount_paid=Decimal(600))
        number = (await house.do(create)).transaction.number
        for _ in range(4):
            await house.do(TakeStep(ref=str(number)))
        house.clock.advance(days=40)
        await house.archiver.once(by_hand=True)
    assert house.stored().jobs == {}
    everything = await house.archive.everything(house.stored())
    jobs = [each.dossier.job for each in everything if each.dossier.job]
    assert {job.number for job in jobs} == {1, 2, 3, 4}
    assert len({job.job_id for job in jobs}) == 4


async def test_what_a_dead_pass_left_is_removed_a_month_later_and_nothing_else() -> None:
    house = ArchiveHouse(a_full_state(a_done_job()))
    await house.archiver.once()
    kept = set(house.objects.keys("archive/"))
    house.archive.objects.write("archive/segments/20260301000000-dead.jsonl.gz", b"x")
    house.archive.objects.write("archive/strange.txt", b"somebody's own")
    assert (await ArchiveHouse(objects=house.objects, clock=house.clock).archiver.once()).orphans == 0
    house.clock.advance(days=ORPHAN_AGE.days + 1)
    assert (await house.archiver.once()).orphans == 1
    assert set(house.objects.keys("archive/")) == kept | {"archive/strange.txt"}


async def test_the_loop_goes_on_after_a_fault_and_hurries_while_there_is_much_to_do() -> None:
    jobs = [a_done_job(number, history=(), phone=None) for number in range(1, SEGMENT_JOBS_MAX + 2)]
    house = ArchiveHouse(a_state(*jobs))
    house.store.load_faults.extend([Unreachable("down"), RuntimeError("ours")])
    pauses: list[float] = []

    async def pause(length_s: float) -> None:
        pauses.append(length_s)
        if len(pauses) == 5:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await house.archiver.run(pause)
    assert pauses == [PAUSE_S, INTERVAL_S, INTERVAL_S, PAUSE_S, INTERVAL_S]
    assert len(house.stored().jobs) == 1


async def test_a_segment_that_is_gone_or_damaged_is_named_and_never_taken_for_no_job() -> None:
    house = ArchiveHouse(a_full_state(a_done_job()))
    await house.archiver.once()
    (key,) = house.objects.keys("archive/segments/")
    house.objects.put(key, b"\x1f\x8b damaged")
    with pytest.raises(Unusable, match=key):
        await ArchiveHouse(objects=house.objects).found("1")
    house.objects.delete(key)
    with pytest.raises(Unusable, match=key):
        await ArchiveHouse(objects=house.objects).found("1")


def _after(call: Callable[..., None], then: Callable[[], None]) -> Callable[..., None]:
    def both(*given: object) -> None:
        call(*given)
        then()

    return both


def _page(house: ArchiveHouse) -> dict[str, object]:
    there = house.site.get(view_key(a_job().tracking_token))
    assert there is not None
    found: dict[str, object] = json.loads(there.body)
    return found
