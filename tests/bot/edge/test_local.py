"""The local edge answers as CloudFront would."""

import logging

import httpx
import pytest
from starlette.types import Message, Scope
from typing_extensions import override

from bot.edge.local import LocalEdge
from bot.edge.policy import behaviour_for
from core.domain.session import login_link
from core.ports import StoredObject, Unreachable
from core.site import NOT_FOUND_PAGE
from tests.bot.edge.served import KEY, NOW, TOKEN, VIEW_CACHE, client_of, edge_function
from tests.web.memory_site import MemorySite

POLICY = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "strict-transport-security": "max-age=63072000",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "geolocation=(), camera=(), microphone=(), payment=()",
}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/", "<p>board"),
        ("/anything/else", "<p>board"),
        (f"/track/{TOKEN}", "<p>track"),
        ("/track/nonsense", "<p>track"),
        ("/book/phoenix", "<p>book"),
        ("/book/phoenix/", "<p>book"),
        (f"/t/{TOKEN}.json", '{"a":1}'),
    ],
)
async def test_each_path_is_answered_by_its_object(client: httpx.AsyncClient, path: str, body: str) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.text) == (200, body)


async def test_type_and_cache_control_come_from_the_object(client: httpx.AsyncClient) -> None:
    view = await client.get(f"/t/{TOKEN}.json")
    assert view.headers["content-type"] == "application/json"
    assert view.headers["cache-control"] == VIEW_CACHE
    page = await client.get(f"/track/{TOKEN}")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    ("path", "hidden"),
    [
        ("/", True),
        (f"/track/{TOKEN}", True),
        (f"/t/{TOKEN}.json", True),
        ("/t/missing.json", True),
        ("/data/board.json", True),
        ("/login", True),
        ("/book/phoenix", False),
        ("/assets/small.0123456789ab.css", False),
    ],
)
async def test_every_answer_carries_the_policy(client: httpx.AsyncClient, path: str, hidden: bool) -> None:  # noqa: FBT001 - a row of the table
    headers = (await client.get(path)).headers
    for name, value in POLICY.items():
        if name != "content-security-policy" or path not in {"/login", "/data/board.json"}:
            assert headers[name] == value
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers.get("x-robots-tag") == ("noindex, nofollow, noarchive" if hidden else None)


MISSING = [f"/t/{TOKEN[::-1]}.json", "/assets/missing.css", "/favicon.svg", "/book/none", "/track/x/y.html"]


@pytest.mark.parametrize("path", MISSING)
async def test_a_missing_object_is_a_404_with_the_page_that_says_so(
    client: httpx.AsyncClient, path: str
) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html")
    assert answer.text.startswith("<p>not found")
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers.get("x-robots-tag") == dict(behaviour_for(path).headers).get("x-robots-tag")


async def test_whoever_has_that_page_is_told_again_that_nothing_is_there(client: httpx.AsyncClient) -> None:
    page = await client.get(f"/{NOT_FOUND_PAGE}")
    assert page.status_code == 200
    for tag in (page.headers["etag"], "*"):
        answer = await client.get("/book/none", headers={"if-none-match": tag})
        assert answer.status_code == 404
        assert answer.text == page.text


@pytest.mark.parametrize("path", MISSING)
async def test_before_that_page_is_released_a_missing_object_is_denied(site: MemorySite, path: str) -> None:
    site.delete(NOT_FOUND_PAGE)
    async with client_of(site) as client:
        answer = await client.get(path)
    assert answer.status_code == 403
    assert b"AccessDenied" in answer.content


async def test_what_the_function_refuses_itself_keeps_its_status_and_words(
    client: httpx.AsyncClient,
) -> None:
    refused = [await client.get(path) for path in ("/data/none.json", "/login?k=a&p=a&x=1&m=a")]
    assert [answer.status_code for answer in refused] == [401, 403]
    assert not any("not found" in answer.text for answer in refused)


