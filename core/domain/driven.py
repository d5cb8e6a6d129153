"""Driven: what a job has after its driver said yes, or brought something back from it."""

from typing import assert_never

from core.domain.driver_events import JobAccepted, ProofAdded, ProofsShared, TicketRecorded
from core.domain.job import Job
from core.domain.proofs import Proof


def brought_back(
    job: Job, event: JobAccepted | ProofAdded | ProofsShared | TicketRecorded
) -> dict[str, object]:
    """Return the fields of `job` that `event` changes, with their new values."""
    match event:
        case JobAccepted():
            return {"offered_at": None, "accepted_at": event.at}
        case ProofAdded():
            return {"proofs": (*job.proofs, Proof(name=event.name, at=event.at, by=event.by))}
        case ProofsShared():
            return {"proofs": _shared(job, event.names)}
        case TicketRecorded():
            return {"tons": event.tons, "fee": event.fee}
        case _:
            assert_never(event)


def _shared(job: Job, names: tuple[str, ...]) -> tuple[Proof, ...]:
    place = max((proof.shared or 0 for proof in job.proofs), default=0)
    proofs = []
    for proof in job.proofs:
        if proof.name in names and proof.shared is None:
            place += 1
            proofs.append(proof.model_copy(update={"shared": place}))
        else:
            proofs.append(proof)
    return tuple(proofs)
