"""Notify: which texts and notices an event owes, to whom and when."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core.domain.commands import (
    AssignDriver,
    CancelJob,
    ChooseLanguage,
    Command,
    ConfirmByCustomer,
    CreateJob,
    EditJob,
    OptOutByCustomer,
    SetEta,
    TakeStep,
    TextCustomer,
    UnassignDriver,
    Undo,
    WriteToDispatcher,
)
from core.domain.errors import CannotText
from core.domain.flow import DEFAULT_FLOW, Status
from core.domain.outbox import Message, MessageStatus
from core.domain.people import Actor
from core.domain.state import OptOut, State
from tests.builders import (
    BUSINESS,
    DISPATCHER,
    DRIVER_JOE,
    MARK,
    MARKS_PHONE,
    NOON,
    OTHER_PHONE,
    STAFF,
    a_job,
    a_job_at,
    a_message,
    a_state,
    ask,
)

HELD = NOON + timedelta(seconds=10)
OPTED_OUT = {MARKS_PHONE: OptOut(phone=MARKS_PHONE, at=NOON, words="STOP")}


def owed(state: State, command: Command, actor: Actor = DISPATCHER) -> list[tuple[str, str, str]]:
    """Return (channel, kind, to) of what `command` makes owed."""
    _, happened = ask(state, command, actor)
    return [(message.channel, message.kind, message.to) for message in happened.messages]


def _sent(**fields: object) -> dict[str, Message]:
    return {"m0": a_message(id="m0", status=MessageStatus.SENT, **fields)}


def test_a_new_job_owes_its_customer_a_text_after_the_hold() -> None:
    command = CreateJob(customer_name="Mark", location="Tempe", amount_paid=Decimal(600), phone=MARKS_PHONE)
    _, happened = ask(a_state(), command)
    (message,) = happened.messages
    assert (message.channel, message.kind, message.to, message.job) == ("sms", "created", MARKS_PHONE, 1)
    assert message.step is Status.PENDING_CONFIRMATION
    assert (message.created_at, message.not_before) == (NOON, HELD)
    assert message.expires_at == NOON + timedelta(hours=36)
    assert message.body is None
    assert message.cause == happened.events[0].cause


@pytest.mark.parametrize("status", DEFAULT_FLOW[:-1])
def test_each_step_owes_its_customer_one_text_after_the_hold(status: Status) -> None:
    _, happened = ask(a_state(a_job_at(status)), TakeStep(ref="1"))
    (message,) = happened.messages
    target = DEFAULT_FLOW[DEFAULT_FLOW.index(status) + 1]
    assert (message.kind, message.step, message.not_before) == (target.value, target, HELD)


def test_the_answer_to_the_customers_ok_does_not_wait_and_the_dispatchers_hear_of_it() -> None:
    _, happened = ask(a_state(a_job()), ConfirmByCustomer(), MARK)
    text, *notices = happened.messages
    assert (text.kind, text.not_before) == ("ready_for_pickup", NOON)
    assert [(notice.kind, notice.to, notice.not_before) for notice in notices] == [
        ("confirmed", "alex", NOON),
        ("confirmed", "dana", NOON),
    ]
    assert all(notice.expires_at == NOON + timedelta(hours=24) for notice in notices)


def test_where_no_dispatcher_is_known_the_bare_role_hears_of_it() -> None:
    state = a_state(a_job(), people=[person for person in STAFF if person.role.value == "driver"])
    assert ("chat", "confirmed", "dispatcher") in owed(state, ConfirmByCustomer(), MARK)


@pytest.mark.parametrize(
    "state",
    [
        a_state(a_job_at(Status.READY_FOR_PICKUP, phone=None)),
        a_state(a_job_at(Status.READY_FOR_PICKUP, consent=None)),
        a_state(a_job_at(Status.READY_FOR_PICKUP), opt_outs=OPTED_OUT),
    ],
)
def test_without_a_number_consent_or_after_an_opt_out_no_text_is_owed(state: State) -> None:
    assert owed(state, TakeStep(ref="1")) == []
    assert owed(state, SetEta(ref="1", minutes=30)) == []


def test_where_there_is_no_way_to_text_none_is_owed_and_words_for_a_customer_are_refused() -> None:
    mute = BUSINESS.model_copy(update={"texts": False})
    state, happened = ask(a_state(a_job()), TakeStep(ref="1"), business=mute)
    assert happened.messages == ()
    with pytest.raises(CannotText):
        ask(state, TextCustomer(ref="1", text="We come at 9."), business=mute)
    _, happened = ask(a_state(a_job()), AssignDriver(ref="1", driver="joe"), business=mute)
    assert {message.kind for message in happened.messages} == {"assigned", "offer_unanswered"}


def test_an_opted_out_customers_ok_is_told_to_the_staff_alone() -> None:
    messages = owed(a_state(a_job(), opt_outs=OPTED_OUT), ConfirmByCustomer(), MARK)
    assert [channel for channel, _, _ in messages] == ["chat", "chat"]


def test_a_cancellation_is_texted_only_to_who_has_heard_of_the_job() -> None:
    assert owed(a_state(a_job()), CancelJob(ref="1")) == []
    heard = a_state(a_job(), messages=_sent())
    assert owed(heard, CancelJob(ref="1")) == [("sms", "cancelled", MARKS_PHONE)]


@pytest.mark.parametrize("status", [MessageStatus.SENDING, MessageStatus.UNKNOWN])
def test_who_may_have_heard_of_the_job_hears_of_its_end(status: MessageStatus) -> None:
    state = a_state(a_job(), messages={"m0": a_message(id="m0", status=status)})
    assert owed(state, CancelJob(ref="1")) == [("sms", "cancelled", MARKS_PHONE)]


def test_cancelling_drops_the_texts_that_were_still_owed() -> None:
    state, _ = ask(a_state(a_job()), TakeStep(ref="1"))
    state, _ = ask(state, CancelJob(ref="1"))
    assert [(m.kind, m.status, m.why) for m in state.messages.values()] == [
        ("ready_for_pickup", MessageStatus.DROPPED, "cancelled")
    ]


def test_undo_within_the_hold_means_that_the_customer_never_sees_the_slip() -> None:
    state, _ = ask(a_state(a_job(), messages=_sent()), TakeStep(ref="1"))
    state, happened = ask(state, Undo(ref="1"))
    assert happened.messages == ()
    assert [(m.kind, m.status) for m in state.messages.values()] == [
        ("created", MessageStatus.SENT),
        ("ready_for_pickup", MessageStatus.DROPPED),
    ]


def test_undo_of_a_step_leaves_the_texts_of_earlier_steps_alone() -> None:
    state, _ = ask(a_state(a_job()), TakeStep(ref="1"))
    state, _ = ask(state, TakeStep(ref="1"))
    state, _ = ask(state, Undo(ref="1"))
    assert [(m.kind, m.status) for m in state.messages.values()] == [
        ("ready_for_pickup", MessageStatus.PENDING),
        ("in_transit", MessageStatus.DROPPED),
    ]


def test_a_cancellation_taken_back_in_time_owes_nothing_to_who_has_heard_of_the_job() -> None:
    state, _ = ask(a_state(a_job(), messages=_sent()), CancelJob(ref="1"))
    assert owed(state, Undo(ref="1")) == []


def test_a_cancellation_taken_back_owes_the_text_that_it_dropped() -> None:
    state, _ = ask(
        a_state(),
        CreateJob(customer_name="Mark", location="Tempe", amount_paid=Decimal(1), phone=MARKS_PHONE),
    )
    state, _ = ask(state, CancelJob(ref="1"))
    assert owed(state, Undo(ref="1")) == [("sms", "created", MARKS_PHONE)]


def test_a_cancellation_taken_back_after_it_was_texted_is_corrected() -> None:
    state = a_state(a_job_at(Status.CANCELLED), messages=_sent(kind="cancelled", step=Status.CANCELLED))
    assert owed(state, Undo(ref="1")) == [("sms", "ready_for_pickup", MARKS_PHONE)]


def test_a_new_number_gets_the_link_and_the_old_one_nothing_more() -> None:
    state, _ = ask(a_state(a_job()), TakeStep(ref="1"))
    edit = EditJob(ref="1", field="phone", new=OTHER_PHONE)
    state, happened = ask(state, edit)
    assert [(m.kind, m.to) for m in happened.messages] == [("ready_for_pickup", OTHER_PHONE)]
    assert [(m.to, m.status) for m in state.messages.values()] == [
        (MARKS_PHONE, MessageStatus.DROPPED),
        (OTHER_PHONE, MessageStatus.PENDING),
    ]
    assert owed(a_state(a_job()), edit) == [("sms", "created", OTHER_PHONE)]
    assert owed(a_state(a_job_at(Status.COMPLETE)), edit) == []


def test_an_arrival_is_told_again_only_when_it_has_moved_by_more_than_twenty_minutes() -> None:
    state = a_state(a_job_at(Status.READY_FOR_PICKUP, driver="joe"))
    state, first = ask(state, SetEta(ref="1", minutes=30), DRIVER_JOE)
    assert [(m.kind, m.not_before, m.expires_at) for m in first.messages] == [
        ("eta", NOON, NOON + timedelta(hours=1))
    ]
    assert owed(state, SetEta(ref="1", minutes=50)) == []
    assert owed(state, SetEta(ref="1", minutes=55)) == [("sms", "eta", MARKS_PHONE)]


def test_an_arrival_that_creeps_is_told_when_it_is_far_from_what_was_told() -> None:
    state, _ = ask(a_state(a_job_at(Status.READY_FOR_PICKUP)), SetEta(ref="1", minutes=30))
    state, happened = ask(state, SetEta(ref="1", minutes=45))
    assert happened.messages == ()
    assert owed(state, SetEta(ref="1", minutes=60)) == [("sms", "eta", MARKS_PHONE)]


def test_a_driver_hears_what_others_did_with_his_jobs_and_not_what_he_did() -> None:
    free, joes = a_state(a_job(phone=None)), a_state(a_job(phone=None, driver="joe"))
    assert owed(free, AssignDriver(ref="1", driver="joe"))[0] == ("chat", "assigned", "joe")
    assert owed(free, AssignDriver(ref="1", driver="me")) == []
    assert owed(free, TakeStep(ref="1"), DRIVER_JOE) == []
    assert owed(joes, UnassignDriver(ref="1")) == [("chat", "unassigned", "joe")]
    assert owed(joes, CancelJob(ref="1")) == [("chat", "called_off", "joe")]


def test_a_driver_hears_that_his_job_was_given_to_another() -> None:
    joes = a_state(a_job(phone=None, driver="joe"))
    assert owed(joes, AssignDriver(ref="1", driver="ana"))[:2] == [
        ("chat", "assigned", "ana"),
        ("chat", "unassigned", "joe"),
    ]


def test_a_driver_hears_that_his_job_is_on_again() -> None:
    called_off = a_state(a_job_at(Status.CANCELLED, phone=None, driver="joe"))
    assert owed(called_off, Undo(ref="1")) == [("chat", "assigned", "joe")]
    assert owed(a_state(a_job_at(Status.DUMPED, phone=None, driver="joe")), Undo(ref="1")) == []


def test_the_dispatchers_hear_what_customers_and_strangers_write() -> None:
    text = WriteToDispatcher(text="hello")
    to = ["alex", "dana"]
    assert owed(a_state(a_job()), text, MARK) == [("chat", "customer_wrote", who) for who in to]
    assert owed(a_state(), text, MARK) == [("chat", "stranger_wrote", who) for who in to]
    assert owed(a_state(a_job()), OptOutByCustomer(words="STOP"), MARK) == [
        ("chat", "opted_out", who) for who in to
    ]
    assert owed(a_state(a_job()), ChooseLanguage(language="es"), MARK) == []
