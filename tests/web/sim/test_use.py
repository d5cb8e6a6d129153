"""How the phones are used: keys, taps, several customers, hostile words, a server that went away."""

import asyncio

import pytest
from playwright.async_api import Route, expect

from tests.web.sim.phones import Phones

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SECOND = "new Ana Lopez, Mesa 450 602-555-0177"
HOSTILE = "<img src=x onerror=console.error(1)> \"'&<script>console.error(2)</script> \u202eevil\u202c 🚚"


async def test_the_first_command_is_typed_already_and_has_the_focus(phones: Phones) -> None:
    line = phones.pane("dispatcher").get_by_role("textbox", name="Type as the dispatcher")
    await expect(line).to_be_focused()
    await expect(line).to_have_value("new Mark Soderblom 600 602-555-0142")


async def test_each_phone_has_a_log_and_a_labelled_line(phones: Phones) -> None:
    for name in ("Dispatcher", "Driver", "Customer"):
        region = phones.page.get_by_role("region", name=name)
        await expect(region.get_by_role("log", name=name)).to_have_attribute("tabindex", "0")
        await expect(region.get_by_role("textbox", name=f"Type as the {name.lower()}")).to_have_count(1)
        await expect(region.get_by_role("button", name=f"Send as the {name.lower()}")).to_have_count(1)


async def test_arrow_up_and_down_walk_through_what_was_typed(phones: Phones) -> None:
    line = phones.pane("driver").get_by_role("textbox")
    await phones.type("driver", "jobs")
    await phones.type("driver", "jobs open")
    await line.focus()
    for key, value in [
        ("ArrowUp", "jobs open"),
        ("ArrowUp", "jobs"),
        ("ArrowUp", "jobs"),
        ("ArrowDown", "jobs open"),
        ("ArrowDown", ""),
    ]:
        await phones.page.keyboard.press(key)
        await expect(line).to_have_value(value)


async def test_an_empty_line_is_not_sent(phones: Phones) -> None:
    line = phones.pane("driver").get_by_role("textbox")
    await line.fill("   ")
    await line.press("Enter")
    await phones.type("driver", "jobs")
    await expect(phones.pane("driver").locator(".row.me")).to_have_count(1)


async def test_a_button_that_is_pressed_twice_sends_once(phones: Phones) -> None:
    await phones.page.keyboard.press("Enter")
    button = phones.pane("dispatcher").get_by_role("button", name="Ready", exact=True)
    await button.dblclick()
    await expect(phones.page.locator(".job .words")).to_have_text("ready for pickup")
    await expect(phones.pane("dispatcher").locator(".row.me")).to_have_count(2)


async def test_the_customer_can_speak_only_once_there_is_one(phones: Phones) -> None:
    await expect(phones.pane("customer").get_by_role("textbox")).to_be_disabled()
    await phones.page.keyboard.press("Enter")
    await expect(phones.pane("customer").get_by_role("textbox")).to_be_enabled()


async def test_the_customer_asks_for_the_status(phones: Phones) -> None:
    await phones.page.keyboard.press("Enter")
    await expect(phones.texts()).to_have_count(1)
    await phones.tap("customer", "STATUS")
    await expect(phones.bubbles("customer").last).to_contain_text("waits for your OK")


async def test_what_a_customer_writes_reaches_the_dispatcher(phones: Phones) -> None:
    await phones.page.keyboard.press("Enter")
    await expect(phones.texts()).to_have_count(1)
    await phones.type("customer", "Can you come at 3?")
    await expect(phones.texts("dispatcher").last).to_contain_text("Can you come at 3?")


async def test_the_newest_customers_phone_comes_up_and_the_others_can_be_chosen(phones: Phones) -> None:
    numbers = phones.page.get_by_label("Whose phone")
    await phones.page.keyboard.press("Enter")
    await expect(phones.texts()).to_contain_text("Mark")
    await expect(numbers).to_be_hidden()
    await phones.type("dispatcher", SECOND)
    await expect(phones.texts()).to_contain_text("Ana")
    await expect(numbers).to_have_value("+16025550177")
    await numbers.select_option("+16025550142")
    await expect(phones.texts()).to_contain_text("Mark")
    await phones.tap("customer", "OK")
    statuses = [job.status.value for job in phones.served.state().jobs.values()]
    assert statuses == ["ready_for_pickup", "pending_confirmation"]


async def test_hostile_words_are_shown_as_they_were_typed(phones: Phones) -> None:
    await phones.page.keyboard.press("Enter")
    await expect(phones.texts()).to_have_count(1)
    await phones.type("dispatcher", "edit 1 name <b>Bad</b>")
    await expect(phones.page.locator(".job .name")).to_have_text("<b>Bad</b>")
    await phones.type("customer", HOSTILE)
    await expect(phones.bubbles("customer").last).to_have_text(HOSTILE)
    await expect(phones.texts("dispatcher").last).to_contain_text("<script>console.error(2)</script>")
    assert await phones.page.locator(".row img, .row script, .row b, .job b b").count() == 0


