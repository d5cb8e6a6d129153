"""Driving: whether a driver takes the job that he was given, and what he brings back from it."""

from core.domain import driver_commands as c
from core.domain.decide.request import Scene
from core.domain.decide.steps import claim
from core.domain.driver_events import JobAccepted, JobDeclined, ProofAdded, ProofsShared, TicketRecorded
from core.domain.errors import AlreadySo, BadValue, JobFinished, NotYours
from core.domain.events import AnyEvent
from core.domain.flow import Status
from core.domain.job import NOTE_LENGTH_MAX, Job
from core.domain.proofs import PROOFS_MAX
from core.domain.resolve import resolve

UNDER_WAY = frozenset({Status.IN_TRANSIT, Status.DUMPED})


def accept(scene: Scene, command: c.AcceptJob) -> tuple[AnyEvent, ...]:
    """Take a job; one that nobody drives yet becomes his who accepts it."""
    job = _offered(scene, command.ref)
    claimed = claim(scene, job)
    if claimed:
        return claimed
    if job.driver != scene.by:
        raise NotYours(job)
    if not job.awaits_answer:
        raise AlreadySo(job, "accepted")
    return (JobAccepted(at=scene.at, by=scene.by, cause=scene.cause, number=job.number),)


def decline(scene: Scene, command: c.DeclineJob) -> tuple[AnyEvent, ...]:
    """Give a job back. With its load on the truck it can't be given back by a word."""
    job = _offered(scene, command.ref)
    if job.driver is None:
        raise AlreadySo(job, "no_driver")
    if job.driver != scene.by:
        raise NotYours(job)
    if job.status in UNDER_WAY:
        raise AlreadySo(job, "under_way")
    reason = (command.reason or "").strip() or None
    if reason is not None and len(reason) > NOTE_LENGTH_MAX:
        raise BadValue("reason", "too_long")
    return (
        JobDeclined(
            at=scene.at, by=scene.by, cause=scene.cause, number=job.number, driver=scene.by, reason=reason
        ),
    )


def add_proof(scene: Scene, command: c.AddProof) -> tuple[AnyEvent, ...]:
    """Put a photo with a job; finished ones too, since a photo may come late."""
    job = resolve(scene.state, command.ref, scene.actor)
    claimed = claim(scene, job)
    if any(proof.name == command.name for proof in job.proofs):
        raise AlreadySo(job, "proof")
    if len(job.proofs) >= PROOFS_MAX:
        raise BadValue("photos", "too_many")
    added = ProofAdded(
        at=scene.at,
        by=scene.by,
        cause=scene.cause,
        number=job.number,
        name=command.name,
        size_bytes=command.size_bytes,
    )
    return (*claimed, added)


def share(scene: Scene, command: c.ShareProofs) -> tuple[AnyEvent, ...]:
    """Put all photos of a job on the customer's page."""
    job = resolve(scene.state, command.ref, scene.actor)
    if job.link_revoked_at is not None:
        raise AlreadySo(job, "revoked")
    if not job.proofs:
        raise AlreadySo(job, "no_proofs")
    names = tuple(proof.name for proof in job.proofs if proof.shared is None)
    if not names:
        raise AlreadySo(job, "shared")
    return (ProofsShared(at=scene.at, by=scene.by, cause=scene.cause, number=job.number, names=names),)


def record_ticket(scene: Scene, command: c.RecordTicket) -> tuple[AnyEvent, ...]:
    """Write down what dumping the load cost; a second ticket takes the place of the first."""
    job = resolve(scene.state, command.ref, scene.actor)
    claimed = claim(scene, job)
    if command.tons is None and command.fee is None:
        raise BadValue("ticket", "empty")
    if (job.tons, job.fee) == (command.tons, command.fee):
        raise AlreadySo(job, "value")
    ticket = TicketRecorded(
        at=scene.at, by=scene.by, cause=scene.cause, number=job.number, tons=command.tons, fee=command.fee
    )
    return (*claimed, ticket)


def _offered(scene: Scene, ref: str | None) -> Job:
    """Return the open job that an answer is about: left out, it is the one that waits for it."""
    waiting = [job for job in scene.state.open_jobs() if job.driver == scene.by and job.awaits_answer]
    job = waiting[0] if ref is None and len(waiting) == 1 else resolve(scene.state, ref, scene.actor)
    if not job.is_open:
        raise JobFinished(job)
    return job
