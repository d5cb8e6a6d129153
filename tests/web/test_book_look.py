"""How the booking pages look and feel: nobody is left out, nothing jumps or is cut off, nothing is wasted."""

import gzip

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from core.site import plan_release, read_sources
from tests.web.axe import nobody_is_left_out
from tests.web.serving import BRAND, ServedSite
from tests.web.test_look import DESKTOP, NARROW, PHONE, SCREENSHOTS
from tests.web.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PAGES = {"en": "/book/junk-removal/", "es": "/book/junk-removal-es/"}
THANKS = "/api/book/thanks?page=dumpster&reference=ABC234&texts=1&language="
STATES = ("ready", "invalid", "done", "thanks")


async def show(visitor: Visitor, state: str, language: str) -> None:
    """Bring the page to one of its states."""
    page = visitor.page
    await visitor.open(THANKS + language if state == "thanks" else PAGES[language])
    if state == "invalid":
        await page.click("#send")
        await expect(page.locator("#summary")).to_be_focused()
    elif state == "done":
        await fill(page)
        await page.click("#send")
        await expect(page.locator("#done")).to_be_focused()


async def fill(page: Page) -> None:
    for selector, text in {
        "#name": "Mark",
        "#phone": "6025550142",
        "#address": "1 A St",
        "#zip": "85281",
    }.items():
        await page.fill(selector, text)
    await page.fill("#items", "a sofa")
    await page.check("#load-2")
    # A person takes longer than this test does.
    await page.evaluate("() => { performance.now = () => 60000; }")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nobody_is_left_out_of_any_state(browser: Browser, served: ServedSite, scheme: str) -> None:
    context = await browser.new_context(viewport=PHONE, color_scheme="dark" if scheme == "dark" else "light")
    visitor = Visitor(await context.new_page(), served)
    for language in PAGES:
        for state in STATES:
            await show(visitor, state, language)
            await nobody_is_left_out(visitor.page, f"{state} {language}")
    for path in ("/book/terms/", "/book/privacy/"):
        await visitor.open(path)
        await nobody_is_left_out(visitor.page, path)
    assert [words for words in visitor.complaints if "422" not in words] == []
    await context.close()


@pytest.mark.parametrize("text_size", ["100%", "200%"])
async def test_a_narrow_phone_needs_no_sideways_scroll(visitor: Visitor, text_size: str) -> None:
    await visitor.page.set_viewport_size(NARROW)
    for language in PAGES:
        for state in ("invalid", "thanks"):
            await show(visitor, state, language)
            await visitor.page.evaluate(
                "(size) => { document.documentElement.style.fontSize = size; }", text_size
            )
            width = await visitor.page.evaluate("() => document.documentElement.scrollWidth")
            assert width <= NARROW["width"], (state, language)


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_nothing_jumps_while_the_page_comes(visitor: Visitor, size: ViewportSize) -> None:
    await visitor.page.set_viewport_size(size)
    for path in (*PAGES.values(), "/book/terms/", THANKS + "en"):
        await visitor.open(path)
        assert await visitor.shift() == 0, path


async def test_a_first_visit_is_small_and_asks_nobody_else(visitor: Visitor) -> None:
    await visitor.open(PAGES["es"])
    await visitor.settle()
    assert len(visitor.addresses) <= 6
    assert all(address.startswith(visitor.served.url + "/") for address in visitor.addresses)
    release = {file.key: file.body for file in plan_release(read_sources(), BRAND).files}
    bodies = [release["book/junk-removal-es/index.html"]]
    bodies += [release[key] for key in release if any(url.endswith("/" + key) for url in visitor.addresses)]
    assert len(bodies) == 4
    assert sum(len(gzip.compress(body, mtime=0)) for body in bodies) <= 9 * 1024


async def test_with_forced_colours_a_choice_is_still_seen(visitor: Visitor) -> None:
    await visitor.page.emulate_media(forced_colors="active")
    await visitor.open(PAGES["en"])
    await visitor.page.check("#load-2")
    outline = "(id) => getComputedStyle(document.querySelector(`label[for=${id}]`)).outlineStyle"
    assert await visitor.page.evaluate(outline, "load-2") == "solid"
    assert await visitor.page.evaluate(outline, "load") == "none"


@pytest.mark.parametrize(
    ("name", "size", "scheme"), [("phone", PHONE, "light"), ("desktop", DESKTOP, "dark")]
)
async def test_pictures_for_people_are_taken(
    browser: Browser, served: ServedSite, name: str, size: ViewportSize, scheme: str
) -> None:
    context = await browser.new_context(
        viewport=size, color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce"
    )
    visitor = Visitor(await context.new_page(), served)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    for state in STATES:
        await show(visitor, state, "en")
        picture = SCREENSHOTS / f"book-{state}-{name}-{scheme}.png"
        await visitor.page.screenshot(path=picture, full_page=True)
        assert picture.stat().st_size > 10_000
    await context.close()
