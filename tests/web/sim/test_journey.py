"""One job from the first key press to complete, on the three phones in a real browser."""

import re

import pytest
from playwright.async_api import expect

from core.domain.outbox import MessageStatus
from tests.web.sim.phones import Phones

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_one_key_press_makes_the_first_job(phones: Phones) -> None:
    await phones.page.keyboard.press("Enter")
    await expect(phones.bubbles("dispatcher").last).to_contain_text("/track/")
    await expect(phones.page.locator("#jobs .job")).to_have_count(1)
    (job,) = phones.served.state().jobs.values()
    assert (job.phone, str(job.amount_paid)) == ("+16025550142", "600")


async def test_the_text_waits_on_the_customers_phone_and_then_is_sent(phones: Phones) -> None:
    await phones.page.keyboard.press("Enter")
    text = phones.texts()
    await expect(text).to_have_attribute("data-status", "pending")
    await expect(text).to_contain_text("reply OK to confirm")
    await expect(text.locator(".fate")).to_have_text(re.compile(r"leaves in \d+ s, undo stops it"))
    phones.served.pass_by(10)
    await expect(text).to_have_attribute("data-status", "sent")
    await expect(text.locator(".fate")).to_have_text("12:00 PM · GSM-7, 1 part")


async def test_a_text_that_undo_stopped_is_crossed_out_with_the_reason(phones: Phones) -> None:
    await phones.page.keyboard.press("Enter")
    await phones.tap("dispatcher", "Ready")
    await phones.tap("dispatcher", "Undo")
    dropped = phones.texts().last
    await expect(dropped).to_have_attribute("data-status", "dropped")
    await expect(dropped.locator(".fate")).to_have_text("never sent: the step was undone")
    await expect(dropped.locator(".words")).to_have_css("text-decoration-line", "line-through")


async def test_ok_moves_the_job_and_tells_the_dispatcher(phones: Phones) -> None:
    await phones.page.keyboard.press("Enter")
    await expect(phones.texts()).to_have_count(1)
    await phones.tap("customer", "OK")
    await expect(phones.page.locator(".job .words")).to_have_text("ready for pickup")
    await expect(phones.texts("dispatcher")).to_contain_text("Ready for pickup, by the customer")
    await expect(phones.texts().last).to_contain_text("on the schedule")
    # The answer is the owed text itself: it stands there once.
    await expect(phones.bubbles("customer").filter(has_text="on the schedule")).to_have_count(1)


async def test_a_jobs_card_is_edited_in_place_when_somebody_else_moves_it(phones: Phones) -> None:
    await phones.page.keyboard.press("Enter")
    await expect(phones.texts()).to_have_count(1)
    rows = phones.pane("dispatcher").locator(".row.bot")
    await phones.tap("customer", "OK")
    await expect(rows).to_have_count(2)
    await expect(rows.first.get_by_role("button")).to_have_count(0)
    await phones.tap("driver", "next")
    await expect(rows.last).to_contain_text("In transit, by Driver")
    await expect(rows.last.get_by_role("button", name="Dumped")).to_be_visible()
    await expect(rows.last).to_have_class(re.compile("is-edited"))
    await expect(rows).to_have_count(2)


async def test_the_button_of_a_notice_is_a_command_of_who_reads_it(phones: Phones) -> None:
    await phones.page.keyboard.press("Enter")
    await expect(phones.texts()).to_have_count(1)
    await phones.tap("customer", "OK")
    await expect(phones.texts("dispatcher")).to_have_count(1)
    await phones.tap("dispatcher", "Picked up")
    await expect(phones.page.locator(".job .words")).to_have_text("in transit")


async def test_the_driver_takes_the_job_through_to_complete(phones: Phones) -> None:
    await phones.page.keyboard.press("Enter")
    await expect(phones.texts()).to_have_count(1)
    await phones.tap("customer", "OK")
    await phones.tap("driver", "next")
    await phones.tap("driver", "Dumped")
    await phones.type("driver", "done")
    await expect(phones.page.locator(".job .words")).to_have_text("complete")
    await expect(phones.page.locator(".job .gone")).to_have_count(5)
    phones.served.pass_by(10)
    await expect(phones.texts().last).to_have_attribute("data-status", "sent")
    await expect(phones.texts().last).to_contain_text("all done")
    steps = [message.kind for message in phones.served.state().messages.values() if message.channel == "sms"]
    assert steps == ["created", "ready_for_pickup", "in_transit", "dumped", "complete"]
    assert all(
        message.status in {MessageStatus.SENT, MessageStatus.DROPPED}
        for message in phones.served.state().messages.values()
    )


async def test_the_link_in_a_text_opens_the_tracking_page_in_a_new_tab(phones: Phones) -> None:
    await phones.page.keyboard.press("Enter")
    link = phones.texts().get_by_role("link")
    async with phones.page.context.expect_page() as opened:
        await link.click()
    tab = await opened.value
    await expect(tab.get_by_role("heading", level=1)).to_have_text("Reply OK to our text to confirm")
    assert await tab.evaluate("() => window.opener") is None
    await tab.close()
    await expect(phones.texts()).to_have_count(1)


async def test_two_tabs_show_the_same(phones: Phones) -> None:
    other = Phones(await phones.page.context.new_page(), phones.served)
    await other.open()
    await other.page.keyboard.press("Enter")
    await expect(phones.page.locator("#jobs .job")).to_have_count(1)
    await expect(phones.texts()).to_contain_text("reply OK to confirm")
    await other.page.close()
    assert other.complaints == []
