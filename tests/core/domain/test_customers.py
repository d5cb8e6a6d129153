"""Customers: what a text from a customer's number does, and that chatter never changes a job."""

from datetime import timedelta

import pytest

from core.domain.commands import (
    ChooseLanguage,
    ConfirmByCustomer,
    OptInByCustomer,
    OptOutByCustomer,
    WriteToDispatcher,
)
from core.domain.errors import AlreadySo, IllegalStep, UnknownCustomer, WhichConfirmation
from core.domain.events import CustomerWrote, StepTaken, StrangerWrote
from core.domain.flow import Status
from core.domain.outbox import MessageStatus
from core.domain.people import Actor
from tests.builders import (
    MARK,
    MARKS_PHONE,
    NOON,
    OTHER_PHONE,
    a_job,
    a_job_at,
    a_message,
    a_state,
    ask,
)

STRANGER = Actor.customer(OTHER_PHONE)


def test_ok_confirms_the_one_pending_job_of_this_number() -> None:
    moved, happened = ask(a_state(a_job(), a_job(number=2, phone=OTHER_PHONE)), ConfirmByCustomer(), MARK)
    event = happened.events[0]
    assert isinstance(event, StepTaken)
    assert (event.number, event.by, event.target) == (1, "customer", Status.READY_FOR_PICKUP)
    assert moved.jobs[2].status is Status.PENDING_CONFIRMATION


def test_ok_with_two_pending_jobs_confirms_neither_and_lists_both() -> None:
    state = a_state(a_job(), a_job(number=2), a_job_at(Status.READY_FOR_PICKUP, number=3))
    with pytest.raises(WhichConfirmation) as asked:
        ask(state, ConfirmByCustomer(), MARK)
    assert [job.number for job in asked.value.candidates] == [1, 2]


def test_ok_with_a_number_confirms_that_one_of_two() -> None:
    moved, _ = ask(a_state(a_job(), a_job(number=2)), ConfirmByCustomer(number=2), MARK)
    assert moved.jobs[1].status is Status.PENDING_CONFIRMATION
    assert moved.jobs[2].status is Status.READY_FOR_PICKUP


def test_ok_with_the_number_of_somebody_elses_job_confirms_neither_that_nor_a_guess() -> None:
    state = a_state(a_job(), a_job(number=2, phone=OTHER_PHONE))
    with pytest.raises(WhichConfirmation) as asked:
        ask(state, ConfirmByCustomer(number=2), MARK)
    assert [job.number for job in asked.value.candidates] == [1]


def test_ok_with_a_wrong_number_and_nothing_pending_tells_of_the_customers_own_job() -> None:
    state = a_state(a_job_at(Status.IN_TRANSIT), a_job(number=2, phone=OTHER_PHONE))
    with pytest.raises(IllegalStep) as refused:
        ask(state, ConfirmByCustomer(number=2), MARK)
    assert refused.value.job.number == 1


def test_ok_names_the_job_whose_number_was_given_where_it_is_confirmed_already() -> None:
    state = a_state(a_job_at(Status.IN_TRANSIT), a_job(number=2))
    with pytest.raises(IllegalStep) as refused:
        ask(state, ConfirmByCustomer(number=1), MARK)
    assert refused.value.job.number == 1
    assert refused.value.legal == (Status.DUMPED, Status.CANCELLED)


def test_ok_with_nothing_pending_says_where_the_job_is() -> None:
    with pytest.raises(IllegalStep) as refused:
        ask(a_state(a_job_at(Status.IN_TRANSIT)), ConfirmByCustomer(), MARK)
    assert refused.value.wanted is Status.READY_FOR_PICKUP
    assert refused.value.legal == (Status.DUMPED, Status.CANCELLED)


@pytest.mark.parametrize("status", [Status.COMPLETE, Status.CANCELLED])
def test_ok_from_a_number_without_an_open_job_is_unknown(status: Status) -> None:
    with pytest.raises(UnknownCustomer):
        ask(a_state(a_job_at(status)), ConfirmByCustomer(), MARK)


def test_ok_follows_the_jobs_own_flow() -> None:
    flow = (Status.PENDING_CONFIRMATION, Status.IN_TRANSIT, Status.COMPLETE)
    moved, _ = ask(a_state(a_job(status_flow=flow)), ConfirmByCustomer(), MARK)
    assert moved.jobs[1].status is Status.IN_TRANSIT


