"""A business whose state lives in a table, from the command line: made, used, looked at, moved away."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from moto import mock_aws

from tests.journey.terminal import Terminal
from tests.servers.aws import aws_at

TABLE = "dynamodb://quickdump"


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    with aws_at("https://dynamodb.us-east-1.amazonaws.com"), mock_aws():
        yield Terminal(tmp_path, state=TABLE)


def test_a_firm_that_outgrew_one_document(terminal: Terminal) -> None:
    assert "'quickdump init' makes an empty one" in str(terminal.run("say", "jobs").exception)
    assert terminal.run("init").output == f"made an empty state: {TABLE}\n"
    assert "nothing was changed" in terminal.run("init").output

    assert terminal.say("new Mark Soderblom 600 602-555-0142").ok
    assert terminal.say("ready 1").ok
    assert "Mark" in terminal.say("jobs").reply
    assert f"state        fine: {TABLE}, 1 jobs (1 open)\n" in terminal.run("doctor").output

    away = f"file://{terminal.folder}/away"
    assert "jobs 1" in terminal.run("migrate", TABLE, away).output
    assert f"was moved to {away}" in str(terminal.run("say", "jobs").exception)
