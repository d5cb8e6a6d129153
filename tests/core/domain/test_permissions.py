"""Permissions: every command meets every role, from a sender who is known and from one who can be forged."""

from typing import get_args

import pytest

from core.domain import commands as c
from core.domain.errors import NotAllowed
from core.domain.flow import DEFAULT_FLOW
from core.domain.people import Actor, Role
from core.domain.permissions import FORGEABLE_MAY, NEEDED, check, check_kind
from tests.builders import ANA, DANA, MARK

WORDS: list[type[c.Command | c.Query]] = [*get_args(c.Command), *get_args(c.Query)]

DRIVER_WORDS = [
    "AcceptJob",
    "DeclineJob",
    "AddProof",
    "RecordTicket",
    "SharePhone",
    "TakeStep",
    "Undo",
    "AddNote",
    "SetEta",
    "ListJobs",
    "ShowJob",
    "ShowWords",
]
DISPATCHER_WORDS = [
    "CreateJob",
    "EditJob",
    "AssignDriver",
    "UnassignDriver",
    "CancelJob",
    "ApproveJob",
    "ShareProofs",
    "ShowReport",
    "Export",
    "RevokeLink",
    "RenewLink",
    "FindJobs",
    "ShowHistory",
    "ShowReport",
    "Export",
    "ShowLink",
    "TextCustomer",
    "MarkHandled",
    "SendHeld",
    "SettleOptOut",
    "ShowTexts",
    "ShowDashboard",
    "ShowReport",
    "Export",
]
ADMIN_WORDS = [
    "InvitePerson",
    "RemovePerson",
    "ListPeople",
    "SwitchTexts",
    "RunSelftest",
    "ReleaseSite",
    "AskForget",
    "Forget",
]
FREE_WORDS = [
    "Join",
    "EnrolAdmin",
    "BookJob",
    "ReportChat",
    "ReportStranger",
    "ConfirmByCustomer",
    "ChooseLanguage",
    "OptOutByCustomer",
    "AskOptOut",
    "OptInByCustomer",
    "WriteToDispatcher",
    "ShowStatus",
]
BY_SMS = [
    "CreateJob",
    "ListJobs",
    "ShowJob",
    "TakeStep",
    "Undo",
    "SetEta",
    "AddNote",
    "ShowWords",
    "AcceptJob",
    "DeclineJob",
]
"""What staff may do by SMS: `new`, `jobs`, `show`, the steps, `undo`, `eta`, `note`, answer an offer, `?`."""

NEEDED_BY_HAND: dict[str, Role | None] = {
    **dict.fromkeys(DRIVER_WORDS, Role.DRIVER),
    **dict.fromkeys(DISPATCHER_WORDS, Role.DISPATCHER),
    **dict.fromkeys(ADMIN_WORDS, Role.ADMIN),
    **dict.fromkeys(FREE_WORDS, None),
}
INCLUDED: dict[Role | None, set[Role]] = {
    None: set(),
    Role.DRIVER: {Role.DRIVER},
    Role.DISPATCHER: {Role.DRIVER, Role.DISPATCHER},
    Role.ADMIN: {Role.DRIVER, Role.DISPATCHER, Role.ADMIN},
}


def _blank(word: type[c.Command | c.Query]) -> c.Command | c.Query:
    """Return a word without its values: rights are a matter of its kind."""
    return word.__new__(word)


def test_every_command_and_query_has_its_line_in_the_table() -> None:
    assert set(NEEDED) == set(WORDS)
    assert {word.__name__: role for word, role in NEEDED.items()} == NEEDED_BY_HAND


@pytest.mark.parametrize("forgeable", [False, True])
@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize("word", WORDS)
def test_each_role_may_use_its_own_words_and_those_below(
    word: type[c.Command | c.Query], role: Role | None, *, forgeable: bool
) -> None:
    actor = Actor(person_id="somebody", name="Somebody", role=role, phone=MARK.phone, forgeable=forgeable)
    needed = NEEDED_BY_HAND[word.__name__]
    by_role = needed is None or needed in INCLUDED[role]
    by_channel = needed is None or not forgeable or word.__name__ in BY_SMS
    if by_role and by_channel:
        check(actor, _blank(word))
        return
    with pytest.raises(NotAllowed) as refused:
        check(actor, _blank(word))
    assert refused.value.needed is needed
    assert refused.value.by_sms is by_role


def test_the_words_that_may_come_by_sms_are_those_of_the_design() -> None:
    assert {word.__name__ for word in FORGEABLE_MAY} == set(BY_SMS)


def test_a_persons_rights_by_sms_come_from_his_role_and_his_channel() -> None:
    driver = Actor.of(ANA, forgeable=True)
    check(driver, c.TakeStep(target=DEFAULT_FLOW[1]))
    with pytest.raises(NotAllowed) as refused:
        check(driver, _blank(c.CreateJob))
    assert not refused.value.by_sms
    with pytest.raises(NotAllowed) as refused:
        check(Actor.of(DANA, forgeable=True), c.CancelJob(ref="1"))
    assert refused.value.by_sms


@pytest.mark.parametrize("word", WORDS)
def test_where_others_read_along_no_keys_are_given_out(word: type[c.Command | c.Query]) -> None:
    admin = Actor.bare(Role.ADMIN).model_copy(update={"in_company": True})
    private = {*ADMIN_WORDS, "Export", "ShowDashboard"}
    if word.__name__ in private:
        with pytest.raises(NotAllowed) as caught:
            check_kind(admin, word)
        assert caught.value.in_company
    else:
        check_kind(admin, word)
