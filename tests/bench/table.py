"""The DynamoDB store, on moto: what we add to its transactions. Moto itself takes most of the time."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from moto import mock_aws

from core.adapters.dynamodb.clients import SHARED
from core.adapters.dynamodb.setup import make_ready
from core.adapters.dynamodb.table import Table
from tests.bench.figure import Figure, median
from tests.bench.firm import Firm, fill, open_firm
from tests.bench.place import Place, seconds
from tests.bench.together import IN_FLIGHT, OPEN_JOBS, all_said, wrong
from tests.servers.aws import aws_at

TABLE = "quickdump-bench"
ADDRESS = "https://dynamodb.us-east-1.amazonaws.com"
PAIRS = 60
COMMANDS = 600


def measure(place: Place) -> list[Figure]:
    """Return how a command compares with a bare transaction of the same items, alone and together."""
    del place
    with aws_at(ADDRESS), mock_aws():
        make_ready(Table(TABLE), lambda _: None)
        firm = open_firm(f"dynamodb://{TABLE}", "memory://")
        fill(firm, open_jobs=OPEN_JOBS)
        bare = _Bare()
        alone = asyncio.run(_in_turn(firm, bare))
        revision = firm.stored().revision
        start = time.perf_counter()
        asyncio.run(all_said(firm, COMMANDS, page=False))
        took_s = time.perf_counter() - start
        state = firm.stored()
        commits = state.revision - revision
        together = took_s / commits / median([seconds(bare.last()) for _ in range(5)])
    return [
        Figure(name="DynamoDB (moto): command alone / bare transaction of its items (p50)", value=alone),
        Figure(
            name=f"DynamoDB (moto): commit, {IN_FLIGHT} commands in flight / such a transaction",
            value=together,
        ),
        Figure(name="DynamoDB (moto): commands a transaction", value=COMMANDS / commits),
        Figure(
            name="DynamoDB (moto): lost or doubled",
            value=wrong(state, [f"cli:{number}" for number in range(COMMANDS)]),
            at_most=0,
        ),
    ]


async def _in_turn(firm: Firm, bare: "_Bare") -> float:
    await firm.warm()
    raws = []
    for number in range(PAIRS):
        await firm.say(f"edit {number % OPEN_JOBS + 1} location {number} Pine St", f"cli:alone-{number}")
        raws.append(await asyncio.to_thread(seconds, bare.last()))
    return median(firm.took_s) / median(raws)


class _Bare:
    """Sends the items of our last transaction again, under keys of their own, with nothing around it."""

    def __init__(self) -> None:
        self._items: list[dict[str, Any]] = []
        SHARED.writes.meta.events.register("provide-client-params.dynamodb.TransactWriteItems", self._seen)

    def last(self) -> Callable[[], object]:
        """Return what sends them."""
        puts: list[Any] = [
            {"Put": {"TableName": TABLE, "Item": {**item, "pk": {"S": f"{_BARE} {place}"}}}}
            for place, item in enumerate(self._items)
        ]
        return lambda: SHARED.writes.transact_write_items(TransactItems=puts)

    def _seen(self, params: dict[str, Any], **_: object) -> None:
        items = [write["Put"]["Item"] for write in params["TransactItems"] if "Put" in write]
        if not items[0]["pk"]["S"].startswith(_BARE):
            self._items = items


_BARE = "bare"
