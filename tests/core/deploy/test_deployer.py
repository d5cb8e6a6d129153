"""A deploy and its way back, on stores in memory."""

import json
from datetime import timedelta

import pytest

from core.adapters.memory import MemoryObjects
from core.deploy.errors import Locked, Moved, NoRelease, Unfit
from core.deploy.record import Outcome, Step
from core.ports import NotFound
from tests.core.deploy.house import ANN, BOB, OLD_FUNCTION, VIEW, Shop, sources


@pytest.fixture
def shop() -> Shop:
    return Shop(MemoryObjects(), MemoryObjects())


def test_a_deploy_makes_the_site_and_the_function_live(shop: Shop) -> None:
    release = shop.ship("old")
    assert shop.words() == {"old"}
    live = shop.service.live()
    assert live is not None
    assert live.source == OLD_FUNCTION
    (deploy,) = shop.deployer().history()
    assert (deploy.outcome, deploy.release, deploy.by, deploy.step) == (
        Outcome.DONE,
        release,
        ANN,
        Step.TIDY,
    )
    assert deploy.warnings == ()
    manifest = shop.deployer().live()
    assert manifest is not None
    assert manifest.release == release


def test_a_second_deploy_replaces_the_first_and_a_rollback_takes_it_back(shop: Shop) -> None:
    first = shop.ship("old")
    shop.ship("new")
    assert shop.words() == {"new"}
    shop.clock.advance(minutes=1)
    rollback = shop.deployer().rollback(BOB)
    assert (rollback.action, rollback.release, rollback.outcome) == ("rollback", first, Outcome.DONE)
    assert shop.words() == {"old"}
    assert [deploy.action for deploy in shop.deployer().history()] == ["rollback", "deploy", "deploy"]


def test_a_rollback_goes_further_back_each_time_and_ends_with_a_clear_word(shop: Shop) -> None:
    for word in ("old", "new", "third"):
        shop.ship(word)
    for word in ("new", "old"):
        shop.clock.advance(minutes=1)
        shop.deployer().rollback(ANN)
        assert shop.words() == {word}
    with pytest.raises(NoRelease, match="no earlier release"):
        shop.deployer().rollback(ANN)
    assert shop.words() == {"old"}


def test_a_rollback_goes_to_the_release_that_is_named_forwards_too(shop: Shop) -> None:
    first = shop.ship("old")
    second = shop.ship("new")
    shop.clock.advance(minutes=1)
    assert shop.deployer().rollback(ANN, first).release == first
    shop.clock.advance(minutes=1)
    assert shop.deployer().rollback(ANN, second[-6:]).release == second
    assert shop.words() == {"new"}
    with pytest.raises(NoRelease, match=second):
        shop.deployer().rollback(ANN, "nonsense")


def test_a_site_that_was_not_made_here_can_be_put_back(shop: Shop) -> None:
    shop.site.put("index.html", b"by hand", content_type="text/html", cache_control="no-store")
    shop.site.put("legal.html", b"terms", content_type="text/html")
    shop.files = sources("new")
    shop.files["legal.html"] = b'<meta name="build" content="">new terms'
    deployer = shop.deployer()
    deployer.deploy(ANN, deployer.plan().digest)
    assert shop.words() == {"new"}
    shop.clock.advance(minutes=1)
    deployer.rollback(ANN)
    found = shop.site.get("index.html")
    assert found is not None
    assert (found.body, found.content_type, found.cache_control) == (b"by hand", "text/html", "no-store")
    with pytest.raises(NotFound):
        shop.site.get("track/index.html")


def test_views_and_data_are_never_touched(shop: Shop) -> None:
    kept = {VIEW: b'{"revision":1}', "data/board.json": b"[]", "t/k3Jx90QzVb7LmNcR2sTdWy/1.jpg": b"x"}
    for key, body in kept.items():
        shop.site.put(key, body)
    for word in ("old", "new"):
        shop.ship(word)
    shop.clock.advance(minutes=1)
    shop.deployer().rollback(ANN)
    for key, body in kept.items():
        found = shop.site.get(key)
        assert found is not None
        assert found.body == body


def test_the_plan_says_what_would_change_and_changes_nothing(shop: Shop) -> None:
    shop.ship("old")
    before = dict.fromkeys(shop.staging.keys())
    shop.files = sources("new") | {"humans.txt": b"us"}
    del shop.files["robots.txt"]
    plan = shop.deployer().plan()
    assert plan.removed == ("robots.txt",)
    assert "humans.txt" in plan.added
    assert set(plan.changed) == {
        "index.html",
        "track/index.html",
        "book/phoenix/index.html",
        "book/not-found.html",
    }
    assert not plan.function_changed
    assert not plan.changes_nothing
    assert plan.size == sum(len(file.body) for file in plan.files)
    assert dict.fromkeys(shop.staging.keys()) == before
    assert shop.words() == {"old"}


def test_a_plan_of_what_is_live_changes_nothing(shop: Shop) -> None:
    shop.ship("old")
    assert shop.deployer().plan().changes_nothing


