"""`quickdump restore` of a table, as its owner types it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from moto import mock_aws
from moto.dynamodb.models import dynamodb_backends

from bot.cli import command
from core.adapters.dynamodb.clients import SHARED
from core.adapters.dynamodb.recovery import beside
from core.adapters.dynamodb.table import Table
from tests.servers.aws import aws_at

AT = datetime(2026, 3, 2, 16, tzinfo=UTC)


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A table that STATE points to; DynamoDB keeps the day around `AT`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STATE", "dynamodb://jobs")
    # The clients of this process are made here, for moto, and not kept for other tests.
    monkeypatch.setattr(SHARED, "_made", None)
    with aws_at("https://dynamodb.us-east-1.amazonaws.com"), mock_aws():
        assert typed("init").exit_code == 0
        there = dynamodb_backends["123456789012"]["us-east-1"].tables["jobs"]
        there.continuous_backups["PointInTimeRecoveryDescription"] |= {
            "EarliestRestorableDateTime": (AT - timedelta(days=1)).timestamp(),
            "LatestRestorableDateTime": AT.timestamp(),
        }
        yield "jobs"


def typed(*words: str) -> Result:
    return CliRunner().invoke(command, words)


def test_it_says_what_it_waits_for_what_would_change_and_what_is_left(table: str) -> None:
    typed("say", "new", "Mark", "Soderblom", "600")
    beside(Table(table), AT, lambda _s: None)
    typed("say", "cancel", "1")

    done = typed("restore", "--at", AT.isoformat(), "--yes")

    assert done.exit_code == 0, done.output
    assert "the same command goes on from there" in done.stderr
    assert "~ #1 Mark: status cancelled -> pending_confirmation" in done.stdout
    assert "dynamodb://jobs-20260302T160000Z was made for this" in done.stdout
    assert "1 open" in typed("say", "jobs").stdout
    early = typed("restore", "--at", "2020-01-01")
    assert (
        early.exit_code,
        "any moment from 2026-03-01T16:00:00Z" in f"{early.output} {early.exception}",
    ) == (1, True)
