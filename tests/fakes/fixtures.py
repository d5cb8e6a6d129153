"""The fakes as fixtures; a conftest imports them by name."""

from collections.abc import Iterator

import pytest

from tests.fakes.bot_api import FakeBotApi
from tests.fakes.twilio import FakeTwilio


@pytest.fixture
def bot_api() -> Iterator[FakeBotApi]:
    """Give a Bot API; the test fails when its client broke a rule of it."""
    with FakeBotApi() as fake:
        yield fake
    assert not fake.violations, "the client broke the Bot API's rules"


@pytest.fixture
def twilio_api() -> Iterator[FakeTwilio]:
    """Give a Messages API; the test fails when its client broke a rule of it."""
    with FakeTwilio() as fake:
        yield fake
    assert not fake.violations, "the client broke the Messages API's rules"
