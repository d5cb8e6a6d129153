"""What the page sends when it asks, and how it stands answers that are late, wrong or missing."""

import asyncio

import pytest
from playwright.async_api import BrowserContext, Route, expect

from tests.web.views import view
from tests.web.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WITHIN_S = 10
MOVING = "Your junk is on its way out"


async def test_what_did_not_change_is_not_sent_again(visitor: Visitor) -> None:
    visitor.put(view("in_transit"))
    await visitor.open(clock=True)
    first = await visitor.polls[0].response()
    assert first is not None
    await visitor.wait_ms(6000)
    again = await visitor.polls[-1].response()
    assert again is not None
    assert (first.status, again.status) == (200, 304)
    assert (await visitor.polls[-1].all_headers())["if-none-match"] == first.headers["etag"]
    assert visitor.complaints == []


async def test_the_question_goes_over_an_open_connection_and_says_not_from_where(
    visitor: Visitor,
) -> None:
    visitor.put(view("in_transit"))
    await visitor.open()
    await visitor.settle()
    question = visitor.polls[0]
    assert question.timing["connectStart"] == -1
    assert "referer" not in await question.all_headers()


async def test_an_answer_that_does_not_come_is_given_up_after_8_s(visitor: Visitor) -> None:
    visitor.put(view("in_transit"))
    await visitor.open(clock=True)
    silent: asyncio.Queue[Route] = asyncio.Queue()
    await visitor.page.route("**/t/*.json", silent.put)
    await visitor.page.clock.run_for(6000)
    await asyncio.wait_for(silent.get(), WITHIN_S)
    await visitor.page.clock.run_for(1500)
    assert silent.empty()
    await visitor.page.clock.run_for(6500)  # 8 s after the question at the latest: given up
    await visitor.page.clock.run_for(4500)  # and asked anew
    await asyncio.wait_for(silent.get(), WITHIN_S)


async def test_before_the_first_answer_a_failure_is_said_and_tried_again(visitor: Visitor) -> None:
    visitor.put(view("in_transit"))
    await visitor.page.route("**/t/*.json", lambda route: route.fulfill(status=500))
    await visitor.open(clock=True)
    await expect(visitor.page.locator("h1")).to_have_text("We can’t load your status right now")
    await expect(visitor.page.locator(".next")).to_have_text("We’ll keep trying.")
    await expect(visitor.page.locator("#banner")).to_be_hidden()
    await visitor.page.unroute("**/t/*.json")
    await visitor.wait_ms(6000)
    await expect(visitor.page.locator("h1")).to_have_text(MOVING)


async def test_offline_is_said_and_the_way_back_asks_at_once(
    visitor: Visitor, context: BrowserContext
) -> None:
    visitor.put(view("in_transit"))
    await visitor.open(clock=True)
    await context.set_offline(True)
    banner = visitor.page.locator("#banner")
    await expect(banner).to_have_text("You’re offline. Showing the status from 2:50 PM MST.")
    asked = len(visitor.polls)
    await visitor.page.clock.run_for(60_000)
    assert len(visitor.polls) == asked
    visitor.put(view("dumped", revision=2))
    await context.set_offline(False)
    await expect(visitor.page.locator("h1")).to_have_text("Your load was unloaded")
    await expect(banner).to_be_hidden()
    assert visitor.complaints == []
