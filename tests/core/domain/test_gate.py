"""The gate: what is looked at in the moment when a message would go out."""

from datetime import timedelta
from typing import Any

import pytest

from core.domain.events import StepTaken
from core.domain.flow import Status
from core.domain.gate import Drop, Hold, Send, Verdict, due, next_due_at, verdict
from core.domain.job import Job
from core.domain.outbox import Claim, Message, MessageStatus
from core.domain.state import OptOut, State
from tests.builders import (
    BUSINESS,
    MARKS_PHONE,
    NOON,
    OTHER_PHONE,
    a_job,
    a_job_at,
    a_message,
    a_state,
)

NIGHT = NOON + timedelta(hours=10)
"""22:00 in Phoenix."""
MORNING = NOON + timedelta(hours=20)
"""8:00 the next day."""

STOPPED = {MARKS_PHONE: OptOut(phone=MARKS_PHONE, at=NOON, words="STOP")}


def judge(message: Message, job: Job | None = None, *, at: Any = NOON, **fields: Any) -> Verdict:
    state = a_state(*([job] if job else []), **fields)
    return verdict(message, state, BUSINESS, at)


def test_a_text_that_holds_goes_out_by_day() -> None:
    assert judge(a_message(), a_job()) == Send()


@pytest.mark.parametrize(
    ("job", "why"),
    [
        (None, "no_job"),
        (a_job(phone=OTHER_PHONE), "number_changed"),
        (a_job(phone=None), "number_changed"),
        (a_job(consent=None), "no_consent"),
        (a_job_at(Status.CANCELLED), "cancelled"),
        (a_job_at(Status.READY_FOR_PICKUP), "overtaken"),
    ],
)
def test_a_text_that_no_longer_holds_is_dropped(job: Job | None, why: str) -> None:
    assert judge(a_message(), job) == Drop(why=why)


def test_a_text_without_a_job_is_dropped() -> None:
    assert judge(a_message(job=None), a_job()) == Drop(why="no_job")


def test_an_opted_out_number_gets_nothing_not_even_an_answer() -> None:
    for kind in ("created", "reply"):
        assert judge(a_message(kind=kind), a_job(), opt_outs=STOPPED) == Drop(why="opted_out")


def test_whoever_opted_in_again_gets_texts() -> None:
    again = STOPPED[MARKS_PHONE].model_copy(update={"ended_at": NOON})
    assert judge(a_message(), a_job(), opt_outs={MARKS_PHONE: again}) == Send()


@pytest.mark.parametrize("channel", ["sms", "chat"])
def test_what_has_expired_is_dropped(channel: str) -> None:
    message = a_message(channel=channel, expires_at=NOON)
    assert judge(message, a_job()) == Drop(why="expired")
    assert judge(message, a_job(), at=NOON - timedelta(seconds=1)) == Send()


def test_a_notice_to_the_staff_goes_out_at_any_hour_and_about_any_job() -> None:
    message = a_message(channel="chat", to="dana", kind="confirmed")
    assert judge(message, a_job_at(Status.CANCELLED), at=NIGHT) == Send()


def test_an_answer_to_the_customers_own_text_goes_out_at_night_and_without_a_job() -> None:
    assert judge(a_message(kind="reply", job=None), at=NIGHT) == Send()


@pytest.mark.parametrize(
    ("step", "standing", "expected"),
    [
        (Status.READY_FOR_PICKUP, Status.PENDING_CONFIRMATION, Drop(why="undone")),
        (Status.READY_FOR_PICKUP, Status.READY_FOR_PICKUP, Send()),
        (Status.READY_FOR_PICKUP, Status.DUMPED, Send()),
        (Status.COMPLETE, Status.DUMPED, Drop(why="undone")),
        (Status.COMPLETE, Status.COMPLETE, Send()),
        (Status.CANCELLED, Status.CANCELLED, Send()),
        (Status.CANCELLED, Status.READY_FOR_PICKUP, Drop(why="undone")),
        (Status.IN_TRANSIT, Status.CANCELLED, Drop(why="cancelled")),
    ],
)
def test_a_status_text_goes_out_while_the_job_stands_there_or_beyond(
    step: Status, standing: Status, expected: Verdict
) -> None:
    assert judge(a_message(kind=step.value, step=step), a_job_at(standing)) == expected


