"""Undo: the last move is taken back, by its author or a dispatcher, any number of times."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.commands import CancelJob, CreateJob, TakeStep, Undo
from core.domain.decide.steps import standing_moves
from core.domain.errors import NothingToUndo, NotYours, Refusal, UndoByAnother, WhichJob
from core.domain.events import JobCancelled, StepTaken, StepUndone
from core.domain.flow import DEFAULT_FLOW, FINISHED, Status
from core.domain.record import Value
from tests.builders import (
    DISPATCHER,
    DRIVER_ANA,
    DRIVER_JOE,
    NOON,
    a_job,
    a_job_at,
    a_state,
    after,
    ask,
)

STEPPED = [status for status in DEFAULT_FLOW if status is not Status.PENDING_CONFIRMATION]
BEFORE: dict[Status, Status] = {
    **dict(zip(STEPPED, DEFAULT_FLOW[:-1], strict=True)),
    Status.CANCELLED: Status.READY_FOR_PICKUP,
}


@pytest.mark.parametrize("status", [*STEPPED, Status.CANCELLED])
def test_undo_puts_a_job_back_to_where_it_was_before(status: Status) -> None:
    moved, happened = ask(a_state(a_job_at(status)), Undo(ref="1"))
    assert moved.jobs[1].status is BEFORE[status]
    assert moved.jobs[1].closed_at is None
    event = happened.events[0]
    assert isinstance(event, StepUndone)
    assert (event.source, event.target) == (status, BEFORE[status])


def test_undoing_a_creation_calls_the_job_off() -> None:
    moved, happened = ask(a_state(a_job()), Undo(ref="1"))
    assert moved.jobs[1].status is Status.CANCELLED
    assert isinstance(happened.events[0], JobCancelled)


def test_undoing_twice_after_new_brings_the_job_back() -> None:
    moved = after(a_state(a_job()), (Undo(ref="1"), DISPATCHER), (Undo(ref="1"), DISPATCHER))
    assert moved.jobs[1].status is Status.PENDING_CONFIRMATION


def test_a_job_that_came_without_a_history_has_nothing_to_undo() -> None:
    with pytest.raises(NothingToUndo) as refused:
        ask(a_state(a_job(history=(), status=Status.DUMPED)), Undo(ref="1"))
    assert refused.value.job.number == 1


def test_a_driver_takes_back_his_own_step() -> None:
    state = a_state(a_job_at(Status.IN_TRANSIT, by="joe", driver="joe"))
    moved, _ = ask(state, Undo(ref="1"), DRIVER_JOE)
    assert moved.jobs[1].status is Status.READY_FOR_PICKUP


@pytest.mark.parametrize("author", ["dana", "ana", "customer"])
def test_a_driver_does_not_take_back_what_somebody_else_did(author: str) -> None:
    state = a_state(a_job_at(Status.IN_TRANSIT, by=author, driver="joe"))
    with pytest.raises(UndoByAnother) as refused:
        ask(state, Undo(ref="1"), DRIVER_JOE)
    assert refused.value.event.by == author


def test_a_dispatcher_takes_back_a_drivers_step() -> None:
    state = a_state(a_job_at(Status.IN_TRANSIT, by="joe", driver="joe"))
    moved, happened = ask(state, Undo(ref="1"), DISPATCHER)
    assert moved.jobs[1].status is Status.READY_FOR_PICKUP
    assert happened.events[0].by == "dana"


def test_a_driver_does_not_touch_the_job_that_was_given_to_another() -> None:
    # Joe moved it, then the dispatcher gave it to Ana: what happens to it now is hers.
    state = a_state(a_job_at(Status.IN_TRANSIT, by="joe", driver="ana"))
    with pytest.raises(NotYours):
        ask(state, Undo(ref="1"), DRIVER_JOE)


def test_undo_without_a_job_takes_back_what_this_person_moved_last() -> None:
    state = after(
        a_state(a_job_at(Status.READY_FOR_PICKUP), a_job_at(Status.READY_FOR_PICKUP, number=2)),
        (TakeStep(ref="2"), DRIVER_JOE),
        (TakeStep(ref="1"), DRIVER_ANA),
    )
    moved, _ = ask(state, Undo(), DRIVER_JOE, at=NOON + timedelta(minutes=5))
    assert moved.jobs[2].status is Status.READY_FOR_PICKUP
    assert moved.jobs[1].status is Status.IN_TRANSIT


def test_undo_without_a_job_asks_which_one_where_this_person_has_moved_none() -> None:
    state = a_state(a_job_at(Status.IN_TRANSIT, by="joe"), a_job_at(Status.DUMPED, by="joe", number=2))
    with pytest.raises(WhichJob) as refused:
        ask(state, Undo(), DISPATCHER)
    assert [job.number for job in refused.value.candidates] == [1, 2]


@st.composite
def _words(draw: st.DrawFn) -> Value:
    return draw(st.sampled_from([TakeStep(ref="1"), Undo(ref="1"), CancelJob(ref="1")]))


@given(st.lists(_words(), max_size=30))
def test_any_sequence_of_steps_and_undos_keeps_a_stack_that_ends_where_the_job_stands(
    words: list[TakeStep | Undo | CancelJob],
) -> None:
    state, _ = ask(a_state(), CreateJob(customer_name="Mark", location="Tempe", amount_paid=Decimal(600)))
    model = [Status.PENDING_CONFIRMATION]
    for word in words:
        before = state
        try:
            state, _ = ask(state, word)
        except Refusal:
            assert state is before
            assert not isinstance(word, Undo), "what was made here can always be taken back"
            assert model[-1] in FINISHED
            continue
        if not isinstance(word, Undo):
            taken = state.jobs[1].history[-1]
            model.append(taken.target if isinstance(taken, StepTaken) else Status.CANCELLED)
        elif len(model) > 1:
            model.pop()
        else:
            model.append(Status.CANCELLED)
        job = state.jobs[1]
        assert job.status is model[-1]
        assert len(standing_moves(job)) == len(model)
        assert (job.closed_at is not None) == (job.status in FINISHED)
