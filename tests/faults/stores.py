"""The places on which fault runs go: each yields an empty store."""

import functools
import itertools
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from moto import mock_aws

from core.adapters.directory import DirectoryObjects
from core.adapters.memory import MemoryObjects
from core.adapters.s3 import S3Clients, S3Objects
from core.ports import ObjectStore
from tests.servers.seaweed import clients_for

_prefixes = itertools.count(1)


@contextmanager
def memory() -> Iterator[ObjectStore]:
    """Yield a store in memory."""
    yield MemoryObjects()


@contextmanager
def folder() -> Iterator[ObjectStore]:
    """Yield a store in a folder that goes away afterwards."""
    with tempfile.TemporaryDirectory() as path:
        yield DirectoryObjects(Path(path) / "state")


@contextmanager
def mocked_s3() -> Iterator[ObjectStore]:
    """Yield the S3 store on moto, whose conditions hold as long as one thread uses it: as here."""
    clients = _clients()
    with mock_aws():
        clients.reads.create_bucket(Bucket="bucket")
        yield S3Objects("bucket", f"run-{next(_prefixes)}", clients=clients)


STORES: dict[str, Callable[[], AbstractContextManager[ObjectStore]]] = {
    "memory": memory,
    "file": folder,
    "s3": mocked_s3,
}


@functools.cache
def _clients() -> S3Clients:
    return clients_for("https://s3.us-east-1.amazonaws.com")
