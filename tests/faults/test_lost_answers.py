"""Lost answers between the real boto3 and a raw HTTP server: nothing is sent again behind our back."""

import dataclasses
from collections.abc import Iterator

import pytest

from core.adapters.document import DocumentStateStore
from core.adapters.s3 import S3Objects
from core.adapters.settle import SENDS_MAX
from core.domain.state import State
from core.ports import (
    Absent,
    Conflict,
    Matches,
    OutcomeUnknown,
    Snapshot,
    StoreError,
    Unreachable,
)
from tests.core.codec.builders import a_job, a_state
from tests.servers.lossy_s3 import Answer, Drop, LossyS3, lossy_s3
from tests.servers.seaweed import clients_for

PUT = "PUT /bucket/some/jobs.json"
GET = "GET /bucket/some/jobs.json"


@pytest.fixture
def server() -> Iterator[LossyS3]:
    with lossy_s3() as server:
        yield server


@pytest.fixture
def objects(server: LossyS3) -> Iterator[S3Objects]:
    clients = clients_for(server.url)
    yield S3Objects("bucket", "some", clients=clients)
    clients.reads.close()
    clients.writes.close()


@pytest.fixture
def store(objects: S3Objects) -> DocumentStateStore:
    return DocumentStateStore(objects, lambda _seconds: None)


@pytest.fixture
def base(store: DocumentStateStore, server: LossyS3) -> Snapshot:
    snapshot = store.create(a_state())
    server.requests.clear()
    return snapshot


def with_job(base: Snapshot) -> State:
    return dataclasses.replace(base.state.next_write("ours"), jobs={1: a_job(1)}, next_number=2)


@pytest.mark.parametrize("drop", Drop)
def test_a_put_whose_answer_is_lost_is_sent_once(server: LossyS3, objects: S3Objects, drop: Drop) -> None:
    server.puts.append(drop)

    with pytest.raises(OutcomeUnknown):
        objects.put("jobs.json", b"{}", condition=Absent())

    assert server.requests == [PUT]
    assert bool(server.objects) is (drop is Drop.AFTER)


def test_a_save_that_landed_and_lost_its_answer_is_known_again(
    server: LossyS3, store: DocumentStateStore, base: Snapshot
) -> None:
    server.puts.append(Drop.AFTER)

    saved = store.save(with_job(base), base)

    assert server.requests == [PUT, GET]
    assert saved.state == with_job(base)
    assert store.load(saved) is saved


def test_a_save_that_was_lost_on_the_way_is_sent_again_once(
    server: LossyS3, store: DocumentStateStore, base: Snapshot
) -> None:
    server.puts.append(Drop.BEFORE)

    saved = store.save(with_job(base), base)

    assert server.requests == [PUT, GET, PUT]
    assert saved == store.load()


def test_a_save_that_was_lost_each_time_ends_with_outcome_unknown(
    server: LossyS3, store: DocumentStateStore, base: Snapshot
) -> None:
    server.puts.extend([Drop.BEFORE] * SENDS_MAX)

    with pytest.raises(OutcomeUnknown):
        store.save(with_job(base), base)

    assert server.requests == [PUT, GET] * SENDS_MAX


def test_a_first_state_whose_answer_was_lost_is_known_again(
    server: LossyS3, store: DocumentStateStore
) -> None:
    server.puts.append(Drop.AFTER)

    created = store.create(a_state())

    assert created == store.load()
    assert server.requests.count(PUT) == 1


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        ((500, "InternalError"), OutcomeUnknown),
        ((502, "BadGateway"), OutcomeUnknown),
        ((504, "GatewayTimeout"), OutcomeUnknown),
        ((503, "SlowDown"), Unreachable),
        ((400, "RequestTimeout"), Unreachable),
        ((403, "AccessDenied"), Unreachable),
        ((403, "InvalidAccessKeyId"), Unreachable),
        ((404, "NoSuchBucket"), Unreachable),
        ((404, "NoSuchKey"), Conflict),
        ((409, "ConditionalRequestConflict"), Conflict),
        ((412, "PreconditionFailed"), Conflict),
    ],
)
def test_each_answer_to_a_conditional_put_means_one_thing_and_is_sent_once(
    server: LossyS3, objects: S3Objects, answer: Answer, meaning: type[StoreError]
) -> None:
    etag = objects.put("jobs.json", b"1")
    server.requests.clear()
    server.puts.append(answer)

    with pytest.raises(StoreError) as caught:
        objects.put("jobs.json", b"2", condition=Matches(etag))

    assert caught.type is meaning
    assert "s3://bucket/some/jobs.json" in str(caught.value)
    assert server.requests == [PUT]
    assert server.objects["/bucket/some/jobs.json"] == b"1"


def test_a_server_that_is_not_there_is_unreachable() -> None:
    with lossy_s3() as gone:
        url = gone.url
    clients = clients_for(url)
    nowhere = S3Objects("bucket", clients=clients)

    for attempt in (lambda: nowhere.get("a"), lambda: nowhere.put("a", b""), lambda: list(nowhere.keys())):
        with pytest.raises(Unreachable, match="s3://bucket/"):
            attempt()
