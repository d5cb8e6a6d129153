"""The system's clock and ids."""

import itertools
import os
import re
from collections import Counter
from collections.abc import Callable
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


@pytest.mark.parametrize(("draw", "alphabet"), [(SystemIds.token, 62), (SystemIds.unique, 36)])
def test_every_letter_is_as_likely_as_the_other(
    monkeypatch: pytest.MonkeyPatch, draw: Callable[[SystemIds], str], alphabet: int
) -> None:
    letters: Counter[str] = Counter()
    for byte in range(256):
        # An id of this byte alone; a byte that makes no letter is followed by a zero, which makes the first.
        monkeypatch.setattr(os, "urandom", _then_zeros(byte))
        letters += Counter(set(draw(SystemIds())))

    first, *others = sorted(letters.values(), reverse=True)
    assert len(letters) == alphabet
    assert set(others) == {256 // alphabet}
    assert first == 256 // alphabet + 256 % alphabet


def _then_zeros(byte: int) -> Callable[[int], bytes]:
    asked = itertools.count()
    return lambda count: bytes([0 if next(asked) else byte]) * count
