"""Forgetting, the pure part: what is left of a customer, and of whom nothing is touched."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core.domain.archived import Forgotten
from core.domain.archiving import Dossier
from core.domain.commands import Forget
from core.domain.events import CustomerWrote, NoteAdded, StepTaken
from core.domain.flow import Status
from core.domain.forgetting import NAME, forget, phone_hash, without
from core.domain.job import Job
from core.domain.outbox import MessageButton, MessageStatus
from tests.builders import (
    ADMIN,
    MARKS_PHONE,
    NOON,
    OTHER_PHONE,
    a_job,
    a_job_at,
    a_message,
    a_state,
    ask,
)

RECORD = Forgotten(phone_hash=phone_hash(MARKS_PHONE), at=NOON, by="alex", cause="tg:forget")


def test_of_a_job_stays_what_is_nobodys() -> None:
    job = a_job_at(Status.COMPLETE, by="joe", driver="joe", tons=Decimal("4.2"), fee=Decimal(80), note="gate")
    left = forget(a_state(job), RECORD).jobs[1]
    kept = (
        "number",
        "tracking_token",
        "amount_paid",
        "status",
        "created_at",
        "closed_at",
        "driver",
        "tons",
        "fee",
    )
    assert [getattr(left, name) for name in kept] == [getattr(job, name) for name in kept]
    assert (left.customer_name, left.location, left.job_id) == (NAME, NAME, "forgotten_1")
    assert (left.phone, left.note, left.when, left.consent) == (None, None, None, None)
    assert left.link_revoked_at == NOON
    assert [event.kind for event in left.history] == [event.kind for event in job.history]


def test_a_field_or_an_event_that_nobody_thought_of_goes() -> None:
    noted = NoteAdded(at=NOON, by="joe", cause="tg:n", number=1, text="his dog bites")
    step = StepTaken(
        at=NOON,
        by="joe",
        cause="tg:s",
        number=1,
        source=Status.PENDING_CONFIRMATION,
        target=Status.READY_FOR_PICKUP,
    )
    odd = StepTaken.model_validate({**dict(step), "whisper": "his dog bites"})
    job = Job.model_validate({**dict(a_job(history=(noted, odd))), "gate_code": "4411"})
    left = forget(a_state(job), RECORD).jobs[1].model_dump_json()
    assert "dog" not in left
    assert "4411" not in left


@pytest.mark.parametrize("later", [False, True])
def test_what_came_after_the_moment_is_not_forgotten(*, later: bool) -> None:
    at = NOON + timedelta(minutes=1) if later else NOON
    job = a_job(created_at=at)
    text = a_message(created_at=at, body="Hello Mark", job=None)
    wrote = CustomerWrote(at=at, by="customer", cause="sms:1", phone=MARKS_PHONE, number=9, text="hi")
    state = forget(a_state(job, messages={"m1": text}, log=(wrote,)), RECORD)
    assert (state.jobs[1].customer_name == "Mark Soderblom") is later
    assert (state.messages["m1"].body == "Hello Mark") is later
    assert (state.log == (wrote,)) is later


def test_no_word_to_him_or_about_him_stays_in_a_message() -> None:
    buttons = (MessageButton(label="Call Mark", command="show 1"),)
    messages = [
        a_message(id="sent", status=MessageStatus.SENT, body="Hello Mark"),
        a_message(id="owed", body=None),
        a_message(id="reply", kind="reply", job=None, body="Hello Mark"),
        a_message(
            id="told",
            channel="chat",
            to="dana",
            body="Mark wrote",
            buttons=buttons,
            status=MessageStatus.SENT,
        ),
        a_message(id="telling", channel="chat", to="dana", kind="notice", body="About Mark"),
        a_message(id="assigned", channel="chat", to="joe", kind="assigned", body=None),
        a_message(id="other", to=OTHER_PHONE, job=2, body="Hello Lupe"),
    ]
    jobs = (a_job(), a_job(number=2, phone=OTHER_PHONE))
    after = forget(a_state(*jobs, messages={each.id: each for each in messages}), RECORD).messages
    assert [key for key, each in after.items() if each.body] == ["other"]
    assert [key for key, each in after.items() if each.buttons] == []
    assert [key for key, each in after.items() if each.to == MARKS_PHONE] == []
    assert [key for key, each in after.items() if each.is_open] == ["assigned", "other"]
    assert after["sent"].status is MessageStatus.SENT


def test_his_open_job_is_called_off_and_its_driver_hears_of_it_once() -> None:
    state, transaction = ask(a_state(a_job(driver="joe")), Forget(phone=MARKS_PHONE), ADMIN)
    assert state.jobs[1].status is Status.CANCELLED
    assert [(message.kind, message.to) for message in transaction.messages] == [("called_off", "joe")]
    assert state.forgotten[0].jobs == (1,)
    again, transaction = ask(state, Forget(phone=MARKS_PHONE), ADMIN)
    assert transaction.messages == ()
    assert again.jobs == state.jobs


def test_a_dossier_that_he_is_not_in_is_the_very_same() -> None:
    dossier = Dossier(job=a_job(phone=OTHER_PHONE), messages=(a_message(to=OTHER_PHONE),))
    assert without(dossier, RECORD) is dossier
    twice = without(Dossier(job=a_job()), RECORD)
    assert without(twice, RECORD) is twice
