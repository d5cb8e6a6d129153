"""A whole deploy, and its way back, through CloudFront's API."""

from datetime import timedelta

import pytest

from bot.edge.service import LiveFunction
from core.adapters.cloudfront import CloudFrontEdge
from core.adapters.memory import MemoryObjects
from core.deploy.record import Outcome
from core.domain.session import key_entries
from tests.core.deploy.house import ANN, KEY, OLD_FUNCTION, Shop, sources
from tests.fakes.clock import FakeClock
from tests.fakes.cloudfront import FakeCloudFront
from tests.fakes.cloudfront.function import NOW
from tests.fakes.fixtures import cloudfront_api, cloudfront_server

__all__ = ["cloudfront_api", "cloudfront_server"]

NEW_FUNCTION = OLD_FUNCTION + "// another version\n"


@pytest.fixture
def shop(cloudfront_api: FakeCloudFront) -> Shop:
    """A shop behind CloudFront, whose clock is that of the service."""
    cloudfront_api.function.keys = key_entries(KEY)
    shop = Shop(MemoryObjects(), MemoryObjects())
    shop.clock = FakeClock(NOW)
    edge = CloudFrontEdge(
        cloudfront_api.client,
        distribution_id=cloudfront_api.distribution_id,
        function=cloudfront_api.function.name,
    )
    shop.service = edge  # type: ignore[assignment] # the real adapter in place of the local service
    shop.live_function = LiveFunction(edge, OLD_FUNCTION, keys=lambda: key_entries(KEY), clock=shop.clock)
    shop.edge._function = shop.live_function
    return shop


def test_every_case_is_put_to_the_service_before_anything_is_published(
    shop: Shop, cloudfront_api: FakeCloudFront
) -> None:
    deployer = shop.deployer()
    assert deployer.deploy(ANN, deployer.plan().digest).outcome is Outcome.DONE
    assert cloudfront_api.function.live == OLD_FUNCTION
    assert shop.words() == {"old"}

    shop.clock.advance(seconds=1)
    shop.files, shop.function = sources("new"), NEW_FUNCTION
    shop.cases = shop.cases[::9]
    deployer = shop.deployer()
    assert deployer.deploy(ANN, deployer.plan().digest).warnings == ()
    assert cloudfront_api.function.live == NEW_FUNCTION
    assert shop.words() == {"new"}

    shop.clock.advance(seconds=1)
    deployer.rollback(ANN)
    assert cloudfront_api.function.live == OLD_FUNCTION
    assert shop.words() == {"old"}
    assert timedelta(seconds=sum(shop.pauses)) < timedelta(minutes=5)
