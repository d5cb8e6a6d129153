"""The table is made as Quickdump needs it, once, and another one of the same name is left alone."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from core.adapters.dynamodb.setup import make_ready
from core.adapters.dynamodb.store import DynamoStateStore
from core.adapters.dynamodb.table import Table
from core.ports import NotFound, Unusable
from tests.contract.conftest import mocked_dynamo, no_pause
from tests.core.codec.builders import a_state
from tests.servers.dynalite import a_table

__all__ = ["mocked_dynamo"]


@pytest.fixture
def missing(request: pytest.FixtureRequest) -> Iterator[Table]:
    """A table that is not there."""
    with mock_aws():
        yield a_table(request.getfixturevalue("mocked_dynamo"))


def test_init_makes_a_table_that_is_paid_by_the_request_and_can_be_restored(missing: Table) -> None:
    store = DynamoStateStore(missing, no_pause)
    with pytest.raises(NotFound, match="quickdump init"):
        store.load()

    store.create(a_state())

    client = missing.clients.reads
    there = client.describe_table(TableName=missing.name)["Table"]
    assert there["BillingModeSummary"].get("BillingMode") == "PAY_PER_REQUEST"
    assert {index.get("IndexName") for index in there["GlobalSecondaryIndexes"]} == {
        "open_by_date",
        "open_by_location",
    }
    lives = client.describe_time_to_live(TableName=missing.name)["TimeToLiveDescription"]
    assert (lives.get("TimeToLiveStatus"), lives.get("AttributeName")) == ("ENABLED", "expires_at")
    backups = client.describe_continuous_backups(TableName=missing.name)["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"].get("PointInTimeRecoveryStatus") == "ENABLED"


def test_a_table_that_is_there_is_not_made_again(missing: Table) -> None:
    assert make_ready(missing, no_pause)
    assert not make_ready(missing, no_pause)


@pytest.mark.parametrize(
    ("hash_key", "words"), [("id", "keys have to be pk and sk"), ("pk", "lacks the indexes")]
)
def test_a_table_of_somebody_else_is_left_alone(missing: Table, hash_key: str, words: str) -> None:
    missing.clients.writes.create_table(
        TableName=missing.name,
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in (hash_key, "sk")],
        KeySchema=[
            {"AttributeName": hash_key, "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )

    with pytest.raises(Unusable, match=words):
        DynamoStateStore(missing, no_pause).create(a_state())
