from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, ViewportSize

from core.domain.session import login_link
from tests.web.board.dispatcher import Dispatcher
from tests.web.serving import KEY, ServedSite

DESK: ViewportSize = {"width": 1440, "height": 900}


@pytest.fixture
def board_site(served: ServedSite) -> ServedSite:
    for key in list(served.site.keys("data/")):
        served.site.delete(key)
    return served


@pytest_asyncio.fixture(loop_scope="session")
async def dispatcher(browser: Browser, board_site: ServedSite) -> AsyncIterator[Dispatcher]:
    """A signed-in dispatcher at a desk; whatever the console complained of fails the test."""
    context = await browser.new_context(viewport=DESK, locale="en-US")
    context.set_default_timeout(10_000)
    await context.grant_permissions(["clipboard-read", "clipboard-write"])
    dispatcher = Dispatcher(await context.new_page(), board_site)
    await sign_in(dispatcher.page, board_site)
    yield dispatcher
    await context.close()
    assert dispatcher.complaints == []


async def sign_in(page: Page, site: ServedSite) -> None:
    """Follow a link as the bot gives it."""
    await page.route("**/data/*", lambda route: route.fulfill(status=304))
    await page.goto(login_link(site.url, "dana", key=KEY, now=site.clock.now()))
    await page.goto("about:blank")
    await page.unroute("**/data/*")


def now() -> datetime:
    """Return this moment: the page counts from its own clock."""
    return datetime.now(UTC)  # noqa: TID251 - the browser's clock is the machine's
