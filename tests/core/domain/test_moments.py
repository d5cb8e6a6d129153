"""Moments as words, in both languages."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from core.domain.moments import clock_words, date_words, day_and_time, time_and_zone, window

PHOENIX = ZoneInfo("America/Phoenix")
NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("moment", "english", "spanish"),
    [
        (time(0, 0), "12:00 AM", "12:00 a. m."),
        (time(0, 5), "12:05 AM", "12:05 a. m."),
        (time(9, 30), "9:30 AM", "9:30 a. m."),
        (time(11, 59), "11:59 AM", "11:59 a. m."),
        (time(12, 0), "12:00 PM", "12:00 p. m."),
        (time(14, 50), "2:50 PM", "2:50 p. m."),
        (time(23, 59), "11:59 PM", "11:59 p. m."),
    ],
)
def test_a_time_of_day_is_told_with_its_half_of_the_day(moment: time, english: str, spanish: str) -> None:
    assert clock_words(moment, "en") == english
    assert clock_words(moment, "es") == spanish


@pytest.mark.parametrize(
    ("day", "english", "spanish"),
    [
        (date(2026, 11, 23), "Mon, Nov 23", "lun 23 nov"),
        (date(2026, 1, 3), "Sat, Jan 3", "sáb 3 ene"),
        (date(2026, 4, 29), "Wed, Apr 29", "mié 29 abr"),
        (date(2028, 2, 29), "Tue, Feb 29", "mar 29 feb"),
    ],
)
def test_a_day_is_told_as_people_of_the_language_do(day: date, english: str, spanish: str) -> None:
    assert date_words(day, "en") == english
    assert date_words(day, "es") == spanish


def test_a_moment_is_told_in_the_business_zone_though_it_is_another_day_in_utc() -> None:
    words = day_and_time(datetime(2026, 11, 24, 3, 4, tzinfo=UTC), PHOENIX)
    assert (words.en, words.es) == ("Mon, Nov 23, 8:04 PM", "lun 23 nov, 8:04 p. m.")


@pytest.mark.parametrize(
    ("moment", "english"),
    [
        (datetime(2026, 7, 1, 18, 50, tzinfo=UTC), "2:50 PM EDT"),
        (datetime(2026, 12, 1, 18, 50, tzinfo=UTC), "1:50 PM EST"),
    ],
)
def test_the_zone_is_named_as_it_is_in_force_then(moment: datetime, english: str) -> None:
    assert time_and_zone(moment, NEW_YORK).en == english


def test_a_window_is_told_by_its_two_times() -> None:
    words = window(datetime(2026, 3, 2, 21, 30, tzinfo=UTC), datetime(2026, 3, 2, 22, 0, tzinfo=UTC), PHOENIX)
    assert words.en == "2:30 PM – 3:00 PM"
    assert words.es == "2:30 p. m. – 3:00 p. m."
