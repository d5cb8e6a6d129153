"""What all tests share: how hypothesis works here, and the servers."""

import os

import hypothesis
import pytest

from bot.settings import Settings

# The machine that runs the tests is shared: how long an example takes says nothing about the product.
hypothesis.settings.register_profile(
    "quickdump",
    deadline=None,
    # A run that judges a change has to judge it the same way twice; elsewhere each run tries new examples.
    derandomize=bool(os.environ.get("CI")),
    max_examples=60,
    stateful_step_count=25,
    suppress_health_check=[hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.data_too_large],
)
hypothesis.settings.load_profile("quickdump")

pytest_plugins = ("tests.servers.seaweed", "tests.servers.dynalite")


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test depend on the environment that it is started in."""
    for name in (*Settings.model_fields, "aws_endpoint_url", "aws_profile"):
        monkeypatch.delenv(name.upper(), raising=False)
