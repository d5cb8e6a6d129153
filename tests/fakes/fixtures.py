"""The fakes as fixtures; a conftest imports them by name."""

from collections.abc import Iterator

import pytest

from tests.fakes.bot_api import FakeBotApi
from tests.fakes.cloudfront import FakeCloudFront
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


@pytest.fixture(scope="session")
def cloudfront_server() -> Iterator[FakeCloudFront]:
    """Serve CloudFront's API to the whole run, as boto3's clients take longer to make than a test."""
    with FakeCloudFront() as fake:
        yield fake


@pytest.fixture
def cloudfront_api(cloudfront_server: FakeCloudFront) -> FakeCloudFront:
    """Give CloudFront's API as at its beginning."""
    cloudfront_server.reset()
    return cloudfront_server
