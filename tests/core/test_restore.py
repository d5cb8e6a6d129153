"""Restore: the jobs go back, and nothing that was done since is done twice."""

import dataclasses
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.adapters.directory import DirectoryObjects
from core.adapters.memory import MemoryObjects
from core.domain.commands import AddNote, CancelJob, CreateJob, Forget, RemovePerson, TakeStep
from core.domain.flow import Status
from core.domain.forgetting import NAME
from core.domain.outbox import MessageStatus
from core.domain.state import OptOut
from core.domain.views import view_key
from core.ports import Conflict, Unusable
from core.restore import LEAP, Plan, Restorer
from tests.builders import ADMIN, MARKS_PHONE, NOON, OTHER_PHONE, a_job, a_job_at, a_state
from tests.core.archive.conftest import LONG_AGO, ArchiveHouse, a_done_job, its_text


class Past:
    """A house whose state lies in a folder that remembers; `mark` is a moment to go back to."""

    def __init__(self, folder: Path, *jobs: object, **fields: object) -> None:
        self.objects = DirectoryObjects(folder / "state")
        self.file = folder / "state" / "jobs.json"
        self.house = ArchiveHouse(objects=self.objects)
        self.house.store.create(a_state(*jobs, **fields))  # type: ignore[arg-type] # builders take anything
        self.moment = datetime.now(UTC)  # noqa: TID251 - the folder goes by the machine's clock
        self.restorer = Restorer(
            self.objects, self.house.store, self.house.archive, self.house.publisher, "US"
        )

    def mark(self) -> None:
        """Let what is there now be what was there a while ago."""
        a_minute_ago = self.file.stat().st_mtime_ns - 60 * 10**9
        os.utime(self.file, ns=(a_minute_ago, a_minute_ago))
        self.moment = next(self.objects.versions("jobs.json")).written_at

    async def plan(self, at: datetime | None = None) -> Plan:
        return await self.restorer.plan(at or self.moment, self.house.clock, self.house.ids)

    async def go_back(self) -> Plan:
        plan = await self.plan()
        assert await self.restorer.write(plan, self.house.clock) == []
        return plan


async def test_jobs_come_back_go_and_change(tmp_path: Path) -> None:
    past = Past(tmp_path, a_job(), a_job(number=2))
    past.mark()
    await past.house.do(TakeStep(ref="1"))
    state = past.house.stored()
    base = past.house.store.load()
    lost = {number: job for number, job in state.jobs.items() if number != 2}
    past.house.store.save(dataclasses.replace(base.state.next_write("slip"), jobs=lost), base)
    await past.house.do(
        CreateJob(customer_name="Late Comer", location="Mesa", amount_paid=a_job().amount_paid)
    )
    plan = await past.go_back()
    assert [job.number for job in plan.difference.back] == [2]
    assert [job.number for job in plan.difference.gone] == [3]
    assert [after.status for _, after in plan.difference.changed] == [Status.PENDING_CONFIRMATION]
    state = past.house.stored()
    assert {number: job.status for number, job in state.jobs.items()} == dict.fromkeys(
        (1, 2), Status.PENDING_CONFIRMATION
    )
    assert state.next_number == 4
    assert state.revision > base.state.revision


async def test_nothing_to_do_is_seen_beforehand(tmp_path: Path) -> None:
    past = Past(tmp_path, a_job())
    past.mark()
    assert (await past.plan()).difference.nothing


async def test_a_text_that_went_out_since_is_not_owed_again(tmp_path: Path) -> None:
    job = a_job()
    waits = its_text(job, status=MessageStatus.PENDING, settled_at=None, provider_id=None)
    past = Past(tmp_path, job, messages={"m1": waits})
    past.mark()
    await past.house.relay.once()
    assert [message.id for message in past.house.sms.handed] == ["m1"]
    await past.house.do(AddNote(ref="1", text="x"))
    await past.go_back()
    assert past.house.stored().messages["m1"].status is MessageStatus.SENT
    for _ in range(3):
        past.house.clock.advance(minutes=5)
        await past.house.relay.once()
    assert len(past.house.sms.handed) == 1


async def test_a_text_whose_fate_is_not_known_any_more_is_dropped(tmp_path: Path) -> None:
    job = a_job()
    waits = its_text(job, status=MessageStatus.PENDING, settled_at=None, provider_id=None)
    past = Past(tmp_path, job, messages={"m1": waits})
    past.mark()
    base = past.house.store.load()
    past.house.store.save(dataclasses.replace(base.state.next_write("slip"), jobs={}, messages={}), base)
    await past.go_back()
    dropped = past.house.stored().messages["m1"]
    assert (dropped.status, dropped.why) == (MessageStatus.DROPPED, "restored")


async def test_a_command_that_was_done_since_is_not_done_again_when_its_message_comes_again(
    tmp_path: Path,
) -> None:
    past = Past(tmp_path, a_job())
    past.mark()
    await past.house.do(TakeStep(ref="1"), cause="tg:77")
    await past.go_back()
    again = await past.house.do(TakeStep(ref="1"), cause="tg:77")
    assert again.transaction.repeated
    assert past.house.stored().jobs[1].status is Status.PENDING_CONFIRMATION


