"""Quiet hours in the business's own day, over midnight and over the change of the clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.business import Business
from tests.builders import BUSINESS
from tests.core.codec.strategies import moments

NEW_YORK = Business(zone=ZoneInfo("America/New_York"))
NOON_HOURS = Business(zone=ZoneInfo("UTC"), quiet_hours=(12, 14))
NEVER = Business(quiet_hours=(8, 8))


def _at(text: str, business: Business) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=business.zone)


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        ("2026-03-02T20:59:59", None),
        ("2026-03-02T21:00:00", "2026-03-03T08:00:00"),
        ("2026-03-02T23:59:59", "2026-03-03T08:00:00"),
        ("2026-03-03T00:00:00", "2026-03-03T08:00:00"),
        ("2026-03-03T07:59:59", "2026-03-03T08:00:00"),
        ("2026-03-03T08:00:00", None),
        ("2026-03-03T12:00:00", None),
    ],
)
def test_the_night_is_quiet_from_nine_to_eight_of_the_business_day(moment: str, until: str | None) -> None:
    expected = _at(until, BUSINESS) if until else None
    assert BUSINESS.quiet_until(_at(moment, BUSINESS).astimezone(UTC)) == expected


@pytest.mark.parametrize("hour", range(24))
def test_quiet_hours_of_one_day_are_quiet_within_it_only(hour: int) -> None:
    quiet = NOON_HOURS.quiet_until(datetime(2026, 3, 2, hour, 30, tzinfo=UTC))
    assert quiet == (datetime(2026, 3, 2, 14, tzinfo=UTC) if hour in {12, 13} else None)


@pytest.mark.parametrize("hour", range(24))
def test_quiet_hours_that_end_where_they_start_are_none(hour: int) -> None:
    assert NEVER.quiet_until(datetime(2026, 3, 2, hour, tzinfo=UTC)) is None


def test_a_night_that_loses_an_hour_ends_at_eight_all_the_same() -> None:
    until = NEW_YORK.quiet_until(_at("2026-03-07T22:00:00", NEW_YORK))
    assert until == datetime(2026, 3, 8, 12, tzinfo=UTC), "8:00 in summer time"


def test_a_night_that_gains_an_hour_ends_at_eight_all_the_same() -> None:
    until = NEW_YORK.quiet_until(_at("2026-10-31T22:00:00", NEW_YORK))
    assert until == datetime(2026, 11, 1, 13, tzinfo=UTC), "8:00 in winter time"


@given(moment=moments, zone=st.sampled_from(["America/New_York", "America/Phoenix", "Europe/Madrid"]))
def test_quiet_ends_within_a_day_and_it_is_not_quiet_then(moment: datetime, zone: str) -> None:
    business = Business(zone=ZoneInfo(zone))
    until = business.quiet_until(moment)
    if until is not None:
        assert moment < until <= moment + timedelta(hours=12)
        assert business.quiet_until(until) is None
        assert until.tzinfo is UTC, "what is stored is in UTC"


def test_a_link_is_the_public_address_with_the_token() -> None:
    assert BUSINESS.link("T" * 22) == f"https://haul.example/track/{'T' * 22}"


def test_a_moment_is_told_in_the_business_zone() -> None:
    assert BUSINESS.local(datetime(2026, 3, 2, 19, tzinfo=UTC)).hour == 12
