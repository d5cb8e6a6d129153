"""The live check sees what a viewer would, and a deploy that fails it is taken back."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from core.adapters.memory import MemoryObjects
from core.deploy import check
from core.deploy.check import CANARY, Seen, Viewer
from core.deploy.errors import PutBack
from core.deploy.record import Outcome
from core.domain.views import view_key
from core.ports import Unreachable
from tests.core.deploy.house import ANN, VIEW, Shop, sources

Change = Callable[[Seen], Seen]


class Distorted:
    """Shows some paths otherwise than they are."""

    def __init__(self, inner: Viewer, changes: Mapping[str, Change]) -> None:
        self._inner = inner
        self._changes = changes

    def look(self, path: str) -> Seen:
        seen = self._inner.look(path)
        for start, change in self._changes.items():
            if path == start or (start.endswith("*") and path.startswith(start[:-1])):
                return change(seen)
        return seen


def without(name: str) -> Change:
    return lambda seen: replace(seen, headers={k: v for k, v in seen.headers.items() if k != name})


def status(number: int) -> Change:
    return lambda seen: replace(seen, status=number)


def down(_seen: Seen) -> Seen:
    raise Unreachable("no answer")


@pytest.fixture
def shop() -> Shop:
    shop = Shop(MemoryObjects(), MemoryObjects())
    shop.site.put(VIEW, b"{}", content_type="application/json")
    shop.ship("old")
    return shop


def faults(shop: Shop, changes: Mapping[str, Change]) -> list[str]:
    manifest = shop.deployer().live()
    assert manifest is not None
    return check.faults(manifest, Distorted(shop.viewer, changes), VIEW, shop.pauses.append)


def test_a_site_that_is_as_it_has_to_be_passes_at_once(shop: Shop) -> None:
    assert faults(shop, {}) == []
    assert shop.pauses == []


@pytest.mark.parametrize(
    ("path", "change", "fault"),
    [
        ("/", lambda seen: replace(seen, body=seen.body + b" "), "/: it is another version"),
        ("/index.html", status(503), "/index.html: the status is 503"),
        (f"/track/{CANARY}", down, f"/track/{CANARY}: no answer"),
        ("/track/malformed", without("content-security-policy"), "content-security-policy is missing"),
        ("/book/phoenix", without("strict-transport-security"), "strict-transport-security is missing"),
        ("/", without("x-content-type-options"), "x-content-type-options is missing"),
        ("/", without("cache-control"), "cache-control is '', not 'no-cache'"),
        ("/assets/look*", status(403), ".css: the status is 403"),
        ("/assets/run*", without("cache-control"), "not 'public, max-age=31536000, immutable'"),
        (f"/t/{CANARY}.json", status(200), f"/t/{CANARY}.json: the status is 200"),
        ("/data/board.json", status(200), "/data/board.json: the status is 200"),
        (f"/book/{CANARY}", status(200), f"/book/{CANARY}: the status is 200"),
        ("/book/not-found.html", status(404), "/book/not-found.html: the status is 404"),
        ("/login*", status(302), "the status is 302"),
        (f"/{VIEW}", status(403), f"/{VIEW}: the status is 403"),
    ],
)
def test_each_thing_that_is_wrong_is_named(shop: Shop, path: str, change: Change, fault: str) -> None:
    found = faults(shop, {path: change})
    assert any(fault in one for one in found), found
    assert len(shop.pauses) == check.LOOKS - 1


@pytest.mark.parametrize("path", [f"/t/{CANARY}.json", f"/book/{CANARY}", "/login*"])
@pytest.mark.parametrize("said", [403, 404])
def test_a_refusal_is_one_whichever_of_its_two_statuses_an_edge_gives_it(
    shop: Shop, path: str, said: int
) -> None:
    assert faults(shop, {path: status(said)}) == []


def test_a_page_of_another_build_is_found_though_all_its_bytes_are_as_released(shop: Shop) -> None:
    manifest = shop.deployer().live()
    assert manifest is not None
    other = manifest.model_copy(update={"build": "0123456789ab"})
    found = check.faults(other, shop.viewer, None, shop.pauses.append)
    assert any("it is not of the build 0123456789ab" in one for one in found)


def test_a_deploy_whose_live_site_is_wrong_is_taken_back(shop: Shop) -> None:
    shop.viewer = Distorted(shop.viewer, {"/": without("content-security-policy")})  # type: ignore[assignment] # a viewer too
    shop.files = sources("new")
    shop.clock.advance(minutes=1)
    deployer = shop.deployer()
    with pytest.raises(PutBack, match="content-security-policy is missing"):
        deployer.deploy(ANN, deployer.plan().digest)
    assert shop.words() == {"old"}
    assert deployer.history()[0].outcome is Outcome.PUT_BACK


def test_the_canary_could_be_a_token_and_is_nobodys() -> None:
    assert len(CANARY) == 22
    assert view_key(CANARY) == f"t/{CANARY}.json"
