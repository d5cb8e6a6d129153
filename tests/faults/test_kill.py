"""kill -9 while the folder store writes: nothing acknowledged is lost, and it is always readable."""

import random
import signal
import subprocess
import sys
from pathlib import Path

from core.adapters.directory import DirectoryObjects

KILLS = 10
WRITES_MAX = 40
PROJECT = Path(__file__).parents[2]


def test_nothing_acknowledged_is_lost_when_the_writer_is_killed(tmp_path: Path) -> None:
    objects = DirectoryObjects(tmp_path)
    for _ in range(KILLS):
        acknowledged = _write_until_killed(tmp_path, after=random.randint(1, WRITES_MAX))  # noqa: S311 - no secret

        there = objects.get("count")

        assert there is not None
        number = int(there.body)
        # One more may have landed without a word of it.
        assert number in {acknowledged, acknowledged + 1}
        assert there.content_type == f"text/x-{number}"
        assert list(objects.keys()) == ["count"]


def _write_until_killed(folder: Path, *, after: int) -> int:
    """Kill the writer once it has said `after` numbers; return the last that it said."""
    acknowledged = 0
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.writer", folder], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        for _ in range(after):
            acknowledged = int(writer.stdout.readline())
        writer.send_signal(signal.SIGKILL)
        # What it said before it died counts too.
        rest = [int(line) for line in writer.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
    return rest[-1] if rest else acknowledged
