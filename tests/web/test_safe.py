"""What holds on every page: its headers, no trace of where a visitor was, and what those who listen hear."""

import pytest
from playwright.async_api import Request, Route, expect

from bot.edge.policy import CONTENT_SECURITY_POLICY
from tests.web.screen_reader import same_as_golden
from tests.web.views import FLOW, TOKEN, view
from tests.web.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

BOOKING = "/book/junk-removal/"
PAGES = ["/", f"/track/{TOKEN}", "/track/nothing", BOOKING, "/book/terms/", "/book/privacy/", "/book/nope/"]
HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "strict-transport-security": "max-age=63072000",
    "permissions-policy": "geolocation=(), camera=(), microphone=(), payment=()",
}


async def test_every_page_is_served_with_the_headers_and_complains_of_nothing(visitor: Visitor) -> None:
    visitor.put(view("in_transit"))
    for path in PAGES:
        answer = await visitor.page.goto(visitor.served.url + path)
        assert answer is not None
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, path
        hidden = "noindex" in answer.headers.get("x-robots-tag", "")
        assert hidden == (not path.startswith("/book/")), path
    # Without a session the board has no data, and the last address leads nowhere: no fault of the page.
    assert [words for words in visitor.complaints if "401" not in words and "404" not in words] == []


async def test_no_text_can_be_made_into_markup(visitor: Visitor) -> None:
    visitor.put(view("in_transit"))
    for path in (f"/track/{TOKEN}", BOOKING):
        await visitor.open(path)
        thrown = await visitor.page.evaluate(
            "() => { try { document.body.innerHTML = '<b>x</b>'; } catch (error) { return error.name; } }"
        )
        assert thrown == "TypeError", path


async def test_whoever_is_linked_to_does_not_learn_from_where(visitor: Visitor) -> None:
    asked: list[Request] = []

    async def answer(route: Route) -> None:
        asked.append(route.request)
        await route.fulfill(status=200, body="ok")

    await visitor.page.route("https://reviews.example/**", answer)
    visitor.put(view("complete"))
    await visitor.open()
    await visitor.page.click("#review")
    await visitor.page.wait_for_url("https://reviews.example/**")
    assert len(asked) == 1
    assert "referer" not in await asked[0].all_headers()


async def test_a_preview_names_the_firm_and_nobody_else(visitor: Visitor) -> None:
    visitor.put(view("in_transit"))
    page = visitor.page
    for path, title in (
        (f"/track/{TOKEN}", "Your pickup – Acme Hauling"),
        (BOOKING, "Junk removal – Acme Hauling"),
    ):
        body = await (await page.request.get(visitor.served.url + path)).text()
        assert f'<meta property="og:title" content="{title}">' in body
        assert TOKEN not in body
        assert "Mark" not in body


@pytest.mark.parametrize(
    ("name", "state"),
    [("track-pending", FLOW[0]), ("track-complete", "complete"), ("track-missing", "missing")],
)
async def test_what_a_screen_reader_is_told_stays_as_it_is(visitor: Visitor, name: str, state: str) -> None:
    visitor.put(view(FLOW[2] if state == "missing" else state))
    await visitor.open("/track/nothing" if state == "missing" else f"/track/{TOKEN}")
    await same_as_golden(visitor.page, name)


async def test_what_a_screen_reader_is_told_of_a_form_with_mistakes(visitor: Visitor) -> None:
    await visitor.open(BOOKING)
    await same_as_golden(visitor.page, "book-ready")
    await visitor.page.click("#send")
    await expect(visitor.page.locator("#summary")).to_be_focused()
    await same_as_golden(visitor.page, "book-invalid")
