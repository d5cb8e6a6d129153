"""How the board looks and feels, in each of its states, at a desk and on a phone."""

import gzip

import pytest
from playwright.async_api import Browser, ViewportSize, expect

from core.site import plan_release, read_sources
from tests.builders import a_state
from tests.web.axe import nobody_is_left_out
from tests.web.board.boards import a_day, many, write
from tests.web.board.conftest import DESK, now, sign_in
from tests.web.board.dispatcher import Dispatcher
from tests.web.screen_reader import same_as_golden
from tests.web.serving import NOON, ServedSite
from tests.web.test_look import NARROW, PHONE, SCREENSHOTS
from tests.web.visitor import WATCH

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("name", "size"), [("desk", DESK), ("phone", PHONE)])
async def test_nobody_is_left_out_of_any_state_and_pictures_are_taken(
    browser: Browser, board_site: ServedSite, scheme: str, name: str, size: ViewportSize
) -> None:
    context = await browser.new_context(
        viewport=size, color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce"
    )
    person = Dispatcher(await context.new_page(), board_site)
    page = person.page
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)

    async def look(state: str, path: str = "/") -> None:
        await person.open(path)
        await nobody_is_left_out(page, state)
        await page.screenshot(path=SCREENSHOTS / f"board-{state}-{name}-{scheme}.png")

    await look("signed-out")
    await sign_in(page, board_site)
    write(board_site.site, a_state(), now())
    await look("empty")
    write(board_site.site, a_day(now()), now())
    await look("day")
    await look("late", "/?show=late")
    await look("column", "/?status=ready_for_pickup")
    await look("nothing", "/?q=nobody")
    await person.open("/?job=6")
    await expect(page.locator(".history li")).to_have_count(4)
    await nobody_is_left_out(page, "sheet")
    await page.screenshot(path=SCREENSHOTS / f"board-sheet-{name}-{scheme}.png")
    await context.close()


async def test_what_a_screen_reader_is_told_stays_as_it_is(browser: Browser, board_site: ServedSite) -> None:
    context = await browser.new_context(viewport=DESK, locale="en-US")
    person = Dispatcher(await context.new_page(), board_site)
    await person.open()
    await same_as_golden(person.page, "board-signed-out")
    await sign_in(person.page, board_site)
    await person.page.clock.set_fixed_time(NOON)  # ages are told, and count from the page's own clock
    write(board_site.site, a_day(NOON), NOON)
    await person.open()
    await same_as_golden(person.page, "board-day")
    await person.open("/?job=6")
    await expect(person.page.locator(".history li")).to_have_count(4)
    await same_as_golden(person.page, "board-sheet", part="#sheet")
    await context.close()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_nothing_jumps_when_the_board_comes(dispatcher: Dispatcher, size: ViewportSize) -> None:
    page = dispatcher.page
    await page.set_viewport_size(size)
    await page.add_init_script(WATCH)
    for state in (a_day(now()), many(now(), 300), a_state()):
        write(dispatcher.served.site, state, now())
        await dispatcher.open()
        await page.screenshot()
        assert await page.evaluate("() => window.shifts.reduce((sum, value) => sum + value, 0)") == 0


@pytest.mark.parametrize("text_size", ["100%", "200%"])
async def test_a_narrow_phone_needs_no_sideways_scroll(dispatcher: Dispatcher, text_size: str) -> None:
    page = dispatcher.page
    await page.set_viewport_size(NARROW)
    write(dispatcher.served.site, a_day(now()), now())
    for path in ("/", "/?job=6", "/?show=late"):
        await dispatcher.open(path)
        await page.evaluate("(size) => { document.documentElement.style.fontSize = size; }", text_size)
        assert await page.evaluate("() => document.documentElement.scrollWidth") <= NARROW["width"], path


async def test_the_page_stays_within_its_budget() -> None:
    release = {file.key: file.body for file in plan_release(read_sources()).files}
    mine = [
        key
        for key in release
        if key.startswith(("assets/board", "assets/poll", "assets/quickdump")) or key == "index.html"
    ]
    assert len(mine) == 9
    assert sum(len(gzip.compress(release[key], mtime=0)) for key in mine) <= 16 * 1024
