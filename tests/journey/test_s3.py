"""The whole conversation with everything in S3, on a real S3 server, through the command line."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core.adapters.s3 import S3Clients, S3Objects
from core.codec import decode
from core.domain.flow import Status
from tests.servers.seaweed import BUCKET

ROOT = Path(__file__).parents[2]
NOW = "2026-11-24T10:00:00-07:00"

pytestmark = pytest.mark.seaweed


class Terminal:
    """Runs `quickdump` in a folder of its own, with STATE and SITE in S3."""

    def __init__(self, folder: Path, endpoint: str, prefix: str) -> None:
        self.folder = folder
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "STATE": f"s3://{BUCKET}/{prefix}/state",
            "SITE": f"s3://{BUCKET}/{prefix}/site",
            "STAGING": f"s3://{BUCKET}/{prefix}/staging",
            "TIMEZONE": "America/Phoenix",
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        program = "from bot.cli import main; main()"
        return subprocess.run(
            [sys.executable, "-c", program, *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def say(self, text: str, who: str) -> dict[str, Any]:
        done = self.run("say", "--json", "--now", NOW, "--as", who, text)
        assert done.returncode in {0, 1}, done.stderr
        assert done.stdout, done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer


@pytest.fixture
def terminal(tmp_path: Path, seaweed: S3Clients, seaweed_prefix: str) -> Terminal:
    return Terminal(tmp_path, seaweed.reads.meta.endpoint_url, seaweed_prefix)


def test_without_init_the_missing_state_is_named_and_not_made(terminal: Terminal) -> None:
    done = terminal.run("say", "jobs")
    assert done.returncode == 1
    assert "quickdump init" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_main_job_in_s3(terminal: Terminal, seaweed: S3Clients, seaweed_prefix: str) -> None:
    assert terminal.run("init").returncode == 0
    assert "already" in terminal.run("init").stdout
    made = terminal.say("new Mark Soderblom 600 602-555-0142", "dispatcher")
    assert made["ok"]
    assert made["job"]["job_id"] == "mark_soderblom_20261124"
    for text, who in [("OK", "602-555-0142"), ("next", "driver"), ("dumped", "driver"), ("done", "driver")]:
        answer = terminal.say(text, who)
        assert answer["ok"], answer["reply"]
        assert len([message for message in answer["messages"] if message["channel"] == "sms"]) == 1
    stored = S3Objects(BUCKET, f"{seaweed_prefix}/state", clients=seaweed).get("jobs.json")
    assert stored is not None
    job = decode(stored.body).jobs[1]
    assert job.status is Status.COMPLETE
    view = S3Objects(BUCKET, f"{seaweed_prefix}/site", clients=seaweed).get(f"t/{job.tracking_token}.json")
    assert view is not None
    assert json.loads(view.body)["status"] == "complete"
    assert view.cache_control == "public, max-age=0, s-maxage=2, stale-if-error=60"


def test_a_store_that_is_down_changes_nothing_and_says_so(terminal: Terminal) -> None:
    terminal.environment["AWS_ENDPOINT_URL"] = "http://127.0.0.1:9"
    done = terminal.run("say", "new Mark Soderblom 600")
    assert done.returncode == 1
    assert "127.0.0.1:9" in done.stderr
    assert "Traceback" not in done.stderr
