import pytest

from bot.sms.refusals import REFUSALS, refusal_of
from core.domain.remedy import Remedy

WAITING = {Remedy.WAIT, Remedy.RETRY_ONCE}


@pytest.mark.parametrize("code", REFUSALS)
def test_what_passes_names_a_time_to_wait_and_what_is_final_none(code: int) -> None:
    refusal = REFUSALS[code]
    assert refusal.permanent == (refusal.remedy not in WAITING and code != 20003)


def test_after_a_wrong_password_texts_wait_for_an_admin() -> None:
    assert (refusal_of(20003, 401).permanent, refusal_of(20003, 401).remedy.alerts_admin) == (False, True)


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        (20003, Remedy.ACCOUNT), (20429, Remedy.WAIT), (21211, Remedy.NUMBER), (21408, Remedy.ACCOUNT),
        (21610, Remedy.OPTED_OUT), (30003, Remedy.RETRY_ONCE), (30007, Remedy.CONTENT), (63038, Remedy.WAIT),
    ],
)  # fmt: skip
def test_a_code_names_its_remedy(code: int, remedy: Remedy) -> None:
    assert refusal_of(code).remedy is remedy


def test_an_unknown_code_is_final_for_this_text_unless_it_came_with_429() -> None:
    assert refusal_of(29999).remedy is Remedy.CONTENT
    assert refusal_of(29999, 429).remedy is Remedy.WAIT


def test_admins_hear_of_what_only_they_can_mend() -> None:
    assert Remedy.ACCOUNT.alerts_admin
    assert not Remedy.NUMBER.alerts_admin
