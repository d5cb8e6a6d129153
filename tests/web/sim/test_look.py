"""How the simulator looks: on any screen, in light and dark, for everybody."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, expect

from core.site import plan_release, read_sources
from tests.web.screen_reader import same_as_golden
from tests.web.sim.phones import Phones
from tests.web.sim.serving import ServedSimulator

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

AXE_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
LONG = "new Wolfeschlegelsteinhausenbergerdorffwelchevoralternwaren, Llanfairpwllgwyngyll 450 602-555-0177"


@pytest_asyncio.fixture(loop_scope="session", params=["light", "dark"])
async def in_scheme(
    request: pytest.FixtureRequest, browser: Browser, simulator: ServedSimulator
) -> AsyncIterator[Phones]:
    context = await browser.new_context(color_scheme=request.param, reduced_motion="reduce")
    phones = Phones(await context.new_page(), simulator)
    await phones.open()
    yield phones
    await context.close()
    assert phones.complaints == []


async def fill(phones: Phones) -> None:
    """Bring everything onto the phones that there is to see."""
    await phones.type("dispatcher", "new Mark Soderblom 600 602-555-0142")
    await expect(phones.texts()).to_have_count(1)
    await phones.tap("customer", "OK")
    await phones.type("driver", "next")
    await phones.tap("driver", "Undo")
    await phones.type("dispatcher", LONG)
    await phones.type("dispatcher", "ready 99")
    await phones.type("dispatcher", "cancel 2")
    await phones.type("dispatcher", "edit 1")
    await phones.page.get_by_label("Whose phone").select_option("+16025550142")
    await expect(phones.texts().last).to_have_attribute("data-status", "dropped")


@pytest.mark.parametrize("width", [320, 1280])
async def test_nobody_is_left_out(in_scheme: Phones, width: int) -> None:
    await in_scheme.page.set_viewport_size({"width": width, "height": 800})
    for look in (None, fill):
        if look:
            await look(in_scheme)
        found = await Axe().run(in_scheme.page, options=AXE_RULES)
        assert found.response["violations"] == [], found.generate_report()
        assert [check["id"] for check in found.response["incomplete"]] == []


async def test_what_a_screen_reader_is_told_at_first_stays_as_it_is(phones: Phones) -> None:
    await same_as_golden(phones.page, "sim-first")


@pytest.mark.parametrize("width", [320, 360, 768, 864, 1280])
async def test_nothing_sticks_out_sideways(phones: Phones, width: int) -> None:
    await phones.page.set_viewport_size({"width": width, "height": 740})
    await fill(phones)
    scrolled = "() => [document.documentElement, ...document.querySelectorAll('.log, .pane')]"
    widths = await phones.page.evaluate(f"{scrolled}.map((box) => box.scrollWidth - box.clientWidth)")
    assert max(widths) == 0


@pytest.mark.parametrize(("width", "columns"), [(360, 1), (1280, 3)])
async def test_the_phones_stand_below_or_beside_each_other(phones: Phones, width: int, columns: int) -> None:
    await phones.page.set_viewport_size({"width": width, "height": 740})
    lefts = await phones.page.evaluate(
        "() => [...document.querySelectorAll('.pane')].map((pane) => pane.getBoundingClientRect().left)"
    )
    assert len(set(lefts)) == columns


async def test_the_whole_page_is_on_the_screen_of_a_computer(phones: Phones) -> None:
    await fill(phones)
    await expect(phones.pane("customer").get_by_role("textbox")).to_be_in_viewport(ratio=1)
    assert await phones.page.evaluate("() => document.documentElement.scrollHeight <= innerHeight")


async def test_the_newest_words_are_in_sight(phones: Phones) -> None:
    for _ in range(8):
        await phones.type("driver", "?")
    await expect(phones.bubbles("driver").last).to_be_in_viewport()
    assert await phones.page.evaluate(
        "() => { const log = document.querySelector('#driver .log');"
        " return log.scrollHeight - log.scrollTop - log.clientHeight < 2; }"
    )


async def test_the_simulator_is_never_deployed() -> None:
    assert [file.key for file in plan_release(read_sources()).files if file.key.startswith("sim")] == []
