"""`deploy` by word: who may, what is confirmed by whom and when, and what is told of it."""

import asyncio

import pytest

from bot.deploys import service
from core.domain.people import Actor
from tests.bot.deploys.conftest import STAFF, Firm


def confirmation(commands: list[str]) -> str:
    (command,) = (command for command in commands if command.startswith("deploy confirm "))
    return command


async def asked(firm: Firm, who: str = "ann") -> str:
    reply = await firm.say("deploy", who)
    assert reply.kind == "question"
    return confirmation([button.command for button in reply.buttons])


async def test_a_deploy_is_shown_asked_for_and_done(firm: Firm) -> None:
    reply = await firm.say(await asked(firm))
    assert reply.kind == "done"
    assert reply.text.startswith("Deployed 20260302-160000-")
    assert ("Roll back", "deploy rollback") in {(button.label, button.command) for button in reply.buttons}
    assert "All of it is live already" in (await firm.say("deploy")).text
    status = await firm.say("deploy status")
    assert "Ann: deploy 20260302-160000-" in status.text
    assert "done, 0 s" in status.text


async def test_a_plan_holds_for_a_minute_for_whom_it_was_shown_and_once(firm: Firm) -> None:
    command = await asked(firm)
    assert "not shown that plan" in (await firm.say(command, "bob")).text
    firm.clock.advance(seconds=61)
    assert "not shown that plan" in (await firm.say(command)).text
    command = await asked(firm)
    firm.clock.advance(seconds=60)
    assert (await firm.say(command)).kind == "done"
    assert "not shown that plan" in (await firm.say(command)).text


async def test_a_plan_that_was_put_away_is_not_done(firm: Firm) -> None:
    command = await asked(firm)
    assert (await firm.say("deploy cancel")).text == "Nothing was deployed."
    assert (await firm.say(command)).kind == "refused"
    assert "No release is live." in (await firm.say("deploy status")).text


async def test_another_process_takes_the_confirmation_too(firm: Firm) -> None:
    command = await asked(firm)
    assert (await firm.again().say(command)).kind == "done"


@pytest.mark.parametrize("who", ["dana", "joe"])
@pytest.mark.parametrize("words", ["deploy", "deploy rollback", "deploy status", "deploy confirm x"])
async def test_only_an_admin_may(firm: Firm, who: str, words: str) -> None:
    reply = await firm.say(words, who)
    assert reply.kind == "refused"
    assert "needs a" in reply.text


async def test_a_group_and_a_text_are_no_places_for_it(firm: Firm) -> None:
    assert "others read along" in (await firm.say("deploy", in_company=True)).text
    assert "others read along" in (await firm.say("dashboard", in_company=True)).text
    forged = Actor.of(STAFF["ann"], forgeable=True)
    from bot.desk import Line  # noqa: PLC0415 - as the SMS channel does

    for words in ("deploy", "dashboard"):
        reply = await firm.system.desk.ask(Line(text=words, actor=forged, cause=f"sms:{words}"))
        assert "can't be done by SMS" in reply.text


async def test_it_goes_on_apart_from_the_answer_and_one_message_shows_it(firm: Firm) -> None:
    command = await asked(firm)
    reply = await firm.say(command, waits=False)
    assert "under way" in reply.text
    assert firm.chat.shown == []
    await finished(firm)
    assert {shown[:2] for shown in firm.chat.shown} == {(1001, 1)}
    body, buttons = firm.chat.shown[-1][2:]
    assert body.startswith("Deployed ")
    assert ("Roll back", "deploy rollback") in buttons


async def test_the_steps_are_shown_as_they_pass(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "FIRST_S", 0.0)
    await firm.say(await asked(firm), waits=False)
    await finished(firm)
    assert len({shown[1] for shown in firm.chat.shown}) == 1
    assert "Deployed" in firm.chat.shown[-1][2]


async def test_a_chat_that_takes_no_message_stops_no_deploy(firm: Firm) -> None:
    firm.chat.fails = True
    await firm.say(await asked(firm), waits=False)
    await finished(firm)
    assert "done, 0 s" in (await firm.say("deploy status")).text


async def test_a_rollback_is_one_word(firm: Firm) -> None:
    await firm.say(await asked(firm))
    firm.system.site.put("index.html", b"by hand", content_type="text/html")
    firm.clock.advance(minutes=1)
    await firm.say(await asked(firm))
    firm.clock.advance(minutes=1)
    reply = await firm.say("deploy rollback")
    assert reply.text.startswith("Rolled back to 20260302-160000-")
    assert "Roll back" not in {button.label for button in reply.buttons}
    refused = await firm.say("deploy rollback nonsense")
    assert (refused.kind, "no release 'nonsense'" in refused.text) == ("refused", True)


async def test_there_is_nothing_to_finish_where_nothing_was_interrupted(firm: Firm) -> None:
    assert "no deploy was interrupted" in (await firm.say("deploy finish")).text


async def finished(firm: Firm) -> None:
    """Wait for what goes on apart."""
    running = firm.system.site_desk()._running
    await asyncio.gather(*running)


async def test_a_setting_that_a_deploy_lacks_is_named(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOUDFRONT_DISTRIBUTION_ID", "E1")
    monkeypatch.setenv("CLOUDFRONT_FUNCTION", "qdn")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    reply = await firm.again().say("deploy")
    assert (reply.kind, "PUBLIC_URL: is needed to deploy" in reply.text) == ("refused", True)
