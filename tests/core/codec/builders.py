"""Builders: named things with valid defaults, so that a test says only what it is about."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from core.domain.flow import Status
from core.domain.job import Job
from core.domain.state import State

SPRING = datetime(2024, 5, 23, 17, 4, 5, tzinfo=UTC)


def a_job(number: int, **fields: Any) -> Job:
    """Return Mark's job in Phoenix, changed by `fields`."""
    usual: dict[str, Any] = {
        "job_id": f"mark_{number}",
        "number": number,
        "tracking_token": f"{number:022d}",
        "customer_name": "Mark Soderblom",
        "location": "Phoenix",
        "amount_paid": Decimal(600),
        "status": Status.PENDING_CONFIRMATION,
        "created_at": SPRING,
        "phone": "+16025550142",
    }
    amount = fields.pop("amount_paid", usual["amount_paid"])
    return Job.model_validate({**usual, **fields, "amount_paid": Decimal(amount)})


def a_state(*jobs: Job, **fields: Any) -> State:
    """Return the state that holds `jobs`, changed by `fields`."""
    usual: dict[str, Any] = {
        "revision": 1,
        "write_id": "w1",
        "next_number": max((job.number for job in jobs), default=0) + 1,
        "jobs": {job.number: job for job in jobs},
    }
    return State(**{**usual, **fields})
