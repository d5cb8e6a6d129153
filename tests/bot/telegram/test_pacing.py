"""Pacing: no chat and no service gets more than it bears, on a clock that the test moves."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.failures import Failed, Failure, TelegramFailed
from bot.telegram.lanes import PATIENCE_S, Lanes
from bot.telegram.pacing import LANES_MAX, Limits, Pace, Rule

JOE, DANA, GROUP = 1003, 1002, -4001

calls = st.lists(
    st.tuples(st.sampled_from([JOE, DANA, GROUP]), st.booleans(), st.floats(0, 5)), min_size=1, max_size=120
)


@given(calls)
def test_whoever_waits_his_turn_never_breaks_a_rule(wanted: list[tuple[int, bool, float]]) -> None:
    pace, now_s = Pace(), 0.0
    made: list[tuple[float, int, bool]] = []
    for chat, edit, pause_s in wanted:
        now_s += pause_s
        now_s += pace.wait_s(chat, now_s, edit=edit)
        pace.take(chat, now_s, edit=edit)
        made.append((now_s, chat, edit))
    limits = Limits()
    assert_holds(limits.everything, [at for at, _, _ in made])
    for chat in (JOE, DANA, GROUP):
        assert_holds(limits.group if chat < 0 else limits.private, [at for at, c, _ in made if c == chat])
        edits = [at for at, c, edit in made if c == chat and edit]
        assert_holds(limits.edits, edits)
        if chat < 0:
            assert_holds(limits.group_edits, edits)


def assert_holds(rule: Rule, moments: list[float]) -> None:
    for first, after in zip(moments, moments[rule.count :], strict=False):
        assert after - first >= rule.window_s - 1e-6


def test_a_short_burst_passes_at_once() -> None:
    pace = Pace()
    waits = [pace.wait_s(JOE, 0.0)]
    for _ in range(8):
        pace.take(JOE, 0.0)
        waits.append(pace.wait_s(JOE, 0.0))
    assert waits == [0.0] * 8 + [8.0]


def test_edits_of_one_chat_are_a_second_apart() -> None:
    pace = Pace()
    pace.take(JOE, 0.0, edit=True)
    assert pace.wait_s(JOE, 0.25, edit=True) == 0.75
    assert pace.wait_s(JOE, 0.25) == 0.0, "an answer need not wait for that"
    assert pace.wait_s(DANA, 0.25, edit=True) == 0.0


def test_edits_leave_a_group_room_for_answers() -> None:
    pace = Pace()
    for second in range(14):
        pace.take(GROUP, float(second), edit=True)
    assert pace.wait_s(GROUP, 14.0, edit=True) == 46.0
    for _ in range(6):
        assert pace.wait_s(GROUP, 14.0) == 0.0
        pace.take(GROUP, 14.0)
    assert pace.wait_s(GROUP, 14.0) == 46.0


def test_one_chat_that_is_halted_halts_no_other() -> None:
    pace = Pace()
    pace.halt(JOE, 10.0, 30.0)
    pace.halt(JOE, 11.0, 2.0)
    assert (pace.wait_s(JOE, 12.0), pace.wait_s(DANA, 12.0)) == (28.0, 0.0)
    assert pace.wait_s(JOE, 40.0) == 0.0


def test_chats_that_are_quiet_are_forgotten() -> None:
    pace = Pace()
    for chat in range(1, LANES_MAX + 1):
        pace.take(chat, chat / 25)
    pace.halt(1, 100.0, 1000.0)
    pace.take(9999, 200.0)
    assert sorted(pace._lanes) == [1, 9999]


class Hours:
    """A clock that is moved on by whoever pauses."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def read(self) -> float:
        return self.now_s

    async def pause(self, wait_s: float) -> None:
        self.now_s += wait_s


async def test_a_call_waits_for_its_turn() -> None:
    hours = Hours()
    lanes = Lanes(now_s=hours.read, pause=hours.pause)
    for _ in range(3):
        await lanes.turn(JOE, edit=True)
    assert hours.now_s == 102.0


async def test_a_call_whose_turn_is_far_off_is_told_when_to_come_again() -> None:
    hours = Hours()
    lanes = Lanes(now_s=hours.read, pause=hours.pause)
    lanes.met(JOE, Failure(kind=Failed.TOO_MANY, description="x", retry_after_s=PATIENCE_S + 1))
    with pytest.raises(TelegramFailed) as caught:
        await lanes.turn(JOE)
    assert (caught.value.failure.kind, caught.value.failure.retry_after_s) == (Failed.TOO_MANY, 5.0)
    assert hours.now_s == 100.0
    await lanes.turn(DANA)
    hours.now_s += 5.0
    await lanes.turn(JOE)


def test_only_too_much_halts_a_chat() -> None:
    lanes = Lanes()
    for kind in set(Failed) - {Failed.TOO_MANY}:
        lanes.met(JOE, Failure(kind=kind, description="x", retry_after_s=9.0))
    assert lanes.wait_s(JOE) == 0.0


def test_no_rule_is_looser_than_what_the_service_bears() -> None:
    limits = Limits()
    assert limits.everything.count / limits.everything.window_s <= 30
    assert limits.private.count / limits.private.window_s <= 1
    assert limits.group.count / limits.group.window_s <= 20 / 60
    assert limits.group_edits.count < limits.group.count
    rules = [limits.private, limits.group, limits.edits]
    assert all(rule.window_s >= 1 for rule in itertools.chain(rules))
