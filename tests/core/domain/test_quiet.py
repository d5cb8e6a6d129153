"""Quiet hours: by the business's clock and by the number's own, where it is known."""

from datetime import UTC, datetime, timedelta

import pytest

from core.domain.quiet import quiet_until, zone_of
from tests.builders import BUSINESS, MARKS_PHONE, NOON

NEW_YORK = "+12125550142"
HONOLULU = "+18085550142"


@pytest.mark.parametrize(
    ("phone", "zone"),
    [
        (MARKS_PHONE, "America/Phoenix"),
        (NEW_YORK, "America/New_York"),
        ("+12085550142", None),  # Idaho has two
        ("+18005550142", None),  # toll-free: anywhere
        ("+447911123456", None),  # four names for one clock: not worth a guess
        ("nonsense", None),
    ],
)
def test_a_number_has_a_zone_only_where_there_is_no_doubt(phone: str, zone: str | None) -> None:
    found = zone_of(phone)
    assert (found.key if found else None) == zone


def test_a_number_from_further_east_goes_to_sleep_before_the_business_does() -> None:
    evening = NOON + timedelta(hours=7)  # 19:00 in Phoenix, 21:00 in New York
    assert quiet_until(MARKS_PHONE, evening, BUSINESS) is None
    # At 8 in New York it is 6 in Phoenix, where he may well be: the truck goes there.
    assert quiet_until(NEW_YORK, evening, BUSINESS) == datetime(2026, 3, 3, 15, 0, tzinfo=UTC)


def test_a_number_from_further_west_sleeps_on_after_the_business_has_opened() -> None:
    morning = NOON - timedelta(hours=3)  # 9:00 in Phoenix, 6:00 in Honolulu
    assert quiet_until(MARKS_PHONE, morning, BUSINESS) is None
    assert quiet_until(HONOLULU, morning, BUSINESS) == datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
