"""The homes of a state on which fault runs go: each is empty at first.

A folder and memory fail above the file system; S3 and DynamoDB fail on the line, below boto3.
"""

import functools
import itertools
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest
from moto import mock_aws
from typing_extensions import override

from core.adapters.directory import DirectoryObjects
from core.adapters.document import DocumentStateStore
from core.adapters.dynamodb import journal
from core.adapters.dynamodb.clients import DynamoClients
from core.adapters.dynamodb.store import DynamoStateStore
from core.adapters.dynamodb.table import Table
from core.adapters.memory import MemoryObjects
from core.adapters.s3 import S3Clients, S3Objects
from core.ports import Clock, ObjectStore, StateStore
from tests.faults.faulty_objects import FaultyObjects, PutFault
from tests.faults.line import Line, plugged, virtual_pauses
from tests.faults.wire import Way, Wire
from tests.servers.aws import aws_at
from tests.servers.seaweed import clients_for
from tests.virtual_time import travel

SMALL_TRANSACTION = 7
"""Writes in a transaction of every other table: a batch of two commands goes by way of the journal there."""

_names = itertools.count(1)


class Faults(Protocol):
    """What goes wrong between one process and the state."""

    def script(self, puts: Iterable[PutFault], gets: Iterable[bool] = ()) -> None:
        """Let the next writes and reads go so, and those after them well."""

    def land_all(self) -> None:
        """Let everything arrive that is still on its way."""


@dataclass(frozen=True, slots=True)
class Connection:
    """What one process has of a home."""

    store: StateStore
    faults: Faults


class Home(Protocol):
    """Where a state lives."""

    def calm(self, clock: Clock) -> StateStore:
        """Return a store that never fails."""

    def connect(self, way: Way, clock: Clock) -> Connection:
        """Return the store of one process, at the end of a way of its own."""


@dataclass(frozen=True, slots=True)
class Document(Home):
    """An object store."""

    objects: ObjectStore

    @override
    def calm(self, clock: Clock) -> StateStore:
        return DocumentStateStore(self.objects, travel)

    @override
    def connect(self, way: Way, clock: Clock) -> Connection:
        faulty = FaultyObjects(self.objects)
        return Connection(DocumentStateStore(Wire(faulty, way), travel), faulty)


@dataclass(frozen=True, slots=True)
class Bucket(Home):
    """S3 by moto."""

    prefix: str

    @override
    def calm(self, clock: Clock) -> StateStore:
        return DocumentStateStore(S3Objects("bucket", self.prefix, clients=_s3_clients()), travel)

    @override
    def connect(self, way: Way, clock: Clock) -> Connection:
        line, clients = Line("s3", way, way.chance), _s3_clients_anew()
        plugged(clients.reads, line)
        plugged(clients.writes, line)
        return Connection(DocumentStateStore(S3Objects("bucket", self.prefix, clients=clients), travel), line)


@dataclass(frozen=True, slots=True)
class DynamoTable(Home):
    """DynamoDB by moto."""

    name: str

    @override
    def calm(self, clock: Clock) -> StateStore:
        return DynamoStateStore(Table(self.name, clients=_dynamo_clients()), travel, clock=clock)

    @override
    def connect(self, way: Way, clock: Clock) -> Connection:
        line, clients = Line("dynamodb", way, way.chance), _dynamo_clients_anew()
        plugged(clients.reads, line)
        plugged(clients.writes, line)
        store = DynamoStateStore(Table(self.name, clients=clients), travel, clock=clock)
        return Connection(store, line)


@contextmanager
def memory(_seed: int = 0) -> Iterator[Home]:
    """Yield a store in memory."""
    yield Document(MemoryObjects())


@contextmanager
def folder(_seed: int = 0) -> Iterator[Home]:
    """Yield a store in a folder that goes away afterwards."""
    with tempfile.TemporaryDirectory() as path:
        yield Document(DirectoryObjects(Path(path) / "state"))


@contextmanager
def s3(_seed: int = 0) -> Iterator[Home]:
    """Yield a bucket of moto, whose conditions hold as long as one thread uses it: as here."""
    clients = _s3_clients()
    with mock_aws(), virtual_pauses():
        clients.reads.create_bucket(Bucket="bucket")
        yield Bucket(f"run-{next(_names)}")


@contextmanager
def dynamodb(seed: int = 0) -> Iterator[Home]:
    """Yield a table of moto, in every other world with transactions that are soon full."""
    with mock_aws(), virtual_pauses(), pytest.MonkeyPatch.context() as patch:
        if seed % 2:
            patch.setattr(journal, "ITEMS_MAX", SMALL_TRANSACTION)
        yield DynamoTable(f"run-{next(_names)}")


STORES: dict[str, Callable[[int], AbstractContextManager[Home]]] = {
    "memory": memory,
    "file": folder,
    "s3": s3,
    "dynamodb": dynamodb,
}


def _s3_clients_anew() -> S3Clients:
    return clients_for("https://s3.us-east-1.amazonaws.com")


def _dynamo_clients_anew() -> DynamoClients:
    clients = DynamoClients()
    with aws_at("https://dynamodb.us-east-1.amazonaws.com"):
        assert clients.reads.meta.endpoint_url
    return clients


_s3_clients = functools.cache(_s3_clients_anew)
_dynamo_clients = functools.cache(_dynamo_clients_anew)
