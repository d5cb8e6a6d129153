"""Transact: one request against one state, and what happens when it comes twice."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.commands import (
    AddNote,
    AssignDriver,
    CancelJob,
    ConfirmByCustomer,
    CreateJob,
    InvitePerson,
    OptOutByCustomer,
    RemovePerson,
    TakeStep,
    Undo,
    WriteToDispatcher,
)
from core.domain.decide import Fresh, Request
from core.domain.errors import Refusal
from core.domain.events import DriverUnassigned, PersonRemoved
from core.domain.flow import Status
from core.domain.people import Actor, Role
from core.domain.state import CAUSE_KEPT, State
from core.domain.transact import Transaction, transact
from tests.builders import (
    ADMIN,
    BUSINESS,
    DISPATCHER,
    DRIVER_JOE,
    MARK,
    MARKS_PHONE,
    NOON,
    a_job,
    a_request,
    a_state,
    ask,
)

NEW = CreateJob(customer_name="Mark Soderblom", location="Tempe", amount_paid=Decimal(600), phone=MARKS_PHONE)


def _requests() -> list[Request]:
    commands: list[tuple[object, Actor]] = [
        (NEW, DISPATCHER),
        (ConfirmByCustomer(), MARK),
        (TakeStep(ref="1"), DRIVER_JOE),
        (AddNote(ref="1", text="gate code 12"), DRIVER_JOE),
        (AssignDriver(ref="1", driver="ana"), DISPATCHER),
        (Undo(ref="1"), DISPATCHER),
        (WriteToDispatcher(text="where?"), MARK),
        (InvitePerson(role=Role.DRIVER, name="Sam"), ADMIN),
        (CancelJob(ref="1"), DISPATCHER),
        (OptOutByCustomer(words="STOP"), MARK),
    ]
    return [a_request(command, actor) for command, actor in commands]  # type: ignore[arg-type] # a mixed list


def test_a_request_that_comes_again_changes_nothing_and_gets_the_same_events() -> None:
    request = a_request(NEW)
    state, first = transact(a_state(), request, BUSINESS)
    again, second = transact(state, request, BUSINESS)
    assert again is state
    assert (second.events, second.messages, second.number) == (first.events, first.messages, 1)
    assert (first.repeated, second.repeated) == (False, True)


@given(order=st.lists(st.integers(0, 9), max_size=30))
def test_requests_repeated_in_any_order_change_nothing_and_get_the_same_events(order: list[int]) -> None:
    state = a_state()
    first: dict[int, Transaction] = {}
    requests = _requests()
    for place, request in enumerate(requests):
        state, first[place] = transact(state, request, BUSINESS)
    for place in order:
        again, happened = transact(state, requests[place], BUSINESS)
        assert again is state
        assert happened.repeated
        assert happened.events == first[place].events
        assert {m.id for m in happened.messages} == {m.id for m in first[place].messages}


def test_the_cause_decides_that_it_is_a_repetition_whatever_the_request_says_now() -> None:
    state, first = ask(a_state(), NEW, cause="tg:7")
    again, second = ask(state, TakeStep(ref="1"), cause="tg:7")
    assert again is state
    assert second.events == first.events


def test_what_touched_several_jobs_is_repeated_with_all_of_them() -> None:
    state = a_state(a_job(driver="joe"), a_job(number=2, driver="joe"))
    state, first = ask(state, RemovePerson(name="joe"), ADMIN, cause="tg:7")
    assert [type(event) for event in first.events] == [DriverUnassigned, DriverUnassigned, PersonRemoved]
    _, second = ask(state, RemovePerson(name="joe"), ADMIN, cause="tg:7")
    assert second.events == first.events


def test_a_refused_request_is_not_remembered() -> None:
    state = a_state()
    with pytest.raises(Refusal):
        ask(state, TakeStep(ref="1"), cause="tg:7")
    state, happened = ask(state, NEW, cause="tg:7")
    assert not happened.repeated


def test_a_cause_is_remembered_for_48_hours_and_then_forgotten() -> None:
    state, _ = ask(a_state(), NEW, cause="tg:7")
    almost = NOON + CAUSE_KEPT - timedelta(seconds=1)
    kept, _ = ask(state, AddNote(ref="1", text="x"), at=almost)
    assert "tg:7" in kept.causes
    forgotten, _ = ask(state, AddNote(ref="1", text="x"), at=NOON + CAUSE_KEPT)
    assert "tg:7" not in forgotten.causes
    assert timedelta(hours=48) == CAUSE_KEPT


def test_deciding_again_with_the_same_random_parts_gives_the_same_ids() -> None:
    request = a_request(NEW, fresh=Fresh(token="T" * 22, unique="u"))
    one = transact(a_state(), request, BUSINESS)
    two = transact(a_state(), request, BUSINESS)
    assert one == two
    state, happened = one
    assert state.jobs[1].tracking_token == "T" * 22
    assert [message.id for message in happened.messages] == ["u-1"]


def test_a_new_job_gets_the_next_number_even_after_numbers_that_are_gone() -> None:
    state, _ = ask(a_state(a_job(number=3), next_number=9), NEW)
    assert list(state.jobs) == [3, 9]
    assert state.next_number == 10


def test_the_same_customer_twice_a_day_gets_ids_that_differ() -> None:
    state, _ = ask(a_state(), NEW)
    state, _ = ask(state, NEW)
    state, _ = ask(state, NEW)
    ids = [job.job_id for job in state.jobs.values()]
    assert ids == [f"mark_soderblom_tempe_20260302{suffix}" for suffix in ("", "_2", "_3")]


def test_the_day_in_a_job_id_is_the_business_day() -> None:
    state, _ = ask(a_state(), NEW, at=NOON + timedelta(hours=11))
    assert state.jobs[1].job_id.endswith("_20260302"), "23:00 in Phoenix, tomorrow in UTC"


@pytest.mark.parametrize(
    ("phone", "consenting"),
    [(MARKS_PHONE, True), (None, False)],
)
def test_a_number_typed_by_staff_counts_as_consent_with_who_and_when(
    phone: str | None, *, consenting: bool
) -> None:
    state, happened = ask(a_state(), NEW.model_copy(update={"phone": phone}))
    consent = state.jobs[1].consent
    if consenting:
        assert consent is not None
        assert (consent.by, consent.at, consent.how) == ("dana", NOON, "staff")
    else:
        assert consent is None
    assert len(happened.messages) == int(consenting)


def test_the_job_that_was_touched_carries_the_revision_of_its_write_and_no_other_does() -> None:
    state = a_state(a_job(revision=3), a_job(number=2, revision=4)).next_write("w8")
    moved, _ = ask(state, TakeStep(ref="2"))
    assert (moved.revision, moved.jobs[1].revision, moved.jobs[2].revision) == (8, 3, 8)


def test_the_next_write_grows_the_revision_and_carries_the_last_sixteen_ids() -> None:
    state = State()
    for number in range(1, 20):
        state = state.next_write(f"w{number}")
        assert state.revision == number
    assert state.recent_writes == tuple(f"w{number}" for number in range(3, 19))
    assert state.jobs == {}


def test_the_number_of_a_transaction_is_the_job_it_was_about() -> None:
    state, happened = ask(a_state(a_job(status=Status.IN_TRANSIT)), WriteToDispatcher(text="?"), MARK)
    assert happened.number == 1
    _, happened = ask(state, InvitePerson(role=Role.DRIVER, name="Sam"), ADMIN)
    assert happened.number is None
