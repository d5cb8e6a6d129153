"""Pace: when the next write may begin."""

from itertools import pairwise

import pytest

from core.pace import ALONE_FOR_S, PAUSE_FIRST_S, PROBING, RIVAL_S, Pace

LOAD_S, SAVE_S = 0.02, 0.03
GAP_S = 2 * (LOAD_S + SAVE_S)


def written(pace: Pace, at_s: float, *, beaten: bool = False) -> float:
    """Write once at this moment; return when the next one may begin."""
    pace.begins(at_s)
    pace.ended(at_s + SAVE_S, beaten=beaten)
    return pace.free_at_s


@pytest.fixture
def pace() -> Pace:
    pace = Pace(None)
    pace.loaded(LOAD_S)
    return pace


def test_who_is_alone_and_has_pauses_waits_for_nothing(pace: Pace) -> None:
    for at_s in range(100):
        assert written(pace, at_s) <= at_s + SAVE_S


def test_who_writes_without_a_break_leaves_a_gap_now_and_then(pace: Pace) -> None:
    at_s, gaps, lengths = 0.0, [], []
    while at_s < 20:
        free_at_s = written(pace, at_s)
        if free_at_s > at_s + SAVE_S:
            gaps.append(at_s + SAVE_S)
            lengths.append(free_at_s - at_s - SAVE_S)
        at_s = max(at_s + SAVE_S, free_at_s)
    shortest_s, longest_s = ALONE_FOR_S
    between = [b - a for a, b in pairwise(gaps)]
    assert shortest_s <= min(between)
    assert max(between) <= longest_s + max(PROBING) * GAP_S + SAVE_S
    assert sum(lengths) / 20 < 0.12, "and that costs little"
    assert {round(length_s / GAP_S) for length_s in lengths} == set(PROBING)


def test_who_was_beaten_leaves_time_to_read_and_write_once(pace: Pace) -> None:
    written(pace, 0, beaten=True)
    assert written(pace, 1) == pytest.approx(1 + SAVE_S + GAP_S / 2)


def test_what_others_need_is_known_from_the_first_write_after_a_read(pace: Pace) -> None:
    written(pace, 0)
    pace.begins(1)
    pace.ended(1.001)
    assert pace.gap_s == pytest.approx(GAP_S), "a write of what is known already is cheaper than theirs"


def test_who_was_beaten_leaves_a_gap_after_each_write_for_a_while(pace: Pace) -> None:
    written(pace, -1)
    written(pace, 0, beaten=True)
    assert written(pace, RIVAL_S - 0.1) > RIVAL_S - 0.1 + SAVE_S
    assert written(pace, RIVAL_S + 1) <= RIVAL_S + 1 + SAVE_S


def test_who_was_beaten_need_not_wait_himself(pace: Pace) -> None:
    assert written(pace, 0, beaten=True) <= SAVE_S


def test_the_pace_of_a_hot_key_is_a_gap_too() -> None:
    pace = Pace(5)
    pace.loaded(LOAD_S)
    at_s = 0.0
    for _ in range(100):
        free_at_s = written(pace, at_s)
        assert free_at_s == pytest.approx(at_s + 0.2)
        at_s = free_at_s


def test_pauses_after_lost_races_grow_up_to_one_read_and_write(pace: Pace) -> None:
    written(pace, 0)
    assert pace.pause_s(1) == 0
    for losses, longest_s in ((2, PAUSE_FIRST_S), (3, 2 * PAUSE_FIRST_S), (9, LOAD_S + SAVE_S)):
        pauses_s = [pace.pause_s(losses) for _ in range(200)]
        assert 0 <= min(pauses_s) < longest_s / 2 < max(pauses_s) <= longest_s


def test_a_thousand_lost_races_are_no_fault(pace: Pace) -> None:
    assert 0 <= pace.pause_s(10_000) <= PAUSE_FIRST_S
