"""Booking on the web: what a customer sends waits for a dispatcher, and until then nobody is texted."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core.domain import commands as c
from core.domain.errors import (
    AlreadyBooked,
    AlreadySo,
    BadValue,
    JobFinished,
    NotAllowed,
    NotApproved,
    TooManyBookings,
    UnknownCustomer,
)
from core.domain.flow import Status
from core.domain.gate import Drop, verdict
from core.domain.outbox import Message
from core.domain.people import Actor
from core.domain.state import State
from tests.builders import (
    BUSINESS,
    DISPATCHER,
    DRIVER_JOE,
    MARK,
    MARKS_PHONE,
    NOON,
    OTHER_PHONE,
    a_booking,
    a_job,
    a_message,
    a_state,
    after,
    ask,
)


def booked(**fields: object) -> State:
    return after(a_state(), (a_booking(**fields), MARK))


def texts(state: State) -> list[Message]:
    return [message for message in state.messages.values() if message.channel == "sms"]


def test_a_booking_is_a_pending_job_that_keeps_what_was_sent() -> None:
    job = booked(language="es").jobs[1]
    assert job.status is Status.PENDING_CONFIRMATION
    assert job.awaits_approval
    assert (job.amount_paid, job.note, job.language) == (Decimal(129), "Details: a sofa", "es")
    assert job.booked is not None
    assert (job.booked.page, job.booked.reference) == ("junk-removal", "R7K2QX")
    assert job.consent is not None
    assert (job.consent.how, job.consent.wording, job.consent.at) == ("web", "1: I agree to texts", NOON)


def test_without_the_box_there_is_no_consent() -> None:
    assert booked(consent_wording=None).jobs[1].consent is None


def test_a_booking_is_told_to_dispatchers_and_to_nobody_else() -> None:
    state = booked()
    assert {(message.kind, message.to) for message in state.messages.values()} == {
        ("booked", "alex"),
        ("booked", "dana"),
    }


@pytest.mark.parametrize(
    "steps",
    [
        [(c.CancelJob(ref="1", reason="declined"), DISPATCHER)],
        [(c.CancelJob(ref="1"), DISPATCHER), (c.Undo(ref="1"), DISPATCHER)],
        [(c.EditJob(ref="1", field="phone", new=OTHER_PHONE), DISPATCHER)],
        [(c.SetEta(ref="1", minutes=30), DISPATCHER)],
        [(c.AssignDriver(ref="1", driver="Joe"), DISPATCHER), (c.SetEta(ref="1", minutes=30), DRIVER_JOE)],
        [(c.AddNote(ref="1", text="gate"), DISPATCHER)],
        [(c.WriteToDispatcher(text="hello?"), MARK)],
    ],
    ids=["declined", "declined and undone", "other number", "eta", "eta of a driver", "note", "wrote"],
)
def test_nothing_done_before_approval_owes_a_text(steps: list[tuple[c.Command, Actor]]) -> None:
    assert texts(after(booked(), *steps)) == []


def test_a_text_that_is_owed_all_the_same_is_stopped_at_the_gate() -> None:
    state = booked().with_message(a_message(id="m9"))
    assert verdict(state.messages["m9"], state, BUSINESS, NOON) == Drop(why="not_approved")


@pytest.mark.parametrize("actor", [DISPATCHER, DRIVER_JOE])
def test_no_step_leads_past_the_approval(actor: Actor) -> None:
    for target in (None, Status.READY_FOR_PICKUP):
        with pytest.raises(NotApproved):
            ask(booked(), c.TakeStep(ref="1", target=target), actor)


def test_an_ok_from_the_number_confirms_nothing_that_was_not_approved() -> None:
    with pytest.raises(UnknownCustomer):
        ask(booked(), c.ConfirmByCustomer(), MARK)


def test_an_ok_means_the_job_that_was_asked_about_and_not_the_booking_beside_it() -> None:
    state, done = ask(after(a_state(a_job()), (a_booking(), MARK)), c.ConfirmByCustomer(), MARK)
    assert done.number == 1
    assert state.jobs[2].status is Status.PENDING_CONFIRMATION


def test_approval_asks_the_customer_for_his_ok() -> None:
    state, done = ask(booked(), c.ApproveJob(ref="1"))
    assert [(text.kind, text.to) for text in texts(state)] == [("created", MARKS_PHONE)]
    assert not state.jobs[1].awaits_approval
    assert done.messages[0].not_before == NOON + timedelta(seconds=BUSINESS.hold_s)
    assert (
        verdict(done.messages[0], state, BUSINESS, NOON + timedelta(minutes=1)).__class__.__name__ == "Send"
    )


def test_approval_without_consent_texts_nobody() -> None:
    state, _ = ask(booked(consent_wording=None), c.ApproveJob(ref="1"))
    assert texts(state) == []
    assert texts(after(state, (c.TakeStep(ref="1"), DISPATCHER))) == []


def test_approval_is_a_dispatchers_and_needs_no_repetition() -> None:
    with pytest.raises(NotAllowed):
        ask(booked(), c.ApproveJob(ref="1"), DRIVER_JOE)
    with pytest.raises(NotAllowed):
        ask(booked(), c.ApproveJob(ref="1"), MARK)
    with pytest.raises(AlreadySo, match="approved"):
        ask(after(booked(), (c.ApproveJob(ref="1"), DISPATCHER)), c.ApproveJob(ref="1"))
    with pytest.raises(AlreadySo, match="not_booked"):
        ask(a_state(a_job()), c.ApproveJob(ref="1"))
    with pytest.raises(JobFinished):
        ask(after(booked(), (c.CancelJob(ref="1"), DISPATCHER)), c.ApproveJob(ref="1"))


def test_the_same_cause_books_once_however_late() -> None:
    state, first = ask(a_state(), a_booking(), MARK, cause="web:k1")
    state, again = ask(state, a_booking(customer_name="Another"), MARK, cause="web:k1")
    assert (again.repeated, again.number) == (True, first.number)
    days_later = NOON + timedelta(days=4)
    state, _ = ask(state, c.AddNote(ref="1", text="x"), at=days_later)
    assert "web:k1" not in state.causes
    with pytest.raises(AlreadyBooked) as late:
        ask(state, a_booking(), MARK, cause="web:k1", at=days_later)
    assert late.value.job.number == 1


def test_one_number_books_three_times_a_day() -> None:
    state = after(a_state(), *[(a_booking(), MARK)] * 3)
    with pytest.raises(TooManyBookings, match="phone"):
        ask(state, a_booking(), MARK)
    other = a_booking(phone=OTHER_PHONE)
    assert ask(state, other, Actor.customer(OTHER_PHONE))[1].number == 4
    assert ask(state, a_booking(), MARK, at=NOON + timedelta(hours=25))[1].number == 4


def test_one_page_takes_two_hundred_bookings_a_day() -> None:
    state = a_state()
    for number in range(200):
        phone = f"+1602555{number:04}"
        state, _ = ask(state, a_booking(phone=phone), Actor.customer(phone))
    with pytest.raises(TooManyBookings, match="page"):
        ask(state, a_booking(phone=OTHER_PHONE[:-4] + "9999"), MARK)
    assert ask(state, a_booking(phone="+16025559998", page="dumpster"), MARK)[1].number == 201


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"customer_name": "x" * 61}, "customer_name"),
        ({"customer_name": " "}, "customer_name"),
        ({"location": "x" * 121}, "location"),
        ({"note": "x" * 501}, "note"),
    ],
)
def test_a_value_that_no_job_can_have_is_refused(fields: dict[str, str], field: str) -> None:
    with pytest.raises(BadValue) as refused:
        booked(**fields)
    assert refused.value.field == field
