"""The tracking page in a real browser: what it shows, and what it never shows."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import Browser, expect

from tests.web.serving import ServedSite
from tests.web.views import BUSINESS, FLOW, TOKEN, view
from tests.web.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

HEADLINES = {
    "pending_confirmation": (
        "Reply OK to our text to confirm",
        "Responda OK a nuestro mensaje para confirmar",
    ),
    "ready_for_pickup": ("You’re on the schedule", "Su recogida está programada"),
    "in_transit": ("Your junk is on its way out", "Su carga va en camino"),
    "dumped": ("Your load was unloaded", "Su carga fue descargada"),
    "complete": ("All done. Thank you!", "Listo. ¡Gracias!"),
    "cancelled": ("This pickup was cancelled", "Esta recogida fue cancelada"),
    "expired": ("This link has expired", "Este enlace ya venció"),
    "revoked": ("This link no longer works", "Este enlace ya no funciona"),
}
TONES = {
    "pending_confirmation": "amber",
    "ready_for_pickup": "blue",
    "in_transit": "orange",
    "dumped": "teal",
    "complete": "green",
    "cancelled": "grey",
    "expired": "grey",
    "revoked": "grey",
}
HOSTILE = "<img src=x onerror=alert(1)> \"'&<script>alert(2)</script> \u202eevil\u202c 🚚"


async def test_a_job_moves_through_all_five_steps_while_the_page_is_open(visitor: Visitor) -> None:
    page = visitor.page
    visitor.put(view(FLOW[0]))
    await visitor.open(clock=True)
    for index, status in enumerate(FLOW):
        visitor.put(view(status, revision=index + 1))
        await visitor.wait_ms(5000)
        await expect(page.locator("h1")).to_have_text(HEADLINES[status][0])
        await expect(page.locator("body")).to_have_attribute("data-tone", TONES[status])
        await expect(page.locator("#steps li")).to_have_count(5)
        done = index + (status == "complete")
        await expect(page.locator("#steps [data-state=done]")).to_have_count(done)
        await expect(page.locator("#steps .at:not(:empty)")).to_have_count(index + 1)
    assert visitor.complaints == []


@pytest.mark.parametrize("language", ["en", "es"])
async def test_each_state_has_its_words_and_its_colour(visitor: Visitor, language: str) -> None:
    page = visitor.page
    for state, headlines in HEADLINES.items():
        visitor.put(view(state, language=language))
        await visitor.open()
        if await page.locator("html").get_attribute("lang") != language:
            await page.click("#language")  # a tombstone has no language of its own
        await expect(page.locator("h1")).to_have_text(headlines[language == "es"])
        await expect(page.locator("body")).to_have_attribute("data-tone", TONES[state])
        await expect(page.locator("html")).to_have_attribute("lang", language)
        await expect(page.locator("#business")).to_have_text("Acme Hauling")
        await expect(page.locator("#call")).to_have_attribute("href", "tel:+16025550100")
        await expect(page.locator("#text")).to_have_attribute("href", "sms:+16025550100")
        await expect(page.locator("#progress")).to_be_visible(visible=state in FLOW)
        assert "Acme Hauling" in await page.title()
        shown = await page.locator("body").inner_text()
        assert not any(status in shown for status in (*FLOW, "null", "undefined", "NaN"))
    assert visitor.complaints == []


async def test_what_the_view_holds_is_on_the_page(visitor: Visitor) -> None:
    visitor.put(view("ready_for_pickup"))
    await visitor.open()
    facts = await visitor.text("#facts")
    for words in ("Mark", "$600", "Joe", "(602) 555-0100"):
        assert words in facts
    assert await visitor.text(".next") == (
        "Expected about 2:30 – 3:00 PM. We will text you when the driver picks it up."
    )
    assert await visitor.text("#updated") == "Updated 2:50 PM MST"
    current = visitor.page.locator("#steps [aria-current=step]")
    await expect(current).to_have_count(1)
    await expect(current.locator(".step")).to_have_text("Now: On the schedule")
    await expect(current.locator(".at")).to_have_text("Mon, Nov 23, 9:12 AM")


async def test_a_spanish_time_that_ends_in_a_full_stop_gets_no_second_one(visitor: Visitor) -> None:
    visitor.put(view("ready_for_pickup", language="es"))
    await visitor.open()
    assert await visitor.text(".next") == (
        "Hora aproximada: 2:30 – 3:00 p. m. Le avisaremos cuando el chofer la recoja."
    )


async def test_a_cancelled_job_says_when_and_hides_the_steps(visitor: Visitor) -> None:
    visitor.put(view("cancelled"))
    await visitor.open()
    assert await visitor.text(".next") == "Cancelled Mon, Nov 23, 2:50 PM. Call us if that is a mistake."
    await expect(visitor.page.locator("#steps")).to_be_hidden()


async def test_without_a_phone_there_is_nothing_to_call(visitor: Visitor) -> None:
    visitor.put(view("in_transit", business={"name": "Acme", "phone": None, "phone_text": None}))
    await visitor.open()
    for selector in ("#call", "#text"):
        await expect(visitor.page.locator(selector)).to_be_hidden()
    await expect(visitor.page.locator("#print")).to_be_visible()
    assert "Phone" not in await visitor.text("#facts")


async def test_a_tombstone_offers_the_business_and_nothing_of_the_job(visitor: Visitor) -> None:
    visitor.put(view("expired"))
    await visitor.open()
    await expect(visitor.page.locator("#call")).to_be_visible()
    for selector in ("#print", "#steps", "#updated", "#road"):
        await expect(visitor.page.locator(selector)).to_be_hidden()
    assert await visitor.text("#facts") == "Phone\n(602) 555-0100"


async def test_a_flow_of_other_steps_is_shown_as_it_is(visitor: Visitor) -> None:
    steps = [
        {"status": "pending_confirmation", "state": "done", "at": None},
        {"status": "at_the_gate", "state": "current", "at": None},
        {"status": "complete", "state": "next", "at": None},
    ]
    visitor.put(view("in_transit", status="at_the_gate", steps=steps))
    await visitor.open()
    await expect(visitor.page.locator("h1")).to_have_text("At the gate")
    await expect(visitor.page.locator("#steps .step")).to_have_text(
        ["Done: Request received", "Now: At the gate", "Next: Complete"]
    )
    assert visitor.complaints == []


@pytest.mark.parametrize("path", ["/track/", "/track/nope", f"/track/{TOKEN}x", "/track/%3Cb%3Ex%3C%2Fb%3E"])
async def test_a_malformed_link_says_so_and_asks_for_nothing(visitor: Visitor, path: str) -> None:
    await visitor.open(path)
    await expect(visitor.page.locator("h1")).to_have_text("We can’t find this pickup")
    await expect(visitor.page.locator("#spoken")).to_contain_text("We can’t find this pickup")
    await expect(visitor.page.locator("#progress")).to_be_hidden()
    assert visitor.polls == []
    assert visitor.complaints == []


async def test_an_unknown_token_is_asked_for_once(visitor: Visitor) -> None:
    await visitor.open(f"/track/{TOKEN[::-1]}", clock=True)
    await expect(visitor.page.locator("h1")).to_have_text("We can’t find this pickup")
    await visitor.wait_ms(60_000, step_ms=10_000)
    await visitor.look("hidden")
    await visitor.look("visible")
    assert len(visitor.polls) == 1


@pytest.mark.parametrize(
    "path", [f"/track/{TOKEN}/", f"/track/{TOKEN}.", f"/track/{TOKEN})", f"//track/{TOKEN}"]
)
async def test_a_link_that_a_text_app_stretched_still_works(visitor: Visitor, path: str) -> None:
    visitor.put(view("in_transit"))
    await visitor.open(path)
    await expect(visitor.page.locator("h1")).to_have_text(HEADLINES["in_transit"][0])


async def test_hostile_names_are_shown_literally(visitor: Visitor) -> None:
    dialogs: list[str] = []
    visitor.page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    visitor.put(
        view(
            "in_transit",
            first_name=HOSTILE,
            driver=HOSTILE,
            price=HOSTILE,
            business=BUSINESS | {"name": HOSTILE},
        )
    )
    await visitor.open()
    await expect(visitor.page.locator("#business")).to_have_text(HOSTILE)
    for row in (0, 1, 2):
        assert await visitor.page.locator("#facts dd").nth(row).text_content() == HOSTILE
    assert await visitor.page.locator("main img, main script").count() == 0
    assert dialogs == []
    assert visitor.complaints == []


async def test_photos_that_were_shared_are_shown_and_nothing_from_elsewhere(visitor: Visitor) -> None:
    picture = BytesIO()
    Image.new("RGB", (640, 480), "#886644").save(picture, "JPEG")
    own = [f"/t/{TOKEN}/1.jpg", f"/t/{TOKEN}/2.jpg"]
    for address in own:
        visitor.served.site.put(address[1:], picture.getvalue(), content_type="image/jpeg")
    foreign = [
        "https://elsewhere.example/x.jpg",
        "//elsewhere.example/x.jpg",
        "/data/board.json",
        "javascript:1",
    ]
    visitor.put(view("dumped", proofs=[*own, *foreign, 7]))
    await visitor.open()
    photos = visitor.page.locator("#photos img")
    assert [await photo.get_attribute("src") for photo in await photos.all()] == own
    await expect(photos.first).to_have_attribute("alt", "Photo 1 of your pickup")
    assert visitor.complaints == []
    visitor.put(view("dumped", revision=2))
    await visitor.page.reload()
    await expect(visitor.page.locator("#proofs")).to_be_hidden()


async def test_a_photo_that_is_gone_leaves_no_hole(visitor: Visitor) -> None:
    visitor.put(view("dumped", proofs=[f"/t/{TOKEN}/9.jpg"]))
    await visitor.open()
    await expect(visitor.page.locator("#photos li")).to_have_count(0)


async def test_a_review_is_asked_for_at_the_end_and_not_before(visitor: Visitor) -> None:
    for state in ("dumped", "complete", "cancelled"):
        visitor.put(view(state))
        await visitor.open()
        await expect(visitor.page.locator("#review")).to_be_visible(visible=state == "complete")


async def test_whoever_has_no_view_can_still_call(visitor: Visitor) -> None:
    await visitor.open("/track/nothing")
    await expect(visitor.page.locator("#call")).to_have_attribute("href", "tel:+16025550100")
    await expect(visitor.page.locator("#business")).to_have_text("Acme Hauling")
    await expect(visitor.page.locator("#print")).to_be_hidden()


async def test_a_phone_cannot_become_another_kind_of_address(visitor: Visitor) -> None:
    visitor.put(view("in_transit", business=BUSINESS | {"phone": "javascript:alert(1)"}))
    await visitor.open()
    assert await visitor.page.locator("#call").get_attribute("href") == "tel:javascript:alert(1)"


@pytest.mark.parametrize(
    "broken",
    [{"schema": 2}, {"business": None}, {"steps": None}],
)
async def test_a_view_that_cannot_be_read_is_no_view(visitor: Visitor, broken: dict[str, Any]) -> None:
    visitor.put(view("in_transit", **broken))
    await visitor.open()
    await expect(visitor.page.locator("h1")).to_have_text("We can’t load your status right now")
    assert visitor.complaints == []


async def test_the_language_can_be_switched_and_the_choice_stays(visitor: Visitor) -> None:
    page = visitor.page
    visitor.put(view("dumped"))
    await visitor.open()
    await expect(page.locator("#language")).to_have_text("Español")
    await expect(page.locator("#language")).to_have_attribute("lang", "es")
    await page.click("#language")
    await expect(page.locator("h1")).to_have_text("Su carga fue descargada")
    await expect(page.locator("#language")).to_have_text("English")
    assert await visitor.text("#updated") == "Actualizado: 2:50 p. m. MST"
    await page.reload()
    await expect(page.locator("h1")).to_have_text("Su carga fue descargada")


async def test_a_change_is_spoken_and_the_first_view_is_not(visitor: Visitor) -> None:
    visitor.put(view("in_transit"))
    await visitor.open(clock=True)
    await expect(visitor.page.locator("h1")).to_have_text(HEADLINES["in_transit"][0])
    await expect(visitor.page.locator("#page")).to_have_attribute("aria-busy", "false")
    assert await visitor.page.locator("#spoken").text_content() == ""
    visitor.put(view("dumped", revision=2))
    await visitor.wait_ms(5000)
    await expect(visitor.page.locator("#spoken")).to_have_text(
        "Your load was unloaded – Last step: the driver closes out your job."
    )


async def test_an_older_copy_from_a_cache_is_not_shown(visitor: Visitor) -> None:
    visitor.put(view("dumped", revision=7))
    await visitor.open(clock=True)
    await expect(visitor.page.locator("h1")).to_have_text(HEADLINES["dumped"][0])
    visitor.put(view("in_transit", revision=6))
    await visitor.wait_ms(5000)
    assert len(visitor.polls) > 1
    await expect(visitor.page.locator("h1")).to_have_text(HEADLINES["dumped"][0])


async def test_without_javascript_the_page_says_what_to_do(browser: Browser, served: ServedSite) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{served.url}/track/{TOKEN}")
    shown = await page.locator("body").inner_text()
    assert "Reply STATUS to our text" in shown
    assert "Responda ESTADO" in shown
    assert "Loading" not in shown
    await context.close()
