"""An environment in which boto3 talks to one server, whatever the environment outside says."""

import contextlib
import os
from collections.abc import Iterator

import pytest


@contextlib.contextmanager
def aws_at(url: str) -> Iterator[None]:
    """Let clients that are made in this block talk to the server at `url`."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        patch.setenv("AWS_ENDPOINT_URL", url)
        patch.setenv("AWS_REGION", "us-east-1")
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        patch.setenv("AWS_CONFIG_FILE", os.devnull)
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
        yield
