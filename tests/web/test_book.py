"""The booking page in a real browser: by keyboard, without JavaScript, with mistakes, on a bad line."""

import pytest
from playwright.async_api import Browser, Page, Route, expect

from core.domain.commands import ApproveJob, TakeStep
from core.domain.job import Job
from tests.builders import DISPATCHER
from tests.web.serving import ServedSite
from tests.web.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PATH = "/book/junk-removal/"
TYPED = {
    "#name": "Mark Soderblom",
    "#phone": "(602) 555-0142",
    "#address": "12 Oak St, Tempe",
    "#zip": "85281",
    "#items": "a sofa & two <b>chairs</b>",
}
HEADLINES = (
    "You’re on the schedule",
    "Your junk is on its way out",
    "Your load was unloaded",
    "All done. Thank you!",
)
HEIGHT_OF_THE_BUTTON = "() => document.getElementById('send').getBoundingClientRect().top + scrollY"
HOSTILE = '<img src=x onerror="alert(1)">'


async def fill(page: Page, **changes: str) -> None:
    for selector, value in {**TYPED, **{f"#{name}": value for name, value in changes.items()}}.items():
        await page.fill(selector, value)
    await page.check("#load-3")


async def open_form(visitor: Visitor, path: str = PATH) -> None:
    """Open the page and let a person's time pass."""
    await visitor.open(path, clock=True)
    await visitor.page.clock.run_for(5000)


def newest(served: ServedSite) -> Job:
    return list(served.state.jobs.values())[-1]


async def test_a_booking_is_taken_and_the_page_says_so(visitor: Visitor) -> None:
    page, served = visitor.page, visitor.served
    await open_form(visitor)
    await fill(page)
    await page.check("#when-2")
    await page.check("#consent")
    await page.click("#send")
    await expect(page.locator("#done")).to_be_visible()
    await expect(page.locator("#done")).to_be_focused()
    await expect(page.locator("#form")).to_be_hidden()
    job = newest(served)
    assert job.booked is not None
    await expect(page.locator("#reference")).to_have_text(job.booked.reference)
    await expect(page.locator("#done-text")).to_be_visible()
    await expect(page.locator("#done-call")).to_be_hidden()
    assert (job.customer_name, job.location) == ("Mark Soderblom", "12 Oak St, Tempe, 85281")
    assert job.note is not None
    assert "a sofa & two <b>chairs</b>" in job.note
    assert job.consent is not None
    assert visitor.complaints == []


async def test_without_the_box_the_page_promises_a_call(visitor: Visitor) -> None:
    await open_form(visitor)
    await fill(visitor.page)
    await visitor.page.click("#send")
    await expect(visitor.page.locator("#done-call")).to_be_visible()
    await expect(visitor.page.locator("#done-text")).to_be_hidden()
    assert newest(visitor.served).consent is None


async def test_mistakes_are_listed_linked_and_what_was_typed_stays(visitor: Visitor) -> None:
    page = visitor.page
    await open_form(visitor)
    await page.fill("#phone", "555-0142")
    await page.click("#send")
    await expect(page.locator("#summary")).to_be_focused()
    assert (await page.title()).startswith("Error: Junk removal")
    assert await page.locator("#summary-list a").all_inner_texts() == [
        "Enter your name",
        "Enter a phone number with 10 digits, like 602 555 0142",
        "Enter the address of the pickup",
        "Enter the ZIP code",
        "Choose one: How big is the load?",
        "Fill in: What should we take?",
    ]
    await expect(page.locator("#phone")).to_have_attribute("aria-invalid", "true")
    await expect(page.locator("#phone")).to_have_value("555-0142")
    await page.click("#summary-list a >> nth=4")
    await expect(page.locator("#load")).to_be_focused()


async def test_an_error_that_is_cleared_moves_no_button(visitor: Visitor) -> None:
    page = visitor.page
    await open_form(visitor)
    await page.click("#send")
    before = await page.evaluate(HEIGHT_OF_THE_BUTTON)
    await page.fill("#name", "Mark")
    await expect(page.locator("#name-error")).to_have_text("")
    await page.check("#load")
    await expect(page.locator("#load-error")).to_have_text("")
    assert await page.evaluate(HEIGHT_OF_THE_BUTTON) == before


async def test_what_only_the_server_finds_is_shown_the_same_way(visitor: Visitor) -> None:
    page = visitor.page
    await open_form(visitor)
    await fill(page, phone="900 555 0142")
    await page.click("#send")
    await expect(page.locator("#phone-error")).to_contain_text("10 digits")
    await expect(page.locator("#summary")).to_be_focused()
    await page.fill("#phone", TYPED["#phone"])
    await page.click("#send")
    await expect(page.locator("#done")).to_be_visible()


async def test_two_clicks_are_one_booking(visitor: Visitor) -> None:
    page, before = visitor.page, len(visitor.served.state.jobs)
    await open_form(visitor)
    await fill(page)
    await page.dblclick("#send")
    await expect(page.locator("#done")).to_be_visible()
    assert len(visitor.served.state.jobs) == before + 1


async def test_a_second_booking_after_a_reload_is_another_one(visitor: Visitor) -> None:
    page, before = visitor.page, len(visitor.served.state.jobs)
    keys: list[str] = []
    for address in ("1 A St", "2 B St"):
        await open_form(visitor)
        await fill(page, address=address)
        keys.append(await page.locator("[name=key]").input_value())
        await page.click("#send")
        await expect(page.locator("#done")).to_be_visible()
    assert keys[0] != keys[1]
    assert len(visitor.served.state.jobs) == before + 2


