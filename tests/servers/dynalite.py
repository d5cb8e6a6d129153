"""A second DynamoDB, dynalite, for the whole test run: its conditional writes are atomic, unlike moto's.

It knows no transactions. `Transactions` makes them of single writes, *less* than DynamoDB promises: a reader
may see any part of one. Only the first write, the one that all compete for, is a compare-and-swap.
"""

import itertools
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from botocore.exceptions import ClientError
from typing_extensions import override

from core.adapters.dynamodb.clients import DynamoClients
from core.adapters.dynamodb.table import Table
from tests.servers.aws import aws_at
from tests.servers.seaweed import _free_ports as free_ports

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PROGRAM = Path(__file__).parent / "npm" / "node_modules" / "dynalite" / "cli.js"
_START_S = 20
_counter = itertools.count(1)


@pytest.fixture(scope="session")
def dynalite() -> Iterator[DynamoClients]:
    """Clients of the server; each test takes a table of its own, from `a_table`."""
    node = shutil.which("node")
    if node is None or not PROGRAM.exists():
        pytest.skip("dynalite is not here: 'make judges' installs it where there is Node")
    (port,) = free_ports(1)
    command = [node, str(PROGRAM), "--port", str(port), "--createTableMs", "0"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            url = f"http://127.0.0.1:{port}"
            _await(url)
            clients = DynaliteClients()
            with aws_at(url):
                assert clients.reads.meta.endpoint_url == url
            yield clients
        finally:
            server.terminate()


def a_table(clients: DynamoClients) -> Table:
    """Return a table that no other test uses."""
    return Table(f"table-{next(_counter)}", clients=clients)


class DynaliteClients(DynamoClients):
    """Clients whose transactions are made of single writes."""

    @property
    @override
    def writes(self) -> "DynamoDBClient":
        return Transactions(super().writes)  # type: ignore[return-value] # stands in for it


class Transactions:
    """A client with transactions of single writes: the first decides, and the others follow one by one."""

    def __init__(self, client: "DynamoDBClient") -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def transact_write_items(self, *, TransactItems: list[dict[str, Any]], **_: Any) -> None:  # noqa: N803
        first, *others = TransactItems
        try:
            self._write(first)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            reasons = [{"Code": "ConditionalCheckFailed"}, *({"Code": "None"} for _ in others)]
            cancelled: Any = {
                "Error": {"Code": "TransactionCanceledException"},
                "CancellationReasons": reasons,
                "ResponseMetadata": {"HTTPStatusCode": 400},
            }
            raise ClientError(cancelled, "TransactWriteItems") from error
        for other in others:
            self._write(other)

    def _write(self, item: dict[str, Any]) -> None:
        ((kind, request),) = item.items()
        if kind == "Put":
            self._client.put_item(**request)
        elif kind == "Delete":
            self._client.delete_item(**request)
        else:
            # A change of nothing, for the sake of its condition.
            self._client.update_item(**request)


def _await(url: str) -> None:
    """Wait until the server answers. There is nothing to listen to, so this asks again and again."""
    deadline = time.monotonic() + _START_S
    while True:
        try:
            with urlopen(url, timeout=1):  # noqa: S310 - our own server
                return
        except URLError:
            if time.monotonic() > deadline:
                pytest.fail("dynalite did not start")
            time.sleep(0.05)
