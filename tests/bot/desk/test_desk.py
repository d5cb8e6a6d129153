"""The desk: what people are answered, and what stays unchanged."""

import asyncio
import json
from pathlib import Path

import pytest

from bot.texts.reply import Reply
from core.domain.flow import Status
from core.domain.people import Actor, Role
from tests.bot.desk.conftest import Office
from tests.faults.faulty_objects import PutFault

NEW = "new Mark Soderblom 600 602-555-0142"
CUSTOMER = Actor.customer("+16025550142")

CHATTER = [
    json.loads(line)["text"]
    for line in (Path(__file__).parents[1] / "grammar" / "data" / "not_commands.jsonl")
    .read_text()
    .splitlines()
]


async def test_a_new_job_is_answered_with_its_values_its_text_and_its_link(office: Office) -> None:
    reply = await office.say("new mark soderblom ave 600 602-555-0142 -- gate code")
    lines = reply.text.splitlines()
    assert lines[0] == "#1 Mark · Soderblom Ave · $600"
    assert "Note: gate code" in lines
    assert "Mark will be texted in 10 s." in lines
    assert lines[-1].startswith("https://track.example.com/track/")
    assert [button.command for button in reply.buttons] == ["ready 1", "assign 1 ?", "edit 1", "undo 1"]
    assert [message.kind for message in reply.messages] == ["created"]
    assert reply.messages[0].body


async def test_without_a_phone_the_answer_says_that_nobody_can_be_texted(office: Office) -> None:
    reply = await office.say("new Mark Soderblom 600")
    assert "No phone: Mark can't be texted yet" in reply.text
    assert reply.messages == ()


async def test_an_illegal_step_says_where_the_job_is_who_put_it_there_and_what_can_come_next(
    office: Office,
) -> None:
    await office.say(NEW)
    before = office.state
    reply = await office.say("dumped 1")
    assert reply.kind == "refused"
    assert "#1 is waiting for the customer's OK, by Dispatcher" in reply.text
    assert "ready for pickup ('ready 1')" in reply.text
    assert [button.command for button in reply.buttons] == ["ready 1", "cancel 1"]
    assert office.state == before


async def test_minutes_and_job_the_wrong_way_round_are_asked_about(office: Office) -> None:
    await office.say(NEW)
    reply = await office.say("eta 1 25")
    assert reply.kind == "question"
    assert reply.text == "There is no open job 25. 25 minutes for #1?"
    assert [button.command for button in reply.buttons] == ["eta 25 1"]
    assert "No open job fits '25'" in (await office.say("eta 3 25")).text
    assert "No open job fits 'ann'" in (await office.say("eta 1 ann")).text


async def test_the_whole_way_through(office: Office) -> None:
    await office.say(NEW)
    steps: list[tuple[str, Actor | Role]] = [
        ("OK", CUSTOMER),
        ("next", Role.DRIVER),
        ("dumped", Role.DRIVER),
        ("done", Role.DRIVER),
    ]
    for text, who in steps:
        assert (await office.say(text, who)).ok, text
    job = office.state.jobs[1]
    assert job.status is Status.COMPLETE
    assert job.driver == "driver"
    kinds = [message.kind for message in office.state.messages.values() if message.channel == "sms"]
    assert kinds == ["created", "ready_for_pickup", "in_transit", "dumped", "complete"]


async def test_undo_without_a_job_takes_back_what_one_did_last(office: Office) -> None:
    await office.say(NEW)
    await office.say("new Ana Osborn 300")
    await office.say("ready 1")
    assert (await office.say("undo")).ok
    assert office.state.jobs[1].status is Status.PENDING_CONFIRMATION


async def test_which_job_is_asked_with_whole_commands(office: Office) -> None:
    await office.say(NEW)
    await office.say("new Mark Osborn 300")
    reply = await office.say("ready mark")
    assert reply.kind == "question"
    assert [button.command for button in reply.buttons] == ["ready 1", "ready 2"]
    assert all(not job.history[1:] for job in office.state.jobs.values())


