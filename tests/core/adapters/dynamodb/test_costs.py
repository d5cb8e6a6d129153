"""What a command costs in a table: requests, write units and read units, counted as DynamoDB counts them.

A write unit is 1 KB, twice in a transaction; a read unit is 4 KB, read strongly. Requests are exact; units
are bounds, as a record that gets a field may fill one more. `pytest -s` on this file prints the figures.
"""

import asyncio
import sys
from collections.abc import Awaitable
from dataclasses import dataclass
from decimal import Decimal

import pytest

from core.domain.commands import AssignDriver, CreateJob, TakeStep
from core.domain.flow import Status
from tests.builders import MARKS_PHONE, a_state
from tests.core.adapters.dynamodb.conftest import a_store
from tests.core.house import House
from tests.fakes.memory_table import Costs, MemoryTable

NEW = CreateJob(customer_name="Mark Soderblom", location="Tempe", amount_paid=Decimal(600), phone=MARKS_PHONE)


@pytest.fixture
def meter() -> "Meter":
    """An empty business in a table."""
    return Meter()


@dataclass(frozen=True)
class Cost:
    """What one command or one pass of the relay cost, or may cost at most."""

    transactions: int
    others: int
    """Requests beside them."""
    write_units: int
    index_units: int
    read_units: int

    def fits(self, most: "Cost") -> bool:
        """Tell whether this is what `most` says: the very requests, and no more units."""
        requests = (self.transactions, self.others) == (most.transactions, most.others)
        units = self.write_units <= most.write_units and self.read_units <= most.read_units
        return requests and units and self.index_units == most.index_units


class Meter:
    """A house whose state lies in a table, and what it costs."""

    def __init__(self) -> None:
        self.table = MemoryTable()
        store = a_store(self.table)
        store.create(a_state(revision=1, write_id="w1"))
        self.house = House()
        self.house.store.inner = store

    async def of(self, what: str, work: Awaitable[object]) -> Cost:
        """Return what `work` costs, and print it under the name `what`."""
        self.table.costs = Costs()
        await work
        costs = self.table.costs
        transactions = costs.requests["TransactWriteItems"]
        others = costs.requests.total() - transactions
        cost = Cost(transactions, others, costs.write_units, costs.index_units, costs.read_units)
        sys.stdout.write(f"{what:<16} {cost}\n")
        return cost


async def test_a_job_from_new_to_complete_costs_this(meter: Meter) -> None:
    house = meter.house

    async def step(target: Status) -> Cost:
        return await meter.of(target, house.do(TakeStep(ref="1", target=target)))

    async def texting() -> Cost:
        house.clock.advance(minutes=1)
        return await meter.of("a text", house.relay.once())

    await house.dispatcher.read()
    assert (await meter.of("new", house.do(NEW))).fits(Cost(1, 0, 14, 2, 0))
    assert (await texting()).fits(Cost(2, 1, 24, 0, 1))
    assert (await meter.of("assign", house.do(AssignDriver(ref="1", driver="joe")))).fits(
        Cost(1, 0, 24, 0, 0)
    )
    assert (await texting()).fits(Cost(2, 1, 24, 0, 1))
    for target in (Status.READY_FOR_PICKUP, Status.IN_TRANSIT, Status.DUMPED):
        assert (await step(target)).fits(Cost(1, 0, 24, 0, 0))
        assert (await texting()).fits(Cost(2, 1, 24, 0, 1))
    # What ended is taken from both indexes.
    assert (await step(Status.COMPLETE)).fits(Cost(1, 0, 24, 2, 0))
    assert await meter.of("read", house.dispatcher.read()) == Cost(0, 1, 0, 0, 1)


@pytest.mark.parametrize(
    ("commands", "most"),
    [
        pytest.param(8, Cost(1, 0, 80, 16, 0), id="8"),
        pytest.param(32, Cost(1, 0, 300, 64, 0), id="32, the most in one transaction"),
        pytest.param(64, Cost(3, 6, 900, 128, 60), id="64, by way of the journal"),
    ],
)
async def test_commands_that_come_together_share_a_commit(meter: Meter, commands: int, most: Cost) -> None:
    await meter.house.dispatcher.read()
    together = asyncio.gather(*[meter.house.do(NEW) for _ in range(commands)])
    assert (await meter.of(f"{commands} new", together)).fits(most)
