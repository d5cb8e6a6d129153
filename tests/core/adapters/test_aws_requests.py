"""What all stores on AWS share."""

import pytest

from core.adapters.aws_requests import session
from tests.servers.aws import aws_at


def test_the_region_comes_from_either_of_the_variables_that_people_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with aws_at("http://127.0.0.1:1"):
        monkeypatch.setenv("AWS_REGION", "us-west-2")
        assert session().region_name == "us-west-2"

        monkeypatch.delenv("AWS_REGION")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
        assert session().region_name == "eu-west-1"
