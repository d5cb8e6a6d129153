"""The dashboard in a real browser: what stands where, what fits, what changes, what it says when it can't."""

import asyncio
import re
from datetime import timedelta

import pytest
from playwright.async_api import Browser, expect

from core.domain.board import BOARD_KEY, sheet_key
from tests.builders import a_state
from tests.web.board.boards import a_day, hostile, many, write
from tests.web.board.conftest import now
from tests.web.board.dispatcher import Dispatcher
from tests.web.serving import ServedSite

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_jobs_stand_by_status_and_what_is_late_or_waits_stands_first(dispatcher: Dispatcher) -> None:
    write(dispatcher.served.site, a_day(now()), now())
    await dispatcher.open()
    assert await dispatcher.names(0) == ["Mary Ann Smith", "Ana Lucía Reyes"]
    assert await dispatcher.names(1) == ["Bob and Carol", "Thu Nguyen", "7-Eleven"]
    assert await dispatcher.names(4) == ["Bob and Carol", "Thu Nguyen", "7-Eleven"]
    ages = await dispatcher.page.locator(".column .urgent .age").all_inner_texts()
    assert [age.split()[0] for age in ages] == ["Waits", "Late"]
    await expect(dispatcher.page.locator(".money strong")).to_have_text("$1,065")
    await expect(dispatcher.page).to_have_title("3 waiting - Board")


async def test_a_dot_and_words_tell_what_became_of_each_text(dispatcher: Dispatcher) -> None:
    write(dispatcher.served.site, a_day(now()), now())
    await dispatcher.open()
    for number, words in {
        1: "text arrived",
        2: "text sent",
        4: "text held",
        5: "text failed",
        6: "text waits",
    }.items():
        await expect(dispatcher.page.locator(f"[data-job='{number}'] .text")).to_have_text(words)


async def test_search_filters_and_columns_live_in_the_address(dispatcher: Dispatcher) -> None:
    write(dispatcher.served.site, a_day(now()), now())
    page = dispatcher.page
    await dispatcher.open()
    await page.fill("#query", "elm 555")
    await expect(page.locator("#found")).to_contain_text("3 of 11 jobs")
    await expect(page).to_have_url(re.compile(r"\?q=elm\+555$"))
    await dispatcher.open("/?q=nobody")
    await expect(page.locator("#found")).to_contain_text("No job matches “nobody”.")
    await page.click("#found button")
    await expect(page.locator("a.job")).to_have_count(11)
    await page.click("text=Ready, no driver")
    await expect(page.locator("a.job")).to_have_count(2)
    await page.click(".chip >> text=No driver")
    await expect(page).to_have_url(re.compile(r"show=unassigned&driver=-$"))
    await page.reload()
    await expect(page.locator("a.job")).to_have_count(2)
    await dispatcher.open("/?status=in_transit")
    await expect(page.locator(".column")).to_have_count(1)
    await page.click(".column h2 button")
    await expect(page.locator(".column")).to_have_count(5)


async def test_everything_can_be_done_by_keyboard_and_single_keys_can_be_off(dispatcher: Dispatcher) -> None:
    write(dispatcher.served.site, a_day(now()), now())
    page = dispatcher.page
    await dispatcher.open()
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await page.keyboard.press("k")
    await expect(page.locator("a.job").nth(0)).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#sheet-title")).to_have_text("#2 Mary Ann Smith")
    await page.keyboard.press("Escape")
    await expect(page.locator("#sheet")).to_be_hidden()
    await expect(page.locator("[data-job='2']")).to_be_focused()
    await page.keyboard.press("/")
    await page.keyboard.type("j elm")
    await expect(page.locator("#query")).to_have_value("j elm")
    await page.keyboard.press("Escape")
    await expect(page.locator("a.job")).to_have_count(11)
    await page.keyboard.press("?")
    await page.uncheck("#keys-on")
    await page.keyboard.press("Escape")
    await page.keyboard.press("/")
    await expect(page.locator("#query")).not_to_be_focused()
    await page.reload()
    await page.click("#help")
    await expect(page.locator("#keys-on")).not_to_be_checked()


async def test_a_sheet_has_the_history_and_lines_to_copy(dispatcher: Dispatcher) -> None:
    write(dispatcher.served.site, a_day(now()), now())
    page = dispatcher.page
    await dispatcher.open("/?job=6")
    await expect(page.locator("#sheet-title")).to_have_text("#6 Mark Soderblom")
    await expect(page.locator(".history li")).to_have_count(4)
    await expect(page.locator(".history")).to_contain_text("text 'created' waits: On our way.")
    await page.click(".copy >> text=assign 6")
    await expect(page.locator(".copy >> text=Copied")).to_be_visible()
    assert await page.evaluate("() => navigator.clipboard.readText()") == "assign 6 "
    await page.click("#sheet-close")
    await expect(page).to_have_url(re.compile(r"/$"))


async def test_a_change_is_on_the_board_at_the_next_look_and_the_focus_stays(dispatcher: Dispatcher) -> None:
    page = dispatcher.page
    await page.clock.install()
    state = a_day(now())
    write(dispatcher.served.site, state, now())
    await dispatcher.open()
    await page.focus("[data-job='6']")
    moved = state.jobs[6].model_copy(
        update={"status": state.jobs[8].status, "history": state.jobs[8].history}
    )
    write(dispatcher.served.site, state.with_job(moved), now())
    await page.clock.run_for(3400)
    await expect(page.locator(f"{dispatcher.column(3)} .job")).to_have_count(2)
    await expect(page.locator("[data-job='6']")).to_be_focused()


