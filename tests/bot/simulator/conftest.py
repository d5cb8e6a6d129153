from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette

from bot.bootstrap import System, build, web_folder
from bot.settings import Settings
from bot.simulator.routes import simulator_routes
from tests.bot.simulator.desk_clock import DeskClock
from tests.bot.simulator.page import HOST, Page


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
    app = Starlette(routes=simulator_routes(system, web_folder() / "sim"))
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 50_000))
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}") as client:
        yield Page(client, app)
