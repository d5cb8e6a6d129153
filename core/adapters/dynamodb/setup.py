"""Setup: the table as Quickdump needs it, made where there is none."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from core.adapters.aws_requests import AWS_FAILURES, code_of, in_words
from core.adapters.dynamodb.answers import NO_TABLE, unreachable
from core.adapters.dynamodb.table import Table
from core.ports import Unreachable, Unusable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import GlobalSecondaryIndexTypeDef, TableDescriptionTypeDef

log = logging.getLogger(__name__)

BY_DATE = "open_by_date"
BY_LOCATION = "open_by_location"
"""The indexes over open jobs. Sparse: only a job that is open has what they go by."""

READY_S = 60
POLL_S = 1.0


def make_ready(table: Table, pause: Callable[[float], None]) -> bool:
    """Make the table where there is none, and return whether it was made.

    It is paid by the request, has the indexes, and keeps every moment of the last 35 days for a restore.
    Raises Unreachable, Unusable where a table of this name is not as Quickdump needs it.
    """
    found = described(table)
    if found is not None:
        _check(table, found)
        return False
    try:
        table.clients.writes.create_table(
            TableName=table.name,
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "open_on", "open_at")
            ],
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            GlobalSecondaryIndexes=[
                _index(BY_DATE, "open_on", "open_at"),
                _index(BY_LOCATION, "open_at", "open_on"),
            ],
            BillingMode="PAY_PER_REQUEST",
        )
    except AWS_FAILURES as error:
        raise unreachable(error, f"make the table {table.name}") from error
    _wait(table, pause)
    _keep_history(table, pause)
    return True


def is_kept(table: Table) -> bool:
    """Tell whether the table could be put back to an earlier moment. Raises Unreachable."""
    try:
        answer = table.clients.reads.describe_continuous_backups(TableName=table.name)
    except AWS_FAILURES as error:
        raise unreachable(error, f"ask for the backups of {table.name}") from error
    recovery = answer["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
    return recovery.get("PointInTimeRecoveryStatus") == "ENABLED"


def _index(name: str, first: str, second: str) -> "GlobalSecondaryIndexTypeDef":
    index: GlobalSecondaryIndexTypeDef = {
        "IndexName": name,
        "KeySchema": [
            {"AttributeName": first, "KeyType": "HASH"},
            {"AttributeName": second, "KeyType": "RANGE"},
        ],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }
    return index


def described(table: Table) -> "TableDescriptionTypeDef | None":
    """Return what DynamoDB says of a table; None where there is none. Raises Unreachable."""
    try:
        there: TableDescriptionTypeDef = table.clients.reads.describe_table(TableName=table.name)["Table"]
    except AWS_FAILURES as error:
        if code_of(error)[1] == NO_TABLE:
            return None
        raise unreachable(error, f"look at the table {table.name}") from error
    return there


def _check(table: Table, there: "TableDescriptionTypeDef") -> None:
    keys = [(key["AttributeName"], key["KeyType"]) for key in there["KeySchema"]]
    indexes = {index.get("IndexName") for index in there.get("GlobalSecondaryIndexes", [])}
    if keys != [("pk", "HASH"), ("sk", "RANGE")]:
        raise Unusable(
            f"the table {table.name} is not one of Quickdump: its keys have to be pk and sk. Name another "
            "table: one that is not there is made"
        )
    if not {BY_DATE, BY_LOCATION} <= indexes:
        raise Unusable(
            f"the table {table.name} lacks the indexes {BY_DATE} and {BY_LOCATION}: add them, or name "
            "another table"
        )


def _wait(table: Table, pause: Callable[[float], None]) -> None:
    for _ in range(int(READY_S / POLL_S)):
        there = described(table)
        if there is not None and there["TableStatus"] == "ACTIVE":
            return
        pause(POLL_S)
    raise Unreachable(
        f"the table {table.name} was made, but is not ready after {READY_S} s: 'quickdump init' again"
    )


def _keep_history(table: Table, pause: Callable[[float], None]) -> None:
    """Switch on what only helps: recovery, and the removal of old entries. A fault here harms no state."""
    writes = table.clients.writes
    try:
        writes.update_time_to_live(
            TableName=table.name,
            TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires_at"},
        )
    except AWS_FAILURES as error:
        log.warning("old entries of %s will not be removed: %s", table.name, in_words(error, "DynamoDB"))
    for attempt in range(_BACKUP_TRIES):
        try:
            writes.update_continuous_backups(
                TableName=table.name,
                PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
            )
        except AWS_FAILURES as error:
            # Right after it was made, a table may not be ready for this.
            if attempt + 1 == _BACKUP_TRIES or code_of(error)[1] != "ContinuousBackupsUnavailableException":
                log.warning(
                    "point-in-time recovery of %s is off: %s", table.name, in_words(error, "DynamoDB")
                )
                return
            pause(POLL_S)
        else:
            return


_BACKUP_TRIES = 10
