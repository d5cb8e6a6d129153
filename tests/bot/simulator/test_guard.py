import json

import httpx
import pytest

from tests.bot.simulator.page import FIRST, HOST, Page

PATHS = ["/sim", "/sim/", "/sim/sim.js", "/sim/sim.css", "/sim/events", "/sim/nothing"]
SAID = json.dumps({"as": "dispatcher", "text": FIRST, "key": "key-00000001"})
JSON = {"content-type": "application/json"}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8000", "10.0.0.5:8000", "localhost.", ""]
)
async def test_a_name_that_somebody_pointed_at_this_machine_is_refused(
    page: Page, path: str, host: str
) -> None:
    answer = await page.client.get(path, headers={"host": host})
    assert answer.status_code == 403


@pytest.mark.parametrize("hosts", [(HOST, "evil.example"), ("evil.example", HOST), (HOST, HOST)])
async def test_a_request_with_two_names_is_refused(page: Page, hosts: tuple[str, str]) -> None:
    answer = await page.client.get("/sim/", headers=[("host", host) for host in hosts])
    assert answer.status_code == 403


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:1", "[::1]:8000", "localhost", "LOCALHOST:80"])
async def test_each_name_of_this_machine_is_answered(page: Page, host: str) -> None:
    assert (await page.client.get("/sim/", headers={"host": host})).status_code == 200


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", f"https://{HOST}", "http://127.0.0.1:9000", "http://localhost:8000", "null", ""],
)
async def test_the_page_of_another_origin_is_refused(page: Page, path: str, origin: str) -> None:
    answer = await page.client.get(path, headers={"origin": origin})
    assert answer.status_code == 403


async def test_a_line_from_the_page_of_another_origin_does_nothing(page: Page) -> None:
    foreign = {**JSON, "origin": "https://evil.example"}
    answer = await page.client.post("/sim/send", content=SAID, headers=foreign)
    assert answer.status_code == 403
    assert (await page.news())["jobs"] == []


async def test_a_line_under_a_foreign_name_does_nothing(page: Page) -> None:
    rebound = {**JSON, "host": "evil.example:8000", "origin": "http://evil.example:8000"}
    answer = await page.client.post("/sim/send", content=SAID, headers=rebound)
    assert answer.status_code == 403
    assert (await page.news())["jobs"] == []


async def test_a_line_from_our_own_page_is_taken(page: Page) -> None:
    own = {**JSON, "origin": f"http://{HOST}"}
    answer = await page.client.post("/sim/send", content=SAID, headers=own)
    assert answer.status_code == 200
    assert len((await page.news())["jobs"]) == 1


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "text/json"],
)
async def test_what_any_page_may_post_without_asking_is_refused(page: Page, content_type: str) -> None:
    headers = {"content-type": content_type} if content_type else {}
    answer = await page.client.post("/sim/send", content=SAID.encode(), headers=headers)
    assert answer.status_code == 415
    assert (await page.news())["jobs"] == []


@pytest.mark.parametrize("address", ["192.168.1.7", "10.0.0.1", "::ffff:8.8.8.8", "testclient", ""])
async def test_another_machine_is_refused(page: Page, address: str) -> None:
    transport = httpx.ASGITransport(page.app, client=(address, 50_000))
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}") as client:
        for path in PATHS:
            assert (await client.get(path)).status_code == 403
        assert (await client.post("/sim/send", content=SAID, headers=JSON)).status_code == 403


@pytest.mark.parametrize("path", [*PATHS, "/sim/send"])
async def test_every_answer_carries_the_headers_that_lock_the_page_in(page: Page, path: str) -> None:
    for headers in ({}, {"host": "evil.example"}):
        answer = await page.client.get(path, headers=headers)
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self';")
        assert "frame-ancestors 'none'" in policy
        assert "trusted-types 'none'" in policy
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] in {"no-cache", "no-store"}
        assert "access-control-allow-origin" not in answer.headers
