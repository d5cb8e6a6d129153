"""The object stores that the contract runs on."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto import mock_aws

from core.adapters.directory import DirectoryObjects
from core.adapters.memory import MemoryObjects
from core.adapters.s3 import S3Clients, S3Objects
from core.ports import ObjectStore
from tests.fakes.fixtures import cloudfront_api, cloudfront_server
from tests.servers.seaweed import BUCKET, clients_for

__all__ = ["cloudfront_api", "cloudfront_server"]

_AWS = "https://s3.us-east-1.amazonaws.com"
_SEAWEED = pytest.param("seaweed", marks=pytest.mark.seaweed)


@pytest.fixture(scope="session")
def mocked_clients() -> S3Clients:
    """Clients that talk to moto, inside `mock_aws`; making them takes longer than a test."""
    return clients_for(_AWS)


def _memory(_request: pytest.FixtureRequest) -> Iterator[ObjectStore]:
    yield MemoryObjects()


def _directory(request: pytest.FixtureRequest) -> Iterator[ObjectStore]:
    folder: Path = request.getfixturevalue("tmp_path")
    yield DirectoryObjects(folder / "state")


def _moto(request: pytest.FixtureRequest) -> Iterator[ObjectStore]:
    clients: S3Clients = request.getfixturevalue("mocked_clients")
    with mock_aws():
        clients.reads.create_bucket(Bucket="bucket")
        yield S3Objects("bucket", "some/prefix", clients=clients)


def _seaweed(request: pytest.FixtureRequest) -> Iterator[ObjectStore]:
    clients: S3Clients = request.getfixturevalue("seaweed")
    yield S3Objects(BUCKET, request.getfixturevalue("seaweed_prefix"), clients=clients)


_STORES = {"memory": _memory, "directory": _directory, "moto": _moto, "seaweed": _seaweed}


@pytest.fixture(params=["memory", "directory", "moto", _SEAWEED])
def objects(request: pytest.FixtureRequest) -> Iterator[ObjectStore]:
    """An empty store."""
    yield from _STORES[request.param](request)


# moto checks a condition and then writes without a lock, so it loses races by itself.
@pytest.fixture(params=["memory", "directory", _SEAWEED])
def racing_objects(request: pytest.FixtureRequest) -> Iterator[ObjectStore]:
    """An empty store that many writers may use at once; threads change as often as they can."""
    usual_s = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield from _STORES[request.param](request)
    sys.setswitchinterval(usual_s)
