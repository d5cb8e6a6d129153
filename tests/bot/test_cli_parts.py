"""What the commands share."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import command


@pytest.mark.parametrize(
    "line",
    [
        ["restore", "--from", "file://./copy", "--yes"],
        ["migrate", "file://./state", "file://./other"],
    ],
)
def test_who_logs_in_by_a_profile_is_not_taken_for_the_bot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.setenv(name, "the bot's")
    CliRunner().invoke(command, [*line, "--profile", "admin"])
    left = {name: value for name, value in os.environ.items() if name.startswith("AWS_") and "bot" in value}
    assert (left, os.environ["AWS_PROFILE"]) == ({}, "admin")
