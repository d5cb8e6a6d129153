"""Periods: the days that a report is about."""

from datetime import date, timedelta

from core.domain.record import Value


class Period(Value):
    """Days in the business's zone, both included."""

    first: date
    last: date

    @property
    def months(self) -> tuple[str, ...]:
        """The months that it touches, as `2026-03`."""
        days = (self.last - self.first).days
        return tuple(dict.fromkeys(f"{self.first + timedelta(days=day):%Y-%m}" for day in range(days + 1)))


def today(now: date) -> Period:
    """Return this day."""
    return Period(first=now, last=now)


def week(now: date) -> Period:
    """Return the days of this week so far; it begins on Monday."""
    return Period(first=now - timedelta(days=now.weekday()), last=now)


def month(any_day: date) -> Period:
    """Return the whole month of a day."""
    first = any_day.replace(day=1)
    return Period(first=first, last=(first + timedelta(days=31)).replace(day=1) - timedelta(days=1))
