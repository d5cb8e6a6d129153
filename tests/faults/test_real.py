"""A short share of the real fault run; `python -m tests.faults.real` does the long one."""

from pathlib import Path

import pytest

from core.adapters.s3 import S3Clients
from tests.faults.real import RealRun


@pytest.mark.seaweed
@pytest.mark.timeout(400)
def test_kills_of_the_service_and_its_writers_lose_and_double_nothing(
    tmp_path: Path, seaweed: S3Clients, seaweed_prefix: str
) -> None:
    url = seaweed.reads.meta.endpoint_url
    run = RealRun(tmp_path, url, seaweed_prefix, commands=60, seed=1)
    result = run.run(kill_every_s=2, at_most_s=12)
    assert result.wrong == []
    # How far it comes is no matter of right and wrong: the machine may be busy.
    assert result.kills > 0
