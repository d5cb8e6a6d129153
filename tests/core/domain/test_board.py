"""The board: who is on it, what is late, what is stuck, and what became of the customer's text."""

import datetime as dt
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core.domain.board import STUCK_AFTER, BoardJob, board_view, late_at, stuck_at, text_fate
from core.domain.business import Business
from core.domain.commands import SetEta, TakeStep
from core.domain.events import When
from core.domain.flow import Status
from core.domain.job import Job
from core.domain.outbox import MessageStatus
from core.domain.state import State
from tests.builders import DRIVER_JOE, NOON, a_job, a_job_at, a_message, a_state, ask

PHOENIX = Business(name="Soderblom Hauling", zone=ZoneInfo("America/Phoenix"))
TODAY = dt.date(2026, 3, 2)


def board(state: State, now: datetime = NOON) -> dict[int, BoardJob]:
    return {job.n: job for job in board_view(state, PHOENIX, now).jobs}


def finished(status: Status, at: datetime, **fields: Any) -> Job:
    return a_job_at(status, **fields).model_copy(update={"closed_at": at})


def test_open_jobs_are_on_it_and_those_that_were_finished_today() -> None:
    yesterday = finished(Status.COMPLETE, NOON - timedelta(days=1), number=2)
    today = finished(Status.COMPLETE, NOON - timedelta(hours=1), number=3)
    called_off = finished(Status.CANCELLED, NOON - timedelta(hours=1), number=4)
    assert list(board(a_state(a_job(), yesterday, today, called_off))) == [1, 3, 4]


def test_today_begins_at_midnight_where_the_business_is() -> None:
    midnight = datetime(2026, 3, 2, 7, tzinfo=UTC)
    before = finished(Status.COMPLETE, midnight - timedelta(seconds=1), number=1)
    after = finished(Status.COMPLETE, midnight, number=2)
    assert list(board(a_state(before, after))) == [2]


def test_a_card_holds_what_a_dispatcher_works_with() -> None:
    state, _ = ask(a_state(a_job()), TakeStep(ref="1", target=Status.READY_FOR_PICKUP), DRIVER_JOE)
    card = board(state)[1]
    assert (card.name, card.place, card.phone, card.price) == (
        "Mark Soderblom",
        "Tempe",
        "(602) 555-0142",
        "$600",
    )
    assert (card.status, card.since, card.driver) == (
        Status.READY_FOR_PICKUP,
        int(NOON.timestamp()),
        "Joe Novak",
    )


@pytest.mark.parametrize(
    ("when", "hour", "minute"),
    [
        (When(date=TODAY, start=dt.time(9), end=dt.time(11)), 11, 0),
        (When(date=TODAY, start=dt.time(9)), 9, 0),
        (When(date=TODAY, end=dt.time(15)), 15, 0),
        (When(date=TODAY), 23, 59),
    ],
)
def test_a_pickup_is_late_after_what_was_agreed_in_the_business_s_zone(
    when: When, hour: int, minute: int
) -> None:
    assert late_at(a_job(when=when), PHOENIX) == datetime(2026, 3, 2, hour, minute, tzinfo=PHOENIX.zone)


def test_an_arrival_that_was_announced_counts_more_than_what_was_agreed() -> None:
    job = a_job_at(Status.READY_FOR_PICKUP, when=When(date=TODAY, end=dt.time(9)))
    state, _ = ask(a_state(job), SetEta(ref="1", minutes=60), DRIVER_JOE)
    eta = state.jobs[1].eta
    assert eta is not None
    assert late_at(state.jobs[1], PHOENIX) == eta.end


@pytest.mark.parametrize("status", [Status.IN_TRANSIT, Status.DUMPED, Status.COMPLETE, Status.CANCELLED])
def test_what_was_picked_up_or_called_off_is_not_late(status: Status) -> None:
    assert late_at(a_job_at(status, when=When(date=TODAY)), PHOENIX) is None


@pytest.mark.parametrize("status", list(STUCK_AFTER))
def test_a_job_is_stuck_when_it_stands_longer_than_its_status_may(status: Status) -> None:
    job = a_job_at(status)
    assert (
        board(a_state(job))[1].stuck_at == board(a_state(job))[1].since + STUCK_AFTER[status].total_seconds()
    )


def test_a_job_that_waits_for_its_day_is_not_stuck_and_a_finished_one_neither() -> None:
    assert stuck_at(a_job_at(Status.READY_FOR_PICKUP, when=When(date=TODAY))) is None
    assert stuck_at(a_job_at(Status.COMPLETE)) is None


def test_today_s_money_is_what_came_in_and_what_was_done() -> None:
    jobs: list[Job] = [
        a_job(number=1, amount_paid=Decimal(600)),
        finished(Status.COMPLETE, NOON, number=2, amount_paid=Decimal("350.50")),
        finished(Status.CANCELLED, NOON, number=3, amount_paid=Decimal(900)),
        a_job(number=4, amount_paid=Decimal(100), created_at=NOON - timedelta(days=2)),
    ]
    day = board_view(a_state(*jobs), PHOENIX, NOON).day
    assert (day.booked, day.done, day.done_jobs) == ("$950.50", "$350.50", 1)


@pytest.mark.parametrize(
    ("status", "delivery", "fate"),
    [
        (MessageStatus.PENDING, None, "owed"),
        (MessageStatus.SENDING, None, "owed"),
        (MessageStatus.HELD, None, "held"),
        (MessageStatus.SENT, None, "sent"),
        (MessageStatus.SENT, "delivered", "delivered"),
        (MessageStatus.UNKNOWN, None, "unknown"),
        (MessageStatus.FAILED, "undelivered", "failed"),
        (MessageStatus.DROPPED, None, "none"),
    ],
)
def test_a_dot_tells_what_became_of_a_message(status: MessageStatus, delivery: str | None, fate: str) -> None:
    message = a_message(status=status, delivery=delivery)
    assert text_fate(message) == fate
    assert board(a_state(a_job()).with_message(message))[1].text == fate


def test_the_newest_text_counts_and_one_that_was_stopped_in_time_does_not() -> None:
    state = a_state(a_job())
    for number, status in enumerate([MessageStatus.FAILED, MessageStatus.SENT, MessageStatus.DROPPED]):
        state = state.with_message(a_message(id=f"m-{number}", status=status))
    assert board(state)[1].text == "sent"
