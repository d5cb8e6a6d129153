"""S3 and the way to it fail: what is said about a write is true, and a write is sent once."""

import os
from collections.abc import Iterator

import pytest

from core.adapters import aws_requests
from core.adapters.s3 import S3Clients, S3Objects
from core.ports import Absent, Condition, Conflict, Matches, NotFound, OutcomeUnknown, StoreError, Unreachable
from tests.faults.faulty_s3 import Answer, Cut, Drop, Fault, FaultyS3, Silence
from tests.servers.seaweed import clients_for


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[FaultyS3, S3Clients]]:
    """One server and its clients for all tests: to make clients takes longer than a test."""
    with FaultyS3().serving() as server:
        yield server, clients_for(server.url)


@pytest.fixture
def server(running: tuple[FaultyS3, S3Clients]) -> FaultyS3:
    running[0].forget()
    return running[0]


@pytest.fixture
def objects(running: tuple[FaultyS3, S3Clients]) -> S3Objects:
    return S3Objects("bucket", "prefix", clients=running[1])


def test_a_write_whose_answer_is_lost_landed_was_sent_once_and_nobody_says_otherwise(
    server: FaultyS3, objects: S3Objects
) -> None:
    server.faults = [Drop()]

    with pytest.raises(OutcomeUnknown, match=r"s3://bucket/prefix/jobs\.json.*may have been written"):
        objects.put("jobs.json", b"mine", condition=Matches('"0"'))

    assert server.asked == ["PUT"]
    assert server.objects == {"/bucket/prefix/jobs.json": b"mine"}


def test_a_write_that_is_never_answered_may_have_landed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws_requests, "_READ_TIMEOUT_S", 0.2)
    with FaultyS3().serving() as server:
        server.faults = [Silence()]

        with pytest.raises(OutcomeUnknown):
            S3Objects("bucket", clients=clients_for(server.url)).put("a", b"mine")

        assert server.asked == ["PUT"]
        assert server.objects == {"/bucket/a": b"mine"}


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("condition", [None, Absent(), Matches('"0"')])
@pytest.mark.parametrize("code", ["InternalError", ""])
def test_a_fault_of_the_server_leaves_the_outcome_open_and_is_not_tried_again(
    server: FaultyS3, objects: S3Objects, status: int, condition: Condition, code: str
) -> None:
    server.faults = [Answer(status, code)]

    with pytest.raises(OutcomeUnknown, match=str(status)):
        objects.put("a", b"mine", condition=condition)

    assert server.asked == ["PUT"]


@pytest.mark.parametrize(
    ("fault", "condition", "kind", "says"),
    [
        (Answer(412, "PreconditionFailed"), Matches('"0"'), Conflict, "somebody else was first"),
        (Answer(412, "PreconditionFailed"), Absent(), Conflict, "somebody else was first"),
        (Answer(409, "ConditionalRequestConflict"), Matches('"0"'), Conflict, "somebody else was first"),
        (Answer(409, "ConditionalRequestConflict"), Absent(), Conflict, "somebody else was first"),
        (Answer(404, "NoSuchKey"), Matches('"0"'), Conflict, "somebody else was first"),
        (Answer(404, "NoSuchBucket"), Matches('"0"'), Unreachable, "s3://bucket/.*Create the bucket"),
        (Answer(404, "NoSuchBucket"), Absent(), Unreachable, "Create the bucket"),
        (Answer(409, "OperationAborted"), None, Unreachable, "OperationAborted"),
        (Answer(503, "SlowDown"), Matches('"0"'), Unreachable, "fewer requests"),
        (Answer(429, "TooManyRequests"), None, Unreachable, "429"),
        (Answer(403, "AccessDenied"), None, Unreachable, "s3:GetObject"),
        (Answer(403, "SignatureDoesNotMatch"), None, Unreachable, "AWS_SECRET_ACCESS_KEY"),
        (Answer(403, "RequestTimeTooSkewed"), None, Unreachable, "clock"),
        (Answer(403), None, Unreachable, "credentials"),
        (Answer(501, "NotImplemented"), Absent(), Unreachable, "conditional writes"),
        (Answer(301, "PermanentRedirect"), None, Unreachable, "AWS_REGION"),
    ],
)
def test_a_write_that_is_turned_away_says_why_and_is_not_tried_again(
    server: FaultyS3,
    objects: S3Objects,
    fault: Fault,
    condition: Condition,
    kind: type[StoreError],
    says: str,
) -> None:
    server.faults = [fault]

    with pytest.raises(kind, match=says):
        objects.put("a", b"mine", condition=condition)

    assert [what for what in server.asked if what == "PUT"] == ["PUT"]
    assert server.objects == {}


