"""The terminal channel in a test: `quickdump` with an environment of its own and stores in a folder."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from bot.cli import command
from bot.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
WITHIN_S = 60


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Return an environment in which only these settings are set."""
    names = {name.upper() for name in Settings.model_fields}
    rest = {name: value for name, value in os.environ.items() if name not in names}
    return rest | {
        "STATE": f"file://{folder}/state",
        "SITE": f"file://{folder}/site",
        "STAGING": f"file://{folder}/staging",
        "TIMEZONE": "America/Phoenix",
        "BUSINESS_NAME": "Mesa Hauling",
        "PUBLIC_URL": "https://track.example.com",
        "PYTHONPATH": str(ROOT),
        **more,
    }


def quickdump(folder: Path, *arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """Run the whole program as a process of its own, in `folder`."""
    return subprocess.run(
        [sys.executable, "-c", "from bot.cli import main; main()", *arguments],
        env=environment(folder, **settings),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        check=False,
    )


@dataclass(frozen=True)
class Said:
    """What `say --json` printed."""

    exit_code: int
    ok: bool
    reply: str
    job: dict[str, Any] | None
    buttons: list[dict[str, str]]
    messages: list[dict[str, Any]]

    @property
    def commands(self) -> list[str]:
        """The lines that its buttons stand for."""
        return [button["command"] for button in self.buttons]


@dataclass(frozen=True)
class Terminal:
    """A terminal of a business whose stores lie in `folder`."""

    folder: Path
    state: str | None = None
    """Where its state lies instead."""
    settings: Mapping[str, str] = field(default_factory=dict)

    def run(self, *arguments: str) -> Result:
        """Run a command in this process."""
        clean: dict[str, str | None] = dict.fromkeys(name.upper() for name in Settings.model_fields)
        state = {"STATE": self.state} if self.state else {}
        return CliRunner().invoke(
            command, arguments, env=clean | environment(self.folder, **state, **self.settings)
        )

    def say(self, text: str, *, by: str = "admin", now: str = "2026-11-24T10:00:00") -> Said:
        """Say a line, in the morning of a Tuesday unless another moment is named."""
        result = self.run("say", "--json", "--as", by, "--now", now, text)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        printed = json.loads(result.stdout)
        assert set(printed) == {"ok", "reply", "job", "buttons", "messages"}
        return Said(exit_code=result.exit_code, **printed)

    @property
    def jobs(self) -> list[dict[str, Any]]:
        """The jobs in `jobs.json`."""
        jobs: list[dict[str, Any]] = self.document["jobs"]
        return jobs

    @property
    def document(self) -> dict[str, Any]:
        """All that is in `jobs.json`."""
        document: dict[str, Any] = json.loads((self.folder / "state" / "jobs.json").read_bytes())
        return document
