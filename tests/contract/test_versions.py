"""What every place promises that keeps what an object was before it was written again."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from moto import mock_aws

from core.adapters.directory import DirectoryObjects
from core.adapters.memory import MemoryObjects
from core.adapters.s3 import S3Clients, S3Objects
from core.ports import NotFound, ObjectStore, Unusable, Versions
from tests.servers.seaweed import clients_for

KEY = "jobs.json"
BUCKET = "versioned"


class Place:
    """A store that keeps versions, and is one."""

    def __init__(self, store: ObjectStore) -> None:
        self.store = store
        assert isinstance(store, Versions)
        self.kept: Versions = store


def _directory(request: pytest.FixtureRequest) -> Iterator[Place]:
    folder: Path = request.getfixturevalue("tmp_path")
    yield Place(DirectoryObjects(folder / "state"))


def _moto(request: pytest.FixtureRequest) -> Iterator[Place]:
    clients: S3Clients = request.getfixturevalue("versioning_clients")
    with mock_aws():
        clients.reads.create_bucket(Bucket=BUCKET)
        clients.reads.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        yield Place(S3Objects(BUCKET, "some/prefix", clients=clients))


def _seaweed(request: pytest.FixtureRequest) -> Iterator[Place]:
    clients: S3Clients = request.getfixturevalue("seaweed")
    prefix: str = request.getfixturevalue("seaweed_prefix")
    with contextlib.suppress(clients.reads.exceptions.BucketAlreadyOwnedByYou):
        clients.reads.create_bucket(Bucket=BUCKET)
    clients.reads.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    yield Place(S3Objects(BUCKET, prefix, clients=clients))


_PLACES = {"directory": _directory, "moto": _moto, "seaweed": _seaweed}


@pytest.fixture(scope="session")
def versioning_clients() -> S3Clients:
    return clients_for("https://s3.us-east-1.amazonaws.com")


@pytest.fixture(params=["directory", "moto", pytest.param("seaweed", marks=pytest.mark.seaweed)])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """An empty store that keeps versions."""
    yield from _PLACES[request.param](request)


def test_an_object_that_was_never_written_has_no_version(place: Place) -> None:
    assert list(place.kept.versions(KEY)) == []
    with pytest.raises(NotFound):
        place.kept.version(KEY, "1234")


def test_the_newest_version_is_what_is_there(place: Place) -> None:
    place.store.put(KEY, b"one")
    (only,) = place.kept.versions(KEY)
    assert place.kept.version(KEY, only.version_id) == b"one"
    assert only.size == 3
    assert abs(only.written_at - datetime.now(UTC)) < timedelta(minutes=5)  # noqa: TID251 - the store's clock


def test_what_was_there_before_is_kept_and_read_back_by_its_id(place: Place) -> None:
    place.store.put(KEY, b"one")
    place.store.put(KEY, b"two two")
    newest, before = place.kept.versions(KEY)
    assert [place.kept.version(KEY, each.version_id) for each in (newest, before)] == [b"two two", b"one"]
    assert [each.size for each in (newest, before)] == [7, 3]
    assert newest.written_at >= before.written_at


def test_an_object_that_was_removed_still_has_its_versions(place: Place) -> None:
    place.store.put(KEY, b"one")
    place.store.put(KEY, b"two")
    place.store.delete(KEY)
    bodies = [place.kept.version(KEY, each.version_id) for each in place.kept.versions(KEY)]
    assert b"one" in bodies


def test_versions_of_other_objects_are_not_among_them(place: Place) -> None:
    place.store.put(KEY, b"one")
    place.store.put(f"{KEY}.probe-1", b"other")
    place.store.put("archive/jobs.json", b"other")
    assert len(list(place.kept.versions(KEY))) == 1


def test_a_version_that_never_was_is_not_found(place: Place) -> None:
    place.store.put(KEY, b"one")
    for version_id in ("0", "../../etc/passwd", "x" * 40):
        with pytest.raises(NotFound):
            place.kept.version(KEY, version_id)


@mock_aws
def test_a_bucket_without_versioning_says_how_to_switch_it_on(versioning_clients: S3Clients) -> None:
    versioning_clients.reads.create_bucket(Bucket="plain")
    S3Objects("plain", clients=versioning_clients).put(KEY, b"one")
    with pytest.raises(Unusable, match="put-bucket-versioning --bucket plain"):
        list(S3Objects("plain", clients=versioning_clients).versions(KEY))


def test_memory_keeps_none() -> None:
    assert not isinstance(MemoryObjects(), Versions)
