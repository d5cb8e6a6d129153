"""The object stores and the state stores that the contracts run on."""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from moto import mock_aws

from core.adapters.directory import DirectoryObjects
from core.adapters.document import DocumentStateStore
from core.adapters.dynamodb.clients import DynamoClients
from core.adapters.dynamodb.objects import DynamoObjects
from core.adapters.dynamodb.setup import make_ready
from core.adapters.dynamodb.store import DynamoStateStore
from core.adapters.dynamodb.table import Table
from core.adapters.memory import MemoryObjects
from core.adapters.s3 import S3Clients, S3Objects
from core.ports import ObjectStore, StateStore
from tests.fakes.fixtures import cloudfront_api, cloudfront_server
from tests.fakes.memory_table import MemoryTable
from tests.servers.aws import aws_at
from tests.servers.dynalite import a_table
from tests.servers.seaweed import BUCKET, clients_for

__all__ = ["cloudfront_api", "cloudfront_server"]

_AWS = "https://s3.us-east-1.amazonaws.com"
_DYNAMO = "https://dynamodb.us-east-1.amazonaws.com"
_SEAWEED = pytest.param("seaweed", marks=pytest.mark.seaweed)


@pytest.fixture(scope="session")
def mocked_clients() -> S3Clients:
    """Clients that talk to moto, inside `mock_aws`; making them takes longer than a test."""
    return clients_for(_AWS)


@pytest.fixture(scope="session")
def mocked_dynamo() -> DynamoClients:
    """Clients that talk to moto, inside `mock_aws`."""
    clients = DynamoClients()
    with aws_at(_DYNAMO):
        assert clients.reads.meta.endpoint_url == _DYNAMO
    return clients


def no_pause(_seconds: float) -> None:
    """Go on at once."""


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


def _dynamodb(request: pytest.FixtureRequest) -> Iterator[ObjectStore]:
    clients: DynamoClients = request.getfixturevalue("mocked_dynamo")
    with mock_aws():
        table = a_table(clients)
        make_ready(table, no_pause)
        yield DynamoObjects(table)


def _dynalite(request: pytest.FixtureRequest) -> Iterator[ObjectStore]:
    table = a_table(request.getfixturevalue("dynalite"))
    make_ready(table, no_pause)
    yield DynamoObjects(table)


_STORES = {
    "memory": _memory,
    "directory": _directory,
    "moto": _moto,
    "seaweed": _seaweed,
    "dynamodb": _dynamodb,
    "dynalite": _dynalite,
}


@pytest.fixture(params=["memory", "directory", "moto", _SEAWEED, "dynamodb"])
def objects(request: pytest.FixtureRequest) -> Iterator[ObjectStore]:
    """An empty store."""
    yield from _STORES[request.param](request)


# moto checks a condition and then writes without a lock, so it loses races by itself.
@pytest.fixture(params=["memory", "directory", _SEAWEED, "dynalite"])
def racing_objects(request: pytest.FixtureRequest) -> Iterator[ObjectStore]:
    """An empty store that many writers may use at once; threads change as often as they can."""
    usual_s = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield from _STORES[request.param](request)
    sys.setswitchinterval(usual_s)


@pytest.fixture
def rounds(request: pytest.FixtureRequest) -> int:
    """How often each of many threads counts: fewer where each try takes long."""
    return 2 if "dynalite" in request.node.callspec.params.values() else 25


@pytest.fixture(params=["memory", "directory", "moto", _SEAWEED, "dynamodb", "table in memory"])
def store(request: pytest.FixtureRequest) -> Iterator[StateStore]:
    """A store with no state yet."""
    if request.param == "table in memory":
        table = DynamoStateStore(MemoryTable(), no_pause)
        table.prepare = lambda: None  # type: ignore[method-assign] # the table is there
        yield table
        return
    if request.param != "dynamodb":
        for objects in _STORES[request.param](request):
            yield DocumentStateStore(objects, no_pause)
        return
    clients: DynamoClients = request.getfixturevalue("mocked_dynamo")
    with mock_aws():
        yield DynamoStateStore(a_table(clients), no_pause)


@pytest.fixture(params=["memory", "directory", _SEAWEED, "dynalite"])
def racing_store(request: pytest.FixtureRequest) -> Iterator[Callable[[], StateStore]]:
    """Opens one store with no state yet, again and again, as many processes would."""
    usual_s = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    if request.param == "dynalite":
        table: Table = a_table(request.getfixturevalue("dynalite"))
        yield lambda: DynamoStateStore(table, time.sleep)
    else:
        for objects in _STORES[request.param](request):
            yield lambda: DocumentStateStore(objects, no_pause)  # noqa: B023 - there is one
    sys.setswitchinterval(usual_s)