async def test_only_links_to_tracking_pages_become_links(phones: Phones) -> None:
    await phones.page.keyboard.press("Enter")
    await expect(phones.texts()).to_have_count(1)
    words = f"https://evil.example/track/x javascript:alert(1) {phones.served.url}/track/abc/../../data"
    await phones.type("customer", words)
    links = phones.bubbles("customer").last.get_by_role("link")
    await expect(links).to_have_count(1)
    await expect(links).to_have_attribute("href", f"{phones.served.url}/track/abc")


async def test_a_line_whose_answer_was_lost_is_sent_again_and_done_once(phones: Phones) -> None:
    lost: list[str] = []

    async def lose_the_first_answer(route: Route) -> None:
        if not lost:
            lost.append(str(route.request.post_data))
            await route.fetch()
            await route.abort()
            return
        await route.continue_()

    await phones.page.route("**/sim/send", lose_the_first_answer)
    await phones.page.keyboard.press("Enter")
    await expect(phones.bubbles("dispatcher").last).to_contain_text("#1")
    assert list(phones.served.state().jobs) == [1]
    phones.complaints.clear()  # the browser tells of the answer that we lost


async def test_a_server_that_went_away_is_told_and_its_return_too(phones: Phones) -> None:
    await phones.page.route("**/sim/*", lambda route: route.abort())
    await phones.page.keyboard.press("Enter")
    await expect(phones.page.locator("#note")).to_contain_text("The server does not answer")
    await expect(phones.bubbles("dispatcher").last).to_contain_text("Arrow up brings the line back")
    await phones.page.unroute("**/sim/*")
    await phones.page.keyboard.press("ArrowUp")
    await phones.page.keyboard.press("Enter")
    await expect(phones.page.locator("#jobs .job")).to_have_count(1)
    await expect(phones.page.locator("#note")).to_have_text("Simulator. Nothing is sent to anyone.")
    phones.complaints.clear()  # the browser tells of each request that we broke


async def test_a_line_that_is_too_long_is_refused_and_shown(phones: Phones) -> None:
    await phones.type("driver", "note 1 " + "x" * 9000)
    await expect(phones.bubbles("driver").last).to_contain_text("at most 8192 bytes")
    phones.complaints.clear()  # the browser tells of the 413


async def test_a_day_is_played_on_the_three_phones_by_one_press(phones: Phones) -> None:
    await phones.page.clock.install()
    await phones.open()
    await phones.page.get_by_role("button", name="Play a day").click()
    said = phones.page.locator(".row.me")
    for count in range(1, 13):
        await expect(said).to_have_count(count)
        await expect(phones.page.locator(".row.me ~ .row.is-lost")).to_have_count(0)
        await phones.page.clock.run_for(2300)
    await expect(phones.page.get_by_role("button", name="Play a day")).to_be_visible()
    state = phones.served.state()
    assert [job.status.value for job in state.jobs.values()] == ["complete", "cancelled"]
    await expect(phones.pane("dispatcher").locator(".row.bot").last).to_contain_text("dumped -> complete")


async def test_a_day_can_be_stopped(phones: Phones) -> None:
    await phones.page.clock.install()
    await phones.open()
    await phones.page.get_by_role("button", name="Play a day").click()
    await expect(phones.page.locator(".row.me")).to_have_count(1)
    await phones.page.get_by_role("button", name="Stop").click()
    await phones.page.clock.run_for(10_000)
    await expect(phones.page.locator(".row.me")).to_have_count(1)


async def test_a_day_that_is_stopped_and_begun_again_is_played_once(phones: Phones) -> None:
    await phones.page.clock.install()
    await phones.open()
    released = asyncio.Event()

    async def hold(route: Route) -> None:
        await released.wait()
        await route.continue_()

    await phones.page.route("**/sim/send", hold)
    for _ in ("begun", "stopped", "begun again before the first answer"):
        await phones.page.locator("#demo").click()
    await expect(phones.page.locator(".row.me")).to_have_count(2)
    released.set()
    await expect(phones.page.locator("#jobs .job")).to_have_count(2)
    for count in (3, 4):
        await phones.page.clock.run_for(2300)
        await expect(phones.page.locator(".row.me")).to_have_count(count)
    await phones.page.locator("#demo").click()


async def test_a_text_that_was_sent_tells_how_it_travelled(phones: Phones) -> None:
    await phones.page.keyboard.press("Enter")
    await expect(phones.texts()).to_have_count(1)
    phones.served.pass_by(30)
    await expect(phones.texts().locator(".fate")).to_contain_text("GSM-7, 1 part")
