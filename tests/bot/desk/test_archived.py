"""The desk and the archive: what is long over is shown, found, brought back, and never mistaken for new."""

from datetime import timedelta

import pytest

from bot.desk import Line
from bot.desk.by_text import ask_by_text
from core.domain.flow import Status
from core.domain.people import Actor, Role
from tests.bot.desk.conftest import Office

NEW = "new Mark Soderblom 600 602-555-0142"
CUSTOMER = Actor.customer("+16025550142")


async def archived(office: Office, days: int = 40) -> None:
    """Let every job be done and archived, `days` after its end."""
    for number in office.state.jobs:
        for _ in range(4):
            await office.say(f"next {number}")
    office.clock.advance(days=days)
    await office.archiver.once(by_hand=True)
    assert office.state.jobs == {}


async def test_show_history_find_and_the_list_of_what_is_done_reach_what_is_archived(office: Office) -> None:
    await office.say(NEW)
    await office.say("note 1 gate code 4411")
    await archived(office)
    await office.say("new Lupe Baseline 300")
    shown = await office.say("show 1")
    assert shown.text.splitlines()[0] == "#1 Mark · Soderblom · $600"
    assert "gate code 4411" in shown.text
    history = await office.say("history 1")
    assert "created: Mark" in history.text
    assert "text 'created'" in history.text
    for words in ("mark", "602-555-0142", "soder"):
        found = await office.say(f"find {words}")
        assert found.text.splitlines()[:2] == ["1 found", "#1 Mark · Soderblom · $600 · complete"], words
    done = await office.say("jobs done")
    assert done.text.splitlines() == ["1 done", "#1 Mark · Soderblom · $600 · complete"]
    assert "/track/" in (await office.say("link 1")).text
    assert list(office.state.jobs) == [2]


async def test_a_search_that_found_too_much_says_so(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.archive.archive.FOUND_MAX", 2)
    for number in range(1, 4):
        await office.say(f"new Mark{number} Soderblom 600")
    await archived(office)
    lines = (await office.say("find soderblom")).text.splitlines()
    assert [line[:2] for line in lines[1:3]] == ["#2", "#3"]
    assert lines[-1] == "… and there may be older ones: add a word"
    assert "older" not in (await office.say("find mark2 soderblom")).text


async def test_a_change_brings_an_archived_job_back_and_a_refusal_leaves_it_there(office: Office) -> None:
    await office.say(NEW)
    await archived(office)
    refused = await office.say("next 1")
    assert refused.kind == "refused"
    assert "#1 is complete" in refused.text
    assert office.state.jobs == {}
    reply = await office.say("edit 1 price 650")
    assert reply.text.startswith("#1 price: $600 -> $650")
    assert office.state.jobs[1].amount_paid == 650
    undone = await office.say("undo 1")
    assert undone.ok
    assert office.state.jobs[1].status is Status.DUMPED


@pytest.mark.parametrize(
    "line", ["show 7", "history 7", "link 7", "edit 7 price 3", "undo nobody_20240101", "next 7"]
)
async def test_a_job_that_never_was_is_not_there_whatever_is_archived(office: Office, line: str) -> None:
    await office.say(NEW)
    await archived(office)
    reply = await office.say(line)
    assert reply.kind == "refused"
    assert "No open job fits" in reply.text


async def test_a_driver_sees_no_archived_job_of_another(office: Office) -> None:
    for name in ("Joe", "Ana"):
        await office.say(f"invite driver {name}", Role.ADMIN)
    await office.say(NEW)
    await office.say("assign 1 Joe")
    people = office.state.people
    await archived(office)
    assert (await office.say("show 1", Actor.of(people["joe"]))).ok
    assert (await office.say("show 1", Actor.of(people["ana"]))).kind == "refused"
    assert "#1" in (await office.say("jobs done", Actor.of(people["joe"]))).text
    assert "#1" not in (await office.say("jobs done", Actor.of(people["ana"]))).text


@pytest.mark.parametrize("by_text", [True, False])
async def test_what_a_customer_writes_after_his_job_was_archived_still_stands_under_it(
    office: Office, *, by_text: bool
) -> None:
    await office.say(NEW)
    office.archiver._life = timedelta(days=3)
    await archived(office, days=10)
    line = Line(text="you left a shovel here", actor=CUSTOMER, cause="sms:SM1")
    if by_text:
        await ask_by_text(office.desk, line)
    else:
        await office.desk.ask(line)
    assert list(office.state.jobs) == [1]
    assert "you left a shovel here" in (await office.say("history 1")).text
    (notice,) = (m for m in office.state.messages.values() if m.kind == "customer_wrote")
    assert notice.job == 1


async def test_staff_who_text_see_and_change_archived_jobs_too(office: Office) -> None:
    await office.say("invite dispatcher Dana 602-555-0102", Role.ADMIN)
    await office.say(NEW)
    await archived(office)
    dana = Actor.of(office.state.people["dana"], forgeable=True)
    await ask_by_text(office.desk, Line(text="show 1", actor=dana, cause="sms:SM1"))
    await ask_by_text(office.desk, Line(text="note 1 paid", actor=dana, cause="sms:SM2"))
    await ask_by_text(office.desk, Line(text="note 9 paid", actor=dana, cause="sms:SM3"))
    replies = {m.cause: m.body for m in office.state.messages.values() if m.kind == "reply"}
    assert (replies["sms:SM1"] or "").startswith("#1 Mark")
    assert replies["sms:SM2"] == "#1 note added: paid"
    assert "No open job fits '9'" in (replies["sms:SM3"] or "")
    assert office.state.jobs[1].note == "paid"
