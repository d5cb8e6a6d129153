"""What every edge promises: the function's life cycle, trial runs, and the cache that forgets."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.edge.service import LocalEdgeService
from core.adapters.cloudfront import CloudFrontEdge
from core.adapters.directory import DirectoryObjects
from core.adapters.memory import MemoryObjects
from core.ports import FUNCTION_BYTES_MAX, Conflict, Edge, FunctionCode, NotFound, ObjectStore, Unusable
from tests.fakes.cloudfront import FakeCloudFront

FIRST = "function handler(event) { event.request.uri = '/first.html'; return event.request; }\n"
SECOND = "function handler(event) { event.request.uri = '/second.html'; return event.request; }\n"
EVENT = {
    "version": "1.0",
    "context": {
        "distributionDomainName": "d111111abcdef8.cloudfront.net",
        "distributionId": "EDFDVBD6EXAMPLE",
        "eventType": "viewer-request",
        "requestId": "4TyzHTaYWb1GX1qTfsHhEqV6HUDd_BzoBZnwfnvQc_1oF26ClkoUSEQ==",
    },
    "viewer": {"ip": "198.51.100.11"},
    "request": {"method": "GET", "uri": "/", "querystring": {}, "headers": {}, "cookies": {}},
}


class FixedClock:
    def now(self) -> datetime:
        return datetime(2026, 11, 23, 21, 50, tzinfo=UTC)


def local_edge(objects: ObjectStore) -> LocalEdgeService:
    return LocalEdgeService(objects, keys=dict, clock=FixedClock())


def _memory(_request: pytest.FixtureRequest) -> Iterator[Edge]:
    yield local_edge(MemoryObjects())


def _directory(request: pytest.FixtureRequest) -> Iterator[Edge]:
    folder: Path = request.getfixturevalue("tmp_path")
    yield local_edge(DirectoryObjects(folder))


def _cloudfront(request: pytest.FixtureRequest) -> Iterator[Edge]:
    fake: FakeCloudFront = request.getfixturevalue("cloudfront_api")
    yield CloudFrontEdge(fake.client, distribution_id=fake.distribution_id, function=fake.function.name)


_EDGES = {"memory": _memory, "directory": _directory, "cloudfront": _cloudfront}


@pytest.fixture(params=list(_EDGES))
def edge(request: pytest.FixtureRequest) -> Iterator[Edge]:
    """An edge whose function was never published."""
    yield from _EDGES[request.param](request)


def published(edge: Edge, source: str) -> FunctionCode:
    draft = edge.update(source, edge.draft())
    edge.publish(draft)
    return draft


def test_a_draft_is_not_live_before_it_is_published(edge: Edge) -> None:
    draft = edge.update(FIRST, edge.draft())
    assert edge.live() is None
    assert edge.draft() == draft
    edge.publish(draft)
    live = edge.live()
    assert live is not None
    assert live.source == FIRST


def test_a_new_draft_leaves_what_is_live(edge: Edge) -> None:
    published(edge, FIRST)
    edge.update(SECOND, edge.draft())
    live = edge.live()
    assert live is not None
    assert live.source == FIRST
    assert edge.draft().source == SECOND


def test_a_draft_that_somebody_else_changed_is_neither_replaced_nor_tested_nor_published(edge: Edge) -> None:
    mine = edge.update(FIRST, edge.draft())
    edge.update(SECOND, mine)
    with pytest.raises(Conflict):
        edge.update(FIRST, mine)
    with pytest.raises(Conflict):
        edge.test(mine, EVENT)
    with pytest.raises(Conflict):
        edge.publish(mine)
    assert edge.draft().source == SECOND
    assert edge.live() is None


def test_a_trial_runs_the_draft(edge: Edge) -> None:
    published(edge, FIRST)
    draft = edge.update(SECOND, edge.draft())
    trial = edge.test(draft, EVENT)
    assert trial.error == ""
    assert trial.outcome == {**EVENT["request"], "uri": "/second.html"}  # type: ignore[dict-item] # plain JSON


@pytest.mark.parametrize(
    "source",
    [
        "function handler(event) { throw new Error('broken'); }",
        "function handler(event) { }",
        "function handler(event) { return event; }",
    ],
)
def test_a_trial_of_a_function_that_fails_says_so(edge: Edge, source: str) -> None:
    trial = edge.test(edge.update(source, edge.draft()), EVENT)
    assert trial.outcome is None
    assert trial.error


@pytest.mark.parametrize(
    "event",
    [{}, {**EVENT, "more": 1}, "text", {**EVENT, "viewer": {"ip": "x" * 41_000}}],
    ids=["empty", "unknown part", "no object", "too large"],
)
def test_an_event_that_the_service_would_not_take_is_refused(edge: Edge, event: object) -> None:
    draft = edge.update(FIRST, edge.draft())
    with pytest.raises(Unusable):
        edge.test(draft, event)


def test_a_function_that_is_too_large_is_refused_and_one_of_just_that_size_is_not(edge: Edge) -> None:
    fits = FIRST + " " * (FUNCTION_BYTES_MAX - len(FIRST))
    draft = edge.update(fits, edge.draft())
    with pytest.raises(Unusable, match="10,241"):
        edge.update(fits + " ", draft)
    assert edge.draft() == draft


def test_what_was_published_settles(edge: Edge) -> None:
    published(edge, FIRST)
    assert edge.settled()


def test_an_invalidation_can_be_asked_for_again_and_is_the_same_one(edge: Edge) -> None:
    paths = ("/", "/index.html", "/track/*")
    first = edge.invalidate(paths, "r1")
    assert edge.invalidate(paths, "r1") == first
    assert edge.invalidate(paths, "r2") != first
    assert edge.invalidated(first)


def test_a_reference_stands_for_one_set_of_paths(edge: Edge) -> None:
    edge.invalidate(("/",), "r1")
    with pytest.raises(Conflict):
        edge.invalidate(("/track/*",), "r1")


@pytest.mark.parametrize("path", ["index.html", "/a*b", "/a b", ""])
def test_a_path_that_cannot_be_invalidated_is_refused(edge: Edge, path: str) -> None:
    with pytest.raises(Unusable):
        edge.invalidate((path,), "r1")


def test_an_unknown_invalidation_is_said(edge: Edge) -> None:
    with pytest.raises(NotFound):
        edge.invalidated("none")
