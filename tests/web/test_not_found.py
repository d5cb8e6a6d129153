"""The page for what is not there: whoever mistyped an address is told so, in two languages, and helped."""

import gzip

import pytest
from playwright.async_api import Browser, ViewportSize, expect

from core.site import NOT_FOUND_PAGE, UNBRANDED, plan_release, read_sources
from tests.web.axe import nobody_is_left_out
from tests.web.screen_reader import same_as_golden
from tests.web.serving import BRAND, ServedSite
from tests.web.test_look import DESKTOP, NARROW, PHONE, SCREENSHOTS
from tests.web.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MISTYPED = ("/book/nope/", "/track/x/y.html", "/assets/none.css", "/t/none.json")


@pytest.mark.parametrize("path", MISTYPED)
async def test_whoever_has_mistyped_an_address_is_told_so_and_offered_help(
    visitor: Visitor, path: str
) -> None:
    answer = await visitor.page.goto(visitor.served.url + path)
    assert answer is not None
    assert answer.status == 404
    await expect(visitor.page).to_have_title("Page not found – Acme Hauling")
    for language in ("en", "es"):
        await expect(visitor.page.locator(f"[lang={language}] :is(h1, h2)").first).to_be_visible()
    links = await visitor.page.locator("main a").evaluate_all("(all) => all.map((a) => a.href)")
    assert links == ["tel:+16025550100", "sms:+16025550100"]
    # The browser itself says of a document that its status was 404.
    assert [words for words in visitor.complaints if "404" not in words] == []


@pytest.mark.parametrize(
    ("name", "size", "scheme"),
    [("phone", PHONE, "light"), ("phone", PHONE, "dark"), ("desktop", DESKTOP, "light")],
)
async def test_nobody_is_left_out_and_nothing_jumps(
    browser: Browser, served: ServedSite, name: str, size: ViewportSize, scheme: str
) -> None:
    context = await browser.new_context(viewport=size, color_scheme="dark" if scheme == "dark" else "light")
    visitor = Visitor(await context.new_page(), served)
    await visitor.open("/book/nope/")
    assert await visitor.shift() == 0
    await nobody_is_left_out(visitor.page, scheme)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    await visitor.page.screenshot(path=SCREENSHOTS / f"not-found-{name}-{scheme}.png", full_page=True)
    await context.close()


@pytest.mark.parametrize("text_size", ["100%", "200%"])
async def test_a_narrow_phone_needs_no_sideways_scroll(visitor: Visitor, text_size: str) -> None:
    await visitor.page.set_viewport_size(NARROW)
    await visitor.open("/book/nope/")
    await visitor.page.evaluate("(size) => { document.documentElement.style.fontSize = size; }", text_size)
    assert await visitor.page.evaluate("() => document.documentElement.scrollWidth") <= NARROW["width"]


async def test_what_a_screen_reader_is_told_stays_as_it_is(visitor: Visitor) -> None:
    await visitor.open("/book/nope/")
    await same_as_golden(visitor.page, "not-found")


async def test_it_is_small_needs_no_script_and_asks_nobody_else(visitor: Visitor) -> None:
    await visitor.open("/book/nope/")
    await visitor.settle()
    assert len(visitor.addresses) == 2
    release = {file.key: file.body for file in plan_release(read_sources(), BRAND).files}
    bodies = [release[NOT_FOUND_PAGE]]
    bodies += [release[key] for key in release if visitor.addresses[1].endswith("/" + key)]
    assert b"<script" not in bodies[0]
    assert len(bodies) == 2
    assert sum(len(gzip.compress(body, mtime=0)) for body in bodies) <= 4_500


async def test_it_names_no_booking_page_and_a_firm_without_a_number_offers_none() -> None:
    files = {file.key: file.body for file in plan_release(read_sources(), UNBRANDED).files}
    page = files[NOT_FOUND_PAGE].decode()
    assert 'href="/book' not in page
    assert "tel:" not in page
    assert "sms:" not in page
