from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.bot_api import FakeBotApi, FakeUser
from tests.fakes.fixtures import bot_api, twilio_api
from tests.fakes.twilio import FakePhone, FakeTwilio
from tests.journey.service import Service

__all__ = ["bot_api", "twilio_api"]


@pytest.fixture
def service(tmp_path: Path, bot_api: FakeBotApi, twilio_api: FakeTwilio) -> Iterator[Service]:
    """A service with both channels, called by webhooks."""
    with Service(tmp_path, telegram=bot_api, twilio=twilio_api) as running:
        bot_api.until(lambda: bot_api.mailbox.webhook.url)
        yield running


@pytest.fixture
def ana(bot_api: FakeBotApi) -> FakeUser:
    """The admin whom the settings name."""
    return bot_api.user(1001, "Ana")


@pytest.fixture
def joe(bot_api: FakeBotApi) -> FakeUser:
    """Somebody who is going to drive."""
    return bot_api.user(2002, "Joe")


@pytest.fixture
def mark(twilio_api: FakeTwilio) -> FakePhone:
    """The customer's phone."""
    return twilio_api.phone("+16025550142")
