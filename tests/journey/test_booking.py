"""From the booking page to the text: over HTTP, through the dispatcher's chat, to the customer's phone."""

import httpx

from tests.fakes.bot_api import FakeBotApi, FakeUser
from tests.fakes.twilio import FakePhone, FakeTwilio
from tests.journey.service import Service
from tests.journey.test_telegram import answered

FIELDS = {
    "page": "junk-removal",
    "language": "en",
    "name": "Mark Soderblom",
    "phone": "602-555-0142",
    "address": "12 Oak St, Tempe",
    "zip": "85281",
    "load": "half",
    "items": "a sofa",
    "when": "soon",
    "consent": "yes",
}


def test_a_booking_is_approved_in_the_chat_and_only_then_texted(
    service: Service, bot_api: FakeBotApi, twilio_api: FakeTwilio, ana: FakeUser, mark: FakePhone
) -> None:
    twilio_api.delivers_by_itself = True
    answered(bot_api, ana, "jobs")
    before = len(ana.received)
    assert httpx.post(f"{service.url}/api/book", data=FIELDS).status_code == 303
    bot_api.until(lambda: len(ana.received) > before)
    card = ana.received[-1]
    assert "Mark Soderblom · 12 Oak St, Tempe, 85281 · $379" in card.text
    labels = [label for row in card.buttons for label in row]
    assert labels == ["Approve", "Decline", "Call (602) 555-0142"]
    service.clock.advance(seconds=60)
    service.settled()
    assert mark.received == []
    assert service.texts_of() == []
    ana.tap(card, "Approve")
    service.until(lambda state: not state.jobs[1].awaits_approval)
    service.clock.advance(seconds=60)
    service.settled()
    twilio_api.until(lambda: mark.received)
    assert "reply OK to confirm" in mark.received[0].body
    mark.text("OK")
    service.until(lambda state: state.jobs[1].status == "ready_for_pickup")
    page = httpx.get(f"{service.url}/t/{service.job().tracking_token}.json").json()
    assert (page["first_name"], page["price"], page["status"]) == ("Mark", "$379", "ready_for_pickup")
    assert not {"Soderblom", "Oak", "sofa", "555-0142"} & set(str(page).replace(",", " ").split())


def test_a_declined_booking_texts_nobody(
    service: Service, bot_api: FakeBotApi, ana: FakeUser, mark: FakePhone
) -> None:
    answered(bot_api, ana, "jobs")
    before = len(ana.received)
    assert httpx.post(f"{service.url}/api/book", data=FIELDS).status_code == 303
    bot_api.until(lambda: len(ana.received) > before)
    ana.tap(ana.received[-1], "Decline")
    service.until(lambda state: not state.jobs[1].is_open)
    service.clock.advance(seconds=60)
    service.settled()
    assert mark.received == []