async def test_rights_and_opt_outs_that_changed_since_stay_changed(tmp_path: Path) -> None:
    past = Past(tmp_path, a_job())
    past.mark()
    await past.house.do(RemovePerson(name="Joe Novak"), ADMIN)
    base = past.house.store.load()
    opt_out = OptOut(phone=MARKS_PHONE, at=NOON, words="STOP")
    past.house.store.save(
        dataclasses.replace(base.state.next_write("stop"), opt_outs={MARKS_PHONE: opt_out}), base
    )
    await past.house.do(CancelJob(ref="1"))
    await past.go_back()
    state = past.house.stored()
    assert state.jobs[1].is_open
    assert not state.people["joe"].active
    assert state.opted_out(MARKS_PHONE, NOON)


async def test_who_was_forgotten_since_is_forgotten_again(tmp_path: Path) -> None:
    past = Past(tmp_path, a_job(note="gate 4411"), a_job(number=2, phone=OTHER_PHONE))
    past.mark()
    await past.house.do(Forget(phone=MARKS_PHONE), ADMIN)
    await past.house.do(CancelJob(ref="2"))
    await past.go_back()
    state = past.house.stored()
    assert state.jobs[2].is_open
    assert (state.jobs[1].customer_name, state.jobs[1].phone, state.jobs[1].note) == (NAME, None, None)
    body = past.objects.get("jobs.json")
    assert body is not None
    assert b"4411" not in body.body
    assert MARKS_PHONE.encode() not in body.body
    assert len(state.forgotten) == 1


async def test_pages_show_the_restored_jobs_and_those_that_left_say_so(tmp_path: Path) -> None:
    past = Past(tmp_path, a_job())
    past.mark()
    await past.house.do(CancelJob(ref="1"))
    made = await past.house.do(
        CreateJob(customer_name="Late", location="Mesa", amount_paid=a_job().amount_paid)
    )
    await past.go_back()
    assert _page(past, a_job().tracking_token)["status"] == "pending_confirmation"
    assert _page(past, made.state.jobs[2].tracking_token)["state"] == "revoked"


async def test_a_job_that_was_archived_since_and_is_as_it_was_stays_archived(tmp_path: Path) -> None:
    past = Past(tmp_path, a_done_job(), a_job(number=2))
    past.mark()
    await past.house.archiver.once()
    await past.house.do(AddNote(ref="2", text="x"))
    plan = await past.go_back()
    assert plan.difference.back == ()
    assert list(past.house.stored().jobs) == [2]
    assert await past.house.found("1") is not None


async def test_a_job_that_was_open_then_and_is_archived_now_comes_back_and_counts_once(
    tmp_path: Path,
) -> None:
    past = Past(tmp_path, a_job_at(Status.DUMPED, created_at=LONG_AGO))
    past.mark()
    past.house.clock.advance(days=-20)
    await past.house.do(TakeStep(ref="1"))  # in February
    past.house.clock.advance(days=60)
    await past.house.relay.once()
    assert (await past.house.archiver.once(by_hand=True)).jobs == 1
    await past.go_back()
    assert past.house.stored().jobs[1].status is Status.DUMPED
    assert await past.house.everything() == []
    await past.house.do(CancelJob(ref="1"))  # in April
    past.house.clock.advance(days=40)
    await past.house.relay.once()
    assert (await past.house.archiver.once(by_hand=True)).jobs == 1
    state = past.house.stored()
    (found,) = await past.house.archive.everything(state)
    assert found.dossier.job is not None
    assert found.dossier.job.status is Status.CANCELLED
    assert await past.house.archive.months(state, ["2026-02"]) == []
    assert len(await past.house.archive.months(state, ["2026-04"])) == 1


async def test_a_damaged_state_is_put_back_from_the_last_that_can_be_read(tmp_path: Path) -> None:
    past = Past(tmp_path, a_job(), a_job(number=2))
    await past.house.do(AddNote(ref="1", text="gate"))
    past.moment = next(past.objects.versions("jobs.json")).written_at
    revision = past.house.stored().revision
    past.objects.put("jobs.json", b'{"schema": 1, "jobs": [')
    plan = await past.go_back()
    assert plan.difference.nothing
    state = past.house.stored()
    assert state.jobs[1].note == "gate"
    assert state.revision > revision + LEAP


async def test_a_state_that_was_removed_is_put_back(tmp_path: Path) -> None:
    past = Past(tmp_path, a_job())
    await past.house.do(AddNote(ref="1", text="gate"))
    moment = list(past.objects.versions("jobs.json"))[-1].written_at
    past.objects.delete("jobs.json")
    past.moment = moment
    await past.go_back()
    assert list(past.house.stored().jobs) == [1]


async def test_somebody_who_writes_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    past = Past(tmp_path, a_job())
    past.mark()
    await past.house.do(CancelJob(ref="1"))
    plan = await past.plan()
    await past.house.do(CreateJob(customer_name="Late", location="Mesa", amount_paid=a_job().amount_paid))
    with pytest.raises(Conflict):
        await past.restorer.write(plan, past.house.clock)
    assert list(past.house.stored().jobs) == [1, 2]


async def test_a_moment_before_all_versions_names_the_oldest(tmp_path: Path) -> None:
    past = Past(tmp_path, a_job())
    with pytest.raises(Unusable, match="the oldest is of 20"):
        await past.plan(at=datetime(2020, 1, 1, tzinfo=UTC))


async def test_a_store_without_versions_says_so() -> None:
    house = ArchiveHouse(a_state(a_job()))
    restorer = Restorer(MemoryObjects(), house.store, house.archive, house.publisher, "US")
    with pytest.raises(Unusable, match="keeps no earlier versions"):
        await restorer.plan(NOON, house.clock, house.ids)


def _page(past: Past, token: str) -> dict[str, object]:
    there = past.house.site.get(view_key(token))
    assert there is not None
    found: dict[str, object] = json.loads(there.body)
    return found
