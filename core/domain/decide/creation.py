"""Creation: how a job begins."""

from core.domain.commands import BookJob, CreateJob
from core.domain.decide.request import Scene
from core.domain.events import Booked, JobCreated, When
from core.domain.job import make_job_id


def create(scene: Scene, command: CreateJob) -> tuple[JobCreated]:
    """Take down a job, with the next number and an id that nobody has."""
    return (created(scene, command, when=command.when),)


def created(
    scene: Scene, command: CreateJob | BookJob, *, when: When | None = None, booked: Booked | None = None
) -> JobCreated:
    """Return the creation of a job with these values."""
    state = scene.state
    local_date = scene.business.local(scene.at).strftime("%Y%m%d")
    taken = {job.job_id for job in state.jobs.values()}
    job_id = make_job_id(command.customer_name, command.location, local_date, taken)
    if local_date <= state.archive.newest_date:
        # A clock that was set back: one in the archive may have this id. None has this number in its id.
        job_id = f"{job_id}_{state.next_number}"
    return JobCreated(
        at=scene.at,
        by=scene.by,
        cause=scene.cause,
        number=state.next_number,
        job_id=job_id,
        tracking_token=scene.request.fresh.token,
        customer_name=command.customer_name,
        location=command.location,
        amount_paid=command.amount_paid,
        phone=command.phone,
        note=command.note,
        when=when,
        booked=booked,
    )
