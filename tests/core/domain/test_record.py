"""Record: what money, moments and numbers may be, and that unknown fields are kept."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from pydantic import TypeAdapter, ValidationError

from core.domain.people import Person
from core.domain.record import Instant, Money, PhoneNumber
from tests.core.codec.strategies import money

MONEY: TypeAdapter[Decimal] = TypeAdapter(Money)
PHONE: TypeAdapter[str] = TypeAdapter(PhoneNumber)
INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)


@given(amount=money)
def test_an_amount_is_stored_as_a_number_and_read_back_exactly(amount: Decimal) -> None:
    stored = MONEY.dump_json(amount)
    assert MONEY.validate_json(stored) == amount
    assert b'"' not in stored
    assert b"e" not in stored


@pytest.mark.parametrize(
    ("amount", "stored"),
    [("600", b"600"), ("600.00", b"600"), ("600.5", b"600.5"), ("0.01", b"0.01"), ("0", b"0")],
)
def test_an_amount_is_stored_as_people_write_it(amount: str, stored: bytes) -> None:
    assert MONEY.dump_json(Decimal(amount)) == stored


@pytest.mark.parametrize("amount", ["-1", "0.001", "NaN", "Infinity", "1e13", "1e30", "1e999", "1e-30"])
def test_what_is_no_sum_of_dollars_and_cents_is_no_amount(amount: str) -> None:
    with pytest.raises(ValidationError):
        MONEY.validate_python(Decimal(amount))


@pytest.mark.parametrize("number", ["+16025550142", "+447700900123", "+1234567", "+123456789012345"])
def test_a_number_in_e164_is_a_phone_number(number: str) -> None:
    assert PHONE.validate_python(number) == number


@pytest.mark.parametrize(
    "number",
    ["6025550142", "+06025550142", "+123456", "+1234567890123456", "+1602555014２", "+16025550142\n"],
)
def test_anything_else_is_no_phone_number(number: str) -> None:
    with pytest.raises(ValidationError):
        PHONE.validate_python(number)


def test_a_moment_of_any_zone_is_kept_in_utc() -> None:
    phoenix = timezone(timedelta(hours=-7))
    moment = INSTANT.validate_python(datetime(2026, 3, 2, 12, 0, tzinfo=phoenix))
    assert moment.tzinfo is UTC
    assert INSTANT.dump_json(moment) == b'"2026-03-02T19:00:00Z"'


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValidationError):
        INSTANT.validate_python(datetime(2026, 3, 2, 12, 0))  # noqa: DTZ001 - that is the point


def test_a_record_keeps_the_fields_it_does_not_know() -> None:
    person = Person.model_validate_json('{"person_id": "joe", "name": "Joe", "role": "driver", "truck": 7}')
    assert person.model_dump(mode="json")["truck"] == 7
