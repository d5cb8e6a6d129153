"""What becomes of a customer's texts, as dispatcher and driver see it on Telegram."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.bot_api import FakeBotApi, FakeUser
from tests.fakes.clock import FakeClock
from tests.fakes.twilio import FakePhone, FakeTwilio
from tests.journey.service import MORNING, Service
from tests.journey.test_telegram import NEW, answered, hired, shows, tapped

HOUR = 3600


@pytest.fixture(autouse=True)
def delivering(twilio_api: FakeTwilio) -> None:
    twilio_api.delivers_by_itself = True


@pytest.fixture
def evening(tmp_path: Path, bot_api: FakeBotApi, twilio_api: FakeTwilio) -> Iterator[Service]:
    """A service at 8:30 PM in Phoenix: half an hour later texts wait for the morning."""
    clock = FakeClock(MORNING)
    clock.advance(seconds=10.5 * HOUR)
    with Service(tmp_path, telegram=bot_api, twilio=twilio_api, clock=clock) as running:
        bot_api.until(lambda: bot_api.mailbox.webhook.url)
        yield running


def test_a_drivers_step_of_the_night_asks_the_dispatcher_once_whether_its_text_may_go(
    evening: Service,
    bot_api: FakeBotApi,
    twilio_api: FakeTwilio,
    ana: FakeUser,
    joe: FakeUser,
) -> None:
    hired(bot_api, ana, joe)
    answered(bot_api, ana, NEW)
    for line in ("assign 1 joe", "ready 1", "transit 1", "dumped 1"):
        answered(bot_api, ana, line)
        evening.later(20)
    old, sent = ana.last, len(twilio_api.sent)
    evening.later(HOUR)
    done = answered(bot_api, joe, "complete 1")
    assert done.text.split("\n")[1] == "Quiet hours: Mark will be texted at Tue, Nov 24, 8:00 AM."
    evening.later(11)
    bot_api.until(lambda: ana.last is not old)
    notice = ana.last
    assert notice.text.split("\n") == [
        "#1 Mark is not texted yet: text 'complete' waits.",
        "Quiet hours: Mark will be texted at Tue, Nov 24, 8:00 AM.",
        "#1 Mark · Soderblom · $600 · complete · Joe",
    ]
    assert notice.buttons == (("Send now anyway",),)
    assert old.buttons == (), "there is one card with buttons"
    assert len(twilio_api.sent) == sent
    assert tapped(bot_api, ana, notice, "Send now anyway").startswith("#1 goes out whatever the hour.")
    evening.later(1)
    assert twilio_api.sent[-1].body.startswith("Mesa Hauling: all done, Mark.")
    shows(bot_api, notice, "Text 'complete' was sent")
    assert "Send now anyway" not in [label for row in notice.buttons for label in row]


def test_what_is_held_later_is_shown_on_the_card_and_is_no_second_message(
    evening: Service, bot_api: FakeBotApi, ana: FakeUser, joe: FakeUser
) -> None:
    hired(bot_api, ana, joe)
    answered(bot_api, ana, "new Mark Soderblom 600")
    answered(bot_api, ana, "assign 1 joe")
    answered(bot_api, ana, "edit 1 phone 602-555-0142")
    evening.later(HOUR)
    answered(bot_api, joe, "ready 1")
    evening.later(20)
    bot_api.until(
        lambda: ana.last.text.startswith("#1 Mark is not texted yet: text 'ready for pickup' waits.")
    )
    notice, count = ana.last, len(ana.received)
    answered(bot_api, joe, "eta 25")
    evening.later(20)
    shows(bot_api, notice, "Text 'eta' is held (quiet hours)")
    assert "Send now anyway" in [label for row in notice.buttons for label in row]
    assert len(ana.received) == count


def test_an_opt_out_is_seen_on_every_card_of_the_customers_jobs(
    service: Service, bot_api: FakeBotApi, ana: FakeUser, joe: FakeUser, mark: FakePhone
) -> None:
    hired(bot_api, ana, joe)
    first = answered(bot_api, ana, NEW)
    answered(bot_api, ana, "new Mark Mesa 80 602-555-0142")
    second = answered(bot_api, ana, "assign 2 joe")
    service.later(20)
    drivers = joe.last
    mark.text("STOP")
    service.settled()
    for card in (first, second, drivers):
        shows(bot_api, card, "Mark opted out of texts: call (602) 555-0142.")


def test_without_an_sms_account_nobody_is_told_of_texts_that_do_not_go(
    tmp_path: Path, bot_api: FakeBotApi, ana: FakeUser, joe: FakeUser
) -> None:
    with Service(tmp_path, telegram=bot_api) as service:
        bot_api.until(lambda: bot_api.mailbox.webhook.url)
        hired(bot_api, ana, joe)
        joe.share_contact("+16025550103")
        bot_api.settle()
        assert "No SMS account is set up: call Mark, (602) 555-0142." in answered(bot_api, ana, NEW).text
        answered(bot_api, ana, "assign 1 joe")
        service.later(10 * 60)
        assert ana.last.text.startswith(
            "#1: Joe has not answered since Mon, Nov 23, 10:00 AM. Call (602) 555-0103."
        )
        answered(bot_api, ana, "invite driver Max 602-555-0105")
        told = answered(bot_api, ana, "assign 1 max").text
        assert told == "#1 is Max's now. Neither Telegram nor a text reaches him: call (602) 555-0105."
        assert service.texts_of() == []