async def test_a_near_miss_is_offered_and_not_done(office: Office) -> None:
    await office.say(NEW)
    reply = await office.say("raedy 1")
    assert reply.kind == "question"
    assert [button.command for button in reply.buttons] == ["ready 1"]
    assert office.state.jobs[1].status is Status.PENDING_CONFIRMATION


async def test_drivers_see_their_own_jobs_and_those_that_nobody_drives(office: Office) -> None:
    for name in ("Joe", "Ana"):
        await office.say(f"invite driver {name}", Role.ADMIN)
    await office.say(NEW)
    await office.say("new Lupe Baseline 300")
    await office.say("assign 1 Joe")
    ana = Actor.of(office.state.people["ana"])
    assert "#2" in (await office.say("jobs", ana)).text
    assert "#1" not in (await office.say("jobs", ana)).text
    assert (await office.say("show 1", ana)).kind == "refused"
    assert (await office.say("next 1", ana)).kind == "refused"


@pytest.mark.parametrize("who", [Role.ADMIN, Role.DISPATCHER, Role.DRIVER, CUSTOMER], ids=str)
async def test_chatter_changes_no_job_whoever_says_it(office: Office, who: Actor | Role) -> None:
    await office.say(NEW)
    await office.say("new Newton Yorke 300")
    before = office.state.jobs
    for text in CHATTER:
        reply = await office.say(text, who)
        assert isinstance(reply, Reply)
    assert office.state.jobs == before


async def test_hostile_text_is_kept_as_typed(office: Office) -> None:
    name = "<script>alert(1)</script>"
    reply = await office.say(f'new {name}, 12 "Oak" St \u202etxt, $600 -- 🚚 <b>&amp;')
    assert reply.ok
    job = office.state.jobs[1]
    assert job.customer_name.lower() == name
    assert job.note == "🚚 <b>&amp;"


async def test_an_invitation_gives_its_secret_once_and_stores_only_its_hash(office: Office) -> None:
    office.desk.bot_name = "qdbot"
    reply = await office.say("invite driver Joe", Role.ADMIN, secret="s3cret-" + "x" * 20)
    assert "https://t.me/qdbot?start=s3cret-" in reply.text
    stored = office.objects.inner.get("jobs.json")
    assert stored is not None
    assert b"s3cret" not in stored.body


async def test_a_store_that_is_down_changes_nothing_and_says_so(office: Office) -> None:
    await office.say(NEW)
    before = office.state
    office.objects.script([PutFault.REFUSED])
    reply = await office.say("ready 1")
    assert reply.kind == "down"
    assert "Nothing was changed" in reply.text
    assert office.state == before


async def test_a_lost_answer_is_found_out_and_answered_as_done(office: Office) -> None:
    await office.say(NEW)
    office.objects.script([PutFault.LOST_AFTER])
    reply = await office.say("ready 1")
    assert reply.kind == "done"
    assert len([event for event in office.state.jobs[1].history if event.kind == "step"]) == 1


async def test_an_unknown_outcome_is_never_called_unchanged_and_is_settled_later(office: Office) -> None:
    await office.say(NEW)
    # The write's answer is lost and the store can't be read for long after it, twice over.
    office.objects.script([PutFault.LOST_AFTER], [False, *[True] * 12])
    reply = await office.say("note 1 gate code")
    if reply.kind == "unknown":
        assert "not known yet" in reply.text
        assert "Nothing was changed" not in reply.text
    office.objects.script([])
    await asyncio.gather(*office.desk._unsettled)
    assert office.state.jobs[1].note == "gate code"
    assert len([event for event in office.state.jobs[1].history if event.kind == "noted"]) == 1


async def test_a_later_line_is_read_in_the_light_of_somebody_elses_change(office: Office) -> None:
    await office.say(NEW)
    base = office.store.load()
    job = base.state.jobs[1].model_copy(update={"note": "from the other process"})
    office.store.save(base.state.next_write("other").with_job(job), base)
    reply = await office.say("edit 1 note from the other process")
    assert reply.kind == "refused"
    assert "already" in reply.text