@pytest.mark.parametrize("behind", [b"HTTP/1.0 2", b"HTTP", b"ETag: ", b'ETag: "1'])
def test_a_write_whose_answer_is_cut_off_before_its_tag_is_of_unknown_outcome(
    server: FaultyS3, objects: S3Objects, behind: bytes
) -> None:
    server.faults = [Cut(behind.replace(b"1.0", b"1.1"))]

    with pytest.raises(OutcomeUnknown, match="Read it to find out"):
        objects.put("a", b"mine", condition=Matches('"0"'))

    assert server.asked == ["PUT"]


@pytest.mark.parametrize(
    "behind",
    [
        b"HTTP",
        b"Server",
        b"ETag: ",
        b"Modified: Mon",
        b"Content-Length: ",
        b"Content-Le",
        b"\r\n\r\n",
        b"\r\n\r\nhal",
    ],
)
def test_an_object_whose_end_did_not_come_is_not_taken_for_a_shorter_one(
    server: FaultyS3, objects: S3Objects, behind: bytes
) -> None:
    objects.put("a", b"half of it")
    server.faults = [Cut(behind)] * 9

    with pytest.raises(Unreachable, match="Try again"):
        objects.get("a")


@pytest.mark.parametrize("behind", [b"Content-Ty", b"\r\n\r\n"])
def test_a_list_of_which_nothing_came_is_not_an_empty_one(
    server: FaultyS3, objects: S3Objects, behind: bytes
) -> None:
    server.faults = [Cut(behind)] * 9

    with pytest.raises(Unreachable, match=r"list s3://bucket/prefix/.*Try again"):
        objects.keys()


def test_a_removal_whose_answer_is_lost_is_of_unknown_outcome(server: FaultyS3, objects: S3Objects) -> None:
    server.faults = [Drop()]

    with pytest.raises(OutcomeUnknown, match="remove s3://bucket/prefix/a"):
        objects.delete("a")

    assert server.asked == ["DELETE"]


@pytest.mark.parametrize("fault", [Drop(), Answer(503, "SlowDown"), Answer(500, "InternalError")])
def test_a_read_is_tried_again(server: FaultyS3, objects: S3Objects, fault: Fault) -> None:
    objects.put("a", b"1")
    server.faults = [fault]

    there = objects.get("a")

    assert there is not None
    assert there.body == b"1"


@pytest.mark.parametrize(
    ("fault", "kind", "says"),
    [
        (Answer(404, "NoSuchKey"), NotFound, "s3://bucket/prefix/a"),
        (Answer(404, "NoSuchBucket"), Unreachable, "s3://bucket/.*Create the bucket"),
        (Answer(403, "AccessDenied"), Unreachable, "s3:GetObject"),
        (Answer(503, "SlowDown"), Unreachable, "fewer requests"),
        (Drop(), Unreachable, "s3://bucket/prefix/a"),
    ],
)
def test_a_read_that_fails_for_good_says_why(
    server: FaultyS3, objects: S3Objects, fault: Fault, kind: type[StoreError], says: str
) -> None:
    server.faults = [fault] * 9

    with pytest.raises(kind, match=says):
        objects.get("a")


@pytest.mark.parametrize("fault", [Answer(404, "NoSuchBucket"), Answer(403, "AccessDenied"), Drop()])
def test_a_list_that_fails_for_good_says_why(server: FaultyS3, objects: S3Objects, fault: Fault) -> None:
    server.faults = [fault] * 9

    with pytest.raises(Unreachable, match="list s3://bucket/prefix/"):
        objects.keys()


def test_a_server_that_is_not_there_got_nothing() -> None:
    away = S3Objects("bucket", clients=clients_for("http://127.0.0.1:1"))

    with pytest.raises(Unreachable, match="AWS_ENDPOINT_URL"):
        away.put("a", b"1")
    with pytest.raises(Unreachable, match="AWS_ENDPOINT_URL"):
        away.get("a")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("AWS_ACCESS_KEY_ID", "", "Set AWS_ACCESS_KEY_ID"),
        ("AWS_ENDPOINT_URL", "nonsense", "Check AWS_ENDPOINT_URL"),
        ("AWS_PROFILE", "nobody", "nobody"),
    ],
)
def test_settings_that_cannot_work_are_named(
    server: FaultyS3, monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    settings = {
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test" if name != "AWS_ACCESS_KEY_ID" else "",
        "AWS_ENDPOINT_URL": server.url,
        name: value,
    }
    for setting, text in settings.items():
        monkeypatch.setenv(setting, text)
    objects = S3Objects("bucket", clients=S3Clients())

    with pytest.raises(Unreachable, match=says):
        objects.put("a", b"1")
    with pytest.raises(Unreachable, match=says):
        objects.get("a")
    with pytest.raises(Unreachable, match=says):
        objects.keys()
    assert server.asked == []