async def test_ten_thousand_jobs_are_fifty_cards_a_column_until_more_are_asked_for(
    dispatcher: Dispatcher,
) -> None:
    write(dispatcher.served.site, many(now(), 10_000), now())
    page = dispatcher.page
    await dispatcher.open()
    await expect(page.locator("a.job")).to_have_count(200)
    assert await page.evaluate("() => document.querySelectorAll('*').length") <= 2500
    await page.click(f"{dispatcher.column(2)} .more")
    await expect(page.locator(f"{dispatcher.column(2)} a.job")).to_have_count(100)
    await page.fill("#query", "reyes 7777")
    await expect(page.locator("a.job")).to_have_count(1)


async def test_an_empty_board_says_how_to_begin(dispatcher: Dispatcher) -> None:
    write(dispatcher.served.site, a_state(), now())
    await dispatcher.open()
    await expect(dispatcher.page.locator("#notice")).to_contain_text("new Mark Soderblom 600 602-555-0142")


async def test_who_is_signed_out_is_told_how_to_get_in_and_sees_nothing(
    browser: Browser, board_site: ServedSite
) -> None:
    write(board_site.site, a_day(now()), now())
    context = await browser.new_context()
    stranger = Dispatcher(await context.new_page(), board_site)
    stranger.expected = ("401",)
    await stranger.open()
    await expect(stranger.page.locator("#notice")).to_contain_text("Write dashboard to the bot")
    await expect(stranger.page.locator(".strangers")).to_be_visible()
    assert "Soderblom" not in await stranger.page.content()
    assert stranger.complaints == []
    await context.close()


async def test_a_session_that_ends_takes_everything_off_the_screen(dispatcher: Dispatcher) -> None:
    page = dispatcher.page
    await page.clock.install()
    dispatcher.expected = ("401",)
    write(dispatcher.served.site, a_day(now()), now())
    await dispatcher.open("/?job=6")
    await expect(page.locator("#sheet-title")).to_have_text("#6 Mark Soderblom")
    await page.context.clear_cookies()
    await page.clock.run_for(3400)
    await expect(page.locator("#notice")).to_contain_text("signed out")
    await expect(page.locator("#sheet")).to_be_hidden()
    await expect(page.locator("a.job")).to_have_count(0)


async def test_a_board_that_can_t_be_refreshed_says_how_old_it_is(dispatcher: Dispatcher) -> None:
    page = dispatcher.page
    await page.clock.install()
    dispatcher.expected = ("503",)
    write(dispatcher.served.site, a_day(now()), now())
    await dispatcher.open()
    await page.route("**/data/board.json", lambda route: route.fulfill(status=503))
    await dispatcher.wait_s(12)
    await expect(page.locator("#banner")).to_contain_text("can’t be refreshed")
    await expect(page.locator("#banner")).to_contain_text(re.compile(r"is \d+ s old"))
    await page.unroute("**/data/board.json")
    await dispatcher.wait_s(36)
    await expect(page.locator("#banner")).to_be_hidden()


async def test_a_board_that_is_not_there_yet_is_waited_for(dispatcher: Dispatcher) -> None:
    page = dispatcher.page
    await page.clock.install()
    dispatcher.expected = ("404",)
    await dispatcher.open()
    await expect(page.locator("#notice")).to_contain_text("is it running?")
    write(dispatcher.served.site, a_day(now() - timedelta(minutes=1)), now())
    await page.clock.run_for(4500)
    await expect(page.locator("a.job")).to_have_count(11)


async def test_a_hostile_name_is_shown_as_it_is_typed(dispatcher: Dispatcher) -> None:
    write(dispatcher.served.site, hostile(), now())
    await dispatcher.open("/?job=1")
    page = dispatcher.page
    evil = '<img src=x onerror="document.title=1">'
    await expect(page.locator(".job strong")).to_have_text(evil)
    await expect(page.locator("#sheet-title")).to_have_text(f"#1 {evil}")
    await expect(page.locator(".history")).to_contain_text("<script>alert(1)</script>")
    await expect(page.locator("#sheet .facts")).to_contain_text(evil)


async def test_the_board_asks_nobody_else_and_is_small(dispatcher: Dispatcher) -> None:
    asked: list[str] = []
    dispatcher.page.on("request", lambda request: asked.append(request.url))
    write(dispatcher.served.site, a_day(now()), now())
    await dispatcher.open()
    assert all(address.startswith(dispatcher.served.url + "/") for address in asked)
    assert len(asked) <= 11
    assert {BOARD_KEY, sheet_key(6)} <= set(dispatcher.served.site.keys("data/"))


async def test_a_refused_question_is_not_left_on_its_way(dispatcher: Dispatcher) -> None:
    over = asyncio.Event()
    for event in ("requestfinished", "requestfailed"):
        dispatcher.page.on(event, lambda request: over.set() if "/data/" in request.url else None)
    dispatcher.expected = ("401",)
    await dispatcher.page.context.clear_cookies()
    await dispatcher.page.goto(dispatcher.served.url)
    await asyncio.wait_for(over.wait(), 5)
