"""Report: what was done in some time, in numbers."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from core.domain.business import Business
from core.domain.flow import Status
from core.domain.job import Job
from core.domain.outbox import MessageStatus
from core.domain.period import Period
from core.domain.record import Value
from core.domain.state import State
from core.domain.terms import month_of

NOBODY = ""
"""Stands for a driver where a job had none."""


class DriverSum(Value):
    """What one driver completed."""

    driver: str
    """A person's id, a bare role, or `NOBODY`."""
    jobs: int
    money: Decimal


class Report(Value):
    """What happened in a period."""

    period: Period
    taken: int
    """Jobs that were taken down then, whatever became of them."""
    done: int
    cancelled: int
    money: Decimal
    """The prices of those that are done."""
    fees: Decimal
    """What dumping their loads cost, as far as tickets tell."""
    tons: Decimal
    drivers: tuple[DriverSum, ...]
    """Most money first."""
    texts_sent: int
    texts_failed: int


def report(state: State, period: Period, business: Business) -> Report:
    """Return what happened in `period`, from all jobs in `state`: by when they were closed."""
    jobs = state.jobs.values()
    closed = [job for job in jobs if job.closed_at and _within(job.closed_at, period, business)]
    done = [job for job in closed if job.status is Status.COMPLETE]
    texts = [
        message.status
        for message in state.messages.values()
        if message.channel == "sms" and _within(message.settled_at or message.created_at, period, business)
    ]
    return Report(
        period=period,
        taken=sum(1 for job in jobs if _within(job.created_at, period, business)),
        done=len(done),
        cancelled=sum(1 for job in closed if job.status is Status.CANCELLED),
        money=_money(done),
        fees=sum((job.fee for job in done if job.fee is not None), Decimal(0)),
        tons=sum((job.tons for job in done if job.tons is not None), Decimal(0)),
        drivers=_by_driver(done),
        texts_sent=texts.count(MessageStatus.SENT),
        texts_failed=texts.count(MessageStatus.FAILED),
    )


def of_month(state: State, wanted: str, business: Business) -> list[Job]:
    """Return the jobs that count for a month (`2026-03`): closed then, or begun then and still open."""
    return [job for job in state.jobs.values() if month_of(job, business) == wanted]


def _by_driver(jobs: Iterable[Job]) -> tuple[DriverSum, ...]:
    by: dict[str, list[Job]] = {}
    for job in jobs:
        by.setdefault(job.driver or NOBODY, []).append(job)
    sums = [DriverSum(driver=driver, jobs=len(theirs), money=_money(theirs)) for driver, theirs in by.items()]
    return tuple(sorted(sums, key=lambda each: (-each.money, each.driver)))


def _money(jobs: Iterable[Job]) -> Decimal:
    return sum((job.amount_paid for job in jobs), Decimal(0))


def _within(moment: datetime, period: Period, business: Business) -> bool:
    return period.first <= business.local(moment).date() <= period.last
