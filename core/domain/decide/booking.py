"""Booking: what comes in from a booking page, and a dispatcher's word on it.

Anybody can book under any number, so that nothing is texted before a dispatcher has taken the job on.
"""

from collections.abc import Iterator
from datetime import timedelta

from core.domain.commands import ApproveJob, BookJob
from core.domain.decide.creation import created
from core.domain.decide.request import Scene
from core.domain.errors import AlreadyBooked, AlreadySo, BadValue, JobFinished, TooManyBookings
from core.domain.events import Booked, BookingApproved, JobCreated
from core.domain.job import LOCATION_LENGTH_MAX, NAME_LENGTH_MAX, NOTE_LENGTH_MAX, Job
from core.domain.resolve import resolve

PHONE_BOOKINGS_MAX = 3
"""From one number in a day: nobody moves out four times a day."""

PAGE_BOOKINGS_MAX = 200
"""From one page in a day: far more than a small fleet can drive."""

_DAY = timedelta(hours=24)


def book(scene: Scene, command: BookJob) -> tuple[JobCreated]:
    """Take down what a customer booked, to wait for approval. The same cause books once, however late."""
    again = next((job for job in _booked(scene) if job.history and job.history[0].cause == scene.cause), None)
    if again is not None:
        raise AlreadyBooked(again)
    _check_fits(command)
    _check_limits(scene, command)
    booked = Booked(
        page=command.page,
        reference=command.reference,
        language=command.language,
        consent_wording=command.consent_wording,
    )
    return (created(scene, command, booked=booked),)


def approve(scene: Scene, command: ApproveJob) -> tuple[BookingApproved]:
    """Take on a job that was booked: its customer is asked for his OK, if he allowed texts."""
    job = resolve(scene.state, command.ref, scene.actor)
    if not job.is_open:
        raise JobFinished(job)
    if not job.awaits_approval:
        raise AlreadySo(job, "approved" if job.booked else "not_booked")
    return (BookingApproved(at=scene.at, by=scene.by, cause=scene.cause, number=job.number),)


def _check_fits(command: BookJob) -> None:
    for field, value, length_max in (
        ("customer_name", command.customer_name, NAME_LENGTH_MAX),
        ("location", command.location, LOCATION_LENGTH_MAX),
    ):
        if not value.strip():
            raise BadValue(field, "empty")
        if len(value) > length_max:
            raise BadValue(field, "too_long")
    if command.note is not None and len(command.note) > NOTE_LENGTH_MAX:
        raise BadValue("note", "too_long")


def _check_limits(scene: Scene, command: BookJob) -> None:
    lately = [job for job in _booked(scene) if job.created_at > scene.at - _DAY]
    if sum(job.phone == command.phone for job in lately) >= PHONE_BOOKINGS_MAX:
        raise TooManyBookings("phone")
    if sum(job.booked is not None and job.booked.page == command.page for job in lately) >= PAGE_BOOKINGS_MAX:
        raise TooManyBookings("page")


def _booked(scene: Scene) -> Iterator[Job]:
    return (job for job in scene.state.jobs.values() if job.booked is not None)
