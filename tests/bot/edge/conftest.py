"""The small site, and a client of the local edge over it."""

from collections.abc import AsyncIterator

import httpx
import pytest

from core.site import NOT_FOUND_PAGE
from tests.bot.edge.served import TOKEN, VIEW_CACHE, client_of
from tests.web.memory_site import MemorySite


@pytest.fixture
def site() -> MemorySite:
    site = MemorySite()
    site.put("index.html", b"<p>board", content_type="text/html; charset=utf-8", cache_control="no-cache")
    site.put(
        "track/index.html", b"<p>track", content_type="text/html; charset=utf-8", cache_control="no-cache"
    )
    site.put("book/phoenix/index.html", b"<p>book", content_type="text/html; charset=utf-8")
    site.put(NOT_FOUND_PAGE, b"<p>not found" * 100, content_type="text/html", cache_control="no-cache")
    site.put(f"t/{TOKEN}.json", b'{"a":1}', content_type="application/json", cache_control=VIEW_CACHE)
    site.put("data/board.json", b"[]", content_type="application/json", cache_control="no-store")
    site.put("assets/a.0123456789ab.css", b"a{}" * 500, content_type="text/css; charset=utf-8")
    site.put("assets/small.0123456789ab.css", b"a{}", content_type="text/css; charset=utf-8")
    site.put("assets/p.0123456789ab.png", b"\x89PNG" * 500, content_type="image/png")
    site.asked.clear()
    return site


@pytest.fixture
async def client(site: MemorySite) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(site) as client:
        yield client
