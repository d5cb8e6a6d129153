"""How the staff are reached, and who knocks."""

from datetime import timedelta

import pytest

from core.domain.commands import ReportChat, ReportStranger, SharePhone
from core.domain.decide.reach import KNOCKS_A_DAY_MAX
from core.domain.errors import AlreadySo, BadValue, NotAllowed
from core.domain.people import Actor
from core.domain.state import State
from tests.builders import DRIVER_JOE, MARK, NOON, OTHER_PHONE, a_state, ask

SYSTEM = Actor(person_id="system", name="Quickdump", role=None)
EVE = ReportStranger(telegram_id=3003, name="Eve  of\nnowhere")


def test_somebodys_own_number_is_his_from_then_on() -> None:
    state, _ = ask(a_state(), SharePhone(phone=OTHER_PHONE), DRIVER_JOE)
    assert state.people["joe"].phone == OTHER_PHONE
    with pytest.raises(AlreadySo):
        ask(state, SharePhone(phone=OTHER_PHONE), DRIVER_JOE)


@pytest.mark.parametrize(
    ("phone", "why"),
    [("+16025550104", "taken"), ("+1", "not_a_phone"), ("x", "not_a_phone"), ("", "not_a_phone")],
)
def test_a_number_that_is_none_or_somebody_elses_is_refused(phone: str, why: str) -> None:
    with pytest.raises(BadValue) as caught:
        ask(a_state(), SharePhone(phone=phone), DRIVER_JOE)
    assert caught.value.why == why


def test_a_customer_is_nobody_on_the_staff() -> None:
    with pytest.raises(NotAllowed):
        ask(a_state(), SharePhone(phone=OTHER_PHONE), MARK)


def test_who_blocks_the_bot_is_not_reached_by_it_until_he_unblocks_it() -> None:
    lost, happened = ask(a_state(), ReportChat(telegram_id=1003, reached=False), SYSTEM)
    assert (lost.people["joe"].chat_id, lost.people["joe"].telegram_id) == (None, 1003)
    assert [(m.kind, m.to) for m in happened.messages] == [("chat_lost", "alex"), ("chat_lost", "dana")]
    with pytest.raises(AlreadySo):
        ask(lost, ReportChat(telegram_id=1003, reached=False), SYSTEM)
    found, happened = ask(lost, ReportChat(telegram_id=1003, reached=True), SYSTEM)
    assert (found.people["joe"].chat_id, happened.messages) == (1003, ())


def test_a_stranger_who_blocks_the_bot_is_nobodys_loss() -> None:
    with pytest.raises(AlreadySo):
        ask(a_state(), ReportChat(telegram_id=3003, reached=False), SYSTEM)


def test_the_admin_hears_of_a_stranger_once_a_day() -> None:
    state, happened = ask(a_state(), EVE, SYSTEM)
    assert [(m.kind, m.to) for m in happened.messages] == [("stranger_knocked", "alex")]
    with pytest.raises(AlreadySo):
        ask(state, EVE, SYSTEM, at=NOON + timedelta(hours=23))
    ask(state, EVE, SYSTEM, at=NOON + timedelta(hours=24))


def test_a_crowd_of_strangers_is_not_a_crowd_of_notices() -> None:
    state: State = a_state()
    for count in range(KNOCKS_A_DAY_MAX):
        state, _ = ask(state, ReportStranger(telegram_id=count, name="E"), SYSTEM)
    with pytest.raises(AlreadySo):
        ask(state, EVE, SYSTEM)


def test_a_strangers_name_is_cut_to_one_line() -> None:
    state, _ = ask(a_state(), ReportStranger(telegram_id=1, name="a\nb " * 100), SYSTEM)
    name = getattr(state.log[-1], "name", "")
    assert name.startswith("a b a b")
    assert len(name) <= 60
