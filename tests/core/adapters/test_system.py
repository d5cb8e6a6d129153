"""The system's clock and ids."""

import re
import secrets
from datetime import UTC, datetime, timedelta

import pytest

from core.adapters.system import SystemClock, SystemIds
from core.ports import Clock, Ids


def test_the_clock_tells_this_moment_in_utc_to_the_second() -> None:
    clock: Clock = SystemClock()

    now = clock.now()

    assert now.tzinfo is UTC
    assert now.microsecond == 0
    assert abs(datetime.now(UTC) - now) < timedelta(minutes=1)  # noqa: TID251 - compared with the clock itself


def test_ids_have_their_letters_and_do_not_meet() -> None:
    ids: Ids = SystemIds()
    tokens = [ids.token() for _ in range(2000)]
    uniques = [ids.unique() for _ in range(2000)]

    assert all(re.fullmatch(r"[0-9A-Za-z]{22}", token) for token in tokens)
    assert all(re.fullmatch(r"[0-9a-z]{12}", unique) for unique in uniques)
    assert len(set(tokens)) == len(set(uniques)) == 2000


@pytest.mark.parametrize(("first", "second"), [(0, 1), (2**128 - 1, 2**128 - 2), (2**127, 0)])
def test_each_of_the_128_bits_makes_another_token(
    monkeypatch: pytest.MonkeyPatch, first: int, second: int
) -> None:
    numbers = iter([first, second])
    asked: list[int] = []

    def randbits(bits: int) -> int:
        asked.append(bits)
        return next(numbers)

    monkeypatch.setattr(secrets, "randbits", randbits)
    ids = SystemIds()

    assert ids.token() != ids.token()
    assert asked == [128, 128]