def test_a_second_try_is_made_only_while_the_job_still_stands_there() -> None:
    again = a_message(kind="in_transit", step=Status.IN_TRANSIT, again=True)
    assert judge(again, a_job_at(Status.IN_TRANSIT)) == Send()
    assert judge(again, a_job_at(Status.DUMPED)) == Drop(why="overtaken")


def test_an_arrival_is_told_only_while_its_step_is_under_way() -> None:
    message = a_message(kind="eta", step=Status.READY_FOR_PICKUP)
    assert judge(message, a_job_at(Status.READY_FOR_PICKUP)) == Send()
    assert judge(message, a_job_at(Status.IN_TRANSIT)) == Drop(why="overtaken")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (Status.READY_FOR_PICKUP, Hold(why="quiet_hours", until=MORNING)),
        (Status.COMPLETE, Hold(why="quiet_hours", until=MORNING)),
        (Status.CANCELLED, Hold(why="quiet_hours", until=MORNING)),
        (Status.IN_TRANSIT, Send()),
        (Status.DUMPED, Send()),
    ],
)
def test_quiet_hours_hold_a_text_unless_the_truck_is_on_its_way(status: Status, expected: Verdict) -> None:
    assert judge(a_message(kind=status.value, step=status), a_job_at(status), at=NIGHT) == expected


def _ready_at_night(by: str) -> State:
    step = StepTaken(
        at=NIGHT,
        by=by,
        cause="sms:SM1",
        number=1,
        source=Status.PENDING_CONFIRMATION,
        target=Status.READY_FOR_PICKUP,
    )
    job = a_job(status=Status.READY_FOR_PICKUP)
    return a_state(job.model_copy(update={"history": (*job.history, step)}))


def test_the_text_that_answers_the_customers_ok_is_not_held() -> None:
    message = a_message(kind="ready_for_pickup", step=Status.READY_FOR_PICKUP, cause="sms:SM1")
    assert verdict(message, _ready_at_night("customer"), BUSINESS, NIGHT) == Send()


def test_a_step_that_staff_took_by_sms_is_held_like_any_other() -> None:
    message = a_message(kind="ready_for_pickup", step=Status.READY_FOR_PICKUP, cause="sms:SM1")
    held = Hold(why="quiet_hours", until=MORNING)
    assert verdict(message, _ready_at_night("joe"), BUSINESS, NIGHT) == held


def test_messages_are_due_when_their_time_has_come_and_nobody_has_them() -> None:
    claim = Claim(by="relay", until=NOON + timedelta(minutes=1))
    messages = [
        a_message(id="due"),
        a_message(id="held", status=MessageStatus.HELD),
        a_message(id="later", not_before=NOON + timedelta(seconds=1)),
        a_message(id="sending", status=MessageStatus.SENDING, claim=claim),
        a_message(id="sent", status=MessageStatus.SENT),
        a_message(id="unknown", status=MessageStatus.UNKNOWN),
    ]
    state = a_state(messages={message.id: message for message in messages})
    assert [message.id for message in due(state, NOON)] == ["due", "held"]


@pytest.mark.parametrize(
    ("message", "moment"),
    [
        (a_message(not_before=NOON + timedelta(seconds=9)), NOON + timedelta(seconds=9)),
        (
            a_message(
                status=MessageStatus.SENDING, claim=Claim(by="relay", until=NOON + timedelta(minutes=1))
            ),
            NOON + timedelta(minutes=1),
        ),
        (a_message(status=MessageStatus.SENT), None),
        (a_message(status=MessageStatus.UNKNOWN), None),
    ],
)
def test_the_relay_wakes_when_a_message_is_due_or_its_claim_has_run_out(
    message: Message, moment: object
) -> None:
    assert next_due_at(a_state(messages={"m1": message})) == moment