def test_a_language_is_chosen_for_all_open_jobs_of_the_number_and_no_other() -> None:
    state = a_state(
        a_job(), a_job(number=2, phone=OTHER_PHONE), a_job_at(Status.COMPLETE, number=3), a_job(number=4)
    )
    moved, _ = ask(state, ChooseLanguage(language="es"), MARK)
    assert [job.language for job in moved.jobs.values()] == ["es", "en", "en", "es"]


def test_a_number_without_a_job_has_no_language_to_choose() -> None:
    with pytest.raises(UnknownCustomer):
        ask(a_state(), ChooseLanguage(language="es"), MARK)


def test_opting_out_ends_what_is_owed_to_the_number_and_leaves_others_alone() -> None:
    owed = [
        a_message(),
        a_message(id="m2", status=MessageStatus.HELD),
        a_message(id="m3", status=MessageStatus.SENDING),
        a_message(id="m4", to=OTHER_PHONE),
        a_message(id="m5", channel="chat", to="dana"),
    ]
    state = a_state(a_job(), messages={message.id: message for message in owed})
    moved, _ = ask(state, OptOutByCustomer(words="STOP"), MARK)
    assert moved.opted_out(MARKS_PHONE, NOON + timedelta(days=3))
    status = {message.id: message.status for message in moved.messages.values() if message.id[0] == "m"}
    assert status == {
        "m1": MessageStatus.DROPPED,
        "m2": MessageStatus.DROPPED,
        "m3": MessageStatus.SENDING,
        "m4": MessageStatus.PENDING,
        "m5": MessageStatus.PENDING,
    }


def test_a_number_opts_out_and_in_again_and_the_record_stays() -> None:
    state, _ = ask(a_state(a_job()), OptOutByCustomer(words="STOP"), MARK)
    with pytest.raises(AlreadySo):
        ask(state, OptOutByCustomer(words="STOP"), MARK)
    state, _ = ask(state, OptInByCustomer(), MARK, at=NOON + timedelta(days=1))
    assert not state.opted_out(MARKS_PHONE, NOON + timedelta(days=3))
    assert state.opt_outs[MARKS_PHONE].ended_at == NOON + timedelta(days=1)
    state, happened = ask(state, OptInByCustomer(words="Yes"), MARK, at=NOON + timedelta(days=1))
    assert isinstance(happened.events[0], CustomerWrote), "to who may be texted it is just a word"
    state, _ = ask(state, OptOutByCustomer(words="END"), MARK, at=NOON + timedelta(days=2))
    assert state.opted_out(MARKS_PHONE, NOON + timedelta(days=3))


def test_what_a_customer_writes_stands_under_his_newest_open_job_and_changes_none() -> None:
    state = a_state(
        a_job(),
        a_job(number=2, created_at=NOON - timedelta(hours=1)),
        a_job_at(Status.COMPLETE, number=3, created_at=NOON - timedelta(minutes=90)),
        a_job(number=4, phone=OTHER_PHONE),
    )
    moved, happened = ask(state, WriteToDispatcher(text="where are you?"), MARK)
    event = happened.events[0]
    assert isinstance(event, CustomerWrote)
    assert (event.number, event.text) == (2, "where are you?")
    assert moved.jobs == state.jobs
    assert [message.kind for message in happened.messages] == ["customer_wrote", "customer_wrote"]


def test_a_job_collects_texts_for_thirty_days_after_its_end() -> None:
    state = a_state(a_job(status=Status.COMPLETE, closed_at=NOON))
    command = WriteToDispatcher(text="thanks")
    _, happened = ask(state, command, MARK, at=NOON + timedelta(days=30) - timedelta(seconds=1))
    assert isinstance(happened.events[0], CustomerWrote)
    _, happened = ask(state, command, MARK, at=NOON + timedelta(days=30))
    assert isinstance(happened.events[0], StrangerWrote)


def test_a_stranger_is_recorded_at_most_once_a_day() -> None:
    command = WriteToDispatcher(text="hello?")
    state, _ = ask(a_state(a_job()), command, STRANGER)
    with pytest.raises(AlreadySo):
        ask(state, command, STRANGER, at=NOON + timedelta(hours=24) - timedelta(seconds=1))
    state, happened = ask(state, command, STRANGER, at=NOON + timedelta(hours=24))
    assert isinstance(happened.events[0], StrangerWrote)


@pytest.mark.parametrize("command", [ConfirmByCustomer(), OptInByCustomer(), WriteToDispatcher(text="hi")])
def test_an_actor_without_a_number_is_no_customer(
    command: ConfirmByCustomer | OptInByCustomer | WriteToDispatcher,
) -> None:
    with pytest.raises(UnknownCustomer):
        ask(a_state(a_job()), command, Actor(person_id="customer", name="?", role=None))
