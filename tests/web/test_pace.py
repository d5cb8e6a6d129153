"""When the page asks, to the second, by its own clock: answers come at once from a stand-in for `fetch`."""

import json
from itertools import pairwise
from typing import Any

import pytest
from playwright.async_api import expect

from tests.web.views import TOKEN, view
from tests.web.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

START = "2026-11-23T21:50:00Z"
MINUTE_S = 60
FAST_S = (3.6, 4.4)  # 4 s, 10 % more or less
SLOW_S = (13.5, 16.5)  # 15 s, likewise
STAND_IN = """
window.asked = [];
window.fetch = async () => {
  window.asked.push(Date.now());
  const { body, status, headers } = window.reply;
  // No Response: reading its body takes turns of the event loop, and the page's clock would run on meanwhile.
  return { status, ok: status === 200, headers: new Headers(headers), json: async () => JSON.parse(body) };
};
"""


class Paced:
    """A page whose questions are noted with their time."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.page = visitor.page

    async def open(self, answer: dict[str, Any], *, seen: str = "visible", status: int = 200) -> None:
        await self.page.clock.install(time=START)
        await self.page.add_init_script(f"window.reply = {json.dumps(_reply(answer, status))};{STAND_IN}")
        await self.visitor.open(f"/track/{TOKEN}", seen=seen)

    async def answers(
        self, answer: dict[str, Any] | None = None, *, status: int = 200, **headers: str
    ) -> None:
        """From now on the server answers this."""
        reply = _reply(answer, status) | {"headers": {k.replace("_", "-"): v for k, v in headers.items()}}
        await self.page.evaluate("(reply) => { window.reply = reply; }", reply)

    async def gaps_s(self, seconds: int) -> list[float]:
        """Let time pass and return the time before each question in it, in seconds."""
        before: list[int] = await self.page.evaluate("() => window.asked")
        await self.page.clock.run_for(seconds * 1000)
        after: list[int] = await self.page.evaluate("() => window.asked")
        times = [*before[-1:], *after[len(before) :]]
        return [(later - earlier) / 1000 for earlier, later in pairwise(times)]


def _reply(answer: dict[str, Any] | None, status: int) -> dict[str, Any]:
    return {"body": json.dumps(answer) if answer else None, "status": status, "headers": {}}


def between(gaps: list[float], bounds: tuple[float, float]) -> bool:
    return all(bounds[0] <= gap <= bounds[1] for gap in gaps)


@pytest.fixture
def paced(visitor: Visitor) -> Paced:
    return Paced(visitor)


async def test_the_page_asks_every_4_s_for_5_minutes_then_every_15_s(paced: Paced) -> None:
    await paced.open(view("in_transit"))
    fast = await paced.gaps_s(5 * MINUTE_S - 5)
    assert len(fast) > 60
    assert between(fast, FAST_S)
    assert len({round(gap, 2) for gap in fast}) > 10  # not all in step with all the other pages
    await paced.gaps_s(25)
    slow = await paced.gaps_s(10 * MINUTE_S)
    assert len(slow) > 30
    assert between(slow, SLOW_S)


async def test_a_change_makes_it_ask_fast_again(paced: Paced) -> None:
    await paced.open(view("in_transit"))
    await paced.gaps_s(6 * MINUTE_S)
    await paced.answers(view("dumped", revision=2))
    await paced.gaps_s(17)
    assert between(await paced.gaps_s(4 * MINUTE_S), FAST_S)
    await expect(paced.page.locator("h1")).to_have_text("Your load was unloaded")


async def test_nothing_is_asked_while_hidden_and_at_once_on_return(paced: Paced) -> None:
    await paced.open(view("in_transit"))
    await paced.gaps_s(6 * MINUTE_S)
    await paced.visitor.look("hidden")
    assert await paced.gaps_s(10 * MINUTE_S) == []
    await paced.visitor.look("visible")
    assert await paced.page.evaluate("() => Date.now() - window.asked.at(-1)") < 1000
    assert between(await paced.gaps_s(4 * MINUTE_S), FAST_S)


async def test_a_page_that_opens_in_the_background_waits_to_be_looked_at(paced: Paced) -> None:
    await paced.open(view("in_transit"), seen="hidden")
    assert await paced.gaps_s(MINUTE_S) == []
    assert await paced.page.evaluate("() => window.asked.length") == 0
    await paced.visitor.look("visible")
    assert await paced.page.evaluate("() => window.asked.length") == 1
    await expect(paced.page.locator("h1")).to_have_text("Your junk is on its way out")


@pytest.mark.parametrize("state", ["complete", "cancelled", "expired", "revoked"])
async def test_nothing_is_asked_once_all_is_said(paced: Paced, state: str) -> None:
    await paced.open(view("dumped"))
    await paced.answers(view(state, revision=2))
    assert len(await paced.gaps_s(5)) == 1
    assert await paced.gaps_s(60 * MINUTE_S) == []
    for seen in ("hidden", "visible"):
        await paced.visitor.look(seen)
    assert await paced.gaps_s(MINUTE_S) == []
    assert await paced.page.evaluate("() => window.asked.length") == 2


@pytest.mark.parametrize("status", [403, 404, 410])
async def test_what_is_gone_is_not_asked_for_again(paced: Paced, status: int) -> None:
    await paced.open(view("dumped"))
    await paced.answers(status=status)
    assert len(await paced.gaps_s(5)) == 1
    await expect(paced.page.locator("h1")).to_have_text("We can’t find this pickup")
    assert await paced.gaps_s(60 * MINUTE_S) == []


async def test_failures_are_met_with_growing_patience_and_a_banner(paced: Paced) -> None:
    await paced.open(view("in_transit"))
    banner = paced.page.locator("#banner")
    await paced.answers(status=500)
    assert len(await paced.gaps_s(5)) == 1
    await expect(banner).to_be_hidden()  # one failure is no news
    gaps = await paced.gaps_s(4 * MINUTE_S)
    await expect(banner).to_have_text("We couldn’t refresh. Showing the status from 2:50 PM MST.")
    await expect(paced.page.locator("h1")).to_have_text("Your junk is on its way out")
    for gap, wait_s in zip(gaps, [4, 8, 16, 32, 60, 60, 60], strict=False):
        assert wait_s * 0.9 <= gap <= wait_s * 1.1
    assert len(gaps) >= 6
    await paced.answers(view("in_transit"))
    await paced.gaps_s(67)
    await expect(banner).to_be_hidden()
    assert between((await paced.gaps_s(MINUTE_S))[1:], SLOW_S)


@pytest.mark.parametrize("retry_after", ["120", "Mon, 23 Nov 2026 21:52:00 GMT"])
async def test_retry_after_wins_also_over_a_return(paced: Paced, retry_after: str) -> None:
    await paced.open(view("in_transit"))
    await paced.answers(status=429, retry_after=retry_after)
    await paced.gaps_s(5)
    assert await paced.gaps_s(60) == []
    for seen in ("hidden", "visible"):
        await paced.visitor.look(seen)
    assert await paced.gaps_s(50) == []
    (gap,) = await paced.gaps_s(11)
    assert 110 <= gap <= 121


async def test_a_page_from_the_back_button_asks_at_once(paced: Paced) -> None:
    await paced.open(view("in_transit"))
    await paced.page.evaluate("() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    assert await paced.page.evaluate("() => window.asked.length") == 2
