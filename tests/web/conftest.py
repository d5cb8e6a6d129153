"""One browser and one served site a worker; each test starts without views and without a past."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, async_playwright

from tests.chromium import LAUNCH_FLAGS, NoChromium, find
from tests.web.serving import ServedSite
from tests.web.visitor import Visitor

WAIT_MS = 10_000


@pytest.fixture(scope="session")
def running_site() -> Iterator[ServedSite]:
    with ServedSite() as running:
        yield running


@pytest.fixture
def served(running_site: ServedSite) -> ServedSite:
    for key in list(running_site.site.keys("t/")):
        running_site.site.delete(key)
    # Far enough that no limit of a day counts what another test booked.
    running_site.clock.advance(days=2)
    return running_site


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        path = find(cached=lambda: Path(playwright.chromium.executable_path))
        if path is None:
            raise NoChromium("there is no Chromium for the browser tests: run `python -m tests.chromium`")
        browser = await playwright.chromium.launch(executable_path=path, args=LAUNCH_FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context(viewport={"width": 390, "height": 844}, locale="en-US")
    context.set_default_timeout(WAIT_MS)
    yield context
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(context: BrowserContext, served: ServedSite) -> Visitor:
    return Visitor(await context.new_page(), served)
