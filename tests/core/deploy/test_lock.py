"""One deploy at a time, and none for ever."""

import pytest

from core.adapters.memory import MemoryObjects
from core.deploy.errors import Locked
from core.deploy.lock import LOCK_KEY, LostLock
from core.ports import NotFound, Unusable
from tests.core.deploy.house import ANN, BOB, Shop


@pytest.fixture
def shop() -> Shop:
    return Shop(MemoryObjects(), MemoryObjects())


def test_who_comes_second_is_told_who_was_first(shop: Shop) -> None:
    shop.parts("process 1").lock.take("one", ANN)
    with pytest.raises(Locked, match=r"Ann deploys now \(since 16:00:00 UTC, one\)"):
        shop.parts("process 2").lock.take("two", BOB)
    held = shop.parts("process 2").lock.look()
    assert held is not None
    assert held.lock.by == ANN


def test_the_same_deploy_may_take_it_again(shop: Shop) -> None:
    shop.parts("process 1").lock.take("one", ANN)
    shop.parts("process 1").lock.take("one", ANN)


def test_only_an_abandoned_lock_is_taken_over(shop: Shop) -> None:
    first, second = shop.parts("process 1").lock, shop.parts("process 2").lock
    first.take("one", ANN)
    held = second.look()
    assert held is not None
    with pytest.raises(Locked):
        second.take_over(held, "one", BOB)
    shop.clock.advance(minutes=15)
    held = second.look()
    assert held is not None
    second.take_over(held, "one", BOB)
    with pytest.raises(LostLock):
        first.renew("one")


def test_two_who_take_over_at_once_do_not_both_get_it(shop: Shop) -> None:
    shop.parts("process 1").lock.take("one", ANN)
    shop.clock.advance(minutes=15)
    second, third = shop.parts("process 2").lock, shop.parts("process 3").lock
    seen_by_second, seen_by_third = second.look(), third.look()
    assert seen_by_second is not None
    assert seen_by_third is not None
    second.take_over(seen_by_second, "one", BOB)
    with pytest.raises(Locked):
        third.take_over(seen_by_third, "one", BOB)


def test_a_lock_that_is_renewed_holds_on(shop: Shop) -> None:
    lock = shop.parts("process 1").lock
    lock.take("one", ANN)
    for _ in range(3):
        shop.clock.advance(minutes=14)
        lock.renew("one")
    with pytest.raises(Locked):
        shop.parts("process 2").lock.take("two", BOB)


def test_nobody_releases_the_lock_of_another_deploy(shop: Shop) -> None:
    shop.parts("process 1").lock.take("one", ANN)
    shop.parts("process 2").lock.release("two")
    assert shop.parts().lock.look() is not None
    shop.parts("process 1").lock.release("one")
    with pytest.raises(NotFound):
        shop.staging.get(LOCK_KEY)


def test_a_lock_that_cannot_be_read_is_never_overwritten(shop: Shop) -> None:
    shop.staging.put(LOCK_KEY, b"garbage")
    with pytest.raises(Unusable, match=r"lock.json in the staging store is damaged"):
        shop.parts().lock.take("one", ANN)
    found = shop.staging.get(LOCK_KEY)
    assert found is not None
    assert found.body == b"garbage"
