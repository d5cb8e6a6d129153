"""What every place of the session key promises."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.adapters.key_value_store import KeyValueStoreKeys
from core.adapters.keys import FileKeys
from core.domain.session import SessionKey
from core.ports import Keys
from tests.fakes.cloudfront import FakeCloudFront

ONE = SessionKey(kid="one", secret="1" * 32)
TWO = SessionKey(kid="two", secret="2" * 32)


def _file(request: pytest.FixtureRequest) -> Iterator[Keys]:
    folder: Path = request.getfixturevalue("tmp_path")
    yield FileKeys(folder / "var" / "edge-key.json")


def _key_value_store(request: pytest.FixtureRequest) -> Iterator[Keys]:
    fake: FakeCloudFront = request.getfixturevalue("cloudfront_api")
    yield KeyValueStoreKeys(fake.store_client, fake.store.arn)


_PLACES = {"file": _file, "key-value store": _key_value_store}


@pytest.fixture(params=list(_PLACES))
def keys(request: pytest.FixtureRequest) -> Iterator[Keys]:
    """A place that holds no key yet."""
    yield from _PLACES[request.param](request)


def test_at_first_there_is_no_key(keys: Keys) -> None:
    assert keys.current() is None


def test_the_last_key_is_the_current_one(keys: Keys) -> None:
    keys.replace(ONE)
    assert keys.current() == ONE
    keys.replace(TWO)
    assert keys.current() == TWO


def test_replacing_may_be_repeated(keys: Keys) -> None:
    keys.replace(ONE)
    keys.replace(ONE)
    assert keys.current() == ONE
