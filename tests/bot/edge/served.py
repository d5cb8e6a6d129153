"""A local edge over a small site, for the tests beside this file."""

from datetime import UTC, datetime

import httpx

from bot.edge.function import FUNCTION_FILE, EdgeFunction
from bot.edge.local import LocalEdge
from core.domain.session import SessionKey, key_entries
from tests.web.memory_site import MemorySite

TOKEN = "k3Jx90QzVb7LmNcR2sTdWy"
NOW = datetime(2026, 11, 23, 21, 50, tzinfo=UTC)
KEY = SessionKey(kid="k1", secret="0123456789abcdef0123456789abcdef")
VIEW_CACHE = "public, max-age=0, s-maxage=2, stale-if-error=60"


class FixedClock:
    def now(self) -> datetime:
        return NOW


def edge_function(source: str | None = None) -> EdgeFunction:
    return EdgeFunction(
        source or FUNCTION_FILE.read_text("utf-8"), keys=lambda: key_entries(KEY), clock=FixedClock()
    )


def client_of(site: MemorySite, function: EdgeFunction | None = None) -> httpx.AsyncClient:
    app = LocalEdge(site, function or edge_function())
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="https://go.example.com")
