"""What the page of the simulator does, without a browser."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.types import ASGIApp

from bot.bootstrap import System, web_folder
from bot.simulator.routes import simulator_routes

HOST = "127.0.0.1:8000"
FIRST = "new Mark Soderblom 600 602-555-0142"
PHONE = "+16025550142"


class Page:
    def __init__(self, client: httpx.AsyncClient, app: ASGIApp) -> None:
        self.client = client
        self.app = app
        self._said = 0

    async def say(self, speaker: str, text: str, key: str | None = None) -> dict[str, Any]:
        """Send a line and return its reply."""
        self._said += 1
        body = {"as": speaker, "text": text, "key": key or f"key-{self._said:08}"}
        answer = await self.client.post("/sim/send", json=body)
        assert answer.status_code == 200, answer.text
        reply: dict[str, Any] = answer.json()
        return reply

    async def news(self, since: int = -1) -> dict[str, Any]:
        """Return what the phones show once it differs from revision `since`."""
        answer = await self.client.get("/sim/events", params={"since": since})
        assert answer.status_code == 200, answer.text
        news: dict[str, Any] = answer.json()
        return news


@asynccontextmanager
async def page_of(system: System) -> AsyncIterator[Page]:
    """Open the page of `system` on this machine."""
    app = Starlette(routes=simulator_routes(system, web_folder() / "sim"))
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 50_000))
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}") as client:
        yield Page(client, app)
