"""How the pages look and feel: nothing jumps, nothing is cut off, nobody is left out, nothing is wasted."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ViewportSize, expect

from core.site import WEB_FOLDER, plan_release, read_sources
from tests.web.axe import nobody_is_left_out
from tests.web.serving import BRAND, ServedSite
from tests.web.views import BUSINESS, FLOW, STATES, TOKEN, view
from tests.web.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SCREENSHOTS = WEB_FOLDER.parent / "var" / "screenshots"
PHONE: ViewportSize = {"width": 390, "height": 844}
NARROW: ViewportSize = {"width": 320, "height": 640}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PAGE_STATES = [*STATES, "missing"]


@pytest_asyncio.fixture(loop_scope="session", params=["light", "dark"])
async def in_scheme(
    request: pytest.FixtureRequest, browser: Browser, served: ServedSite
) -> AsyncIterator[Visitor]:
    context = await browser.new_context(viewport=PHONE, color_scheme=request.param, locale="en-US")
    yield Visitor(await context.new_page(), served)
    await context.close()


@pytest.mark.parametrize("language", ["en", "es"])
async def test_nobody_is_left_out_of_any_state(in_scheme: Visitor, language: str) -> None:
    page = in_scheme.page
    for state in PAGE_STATES:
        in_scheme.put(view("in_transit" if state == "missing" else state, language=language))
        await in_scheme.open("/track/nothing" if state == "missing" else f"/track/{TOKEN}")
        if await page.locator("html").get_attribute("lang") != language:
            await page.click("#language")  # tombstones and unknown links have no language of their own
        await expect(page.locator("html")).to_have_attribute("lang", language)
        await nobody_is_left_out(in_scheme.page, state)


async def test_nobody_is_left_out_while_loading(in_scheme: Visitor) -> None:
    await in_scheme.page.route("**/t/*.json", lambda route: route.abort())
    await in_scheme.page.goto(f"{in_scheme.served.url}/track/{TOKEN}")
    await nobody_is_left_out(in_scheme.page, "loading")


@pytest.mark.parametrize("size", [NARROW, PHONE, DESKTOP], ids=["narrow", "phone", "desktop"])
@pytest.mark.parametrize("language", ["en", "es"])
async def test_nothing_jumps_from_loading_to_any_state(
    visitor: Visitor, size: ViewportSize, language: str
) -> None:
    await visitor.page.set_viewport_size(size)
    for state in PAGE_STATES:
        visitor.put(view("in_transit" if state == "missing" else state, language=language))
        await visitor.open("/track/nothing" if state == "missing" else f"/track/{TOKEN}")
        await expect(visitor.page.locator("#page")).to_have_attribute("aria-busy", "false")
        assert await visitor.shift() == 0, state


@pytest.mark.parametrize("language", ["en", "es"])
async def test_nothing_jumps_while_the_job_moves(visitor: Visitor, language: str) -> None:
    visitor.put(view(FLOW[0], language=language))
    await visitor.open(clock=True)
    for revision, status in enumerate(FLOW[1:], start=2):
        visitor.put(view(status, revision=revision, language=language))
        await visitor.wait_ms(5000)
        await expect(visitor.page.locator("#steps [data-state=next]")).to_have_count(len(FLOW) - revision)
        assert await visitor.shift() == 0, status


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("text_size", ["100%", "200%"])
async def test_a_narrow_phone_needs_no_sideways_scroll(
    visitor: Visitor, language: str, text_size: str
) -> None:
    await visitor.page.set_viewport_size(NARROW)
    for state in PAGE_STATES:
        visitor.put(
            view(
                "in_transit" if state == "missing" else state,
                language=language,
                first_name="W" * 40,
                business=BUSINESS | {"name": "Soderblom & Daughters Hauling and Junk Removal of Phoenix"},
            )
        )
        await visitor.open("/track/nothing" if state == "missing" else f"/track/{TOKEN}")
        await visitor.page.evaluate(
            "(size) => { document.documentElement.style.fontSize = size; }", text_size
        )
        width = await visitor.page.evaluate("() => document.documentElement.scrollWidth")
        assert width <= NARROW["width"], state


async def test_on_paper_the_page_is_a_receipt(visitor: Visitor) -> None:
    visitor.put(view("complete"))
    await visitor.open()
    await visitor.page.emulate_media(media="print")
    for selector in ("#receipt-title", "#facts", "#steps", "#business"):
        await expect(visitor.page.locator(selector)).to_be_visible()
    for selector in ("#actions", "#language", "#road", "#updated"):
        await expect(visitor.page.locator(selector)).to_be_hidden()
    await visitor.page.emulate_media(media="screen")
    await expect(visitor.page.locator("#receipt-title")).to_be_hidden()


async def test_with_forced_colours_the_states_of_the_steps_stay_apart(visitor: Visitor) -> None:
    visitor.put(view("in_transit"))
    await visitor.page.emulate_media(forced_colors="active")
    await visitor.open()
    colour = (
        "(state) => getComputedStyle(document.querySelector(`[data-state=${state}] .dot`)).backgroundColor"
    )
    done, current = [await visitor.page.evaluate(colour, state) for state in ("done", "current")]
    assert done != current
    assert await visitor.page.evaluate("() => getComputedStyle(pill).borderTopWidth") == "1px"


async def test_a_first_visit_is_small_and_asks_nobody_else(visitor: Visitor) -> None:
    visitor.put(view("in_transit"))
    await visitor.open()
    assert len(visitor.addresses) <= 6
    assert all(address.startswith(visitor.served.url + "/") for address in visitor.addresses)
    release = {file.key: file.body for file in plan_release(read_sources(), BRAND).files}
    fetched = [key for key in release if any(address.endswith("/" + key) for address in visitor.addresses)]
    assert len([key for key in fetched if key.startswith("assets/")]) == 4
    bodies = [release["track/index.html"], *(release[key] for key in fetched if key.startswith("assets/"))]
    assert sum(len(gzip.compress(body, mtime=0)) for body in bodies) <= 10_500


async def test_the_released_page_carries_its_build(visitor: Visitor) -> None:
    await visitor.open("/track/nothing")
    build = plan_release(read_sources(), BRAND).build
    await expect(visitor.page.locator("meta[name=build]")).to_have_attribute("content", build)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("name", "size"), [("phone", PHONE), ("desktop", DESKTOP)])
async def test_pictures_for_people_are_taken(
    browser: Browser, served: ServedSite, scheme: str, name: str, size: ViewportSize
) -> None:
    context = await browser.new_context(
        viewport=size, color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce"
    )
    visitor = Visitor(await context.new_page(), served)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    pictures: list[Path] = []
    everything = (name, scheme) == ("phone", "light")
    for state in STATES if everything else ("in_transit", "complete"):
        visitor.put(view(state))
        await visitor.open()
        pictures.append(SCREENSHOTS / f"track-{state}-{name}-{scheme}.png")
        await visitor.page.screenshot(path=pictures[-1], full_page=True)
    assert all(picture.stat().st_size > 10_000 for picture in pictures)
    await context.close()
