"""CloudFront's API: lost answers, other people's writes, and the shapes that only it has."""

import json
from pathlib import Path

import pytest

from core.adapters.cloudfront import CloudFrontEdge
from core.deploy.cases import OLD_KEY, read_cases
from core.domain.session import SessionKey, key_entries
from core.ports import Conflict, NotFound, OutcomeUnknown, Unreachable, Unusable
from tests.fakes.cloudfront import FakeCloudFront, Fault
from tests.fakes.cloudfront.function import NOW

FUNCTION_FILE = Path(__file__).parents[3] / "cf" / "qdn-track-rewrite.js"
KEY = SessionKey(kid="k2", secret="not-a-secret-only-a-test-key-0123456789abc")
SAMPLE = 4  # each takes an HTTP request, and tests/cf runs them all
SOURCE = "function handler(event) { return event.request; }\n"
OTHER = "function handler(event) { event.request.uri = '/other'; return event.request; }\n"


@pytest.fixture
def edge(cloudfront_api: FakeCloudFront) -> CloudFrontEdge:
    return CloudFrontEdge(
        cloudfront_api.client,
        distribution_id=cloudfront_api.distribution_id,
        function=cloudfront_api.function.name,
    )


def test_an_update_leaves_runtime_and_keys_as_they_are(
    cloudfront_api: FakeCloudFront, edge: CloudFrontEdge
) -> None:
    edge.update(SOURCE, edge.draft())
    assert "<Runtime>cloudfront-js-2.0</Runtime>" in cloudfront_api.function.config
    assert cloudfront_api.store.arn in cloudfront_api.function.config


def test_an_update_whose_answer_was_lost_is_found_to_have_landed(
    cloudfront_api: FakeCloudFront, edge: CloudFrontEdge
) -> None:
    base = edge.draft()
    cloudfront_api.faults.extend([None, Fault.LOST])  # the look at its configuration, then the write
    draft = edge.update(SOURCE, base)
    assert draft == edge.draft()
    assert cloudfront_api.function.updated == [SOURCE]


def test_an_update_that_never_gets_an_answer_may_have_landed(
    cloudfront_api: FakeCloudFront, edge: CloudFrontEdge
) -> None:
    base = edge.draft()
    cloudfront_api.faults.extend([None, Fault.LOST, Fault.TURNED_AWAY])
    with pytest.raises(OutcomeUnknown):
        edge.update(SOURCE, base)


def test_publishing_may_lose_its_answer_and_is_done_again(
    cloudfront_api: FakeCloudFront, edge: CloudFrontEdge
) -> None:
    draft = edge.update(SOURCE, edge.draft())
    cloudfront_api.faults.append(Fault.LOST)
    edge.publish(draft)
    assert cloudfront_api.function.live == SOURCE


def test_a_publish_without_any_answer_may_have_landed(
    cloudfront_api: FakeCloudFront, edge: CloudFrontEdge
) -> None:
    draft = edge.update(SOURCE, edge.draft())
    cloudfront_api.faults.extend([Fault.LOST, Fault.LOST])
    with pytest.raises(OutcomeUnknown):
        edge.publish(draft)


def test_reading_is_tried_again_and_then_given_up(
    cloudfront_api: FakeCloudFront, edge: CloudFrontEdge
) -> None:
    cloudfront_api.faults.append(Fault.TURNED_AWAY)
    edge.draft()
    cloudfront_api.faults.extend([Fault.TURNED_AWAY] * 2)
    with pytest.raises(Unreachable, match="Slow down"):
        edge.draft()


def test_somebody_elses_update_in_between_is_a_conflict(
    cloudfront_api: FakeCloudFront, edge: CloudFrontEdge
) -> None:
    base = edge.draft()
    theirs = cloudfront_api.function
    theirs.update(theirs.etag("DEVELOPMENT"), OTHER.encode(), theirs.config)
    with pytest.raises(Conflict):
        edge.update(SOURCE, base)
    assert theirs.draft == OTHER


def test_a_trial_gives_what_each_promise_says(cloudfront_api: FakeCloudFront, edge: CloudFrontEdge) -> None:
    draft = edge.update(FUNCTION_FILE.read_text("utf-8"), edge.draft())
    cases = [case for case in read_cases() if case.keys is None][::SAMPLE]
    cloudfront_api.function.keys = {**key_entries(KEY), f"k.{OLD_KEY.kid}": OLD_KEY.secret}
    for case in cases:
        outcome = edge.test(draft, case.event_at(NOW, KEY)).outcome
        assert outcome == case.expected_at(NOW, KEY), case.promise
    assert {"statusCode" in json.dumps(case.expected) for case in cases} == {True, False}


def test_a_trial_tells_what_it_took(cloudfront_api: FakeCloudFront, edge: CloudFrontEdge) -> None:
    draft = edge.update(SOURCE, edge.draft())
    cloudfront_api.function.utilisation = 71
    assert edge.test(draft, read_cases()[0].event_at(NOW, KEY)).utilisation == 71


def test_a_function_that_no_distribution_runs_never_settles(
    cloudfront_api: FakeCloudFront, edge: CloudFrontEdge
) -> None:
    edge.publish(edge.update(SOURCE, edge.draft()))
    cloudfront_api.function.associated = False
    with pytest.raises(Unusable, match="quickdump provision"):
        edge.settled()


def test_an_invalidation_under_way_is_not_done(cloudfront_api: FakeCloudFront, edge: CloudFrontEdge) -> None:
    cloudfront_api.completed = False
    request_id = edge.invalidate(("/",), "r1")
    assert not edge.invalidated(request_id)
    cloudfront_api.completed = True
    assert edge.invalidated(request_id)


def test_an_invalidation_whose_answer_was_lost_is_the_same_one(
    cloudfront_api: FakeCloudFront, edge: CloudFrontEdge
) -> None:
    cloudfront_api.faults.append(Fault.LOST)
    assert edge.invalidate(("/",), "r1") in cloudfront_api.invalidations
    assert len(cloudfront_api.invalidations) == 1


def test_too_many_invalidations_are_for_later(cloudfront_api: FakeCloudFront, edge: CloudFrontEdge) -> None:
    cloudfront_api.completed = False
    for number in range(15):
        edge.invalidate(("/",), f"r{number}")
    with pytest.raises(Unreachable):
        edge.invalidate(("/",), "one more")


def test_names_that_are_not_there_are_said_with_their_setting(cloudfront_api: FakeCloudFront) -> None:
    edge = CloudFrontEdge(cloudfront_api.client, distribution_id="ENOTHERE", function="not-there")
    with pytest.raises(NotFound, match="CLOUDFRONT_FUNCTION"):
        edge.live()
    with pytest.raises(Unusable, match="CLOUDFRONT_DISTRIBUTION_ID"):
        edge.invalidate(("/",), "r1")
