"""Forgetting: how a customer's data leave."""

from core.domain import commands as c
from core.domain.decide.request import Scene
from core.domain.events import CustomerForgotten
from core.domain.forgetting import phone_hash


def forget(scene: Scene, command: c.Forget) -> tuple[CustomerForgotten]:
    """Take out all that is kept of the customer with this number, also where there is nothing any more."""
    theirs = (job.number for job in scene.state.jobs.values() if job.phone == command.phone)
    return (
        CustomerForgotten(
            at=scene.at,
            by=scene.by,
            cause=scene.cause,
            phone_hash=phone_hash(command.phone),
            numbers=tuple(theirs),
        ),
    )
