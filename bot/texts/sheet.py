"""A job's sheet on the dashboard: its history in words, and the lines that a dispatcher may want to type."""

from bot.texts.history import HISTORY_LENGTH_MAX, entries
from bot.texts.jobs import moment_words, step_buttons
from core.domain.board import CopyLine, Entry, JobSheet, photo_key
from core.domain.business import Business
from core.domain.job import Job
from core.domain.people import Actor, Role
from core.domain.state import State

_DISPATCHER = Actor.bare(Role.DISPATCHER)


def sheet(job: Job, state: State, business: Business) -> JobSheet:
    """Return what the dashboard shows of `job` when it is opened."""
    told = entries(job, state, business)[-HISTORY_LENGTH_MAX:]
    return JobSheet(
        n=job.number,
        job_id=job.job_id,
        note=job.note,
        link=business.link(job.tracking_token) if job.link_revoked_at is None else None,
        history=tuple(Entry(at=moment_words(at, business), words=words) for at, words in told),
        lines=_lines(job),
        photos=tuple(f"/{photo_key(job.number, proof.name)}" for proof in job.proofs),
    )


def _lines(job: Job) -> tuple[CopyLine, ...]:
    """Return what can be typed about a job now, the likeliest first."""
    steps = tuple(
        CopyLine(label=button.label, line=button.command) for button in step_buttons(job, _DISPATCHER)
    )
    if not job.is_open:
        return (*steps, CopyLine(label="Undo the last step", line=f"undo {job.number}"))
    return (
        *steps,
        CopyLine(label="Give it to a driver", line=f"assign {job.number} "),
        CopyLine(label="Change the price", line=f"edit {job.number} price "),
        CopyLine(label="Add a note", line=f"note {job.number} "),
        CopyLine(label="Undo the last step", line=f"undo {job.number}"),
    )
