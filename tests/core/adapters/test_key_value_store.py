"""The session key in CloudFront's key-value store: what is written when, and what never shows."""

import pytest

from core.adapters.key_value_store import KeyValueStoreKeys
from core.domain.session import SessionKey
from core.ports import Conflict, OutcomeUnknown, StoreError, Unusable
from tests.fakes.cloudfront import FakeCloudFront, Fault

ONE = SessionKey(kid="one", secret="1" * 32)
TWO = SessionKey(kid="two", secret="2" * 32)


@pytest.fixture
def keys(cloudfront_api: FakeCloudFront) -> KeyValueStoreKeys:
    return KeyValueStoreKeys(cloudfront_api.store_client, cloudfront_api.store.arn)


def test_a_secret_is_there_before_it_is_named_and_the_old_one_goes_last(
    cloudfront_api: FakeCloudFront, keys: KeyValueStoreKeys
) -> None:
    keys.replace(ONE)
    cloudfront_api.store.writes.clear()
    keys.replace(TWO)
    assert cloudfront_api.store.writes == [
        ({"k.two": TWO.secret}, []),
        ({"kid": "two"}, []),
        ({}, ["k.one"]),
    ]


def test_what_is_there_already_is_not_written_again(
    cloudfront_api: FakeCloudFront, keys: KeyValueStoreKeys
) -> None:
    keys.replace(ONE)
    cloudfront_api.store.writes.clear()
    keys.replace(ONE)
    assert cloudfront_api.store.writes == []


def test_a_replacement_that_was_cut_short_is_finished_by_the_next(
    cloudfront_api: FakeCloudFront, keys: KeyValueStoreKeys
) -> None:
    keys.replace(ONE)
    cloudfront_api.store.items["k.two"] = TWO.secret
    assert keys.current() == ONE
    keys.replace(TWO)
    assert cloudfront_api.store.items == {"kid": "two", "k.two": TWO.secret}


def test_what_others_keep_there_stays(cloudfront_api: FakeCloudFront, keys: KeyValueStoreKeys) -> None:
    cloudfront_api.store.items["banner"] = "closed on Friday"
    keys.replace(ONE)
    keys.replace(TWO)
    assert cloudfront_api.store.items["banner"] == "closed on Friday"


@pytest.mark.parametrize("items", [{"kid": "one"}, {"kid": "one", "k.one": "short"}, {"k.one": ONE.secret}])
def test_half_a_key_is_none_to_the_edge_and_so_to_us(
    cloudfront_api: FakeCloudFront, keys: KeyValueStoreKeys, items: dict[str, str]
) -> None:
    cloudfront_api.store.items = items
    assert keys.current() is None
    keys.replace(ONE)
    assert keys.current() == ONE


def test_a_write_whose_answer_was_lost_is_in_doubt_and_can_be_done_again(
    cloudfront_api: FakeCloudFront, keys: KeyValueStoreKeys
) -> None:
    cloudfront_api.faults.extend([None, None, Fault.LOST, Fault.LOST])
    with pytest.raises((OutcomeUnknown, Conflict)):
        keys.replace(ONE)
    keys.replace(ONE)
    assert keys.current() == ONE


def test_nothing_of_a_key_is_in_an_error(cloudfront_api: FakeCloudFront, keys: KeyValueStoreKeys) -> None:
    cloudfront_api.faults.extend([None, None, Fault.TURNED_AWAY, Fault.TURNED_AWAY])
    with pytest.raises(StoreError) as caught:
        keys.replace(ONE)
    assert ONE.secret not in f"{caught.value!r} {caught.value.__cause__!r}"


def test_a_store_that_is_not_there_is_said_with_its_setting(cloudfront_api: FakeCloudFront) -> None:
    with pytest.raises(Unusable, match="CLOUDFRONT_KVS_ARN"):
        KeyValueStoreKeys(cloudfront_api.store_client, f"{cloudfront_api.store.arn}0").current()
