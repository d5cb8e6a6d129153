"""Creation: how a job begins."""

from core.domain.commands import CreateJob
from core.domain.decide.request import Scene
from core.domain.events import JobCreated
from core.domain.job import make_job_id


def create(scene: Scene, command: CreateJob) -> tuple[JobCreated]:
    """Take down a job, with the next number and an id that nobody has."""
    state = scene.state
    local_date = scene.business.local(scene.at).strftime("%Y%m%d")
    taken = {job.job_id for job in state.jobs.values()}
    return (
        JobCreated(
            at=scene.at,
            by=scene.by,
            cause=scene.cause,
            number=state.next_number,
            job_id=make_job_id(command.customer_name, command.location, local_date, taken),
            tracking_token=scene.request.fresh.token,
            customer_name=command.customer_name,
            location=command.location,
            amount_paid=command.amount_paid,
            phone=command.phone,
            note=command.note,
            when=command.when,
        ),
    )
