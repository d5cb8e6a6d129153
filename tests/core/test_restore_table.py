"""Restore of a table: DynamoDB puts an earlier moment beside it, and the jobs are taken from there.

moto restores a table as it is in this moment, whatever moment is asked for; so it is asked before the slip.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from moto import mock_aws
from moto.dynamodb.models import dynamodb_backends

from core.adapters.dynamodb import recovery
from core.adapters.dynamodb.head import HEAD
from core.adapters.dynamodb.items import Key
from core.adapters.dynamodb.objects import DynamoObjects
from core.adapters.dynamodb.recovery import WAIT_S, beside, name_of, window
from core.adapters.dynamodb.setup import described
from core.adapters.dynamodb.store import DynamoStateStore
from core.adapters.dynamodb.table import Table
from core.adapters.memory import MemoryObjects
from core.archive import Archive
from core.dispatch import Dispatcher
from core.domain.commands import CancelJob, Command, CreateJob, Forget, TakeStep
from core.domain.flow import Status
from core.domain.forgetting import NAME
from core.domain.outbox import MessageStatus
from core.domain.state import State
from core.ports import Conflict, Unreachable, Unusable
from core.publish import Publisher
from core.restore import Plan, Restorer
from tests.builders import (
    ADMIN,
    BUSINESS,
    DISPATCHER,
    MARKS_PHONE,
    NOON,
    OTHER_PHONE,
    a_job,
    a_message,
    a_state,
)
from tests.contract.conftest import mocked_dynamo, no_pause
from tests.fakes.clock import FakeClock, FakeIds
from tests.servers.dynalite import a_table

__all__ = ["mocked_dynamo"]

ACCOUNT, REGION = "123456789012", "us-east-1"


class Past:
    """A business in a table, and the moment that DynamoDB has put beside it."""

    def __init__(self, table: Table) -> None:
        self.table, self.objects = table, DynamoObjects(table)
        self.clock, self.ids = FakeClock(NOON), FakeIds()
        self.waited_s = 0.0
        self.store = DynamoStateStore(table, self.wait, clock=self.clock)
        publisher = Publisher(MemoryObjects(), BUSINESS)
        self.dispatcher = Dispatcher(self.store, publisher, BUSINESS, self.clock, self.ids)
        self.restorer = Restorer(
            self.objects, self.store, Archive(self.objects, BUSINESS), publisher, BUSINESS.region
        )

    def begin(self, state: State) -> None:
        self.store.create(state)
        self.keep(NOON - timedelta(days=1), NOON + timedelta(days=1))

    def keep(self, first: datetime, last: datetime) -> None:
        """Let DynamoDB say that it keeps this time."""
        there = dynamodb_backends[ACCOUNT][REGION].tables[self.table.name]
        there.continuous_backups["PointInTimeRecoveryDescription"] |= {
            "EarliestRestorableDateTime": first.timestamp(),
            "LatestRestorableDateTime": last.timestamp(),
        }

    def wait(self, seconds: float) -> None:
        self.waited_s += seconds

    def stored(self) -> State:
        return DynamoStateStore(self.table, no_pause).load().state

    async def do(self, command: Command, cause: str | None = None, *, admin: bool = False) -> None:
        actor = ADMIN if admin else DISPATCHER
        await self.dispatcher.handle(command, actor, cause or f"tg:{self.ids.unique()}")

    async def plan(self) -> Plan:
        return await self.restorer.plan(NOON, self.clock, self.ids)

    async def go_back(self) -> Plan:
        plan = await self.plan()
        assert await self.restorer.write(plan, self.clock) == []
        return plan


@pytest.fixture
def past(request: pytest.FixtureRequest) -> Iterator[Past]:
    with mock_aws():
        yield Past(a_table(request.getfixturevalue("mocked_dynamo")))


async def test_the_jobs_of_a_table_go_back_and_it_has_one_more_revision(past: Past) -> None:
    past.begin(a_state(a_job(), a_job(number=2)))
    beside(past.table, NOON, no_pause)
    await past.do(TakeStep(ref="1"))
    await past.do(CancelJob(ref="2"))
    await past.do(CreateJob(customer_name="Late Comer", location="Mesa", amount_paid=Decimal(5)))
    before = past.stored()

    plan = await past.go_back()

    assert plan.earlier.place == f"dynamodb://{past.table.name}-{NOON:%Y%m%dT%H%M%SZ}"
    assert plan.earlier.since == NOON
    after = past.stored()
    assert {number: job.status for number, job in after.jobs.items()} == dict.fromkeys(
        (1, 2), Status.PENDING_CONFIRMATION
    )
    assert after.revision == before.revision + 1
    assert after.next_number == 4, "no number is given out again"


async def test_the_table_of_that_moment_is_made_once_and_without_what_costs(past: Past) -> None:
    past.begin(a_state(a_job()))
    assert (await past.plan()).difference.nothing
    await past.do(CancelJob(ref="1"))
    assert [job.number for job, _ in (await past.plan()).difference.changed] == [1]
    assert past.waited_s == 0


async def test_no_text_goes_out_again_no_command_is_done_again_and_who_was_forgotten_is_forgotten_again(
    past: Past,
) -> None:
    waits = a_message(status=MessageStatus.PENDING)
    past.begin(a_state(a_job(note="gate 4411"), a_job(number=2, phone=OTHER_PHONE), messages={"m1": waits}))
    beside(past.table, NOON, no_pause)
    await past.do(TakeStep(ref="2"), cause="tg:77")
    await past.do(Forget(phone=MARKS_PHONE), admin=True)

    await past.go_back()

    state = past.stored()
    assert [message.id for message in state.messages.values() if message.is_open and message.job == 1] == []
    assert (state.jobs[1].customer_name, state.jobs[1].phone, state.jobs[1].note) == (NAME, None, None)
    assert state.jobs[2].status is Status.PENDING_CONFIRMATION
    await past.do(TakeStep(ref="2"), cause="tg:77")
    assert past.stored().jobs[2].status is Status.PENDING_CONFIRMATION, "the same message changes nothing"


async def test_somebody_who_writes_to_the_table_meanwhile_is_not_overwritten(past: Past) -> None:
    past.begin(a_state(a_job()))
    beside(past.table, NOON, no_pause)
    await past.do(CancelJob(ref="1"))
    plan = await past.plan()
    await past.do(CreateJob(customer_name="Late", location="Mesa", amount_paid=Decimal(5)))
    with pytest.raises(Conflict):
        await past.restorer.write(plan, past.clock)
    assert set(past.stored().jobs) == {1, 2}


async def test_the_jobs_may_come_from_any_store_that_somebody_restored(past: Past) -> None:
    past.begin(a_state(a_job()))
    restored = beside(past.table, NOON, no_pause)
    await past.do(CancelJob(ref="1"))
    plan = await past.restorer.plan_from(
        DynamoStateStore(restored, no_pause), restored.address, past.clock, past.ids
    )
    assert (plan.earlier.place, plan.earlier.since) == (restored.address, None)
    await past.restorer.write(plan, past.clock)
    assert past.stored().jobs[1].is_open


async def test_without_recovery_it_says_how_to_switch_it_on(past: Past) -> None:
    past.begin(a_state(a_job()))
    past.table.clients.writes.update_continuous_backups(
        TableName=past.table.name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
    )
    assert window(past.table) is None
    with pytest.raises(Unusable, match=r"recovery .* is off.*aws dynamodb update-continuous-backups"):
        await past.plan()


@pytest.mark.parametrize("hours", [-25, 25])
async def test_a_moment_that_is_not_kept_is_refused_with_what_is(past: Past, hours: int) -> None:
    past.begin(a_state(a_job()))
    with pytest.raises(Unusable, match=r"any moment from .* to .*name another"):
        await past.restorer.plan(NOON + timedelta(hours=hours), past.clock, past.ids)


async def test_a_moment_in_the_middle_of_a_write_is_not_taken_for_a_state(past: Past) -> None:
    past.begin(a_state(a_job(), a_job(number=2)))
    restored = beside(past.table, NOON, no_pause)
    row = next(
        Key(str(item["pk"]), str(item["sk"]))
        for shard in range(8)
        for item in restored.query(f"rows#{shard}")
        if item["sk"] == "jobs#2"
    )
    restored.delete(row)
    with pytest.raises(Unusable, match=r"middle of a write.*Name another second"):
        await past.plan()


async def test_a_table_that_cannot_be_read_itself_is_left_alone_and_told(past: Past) -> None:
    past.begin(a_state(a_job()))
    beside(past.table, NOON, no_pause)
    past.table.delete(HEAD)
    past.table.put({"pk": "state", "sk": "head", "revision": 3, "write_id": "x", "checksum": "no"})
    with pytest.raises(Unusable, match="set STATE to that"):
        await past.plan()


def test_a_table_of_that_name_which_is_somebody_elses_is_left_alone(past: Past) -> None:
    past.begin(a_state(a_job()))
    DynamoStateStore(Table(name_of(past.table, NOON), clients=past.table.clients), no_pause).create(a_state())
    with pytest.raises(Unusable, match="was not restored from"):
        beside(past.table, NOON, no_pause)


def test_a_table_that_takes_long_is_waited_for_and_found_again_later(
    past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    past.begin(a_state(a_job()))
    restored = beside(past.table, NOON, no_pause)
    there = {**(described(restored) or {}), "TableStatus": "CREATING"}
    with monkeypatch.context() as patch:
        patch.setattr(recovery, "described", lambda _table: there)
        with pytest.raises(Unreachable, match="the same command again goes on"):
            beside(past.table, NOON, past.wait)
    assert past.waited_s == WAIT_S
    assert beside(past.table, NOON, past.wait).name == restored.name


def test_who_may_not_restore_hears_what_to_say_and_what_to_do_then(
    past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    past.begin(a_state(a_job()))
    writes = past.table.clients.writes
    error = writes.exceptions.ClientError(
        {
            "Error": {"Code": "AccessDeniedException", "Message": "no"},
            "ResponseMetadata": {"HTTPStatusCode": 400},  # type: ignore[typeddict-item] # the rest is not read
        },
        "RestoreTableToPointInTime",
    )

    def deny(**_: object) -> None:
        raise error

    monkeypatch.setattr(writes, "restore_table_to_point_in_time", deny)
    with pytest.raises(
        Unreachable, match=r"restore-table-to-point-in-time .*quickdump restore --from dynamodb"
    ):
        beside(past.table, NOON, no_pause)


def test_a_name_that_would_be_too_long_is_refused(past: Past) -> None:
    long = Table("t" * 250, clients=past.table.clients)
    with pytest.raises(Unusable, match="too long"):
        name_of(long, datetime(2026, 3, 2, tzinfo=UTC))
