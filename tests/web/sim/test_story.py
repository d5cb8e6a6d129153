"""The whole story in a browser: booked on a page, approved in the chat, texted, followed, on the board."""

import re

import pytest
from playwright.async_api import BrowserContext, expect

from core.domain.people import Role
from tests.web.sim.phones import Phones
from tests.web.sim.serving import ServedSimulator
from tests.web.test_book import HEADLINES, fill

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_from_the_booking_form_to_the_receipt(
    phones: Phones, simulator: ServedSimulator, context: BrowserContext
) -> None:
    form = await context.new_page()
    await form.clock.install()
    await form.goto(f"{simulator.url}/book/junk-removal/")
    await form.clock.run_for(5000)
    await fill(form)
    await form.check("#consent")
    await form.click("#send")
    await expect(form.locator("#done")).to_be_visible()

    # It waits for the dispatcher: nobody is texted before he says so.
    await phones.type("dispatcher", "jobs")
    await expect(phones.texts()).to_have_count(0)
    await phones.type("dispatcher", "approve 1")
    simulator.pass_by(30)
    await expect(phones.texts().locator(".words")).to_contain_text("reply OK to confirm pickup, Mark")

    board = await context.new_page()
    await phones.type("dispatcher", "dashboard")
    login = phones.bubbles("dispatcher").last.locator(".words")
    address = re.search(r"http\S+/login\?\S+", await login.inner_text())
    assert address is not None
    await board.goto(address[0])
    await expect(board.locator(".column:nth-of-type(1) .job strong")).to_have_text("Mark Soderblom")

    page = await context.new_page()
    await page.goto(await phones.texts().locator("a").first.get_attribute("href") or "")
    await phones.type("customer", "OK")
    await expect(page.locator("#headline")).to_have_text(HEADLINES[0])
    for word, headline in zip(("next 1", "dumped 1", "done 1"), HEADLINES[1:], strict=True):
        await phones.type(Role.DRIVER.value, word)
        await expect(page.locator("#headline")).to_have_text(headline)
    await expect(board.locator(".column:nth-of-type(5) .job strong")).to_have_text("Mark Soderblom")
    await expect(board.locator(".column:nth-of-type(5) .job .price")).to_have_text(
        await page.locator("#facts dd").filter(has_text="$").inner_text()
    )