async def test_a_keyboard_reaches_the_button_in_twelve_presses_and_sends(visitor: Visitor) -> None:
    page, before = visitor.page, len(visitor.served.state.jobs)
    await open_form(visitor)
    presses = 0
    answers = {selector.removeprefix("#"): text for selector, text in TYPED.items()}
    while (focused := await page.evaluate("() => document.activeElement.id")) != "send":
        await page.keyboard.type(answers.get(focused, ""))
        if focused in {"load", "consent"}:
            await page.keyboard.press("Space")
        await page.keyboard.press("Tab")
        presses += 1
        assert presses <= 12
    await page.keyboard.press("Enter")
    await expect(page.locator("#done")).to_be_visible()
    assert len(visitor.served.state.jobs) == before + 1
    assert newest(visitor.served).consent is not None


@pytest.mark.parametrize("fault", ["abort", "503"])
async def test_when_it_could_not_be_sent_the_answers_stay_and_the_same_key_is_sent_again(
    visitor: Visitor, fault: str
) -> None:
    page, before = visitor.page, len(visitor.served.state.jobs)
    keys: list[str] = []

    async def lost(route: Route) -> None:
        keys.append((route.request.post_data_json or {})["key"])
        if fault == "abort":
            await route.fetch()  # It arrived, and the answer got lost on the way back.
            await route.abort()
        else:
            await route.fulfill(status=503, body="no")

    await page.route("**/api/book", lost)
    await open_form(visitor)
    await fill(page)
    await page.click("#send")
    await expect(page.locator("#summary-list")).to_contain_text("Your answers are still here")
    await expect(page.locator("#items")).to_have_value(TYPED["#items"])
    await page.unroute("**/api/book")
    async with page.expect_request("**/api/book") as asked:
        await page.click("#send")
    request = await asked.value
    assert (request.post_data_json or {})["key"] == keys[0] == request.headers["idempotency-key"]
    await expect(page.locator("#done")).to_be_visible()
    assert len(visitor.served.state.jobs) == before + 1


async def test_offline_the_page_says_so(visitor: Visitor) -> None:
    await open_form(visitor)
    await fill(visitor.page)
    await visitor.page.context.set_offline(offline=True)
    await visitor.page.click("#send")
    await expect(visitor.page.locator("#summary-list")).to_contain_text("You are offline")
    await visitor.page.context.set_offline(offline=False)


async def test_without_javascript_it_works_and_keeps_what_was_typed(
    browser: Browser, served: ServedSite
) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{served.url}{PATH}")
    await fill(page, name=HOSTILE, phone="(602) 155-0142")
    await page.click("#send")
    await expect(page.locator("#summary-list a")).to_have_text(
        ["Enter a phone number with 10 digits, like 602 555 0142"]
    )
    await expect(page.locator("#name")).to_have_value(HOSTILE)
    await expect(page.locator("#items")).to_have_value(TYPED["#items"])
    await expect(page.locator("#load-3")).to_be_checked()
    assert await page.locator("main img").count() == 0
    await page.fill("#phone", TYPED["#phone"])
    await page.click("#send")
    await page.wait_for_url("**/api/book/thanks?*")
    job = newest(served)
    assert job.customer_name == HOSTILE
    assert job.booked is not None
    await expect(page.locator("#reference")).to_have_text(job.booked.reference)
    await expect(page.locator("h1")).to_have_text("Request received")
    await context.close()


async def test_the_other_language_is_one_link_away(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.open(PATH)
    await page.click("text=Español")
    await expect(page.locator("#offer h1")).to_have_text("Retiro de basura")
    await expect(page.locator("html")).to_have_attribute("lang", "es")
    await page.click("#send")
    await expect(page.locator("#summary-list a >> nth=0")).to_have_text("Escriba su nombre")
    await page.click("text=English")
    await expect(page.locator("#offer h1")).to_have_text("Junk removal")


async def test_the_whole_story_from_the_form_to_the_receipt(visitor: Visitor, browser: Browser) -> None:
    served = visitor.served
    await open_form(visitor)
    await fill(visitor.page, name="Mark Soderblom")
    await visitor.page.check("#consent")
    await visitor.page.click("#send")
    await expect(visitor.page.locator("#done")).to_be_visible()
    job = newest(served)
    assert [m.kind for m in served.state.messages_of(job.number) if m.channel == "sms"] == []
    await served.do(ApproveJob(ref=str(job.number)), DISPATCHER, f"tg:approve-{job.number}")
    assert [m.kind for m in served.state.messages_of(job.number) if m.channel == "sms"] == ["created"]
    context = await browser.new_context(locale="en-US")
    customer = Visitor(await context.new_page(), served)
    await customer.open(f"/track/{job.tracking_token}", clock=True)
    await expect(customer.page.locator("h1")).to_have_text("Reply OK to our text to confirm")
    for place, headline in enumerate(HEADLINES):
        await served.do(TakeStep(ref=str(job.number)), DISPATCHER, f"tg:step-{job.number}-{place}")
        await customer.wait_ms(5000)
        await expect(customer.page.locator("h1")).to_have_text(headline)
    await expect(customer.page.locator("#review")).to_have_attribute("href", "https://reviews.example/acme")
    shown = await customer.text("body")
    for secret in ("Soderblom", "555-0142", "Oak", "sofa"):
        assert secret not in shown
    assert customer.complaints == []
    await context.close()
