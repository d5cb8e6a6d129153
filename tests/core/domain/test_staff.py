"""Staff: who is invited, joins and leaves."""

from datetime import timedelta

import pytest

from core.domain.commands import AssignDriver, EnrolAdmin, InvitePerson, Join, RemovePerson
from core.domain.decide.staff import INVITATION_LIFE
from core.domain.errors import AlreadySo, BadValue, InvitationInvalid, WhichPerson
from core.domain.flow import Status
from core.domain.people import Actor, Person, Role
from core.domain.state import State
from tests.builders import ADMIN, JOE, NOON, a_job, a_job_at, a_state, after, ask

NEWCOMER = Actor(person_id="?", name="?", role=None, telegram_id=2001)


def _invited(state: State, name: str, at: object = NOON) -> tuple[State, Person]:
    state, happened = ask(state, InvitePerson(role=Role.DRIVER, name=name), ADMIN, cause=f"tg:{name}{at}")
    (event,) = happened.events
    return state, state.people[getattr(event, "person_id")]  # noqa: B009 - each event has its own fields


def test_an_invited_person_waits_until_he_opens_his_link_once() -> None:
    state, sam = _invited(a_state(), "Sam Ortiz")
    assert (sam.person_id, sam.telegram_id, sam.invite_expires_at) == (
        "sam_ortiz",
        None,
        NOON + timedelta(days=7),
    )
    token_hash = sam.invite_hash or ""
    state, _ = ask(state, Join(token_hash=token_hash, telegram_id=2001), NEWCOMER)
    joined = state.people["sam_ortiz"]
    assert (joined.telegram_id, joined.role, joined.invite_hash) == (2001, Role.DRIVER, None)
    with pytest.raises(InvitationInvalid):
        ask(state, Join(token_hash=token_hash, telegram_id=2002), NEWCOMER)


def test_an_invitation_ends_after_a_week() -> None:
    state, sam = _invited(a_state(), "Sam")
    join = Join(token_hash=sam.invite_hash or "", telegram_id=2001)
    ask(state, join, NEWCOMER, at=NOON + INVITATION_LIFE)
    with pytest.raises(InvitationInvalid):
        ask(state, join, NEWCOMER, at=NOON + INVITATION_LIFE + timedelta(seconds=1))


def test_an_account_that_is_on_the_staff_joins_nobody_else() -> None:
    state, sam = _invited(a_state(), "Sam")
    with pytest.raises(AlreadySo):
        ask(state, Join(token_hash=sam.invite_hash or "", telegram_id=JOE.telegram_id or 0), NEWCOMER)


def test_who_has_not_joined_yet_gets_a_new_invitation_and_the_old_one_ends() -> None:
    state, first = _invited(a_state(), "Sam")
    kept = first.model_copy(update={"phone": "+16025550199", "truck": 7})
    state, second = _invited(state.with_person(kept), "SAM", at="later")
    assert second.person_id == first.person_id
    assert second.invite_hash != first.invite_hash
    assert second.phone == "+16025550199"
    assert second.model_dump()["truck"] == 7, "fields that we do not know stay"


def test_a_second_person_of_a_name_that_has_joined_gets_an_id_of_his_own() -> None:
    _, other = _invited(a_state(), "Joe Novak")
    assert other.person_id == "joe_novak"
    state = a_state(people=[JOE.model_copy(update={"person_id": "joe_novak"})])
    _, other = _invited(state, "Joe Novak")
    assert other.person_id == "joe_novak_2"


@pytest.mark.parametrize(
    ("name", "person_id"), [("Driver", "driver_2"), ("customer", "customer_2"), ("王", "person")]
)
def test_no_person_gets_the_id_of_a_role_or_of_the_customer(name: str, person_id: str) -> None:
    _, person = _invited(a_state(), name)
    assert person.person_id == person_id


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (InvitePerson(role=Role.DRIVER, name="  "), "empty"),
        (InvitePerson(role=Role.DRIVER, name="x" * 61), "too_long"),
        (InvitePerson(role=Role.DRIVER, name="Sam", phone=JOE.phone), "taken"),
    ],
)
def test_an_invitation_that_cannot_be_is_refused(command: InvitePerson, why: str) -> None:
    with pytest.raises(BadValue) as refused:
        ask(a_state(), command, ADMIN)
    assert refused.value.why == why


def test_the_admin_of_the_settings_is_put_among_the_people_once() -> None:
    state, _ = ask(a_state(people=()), EnrolAdmin(name=" Alex ", telegram_id=1), NEWCOMER)
    assert (state.people["alex"].role, state.people["alex"].telegram_id) == (Role.ADMIN, 1)
    with pytest.raises(AlreadySo):
        ask(state, EnrolAdmin(name="Alex", telegram_id=1), NEWCOMER)
    state, _ = ask(state, EnrolAdmin(name="", telegram_id=2), NEWCOMER)
    assert state.people["admin_2"].name == "Admin"


def test_who_is_removed_loses_his_open_jobs_and_keeps_his_name_in_the_history() -> None:
    state = a_state(a_job(driver="joe"), a_job(number=2, driver="ana"), a_job_at(Status.COMPLETE, number=3))
    state, _ = ask(state, RemovePerson(name="joe"), ADMIN)
    assert [job.driver for job in state.jobs.values()] == [None, "ana", None]
    assert not state.people["joe"].active
    assert state.name_of("joe") == "Joe Novak"
    assert state.person_named("joe") == []
    with pytest.raises(WhichPerson):
        ask(state, AssignDriver(ref="1", driver="joe"))


def test_an_id_is_never_used_again_for_somebody_else() -> None:
    state = after(a_state(), (RemovePerson(name="joe"), ADMIN))
    state, person = _invited(state, "Joe")
    assert person.person_id == "joe_2"


def test_who_waits_is_removed_with_his_invitation() -> None:
    state, sam = _invited(a_state(), "Sam")
    state, _ = ask(state, RemovePerson(name="sam"), ADMIN)
    with pytest.raises(InvitationInvalid):
        ask(state, Join(token_hash=sam.invite_hash or "", telegram_id=2001), NEWCOMER)


def test_nobody_removes_himself() -> None:
    with pytest.raises(BadValue) as refused:
        ask(a_state(), RemovePerson(name="alex"), ADMIN)
    assert refused.value.why == "yourself"


@pytest.mark.parametrize(("name", "fits"), [("nobody", False), ("a", True)])
def test_a_name_that_nobody_or_several_have_removes_nobody(name: str, *, fits: bool) -> None:
    with pytest.raises(WhichPerson) as asked:
        ask(a_state(), RemovePerson(name=name), ADMIN)
    assert asked.value.fits is fits
    assert asked.value.candidates
