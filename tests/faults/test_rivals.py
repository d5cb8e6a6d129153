"""Busy processes on one document on a real S3 server: each of them gets through."""

import asyncio
import dataclasses
import json
import time
from pathlib import Path

import pytest

from bot.bootstrap import build
from bot.settings import Settings
from core.adapters.document import DocumentStateStore
from core.adapters.s3 import S3Clients, S3Objects
from core.domain.state import State
from core.writer import PATIENCE_S
from tests.builders import a_job, a_state
from tests.faults.real_children import Child, Home
from tests.servers.seaweed import BUCKET

RIVALS = 3
CLIENTS = 8
BUSY_S = 4.0
JOBS = 300
"""A document that takes longer to read than to write: who has lost has to read it first."""


def compete(home: Home, report: Path) -> None:
    """Be busy for a while; report how many commands got through, and how long one took at most."""
    home.enter()
    done, longest_s = asyncio.run(_busy())
    report.write_text(json.dumps({"done": done, "longest_s": longest_s}))


async def _busy() -> tuple[int, float]:
    dispatcher = build(Settings.read()).dispatcher
    await dispatcher.read()
    done, longest_s, until = 0, 0.0, time.monotonic() + BUSY_S

    async def client() -> None:
        nonlocal done, longest_s
        while (begun := time.monotonic()) < until:
            await dispatcher.submit(counted)
            done += 1
            longest_s = max(longest_s, time.monotonic() - begun)

    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return done, longest_s


def counted(state: State) -> tuple[State, None]:
    """Do what any command does: change something on top of the newest state."""
    return dataclasses.replace(state, next_number=state.next_number + 1), None


@pytest.mark.seaweed
def test_each_of_three_busy_processes_gets_through(
    tmp_path: Path, seaweed: S3Clients, seaweed_prefix: str
) -> None:
    store = DocumentStateStore(S3Objects(BUCKET, seaweed_prefix, clients=seaweed), time.sleep)
    first = a_state(*(a_job(number=number) for number in range(1, JOBS + 1)))
    store.create(first)
    settings = {
        "STATE": f"s3://{BUCKET}/{seaweed_prefix}",
        "COMMITS_PER_SECOND": "1000",
        "AWS_ENDPOINT_URL": seaweed.reads.meta.endpoint_url,
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    reports = [tmp_path / f"rival-{number}" for number in range(RIVALS)]
    rivals = [Child(compete, (Home(tmp_path, settings), report)) for report in reports]
    for rival in rivals:
        rival.start()
    for rival in rivals:
        rival.join()
    heard = [json.loads(report.read_text()) for report in reports]
    done = [each["done"] for each in heard]
    assert store.load().state.next_number == first.next_number + sum(done), "nothing lost, nothing doubled"
    assert max(each["longest_s"] for each in heard) < PATIENCE_S
    assert min(done) >= CLIENTS, "each got something through, whoever it was against"
