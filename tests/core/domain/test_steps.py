"""Steps: every status meets every step command; what is legal moves, all else changes nothing."""

import pytest

from core.domain.commands import CancelJob, TakeStep
from core.domain.errors import IllegalStep, NotAllowed, NotYours, UnknownJob
from core.domain.events import DriverAssigned, JobCancelled, StepTaken
from core.domain.flow import DEFAULT_FLOW, FINISHED, Status
from core.domain.people import Actor, Role
from tests.builders import (
    ADMIN,
    DISPATCHER,
    DRIVER_ANA,
    DRIVER_JOE,
    MARK,
    a_job_at,
    a_state,
    ask,
)
from tests.core.domain.test_flow import TABLE

STEPS: list[Status | None] = [None, *DEFAULT_FLOW]
"""`next`, and each status as the target that was named."""


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("target", STEPS)
def test_a_step_moves_to_the_next_status_and_no_other_target_moves_at_all(
    status: Status, target: Status | None
) -> None:
    state = a_state(a_job_at(status))
    following = TABLE[status][0] if TABLE[status] else None
    command = TakeStep(ref="1", target=target)
    if following is not None and target in {None, following}:
        moved, happened = ask(state, command)
        assert moved.jobs[1].status is following
        assert [type(event) for event in happened.events] == [StepTaken]
        assert happened.events[0].by == "dana"
        return
    with pytest.raises(IllegalStep) as refused:
        ask(state, command)
    assert refused.value.legal == TABLE[status]
    assert refused.value.wanted == target
    assert refused.value.job == state.jobs[1]
    assert state == a_state(a_job_at(status))


@pytest.mark.parametrize("status", Status)
def test_cancel_ends_every_open_job_and_no_finished_one(status: Status) -> None:
    state = a_state(a_job_at(status))
    if Status.CANCELLED in TABLE[status]:
        moved, happened = ask(state, CancelJob(ref="1", reason="rain"))
        event = happened.events[0]
        assert moved.jobs[1].status is Status.CANCELLED
        assert isinstance(event, JobCancelled)
        assert (event.source, event.reason) == (status, "rain")
        return
    with pytest.raises(IllegalStep) as refused:
        ask(state, CancelJob(ref="1"))
    assert refused.value.legal == ()
    assert refused.value.wanted is Status.CANCELLED


@pytest.mark.parametrize("status", Status)
def test_a_refusal_says_who_put_the_job_where_it_is(status: Status) -> None:
    with pytest.raises(IllegalStep) as refused:
        ask(a_state(a_job_at(status, by="joe")), TakeStep(ref="1", target=Status.PENDING_CONFIRMATION))
    last = refused.value.last_move
    assert last is not None
    assert last.by == ("dana" if status is Status.PENDING_CONFIRMATION else "joe")


@pytest.mark.parametrize("status", Status)
def test_a_job_is_closed_exactly_while_nothing_can_follow(status: Status) -> None:
    state = a_state(a_job_at(status))
    if TABLE[status]:
        moved, happened = ask(state, TakeStep(ref="1"))
        closed_at = moved.jobs[1].closed_at
        assert closed_at == (happened.events[0].at if moved.jobs[1].status in FINISHED else None)


@pytest.mark.parametrize("actor", [ADMIN, DISPATCHER, DRIVER_JOE, Actor.bare(Role.DRIVER)])
def test_all_staff_take_steps_on_a_job_that_nobody_drives(actor: Actor) -> None:
    moved, _ = ask(a_state(a_job_at(Status.READY_FOR_PICKUP)), TakeStep(ref="1"), actor)
    assert moved.jobs[1].status is Status.IN_TRANSIT


def test_a_customer_takes_no_steps() -> None:
    with pytest.raises(NotAllowed) as refused:
        ask(a_state(a_job_at(Status.READY_FOR_PICKUP)), TakeStep(ref="1"), MARK)
    assert refused.value.needed is Role.DRIVER


def test_an_unassigned_job_becomes_the_drivers_who_moves_it() -> None:
    moved, happened = ask(a_state(a_job_at(Status.READY_FOR_PICKUP)), TakeStep(ref="1"), DRIVER_JOE)
    assert moved.jobs[1].driver == "joe"
    assert [type(event) for event in happened.events] == [DriverAssigned, StepTaken]


def test_an_unassigned_job_does_not_become_the_dispatchers_who_moves_it() -> None:
    moved, _ = ask(a_state(a_job_at(Status.READY_FOR_PICKUP)), TakeStep(ref="1"), DISPATCHER)
    assert moved.jobs[1].driver is None


def test_a_driver_moves_his_own_job_without_being_assigned_again() -> None:
    state = a_state(a_job_at(Status.READY_FOR_PICKUP, driver="joe"))
    _, happened = ask(state, TakeStep(ref="1"), DRIVER_JOE)
    assert [type(event) for event in happened.events] == [StepTaken]


@pytest.mark.parametrize("status", Status)
def test_another_drivers_job_is_refused_whatever_its_status(status: Status) -> None:
    state = a_state(a_job_at(status, driver="joe"))
    with pytest.raises(NotYours) as refused:
        ask(state, TakeStep(ref="1"), DRIVER_ANA)
    assert refused.value.job.driver == "joe"


def test_a_dispatcher_moves_a_job_that_a_driver_has() -> None:
    moved, _ = ask(a_state(a_job_at(Status.READY_FOR_PICKUP, driver="joe")), TakeStep(ref="1"))
    assert (moved.jobs[1].status, moved.jobs[1].driver) == (Status.IN_TRANSIT, "joe")


def test_an_illegal_step_does_not_make_an_unassigned_job_the_drivers() -> None:
    state = a_state(a_job_at(Status.READY_FOR_PICKUP))
    with pytest.raises(IllegalStep):
        ask(state, TakeStep(ref="1", target=Status.COMPLETE), DRIVER_JOE)
    assert state.jobs[1].driver is None


def test_a_driver_does_not_take_over_a_finished_job() -> None:
    with pytest.raises(IllegalStep):
        ask(a_state(a_job_at(Status.COMPLETE)), TakeStep(ref="1"), DRIVER_JOE)


def test_only_a_dispatcher_calls_a_job_off() -> None:
    state = a_state(a_job_at(Status.READY_FOR_PICKUP, driver="joe"))
    with pytest.raises(NotAllowed) as refused:
        ask(state, CancelJob(ref="1"), DRIVER_JOE)
    assert refused.value.needed is Role.DISPATCHER


def test_a_number_that_no_job_has_is_said_to_be_unknown() -> None:
    with pytest.raises(UnknownJob):
        ask(a_state(), TakeStep(ref="1"))
