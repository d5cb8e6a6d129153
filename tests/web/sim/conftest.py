from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext

from tests.web.sim.phones import Phones
from tests.web.sim.serving import ServedSimulator


@pytest.fixture
def simulator() -> Iterator[ServedSimulator]:
    with ServedSimulator() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def phones(simulator: ServedSimulator, context: BrowserContext) -> AsyncIterator[Phones]:
    """The page, open; whatever its console complained of fails the test."""
    page = await context.new_page()
    await page.set_viewport_size({"width": 1280, "height": 900})
    phones = Phones(page, simulator)
    await phones.open()
    yield phones
    await page.close()
    assert phones.complaints == []
    assert [url for url in phones.addresses if not url.startswith(simulator.url)] == []
