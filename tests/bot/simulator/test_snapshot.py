from collections.abc import Iterable
from decimal import Decimal

import pytest

from bot.simulator.snapshot import JOBS_MAX, MESSAGES_MAX, Pane, snapshot
from core.domain.business import Business
from core.domain.flow import Status
from core.domain.job import Job
from core.domain.outbox import Message, MessageStatus
from core.domain.people import Person, Role
from core.domain.state import State
from tests.bot.simulator.desk_clock import NOON

PEOPLE = {
    "joe": Person(person_id="joe", name="Joe", role=Role.DRIVER),
    "ann": Person(person_id="ann", name="Ann", role=Role.ADMIN),
}


def notice(to: str, number: int = 1, status: MessageStatus = MessageStatus.SENT) -> Message:
    return Message(
        id=f"m-{number}",
        kind="notice",
        channel="chat",
        to=to,
        cause="web:test",
        body="Hear this",
        created_at=NOON,
        not_before=NOON,
        expires_at=NOON,
        status=status,
    )


def job(number: int) -> Job:
    return Job(
        job_id=f"job_{number}",
        number=number,
        tracking_token=f"{number:022}",
        customer_name="Mark",
        location="Mesa",
        amount_paid=Decimal(600),
        status=Status.PENDING_CONFIRMATION,
        created_at=NOON,
    )


def state(messages: Iterable[Message] = (), jobs: Iterable[Job] = ()) -> State:
    return State(
        people=PEOPLE,
        messages={message.id: message for message in messages},
        jobs={job.number: job for job in jobs},
    )


@pytest.mark.parametrize(
    ("to", "pane", "name"),
    [
        ("joe", "driver", "Joe"),
        ("driver", "driver", "Driver"),
        ("ann", "dispatcher", "Ann"),
        ("dispatcher", "dispatcher", "Dispatcher"),
    ],
)
def test_a_notice_appears_on_the_phone_of_its_role(to: str, pane: Pane, name: str) -> None:
    (message,) = snapshot(state([notice(to)]), Business(), NOON, live=False).messages
    assert (message.pane, message.to_name, message.text) == (pane, name, "Hear this")


def test_only_the_newest_messages_and_jobs_are_shown() -> None:
    many = state(
        (notice("joe", number) for number in range(1, MESSAGES_MAX + 3)),
        (job(number) for number in range(1, JOBS_MAX + 3)),
    )
    shown = snapshot(many, Business(), NOON, live=False)
    assert (shown.messages[0].id, shown.messages[-1].id) == ("m-3", f"m-{MESSAGES_MAX + 2}")
    assert (shown.jobs[0].number, shown.jobs[-1].number) == (3, JOBS_MAX + 2)


def test_a_message_that_should_have_left_long_ago_has_no_seconds_left() -> None:
    late = notice("joe", status=MessageStatus.PENDING).model_copy(update={"not_before": NOON.replace(hour=1)})
    (message,) = snapshot(state([late]), Business(), NOON, live=False).messages
    assert message.leaves_in_s == 0


def test_a_reason_without_words_of_its_own_is_shown_as_it_is() -> None:
    odd = notice("joe", status=MessageStatus.FAILED).model_copy(update={"code": "error_30003"})
    (message,) = snapshot(state([odd]), Business(), NOON, live=False).messages
    assert message.why == "error 30003"