@pytest.mark.parametrize(
    "path",
    [
        "/t/../data/board.json",
        "/t/%2e%2e/data/board.json",
        "/t//x.json",
        "/assets/.hidden",
        "/t/a%00b",
        "/t/",
        "/t/é",
    ],
)
async def test_the_store_is_never_asked_for_a_path_that_is_no_key(site: MemorySite, path: str) -> None:
    scope: Scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [],
    }
    assert await status_of(site, scope) == 404
    assert site.asked == [NOT_FOUND_PAGE]


async def test_a_target_that_is_no_path_is_refused(site: MemorySite) -> None:
    scope: Scope = {
        "type": "http",
        "method": "GET",
        "path": "http://x/",
        "raw_path": b"http://x/",
        "query_string": b"",
        "headers": [],
    }
    assert await status_of(site, scope) == 400


async def status_of(site: MemorySite, scope: Scope) -> int:
    return (await raw_answer(site, scope))[0]


async def raw_answer(site: MemorySite, scope: Scope) -> tuple[int, bytes]:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await LocalEdge(site, edge_function())(scope, receive, send)
    return int(sent[0]["status"]), b"".join(message.get("body", b"") for message in sent)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_other_methods_are_refused(client: httpx.AsyncClient, method: str) -> None:
    answer = await client.request(method, "/")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/", f"/t/{TOKEN}.json", "/data/board.json", "/t/none.json"])
async def test_head_says_what_get_would_and_nothing_more(client: httpx.AsyncClient, path: str) -> None:
    got, head = await client.get(path), await client.head(path)
    assert head.status_code == got.status_code
    assert dict(head.headers) == dict(got.headers)


async def test_head_has_no_body_on_the_wire(site: MemorySite) -> None:
    scope: Scope = {
        "type": "http",
        "method": "HEAD",
        "path": "/",
        "raw_path": b"/",
        "query_string": b"",
        "headers": [],
    }
    assert await raw_answer(site, scope) == (200, b"")


async def test_the_dashboard_s_data_needs_the_session_of_a_signed_link(site: MemorySite) -> None:
    async with client_of(site) as client:
        refused = await client.get("/data/board.json")
        assert (refused.status_code, refused.headers["cache-control"]) == (401, "no-store")
        assert "data/board.json" not in site.asked
        entered = await client.get(login_link("https://go.example.com", "joe", key=KEY, now=NOW))
        assert (entered.status_code, entered.headers["location"]) == (302, "/")
        assert entered.headers["cache-control"] == "no-store"
        cookie = entered.headers["set-cookie"]
        assert cookie.startswith("__Host-quickdump=")
        assert cookie.endswith("; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=43200")
        data = await client.get("/data/board.json", headers={"cookie": cookie.split(";")[0]})
        assert (data.status_code, data.text) == (200, "[]")


async def test_a_broken_function_is_a_503_and_leaves_the_rest_alone(
    site: MemorySite, caplog: pytest.LogCaptureFixture
) -> None:
    broken = edge_function("function handler(e) { throw new Error('broken'); }")
    async with client_of(site, broken) as client:
        with caplog.at_level(logging.ERROR):
            page = await client.get("/")
        assert page.status_code == 503
        assert page.headers["x-content-type-options"] == "nosniff"
        assert "edge function failed" in caplog.text
        assert (await client.get(f"/t/{TOKEN}.json")).status_code == 200


async def test_a_store_that_is_down_is_a_503_and_no_token_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Down(MemorySite):
        @override
        def get(self, key: str, *, unless: str | None = None) -> StoredObject | None:
            raise Unreachable("the store is down")

    async with client_of(Down()) as client:
        with caplog.at_level(logging.ERROR):
            answer = await client.get(f"/t/{TOKEN}.json")
    assert answer.status_code == 503
    assert "reading the site store failed" in caplog.text
    assert not any(TOKEN in str(vars(record)) for record in caplog.records if record.name == "bot.edge.local")


async def test_a_binary_answer_of_the_function_is_decoded(site: MemorySite) -> None:
    source = "function handler(e) { return { statusCode: 200, body: { encoding: 'base64', data: 'AAH/' } }; }"
    async with client_of(site, edge_function(source)) as client:
        assert (await client.get("/")).content == b"\x00\x01\xff"
