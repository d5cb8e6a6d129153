import asyncio
from typing import Any

import pytest
from pydantic import SecretStr

from bot.bootstrap import System, build
from bot.settings import Settings
from bot.simulator import routes
from core.domain.state import State
from tests.bot.simulator.desk_clock import DeskClock
from tests.bot.simulator.page import FIRST, PHONE, Page, page_of

PATIENCE_S = 30
MOST_READS = 8
"""In 0.2 s with 0.05 s between: more of them would be a busy loop."""


def texts(news: dict[str, Any]) -> list[dict[str, Any]]:
    return [message for message in news["messages"] if message["pane"] == "customer"]


async def test_a_text_is_shown_while_it_waits_with_the_seconds_left(page: Page, clock: DeskClock) -> None:
    await page.say("dispatcher", FIRST)
    clock.pass_by(2)
    (text,) = texts(await page.news())
    assert (text["status"], text["leaves_in_s"], text["to"]) == ("pending", 8, PHONE)
    assert "reply OK" in text["text"]


async def test_a_text_is_shown_as_sent_once_it_left(page: Page, system: System, clock: DeskClock) -> None:
    await page.say("dispatcher", FIRST)
    clock.pass_by(10)
    await system.relay.once()
    (text,) = texts(await page.news())
    assert (text["status"], text["leaves_in_s"], text["at"]) == ("sent", None, "12:00 PM")


async def test_a_text_that_undo_stopped_is_shown_as_dropped_with_the_reason(page: Page) -> None:
    await page.say("dispatcher", FIRST)
    await page.say("dispatcher", "ready 1")
    await page.say("dispatcher", "undo 1")
    text = texts(await page.news())[-1]
    assert (text["status"], text["why"], text["leaves_in_s"]) == ("dropped", "the step was undone", None)


async def test_a_text_in_the_quiet_hours_is_shown_as_held_until_the_morning(
    page: Page, system: System, clock: DeskClock
) -> None:
    clock.pass_by(10 * 3600)
    await page.say("dispatcher", FIRST)
    clock.pass_by(10)
    await system.relay.once()
    (text,) = texts(await page.news())
    # The number is from Phoenix: when it is eight there, it is ten in New York.
    assert (text["status"], text["why"], text["leaves_at"]) == ("held", "quiet hours", "10:00 AM")


async def test_a_notice_to_the_bare_dispatcher_appears_in_that_pane(page: Page) -> None:
    await page.say("dispatcher", FIRST)
    await page.say(PHONE, "OK")
    (notice,) = [message for message in (await page.news())["messages"] if message["pane"] == "dispatcher"]
    assert "said OK" in notice["text"]
    assert notice["buttons"] == [{"label": "Picked up", "command": "transit 1"}]


async def test_a_job_tells_how_far_it_has_come_and_where_its_page_is(page: Page) -> None:
    await page.say("dispatcher", FIRST)
    await page.say(PHONE, "OK")
    news = await page.news()
    (job,) = news["jobs"]
    assert (job["number"], job["step"], job["steps"], job["is_open"]) == (1, 2, 5, True)
    assert (job["phone"], job["phone_words"]) == (PHONE, "(602) 555-0142")
    assert job["link"].startswith(news["link_start"])


async def test_a_cancelled_job_is_shown_at_no_step(page: Page) -> None:
    await page.say("dispatcher", FIRST)
    await page.say("dispatcher", "cancel 1")
    (job,) = (await page.news())["jobs"]
    assert (job["status"], job["step"], job["is_open"]) == ("cancelled", 0, False)


async def test_a_revoked_link_is_not_shown(page: Page) -> None:
    await page.say("dispatcher", FIRST)
    await page.say("dispatcher", "revoke 1")
    (job,) = (await page.news())["jobs"]
    assert job["link"] == ""


async def test_who_knows_an_older_revision_is_answered_at_once(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "WAIT_S", PATIENCE_S)
    await page.say("dispatcher", FIRST)
    known = (await page.news())["revision"]
    for since in (known - 1, known + 1, -1):
        answer = await asyncio.wait_for(page.news(since), PATIENCE_S / 2)
        assert answer["revision"] == known


async def test_all_tabs_that_wait_hear_of_the_same_write(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    # Only the announcement can wake them in time: the next look at the store is far away.
    monkeypatch.setattr(routes, "WAIT_S", PATIENCE_S)
    monkeypatch.setattr(routes, "LOOK_INTERVAL_S", PATIENCE_S)
    known = (await page.news())["revision"]
    tabs = [asyncio.create_task(page.news(known)) for _ in range(3)]
    await page.say("dispatcher", FIRST)
    answers = await asyncio.wait_for(asyncio.gather(*tabs), PATIENCE_S / 2)
    assert [len(answer["jobs"]) for answer in answers] == [1, 1, 1]


async def test_waiting_leaves_the_announcement_to_the_relay(page: Page, system: System) -> None:
    known = (await page.news())["revision"]
    tab = asyncio.create_task(page.news(known))
    await page.say("dispatcher", FIRST)
    await tab
    assert system.dispatcher.committed.is_set()


async def test_a_tab_that_waits_keeps_still_while_the_relay_is_at_work(
    page: Page, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = 0
    read = system.dispatcher.read

    async def counted() -> State:
        nonlocal reads
        reads += 1
        return await read()

    known = (await page.news())["revision"]
    monkeypatch.setattr(system.dispatcher, "read", counted)
    monkeypatch.setattr(routes, "WAIT_S", 0.2)
    system.dispatcher.committed.set()
    await page.news(known)
    assert 1 <= reads <= MOST_READS


async def test_what_another_process_wrote_is_heard_of(
    page: Page, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "WAIT_S", PATIENCE_S)
    monkeypatch.setattr(routes, "LOOK_INTERVAL_S", 0.01)
    known = (await page.news())["revision"]
    tab = asyncio.create_task(page.news(known))
    there = await asyncio.to_thread(system.store.load)
    await asyncio.to_thread(system.store.save, there.state.next_write("elsewhere"), there)
    assert (await asyncio.wait_for(tab, PATIENCE_S / 2))["revision"] == known + 1


async def test_who_waits_in_vain_is_answered_with_what_he_knows(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "WAIT_S", 0.0)
    known = await page.news()
    assert await page.news(known["revision"]) == known


@pytest.mark.parametrize("since", ["x", "", "1.5", "--1", "1" * 40, "٣", "-", "1e3"])
async def test_a_revision_that_is_none_is_refused(page: Page, since: str) -> None:
    answer = await page.client.get("/sim/events", params={"since": since})
    assert answer.status_code == 400


@pytest.mark.parametrize(("token", "live"), [(None, False), ("1:secret", True)])
async def test_the_page_is_told_whether_texts_really_go_out(token: str | None, *, live: bool) -> None:
    settings = Settings(
        state="memory://", site="memory://", telegram_bot_token=SecretStr(token) if token else None
    )
    system = build(settings)
    system.ensure_state()
    async with page_of(system) as page:
        assert (await page.news())["live"] is live
