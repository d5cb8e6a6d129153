from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.bootstrap import System, build
from bot.settings import Settings
from tests.bot.simulator.desk_clock import DeskClock
from tests.bot.simulator.page import HOST, Page, page_of


@pytest.fixture
def clock() -> DeskClock:
    return DeskClock()


@pytest.fixture
def system(clock: DeskClock) -> System:
    settings = Settings(state="memory://", site="memory://", staging="memory://")
    system = build(settings, origin=f"http://{HOST}", clock=clock)
    system.ensure_state()
    return system


@pytest_asyncio.fixture
async def page(system: System) -> AsyncIterator[Page]:
    async with page_of(system) as page:
        yield page
