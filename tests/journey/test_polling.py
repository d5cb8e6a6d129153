"""Long polling: the same conversation where Telegram can't call us."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import channels
from bot.telegram import polling
from core.domain.flow import Status
from tests.fakes.bot_api import FakeBotApi, FakeUser
from tests.fakes.twilio import FakeTwilio
from tests.journey.service import Service
from tests.journey.test_telegram import NEW, answered, hired, tapped
from tests.journey.test_telegram_faults import store_down


@pytest.fixture
def polled(
    tmp_path: Path, bot_api: FakeBotApi, twilio_api: FakeTwilio, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Service]:
    """A service without a public address."""
    monkeypatch.setattr(channels, "RETRY_S", (0.01,))
    monkeypatch.setattr(polling, "PAUSES_S", (0.01,))
    with Service(tmp_path, telegram=bot_api, twilio=twilio_api, polls=True) as running:
        yield running


def test_a_job_goes_all_its_way(
    polled: Service, bot_api: FakeBotApi, twilio_api: FakeTwilio, ana: FakeUser, joe: FakeUser
) -> None:
    hired(bot_api, ana, joe)
    card = answered(bot_api, ana, NEW)
    polled.later(10)
    tapped(bot_api, ana, card, "Ready")
    polled.later(10)
    for line in ("next", "dumped", "done"):
        answered(bot_api, joe, line)
        polled.later(10)
    assert polled.job().status is Status.COMPLETE
    assert len(twilio_api.sent) == 5
    assert bot_api.mailbox.webhook.url == ""


def test_a_webhook_of_an_earlier_life_is_taken_away_and_what_waited_is_taken(
    tmp_path: Path, bot_api: FakeBotApi, ana: FakeUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels, "RETRY_S", (0.01,))
    ana.say(NEW)
    bot_api.internal_error("getMe", times=2)
    with Service(tmp_path, telegram=bot_api, polls=True) as service:
        bot_api.settle()
        assert list(service.state.jobs) == [1]


def test_an_update_that_cannot_be_read_is_kept_aside_and_holds_up_nobody(
    polled: Service, bot_api: FakeBotApi, ana: FakeUser
) -> None:
    answered(bot_api, ana, "people")
    poisons: list[dict[str, object]] = [
        {"message": 5},
        {"message": {"chat": {"id": "x"}}},
        {"callback_query": []},
    ]
    for poison in poisons:
        with bot_api.mailbox.lock:
            bot_api.mailbox.put("message", 1, {})
            bot_api.mailbox.pending[-1].pop("message")
            bot_api.mailbox.pending[-1].update(poison)
    bot_api.settle()
    assert answered(bot_api, ana, NEW).text.startswith("#1 Mark")
    assert len(list(polled.system.objects.keys("aside/"))) == 3


def test_while_the_store_is_down_and_he_cannot_be_told_an_update_waits_and_others_go_on(
    polled: Service, bot_api: FakeBotApi, ana: FakeUser, joe: FakeUser, tmp_path: Path
) -> None:
    hired(bot_api, ana, joe)
    answered(bot_api, ana, NEW)
    polled.settled()
    with store_down(tmp_path):
        bot_api.too_many_requests("sendMessage")
        ana.say("ready 1")
        bot_api.until(lambda: len(bot_api.faults.met) == 1)
    bot_api.settle()
    assert answered(bot_api, joe, "jobs").text.startswith("1 open")


def test_polling_goes_on_after_the_bot_api_was_away(
    polled: Service, bot_api: FakeBotApi, ana: FakeUser
) -> None:
    answered(bot_api, ana, "people")
    bot_api.internal_error("getUpdates", times=3)
    ana.say(NEW)
    bot_api.settle()
    assert list(polled.state.jobs) == [1]
    assert len(bot_api.faults.met) == 3


def test_it_stops_while_it_polls(tmp_path: Path, bot_api: FakeBotApi) -> None:
    with Service(tmp_path, telegram=bot_api, polls=True):
        bot_api.until(lambda: any(call.method == "deleteWebhook" for call in bot_api.calls))
