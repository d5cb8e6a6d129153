"""A clock and ids that tests can foresee."""

from datetime import UTC, datetime, timedelta


class FakeClock:
    """Stands still until a test moves it on."""

    def __init__(self, start: datetime = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def advance(
        self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0
    ) -> datetime:
        """Move on, and return the new moment."""
        self._now += timedelta(seconds=seconds, minutes=minutes, hours=hours, days=days)
        return self._now


class FakeIds:
    """Counts: the first token is `token00000000000000001`, the first short id `unique000001`."""

    def __init__(self) -> None:
        self._tokens = 0
        self._uniques = 0

    def token(self) -> str:
        self._tokens += 1
        return f"token{self._tokens:017}"

    def unique(self) -> str:
        self._uniques += 1
        return f"unique{self._uniques:06}"
