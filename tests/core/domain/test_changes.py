"""Changes: edits, drivers, notes, arrivals and links of a job that stays where it is."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from core.domain.commands import (
    AddNote,
    AssignDriver,
    CreateJob,
    EditJob,
    RenewLink,
    RevokeLink,
    SetEta,
    TakeStep,
    UnassignDriver,
)
from core.domain.errors import AlreadySo, BadValue, JobFinished, NotYours, WhichPerson
from core.domain.events import DriverAssigned, EditableField, EditedValue, JobEdited, When
from core.domain.flow import Status
from core.domain.people import Actor, Role
from tests.builders import (
    DISPATCHER,
    DRIVER_ANA,
    DRIVER_JOE,
    MARKS_PHONE,
    NOON,
    OTHER_PHONE,
    a_job,
    a_job_at,
    a_state,
    ask,
)

TOMORROW = When(date=date(2026, 3, 3), start=time(9), end=time(11))
FINISHED = [Status.COMPLETE, Status.CANCELLED]


@pytest.mark.parametrize(
    ("field", "new"),
    [
        ("customer_name", "Marcus"),
        ("location", "Mesa"),
        ("amount_paid", Decimal("650.50")),
        ("phone", OTHER_PHONE),
        ("phone", None),
        ("note", "gate 12"),
        ("when", TOMORROW),
        ("language", "es"),
    ],
)
def test_an_edit_changes_one_value_and_remembers_the_old_one(field: EditableField, new: EditedValue) -> None:
    state = a_state(a_job())
    moved, happened = ask(state, EditJob(ref="1", field=field, new=new))
    assert getattr(moved.jobs[1], field) == new
    event = happened.events[0]
    assert isinstance(event, JobEdited)
    assert (event.field, event.old, event.new) == (field, getattr(state.jobs[1], field), new)


@pytest.mark.parametrize(
    ("field", "new", "why"),
    [
        ("customer_name", None, "empty"),
        ("customer_name", "  ", "empty"),
        ("customer_name", "x" * 61, "too_long"),
        ("customer_name", Decimal(5), "not_a_text"),
        ("location", "x" * 121, "too_long"),
        ("location", TOMORROW, "not_a_text"),
        ("note", "x" * 501, "too_long"),
        ("amount_paid", None, "empty"),
        ("amount_paid", "600", "not_an_amount"),
        ("phone", "6025550142", "not_a_phone"),
        ("when", "tomorrow", "not_a_time"),
        ("language", "fr", "not_a_language"),
        ("language", None, "empty"),
        ("note", "half \ud83d", "not_unicode"),
    ],
)
def test_a_value_that_a_job_cannot_have_is_refused(field: EditableField, new: EditedValue, why: str) -> None:
    with pytest.raises(BadValue) as refused:
        ask(a_state(a_job()), EditJob(ref="1", field=field, new=new))
    assert refused.value.why == why


def test_text_with_half_a_character_makes_no_job() -> None:
    with pytest.raises(BadValue) as refused:
        ask(a_state(), CreateJob(customer_name="\ud83d", location="Mesa", amount_paid=Decimal(1)))
    assert refused.value.why == "not_unicode"


def test_an_edit_to_the_value_that_is_there_is_said_to_be_so_already() -> None:
    with pytest.raises(AlreadySo):
        ask(a_state(a_job()), EditJob(ref="1", field="location", new="Tempe"))


def test_a_new_number_brings_its_own_consent_and_no_number_has_none() -> None:
    later = NOON + timedelta(hours=1)
    moved, _ = ask(a_state(a_job()), EditJob(ref="1", field="phone", new=OTHER_PHONE), at=later)
    consent = moved.jobs[1].consent
    assert consent is not None
    assert (consent.by, consent.at) == ("dana", later)
    moved, _ = ask(moved, EditJob(ref="1", field="phone", new=None))
    assert moved.jobs[1].consent is None


@pytest.mark.parametrize("status", FINISHED)
def test_a_price_is_corrected_after_the_end_but_nobody_drives_or_arrives_any_more(status: Status) -> None:
    state = a_state(a_job_at(status, driver="joe"))
    moved, _ = ask(state, EditJob(ref="1", field="amount_paid", new=Decimal(1)))
    assert moved.jobs[1].amount_paid == 1
    for command in (AssignDriver(ref="1", driver="ana"), UnassignDriver(ref="1"), SetEta(ref="1", minutes=5)):
        with pytest.raises(JobFinished):
            ask(state, command)


@pytest.mark.parametrize("words", ["joe", "JOE", "Joe Novak", "jo"])
def test_a_driver_is_named_by_his_id_his_name_or_its_start(words: str) -> None:
    moved, happened = ask(a_state(a_job(driver="ana")), AssignDriver(ref="1", driver=words))
    assert moved.jobs[1].driver == "joe"
    event = happened.events[0]
    assert isinstance(event, DriverAssigned)
    assert event.previous == "ana"


@pytest.mark.parametrize(
    ("words", "fits", "offered"),
    [("nobody", False, ["joe", "ana", "alex", "dana"]), ("a", True, ["alex", "ana"])],
)
def test_a_name_that_nobody_or_several_have_is_a_question(
    words: str, offered: list[str], *, fits: bool
) -> None:
    with pytest.raises(WhichPerson) as asked:
        ask(a_state(a_job()), AssignDriver(ref="1", driver=words))
    assert asked.value.fits is fits
    assert [person.person_id for person in asked.value.candidates] == offered


def test_assign_me_is_the_one_who_says_it_and_driver_the_bare_role_where_nobody_is_called_so() -> None:
    moved, _ = ask(a_state(a_job()), AssignDriver(ref="1", driver="me"))
    assert moved.jobs[1].driver == "dana"
    moved, _ = ask(a_state(a_job(), people=()), AssignDriver(ref="1", driver="Driver"), DISPATCHER)
    assert moved.jobs[1].driver == "driver"
    moved, _ = ask(moved, UnassignDriver(ref="1"), Actor.bare(Role.DISPATCHER))
    assert moved.jobs[1].driver is None


def test_assigning_or_unassigning_what_is_so_already_says_so() -> None:
    with pytest.raises(AlreadySo):
        ask(a_state(a_job(driver="joe")), AssignDriver(ref="1", driver="joe"))
    with pytest.raises(AlreadySo):
        ask(a_state(a_job()), UnassignDriver(ref="1"))


def test_notes_are_added_one_after_the_other_and_a_driver_takes_the_job_with_his() -> None:
    state, _ = ask(a_state(a_job()), AddNote(ref="1", text="gate 12"))
    state, _ = ask(state, AddNote(ref="1", text="dog"), DRIVER_JOE)
    assert (state.jobs[1].note, state.jobs[1].driver) == ("gate 12; dog", "joe")
    with pytest.raises(NotYours):
        ask(state, AddNote(ref="1", text="mine"), DRIVER_ANA)


def test_a_note_that_would_grow_too_long_is_refused() -> None:
    with pytest.raises(BadValue) as refused:
        ask(a_state(a_job(note="x" * 498)), AddNote(ref="1", text="y"))
    assert refused.value.why == "too_long"


@pytest.mark.parametrize(
    ("command", "start"),
    [
        (SetEta(ref="1", minutes=30), NOON + timedelta(minutes=30)),
        (SetEta(ref="1", minutes=31), NOON + timedelta(minutes=35)),
        (SetEta(ref="1", at=time(14, 2)), datetime(2026, 3, 2, 21, 5, tzinfo=UTC)),
    ],
)
def test_an_arrival_is_a_window_of_half_an_hour_in_steps_of_five_minutes(
    command: SetEta, start: datetime
) -> None:
    moved, _ = ask(a_state(a_job()), command, DRIVER_JOE)
    eta = moved.jobs[1].eta
    assert eta is not None
    assert (eta.start, eta.end) == (start, start + timedelta(minutes=30))
    assert moved.jobs[1].driver == "joe"


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (SetEta(ref="1", minutes=0), "out_of_range"),
        (SetEta(ref="1", minutes=24 * 60 + 1), "out_of_range"),
        (SetEta(ref="1"), "empty"),
        (SetEta(ref="1", at=time(12, 0)), "past"),
        (SetEta(ref="1", at=time(9, 0)), "past"),
    ],
)
def test_an_arrival_that_cannot_be_is_refused(command: SetEta, why: str) -> None:
    with pytest.raises(BadValue) as refused:
        ask(a_state(a_job()), command)
    assert refused.value.why == why


def test_an_arrival_is_forgotten_when_the_job_moves() -> None:
    state, _ = ask(a_state(a_job()), SetEta(ref="1", minutes=5))
    state, _ = ask(state, EditJob(ref="1", field="note", new="x"))
    assert state.jobs[1].eta is not None
    state, _ = ask(state, TakeStep(ref="1"))
    assert state.jobs[1].eta is None


def test_a_revoked_link_shows_nothing_until_a_new_one_takes_its_place() -> None:
    state = a_state(a_job())
    old = state.jobs[1].tracking_token
    with pytest.raises(AlreadySo):
        ask(state, RenewLink(ref="1"))
    state, _ = ask(state, RevokeLink(ref="1"))
    assert state.jobs[1].link_revoked_at == NOON
    assert state.jobs[1].tracking_token == old
    with pytest.raises(AlreadySo):
        ask(state, RevokeLink(ref="1"))
    state, _ = ask(state, RenewLink(ref="1"))
    assert state.jobs[1].link_revoked_at is None
    assert state.jobs[1].tracking_token != old
    assert state.jobs[1].phone == MARKS_PHONE