def test_what_was_confirmed_is_what_is_done_or_nothing(shop: Shop) -> None:
    shop.ship("old")
    shop.files = sources("new")
    confirmed = shop.deployer().plan().digest
    shop.files = sources("third")
    with pytest.raises(Moved, match="nothing was done"):
        shop.deployer().deploy(ANN, confirmed)
    assert shop.words() == {"old"}


def test_a_site_that_changed_since_the_plan_moves_it_too(shop: Shop) -> None:
    shop.ship("old")
    shop.files = sources("new")
    confirmed = shop.deployer().plan().digest
    shop.ship("third")
    shop.files = sources("new")
    with pytest.raises(Moved):
        shop.deployer().deploy(ANN, confirmed)
    assert shop.words() == {"third"}


def test_a_lock_lets_only_one_deploy_at_a_time(shop: Shop) -> None:
    shop.ship("old")
    shop.parts("process 2").lock.take("other", BOB)
    shop.files = sources("new")
    deployer = shop.deployer()
    with pytest.raises(Locked, match="Bob deploys now"):
        deployer.deploy(ANN, deployer.plan().digest)
    with pytest.raises(Locked, match="Bob deploys now"):
        deployer.rollback(ANN)
    assert shop.words() == {"old"}


def test_a_lock_without_a_deploy_is_taken_over_once_it_has_expired(shop: Shop) -> None:
    shop.parts("process 2").lock.take("other", BOB)
    shop.clock.advance(minutes=13)
    with pytest.raises(Locked):
        shop.ship("old")
    shop.clock.advance(minutes=1)
    shop.ship("old")
    assert shop.words() == {"old"}


def test_a_lock_of_a_dead_process_is_taken_over_at_once(shop: Shop) -> None:
    shop.parts("process 2").lock.take("other", BOB)
    shop.dead.add("process 2")
    shop.ship("old")
    assert shop.words() == {"old"}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (
            {"index.html": b'<meta name="build" content=""><script src="/assets/none.js">'},
            "none.js, which is not",
        ),
        ({"assets/look.css": b"a{background:url(/assets/none.png)}"}, "none.png, which is not there"),
        ({"notes.docx": b""}, "unknown kind"),
        ({"t/x.json": b"{}"}, "where the views are"),
        ({"data/x.json": b"{}"}, "where the views are"),
    ],
)
def test_a_site_that_may_not_be_released_stops_before_anything(
    shop: Shop, change: dict[str, bytes], complaint: str
) -> None:
    shop.ship("old")
    shop.files = sources("new") | change
    with pytest.raises(Unfit, match=complaint):
        shop.deployer().plan()
    assert shop.words() == {"old"}


def test_a_function_that_may_not_be_released_stops_before_anything(shop: Shop) -> None:
    shop.ship("old")
    shop.function = OLD_FUNCTION + "for (const a of b) {}\n"
    with pytest.raises(Unfit, match="for-of"):
        shop.deployer().plan()


def test_a_delete_of_more_than_a_third_of_the_site_stops_before_anything(shop: Shop) -> None:
    shop.ship("old")
    whole = sources("new")
    there = len(whole)
    for key in ("robots.txt", "favicon.svg", "book/not-found.html"):
        del whole[key]
    shop.files = whole
    assert len(shop.deployer().plan().removed) == there / 3
    del whole["book/phoenix/index.html"]
    with pytest.raises(Unfit, match="more than a third"):
        shop.deployer().plan()


def test_assets_count_by_their_names_when_they_go(shop: Shop) -> None:
    shop.ship("old")
    shop.files = {
        key: body
        for key, body in sources("new").items()
        if not key.startswith(("assets/same", "robots", "book"))
    }
    with pytest.raises(Unfit, match="4 of 9 files"):
        shop.deployer().plan()


def test_releases_and_their_assets_are_kept_for_a_week_and_five_deploys(shop: Shop) -> None:
    first = shop.ship("old")
    asset = next(key for key in shop.site.keys("assets/look"))
    for number in range(6):
        shop.clock.advance(days=1)
        shop.ship(f"word {number}")
    assert first in shop.parts().shelf.releases()
    shop.clock.advance(days=2)
    shop.ship("new")
    assert first not in shop.parts().shelf.releases()
    assert asset not in list(shop.site.keys())
    assert len(shop.parts().shelf.releases()) == 6
    shop.clock.advance(days=30)
    shop.ship("third")
    assert len(shop.parts().shelf.releases()) == 5


def test_the_history_names_the_last_ten(shop: Shop) -> None:
    for number in range(12):
        shop.ship(f"word {number}")
    assert len(shop.deployer().history()) == 10


def test_a_slow_invalidation_is_a_warning(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shop.service, "invalidated", lambda _id: False)
    shop.ship("old")
    (deploy,) = shop.deployer().history()
    assert deploy.outcome is Outcome.DONE
    assert "slow to forget" in deploy.warnings[0]
    assert timedelta(seconds=sum(shop.pauses)) >= timedelta(minutes=1)


def test_what_is_kept_in_staging_is_plain_json(shop: Shop) -> None:
    release = shop.ship("old")
    current = shop.staging.get("current.json")
    assert current is not None
    assert json.loads(current.body)["release"] == release
    manifest = shop.staging.get(f"releases/{release}/manifest.json")
    assert manifest is not None
    assert json.loads(manifest.body)["entries"][-1]["key"] == "index.html"
