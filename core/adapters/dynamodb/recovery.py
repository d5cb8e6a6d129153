"""Recovery: an earlier moment of a table, which DynamoDB puts beside it as a table of its own."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from core.adapters.aws_requests import AWS_FAILURES, code_of
from core.adapters.dynamodb.answers import failed_write, unreachable
from core.adapters.dynamodb.setup import described
from core.adapters.dynamodb.table import Table
from core.ports import Unreachable, Unusable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import PointInTimeRecoveryDescriptionTypeDef

POLL_S = 10.0
WAIT_S = 1_800.0
"""How long a restore is waited for. DynamoDB takes some minutes, or hours for a large table."""

NAME_MAX = 255
_MOMENT = "%Y-%m-%dT%H:%M:%SZ"

_OFF = (
    "point-in-time recovery of the table {name} is off, so DynamoDB keeps no earlier moment of it: switch it "
    "on with 'aws dynamodb update-continuous-backups --table-name {name} "
    "--point-in-time-recovery-specification PointInTimeRecoveryEnabled=true'; from then on there is "
    "something to go back to"
)
_BY_HAND = (
    "Let somebody who may do it say 'aws dynamodb restore-table-to-point-in-time --source-table-name {name} "
    "--target-table-name {target} --restore-date-time {at}', and when that table is ready: 'quickdump "
    "restore --from dynamodb://{target}'."
)


def window(table: Table) -> tuple[datetime, datetime] | None:
    """Return the first and the last moment that the table can go back to; None: recovery is off.

    Raises Unreachable.
    """
    try:
        answer = table.clients.reads.describe_continuous_backups(TableName=table.name)
    except AWS_FAILURES as error:
        raise unreachable(error, f"ask for the backups of {table.name}") from error
    told: PointInTimeRecoveryDescriptionTypeDef = answer["ContinuousBackupsDescription"].get(
        "PointInTimeRecoveryDescription", {}
    )
    if told.get("PointInTimeRecoveryStatus") != "ENABLED":
        return None
    first, last = told.get("EarliestRestorableDateTime"), told.get("LatestRestorableDateTime")
    if first is None or last is None:
        return None
    return first.astimezone(UTC), last.astimezone(UTC)


def beside(table: Table, at: datetime, pause: Callable[[float], None]) -> Table:
    """Return the table as it was at `at`, as another table: made now, or by an earlier try.

    Raises Unusable where DynamoDB has not kept that moment, Unreachable also where it takes too long: the
    same again goes on from there; OutcomeUnknown.
    """
    target = Table(name_of(table, at), clients=table.clients)
    there = described(target)
    if there is None:
        _check_kept(table, at)
        _restore(table, target, at)
    elif not there.get("RestoreSummary", {}).get("SourceTableArn", "").endswith(f":table/{table.name}"):
        raise Unusable(f"there is a table {target.name} that was not restored from {table.name}: remove it")
    _wait(target, pause)
    return target


def name_of(table: Table, at: datetime) -> str:
    """Return what the table of an earlier moment is called. Raises Unusable where that is too long."""
    name = f"{table.name}-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    if len(name) > NAME_MAX:
        raise Unusable(
            f"the name {table.name} is too long for one beside it: restore it by hand under a shorter name, "
            "and say 'quickdump restore --from dynamodb://NAME'"
        )
    return name


def _check_kept(table: Table, at: datetime) -> None:
    kept = window(table)
    if kept is None:
        raise Unusable(_OFF.format(name=table.name))
    first, last = kept
    if not first <= at <= last:
        raise Unusable(
            f"DynamoDB can put {table.name} back to any moment from {first:{_MOMENT}} to {last:{_MOMENT}}, "
            f"and not to {at.astimezone(UTC):{_MOMENT}}: name another one (the last minutes come a little "
            "later)"
        )


def _restore(table: Table, target: Table, at: datetime) -> None:
    try:
        table.clients.writes.restore_table_to_point_in_time(
            SourceTableName=table.name,
            TargetTableName=target.name,
            RestoreDateTime=at,
            # It is read once, and needs no index.
            GlobalSecondaryIndexOverride=[],
            BillingModeOverride="PAY_PER_REQUEST",
        )
    except AWS_FAILURES as error:
        what = f"put {table.name} of {at.astimezone(UTC):{_MOMENT}} beside it"
        if code_of(error)[1] == "AccessDeniedException":
            words = _BY_HAND.format(name=table.name, target=target.name, at=f"{at.astimezone(UTC):{_MOMENT}}")
            raise Unreachable(f"cannot {what}: these credentials may not. {words}") from error
        raise failed_write(error, what) from error


def _wait(target: Table, pause: Callable[[float], None]) -> None:
    for _ in range(int(WAIT_S / POLL_S)):
        there = described(target)
        if there is not None and there["TableStatus"] == "ACTIVE":
            return
        pause(POLL_S)
    raise Unreachable(
        f"DynamoDB is still making the table {target.name}: the same command again goes on from there"
    )
