"""Steps: how a job moves on, is taken back, or is called off."""

from core.domain.commands import CancelJob, TakeStep, Undo
from core.domain.decide.request import Scene
from core.domain.errors import IllegalStep, NotApproved, NothingToUndo, NotYours, UndoByAnother
from core.domain.events import (
    AnyEvent,
    DriverAssigned,
    HistoryEvent,
    JobCancelled,
    JobCreated,
    StepTaken,
    StepUndone,
)
from core.domain.flow import Status, following, legal_targets
from core.domain.job import Job
from core.domain.people import Role
from core.domain.resolve import resolve


def take_step(scene: Scene, command: TakeStep) -> tuple[AnyEvent, ...]:
    """Move a job to the next step of its flow; an unassigned one becomes the driver's who moves it."""
    job = resolve(scene.state, command.ref, scene.actor)
    if job.awaits_approval and job.is_open:
        raise NotApproved(job)
    claimed = claim(scene, job)
    step = following(job.status_flow, job.status)
    if step is None or command.target not in {None, step}:
        raise IllegalStep(job, command.target, legal_targets(job.status_flow, job.status))
    taken = StepTaken(
        at=scene.at, by=scene.by, cause=scene.cause, number=job.number, source=job.status, target=step
    )
    return (*claimed, taken)


def cancel(scene: Scene, command: CancelJob) -> tuple[AnyEvent, ...]:
    """Call a job off."""
    job = resolve(scene.state, command.ref, scene.actor)
    return (_cancelled(scene, job, command.reason),)


def undo(scene: Scene, command: Undo) -> tuple[AnyEvent, ...]:
    """Take back a job's last move, by its author or a dispatcher. A creation is taken back by cancelling.

    Without a ref it is the job that the actor moved last.
    """
    job = _moved_last_by(scene) if command.ref is None else None
    job = job or resolve(scene.state, command.ref, scene.actor)
    _must_not_be_anothers(scene, job)
    moves = standing_moves(job)
    if not moves:
        raise NothingToUndo(job)
    last = moves[-1]
    if last.by != scene.by and scene.actor.role is Role.DRIVER:
        raise UndoByAnother(job, last)
    if isinstance(last, JobCreated):
        return (_cancelled(scene, job, None),)
    return (
        StepUndone(
            at=scene.at,
            by=scene.by,
            cause=scene.cause,
            number=job.number,
            source=job.status,
            target=last.source,
        ),
    )


def claim(scene: Scene, job: Job) -> tuple[DriverAssigned, ...]:
    """Let a driver act on his own jobs, and make an unassigned one his. Raises NotYours."""
    _must_not_be_anothers(scene, job)
    if scene.actor.role is not Role.DRIVER or job.driver == scene.by or not job.is_open:
        return ()
    return (DriverAssigned(at=scene.at, by=scene.by, cause=scene.cause, number=job.number, driver=scene.by),)


def _must_not_be_anothers(scene: Scene, job: Job) -> None:
    if scene.actor.role is Role.DRIVER and job.driver not in {None, scene.by}:
        raise NotYours(job)


Move = JobCreated | StepTaken | JobCancelled


def standing_moves(job: Job) -> list[Move]:
    """Return the moves that led to where the job stands: what was undone has left no trace here."""
    moves: list[Move] = []
    for event in job.history:
        if isinstance(event, StepUndone):
            if moves:
                moves.pop()
        elif isinstance(event, JobCreated | StepTaken | JobCancelled):
            moves.append(event)
    return moves


def _cancelled(scene: Scene, job: Job, reason: str | None) -> JobCancelled:
    legal = legal_targets(job.status_flow, job.status)
    if Status.CANCELLED not in legal:
        raise IllegalStep(job, Status.CANCELLED, legal)
    return JobCancelled(
        at=scene.at,
        by=scene.by,
        cause=scene.cause,
        number=job.number,
        source=job.status,
        reason=reason,
    )


def _moved_last_by(scene: Scene) -> Job | None:
    moves = [
        (move.at, job.revision, job.number)
        for job in scene.state.jobs.values()
        if (move := _last_own(job, scene.by)) is not None
    ]
    return scene.state.jobs[max(moves)[2]] if moves else None


def _last_own(job: Job, author: str) -> HistoryEvent | None:
    moves = standing_moves(job)
    return moves[-1] if moves and moves[-1].by == author else None
