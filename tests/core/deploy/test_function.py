"""Only a function that keeps every promise gets to viewers."""

from dataclasses import dataclass, replace

import pytest

from core.adapters.memory import MemoryObjects
from core.deploy.errors import PutBack, Unfit
from core.deploy.function import FunctionShipper, TrialFailed, check_gate
from core.ports import Edge, FunctionCode, Trial
from tests.core.deploy.house import ANN, OLD_FUNCTION, Calls, Shop

BROKEN = {
    "leads a tracking link to the wrong page": ("return '/track/index.html';", "return '/index.html';"),
    "lets everybody see the data": ("if (!signer('session'", "if (false && !signer('session'"),
    "forgets a header": ("'x-content-type-options': { value: 'nosniff' },", ""),
    "throws": ("const request = event.request;", "const request = event.request; request.a.b = 1;"),
    "redirects elsewhere": (
        "response.headers.location = { value: '/' };",
        "response.headers.location = { value: '//e' };",
    ),
    "forgets to look at the time": ("expires < now ||", "false ||"),
}


@pytest.fixture
def shop() -> Shop:
    shop = Shop(MemoryObjects(), MemoryObjects())
    shop.ship("old")
    shop.clock.advance(minutes=1)
    return shop


@pytest.mark.parametrize("broken", BROKEN.values(), ids=list(BROKEN))
def test_a_function_that_breaks_a_promise_is_never_published(shop: Shop, broken: tuple[str, str]) -> None:
    assert broken[0] in OLD_FUNCTION
    shop.function = OLD_FUNCTION.replace(*broken)
    deployer = shop.deployer()
    calls = Calls()
    with pytest.raises(PutBack, match="promises, viewers still get the old one"):
        shop.deployer(calls=calls).deploy(ANN, deployer.plan().digest)
    assert "edge publish" not in calls.names
    live = shop.service.live()
    assert live is not None
    assert live.source == OLD_FUNCTION


def test_a_deploy_without_a_session_key_asks_what_needs_none(shop: Shop) -> None:
    shop.keys.key = None
    shop.function = OLD_FUNCTION + "// another version\n"
    deployer = shop.deployer()
    deployer.deploy(ANN, deployer.plan().digest)
    live = shop.service.live()
    assert live is not None
    assert live.source == shop.function


@dataclass
class Slow:
    """An edge that measures how much of its time the function takes."""

    inner: Edge
    utilisation: int

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)

    def test(self, draft: FunctionCode, event: object) -> Trial:
        return replace(self.inner.test(draft, event), utilisation=self.utilisation)


def ship(shop: Shop, utilisation: int) -> tuple[str, ...]:
    edge = Slow(shop.service, utilisation)
    shipper = FunctionShipper(
        edge=edge,  # type: ignore[arg-type] # the rest is the inner one's
        keys=shop.keys,
        cases=shop.cases[:3],
        clock=shop.clock,
        pause=shop.pauses.append,
    )
    return shipper.ship(OLD_FUNCTION + "// another version\n", lambda _done, _of: None)


def test_a_function_that_takes_much_of_its_time_is_warned_of_and_one_that_takes_too_much_is_refused(
    shop: Shop,
) -> None:
    assert ship(shop, 50) == ()
    shop.service.publish(shop.service.update(OLD_FUNCTION, shop.service.draft()))
    assert ship(shop, 70) == ("the edge function takes 70 % of its time",)
    shop.service.publish(shop.service.update(OLD_FUNCTION, shop.service.draft()))
    with pytest.raises(TrialFailed, match="throttled"):
        ship(shop, 71)


def test_the_gate_stands_before_the_trial() -> None:
    check_gate(OLD_FUNCTION)
    with pytest.raises(Unfit, match="for-of"):
        check_gate(OLD_FUNCTION + "for (const a of b) {}\n")
