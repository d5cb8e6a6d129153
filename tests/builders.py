"""Builders: named people, jobs and states with valid defaults, and a short way to ask for something.

The house of the tests: Alex is the admin, Dana the dispatcher, Joe and Ana drive. Their customer is Mark.
"""

import itertools
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from core.domain.business import Business
from core.domain.commands import BookJob, Command
from core.domain.decide import Fresh, Request
from core.domain.events import JobCancelled, JobCreated, StepTaken
from core.domain.flow import FINISHED, Status
from core.domain.job import Consent, Job
from core.domain.outbox import Message
from core.domain.people import Actor, Person, Role
from core.domain.state import State
from core.domain.transact import Transaction, transact

NOON = datetime(2026, 3, 2, 19, 0, tzinfo=UTC)
"""A Monday; noon in Phoenix, so that no quiet hours are near."""

PHOENIX = ZoneInfo("America/Phoenix")

BUSINESS = Business(
    name="Desert Hauling",
    phone="+16025550100",
    zone=PHOENIX,
    public_url="https://haul.example",
)

MARKS_PHONE = "+16025550142"
OTHER_PHONE = "+16025550177"

ALEX = Person(person_id="alex", name="Alex Reyes", role=Role.ADMIN, telegram_id=1001, phone="+16025550101")
DANA = Person(
    person_id="dana", name="Dana Whitfield", role=Role.DISPATCHER, telegram_id=1002, phone="+16025550102"
)
JOE = Person(person_id="joe", name="Joe Novak", role=Role.DRIVER, telegram_id=1003, phone="+16025550103")
ANA = Person(person_id="ana", name="Ana Núñez", role=Role.DRIVER, telegram_id=1004, phone="+16025550104")
STAFF = (ALEX, DANA, JOE, ANA)

ADMIN, DISPATCHER, DRIVER_JOE, DRIVER_ANA = (Actor.of(person) for person in STAFF)
MARK = Actor.customer(MARKS_PHONE)

_counter = itertools.count(1)


def a_token(number: int) -> str:
    """Return a tracking token that no other number has."""
    return f"Tok{number:019}"


def a_job(**fields: Any) -> Job:
    """Return job 1 of Mark Soderblom, pending, with a consented phone and its creation in the history."""
    number: int = fields.get("number", 1)
    phone: str | None = fields.get("phone", MARKS_PHONE)
    values: dict[str, Any] = {
        "job_id": f"mark_soderblom_{number}_20260302",
        "number": number,
        "tracking_token": a_token(number),
        "customer_name": "Mark Soderblom",
        "location": "Tempe",
        "amount_paid": Decimal(600),
        "status": Status.PENDING_CONFIRMATION,
        "created_at": NOON - timedelta(hours=2),
        "phone": phone,
        "consent": Consent(by="dana", at=NOON - timedelta(hours=2), how="staff") if phone else None,
    }
    values |= fields
    if "closed_at" not in fields and values["status"] in {Status.COMPLETE, Status.CANCELLED}:
        values["closed_at"] = NOON - timedelta(hours=1)
    if "history" not in fields:
        values["history"] = (created(values),)
    return Job(**values)


def created(values: dict[str, Any]) -> JobCreated:
    """Return the event with which a job of these values began."""
    names = ("number", "job_id", "tracking_token", "customer_name", "location", "amount_paid", "phone")
    return JobCreated(
        at=values["created_at"],
        by="dana",
        cause=f"tg:made-{values['number']}",
        **{name: values[name] for name in names},
    )


def a_state(*jobs: Job, people: Iterable[Person] = STAFF, **fields: Any) -> State:
    """Return a state with these jobs and the whole staff."""
    return State(
        **{
            "revision": 7,
            "write_id": "w7",
            "next_number": max((job.number + 1 for job in jobs), default=1),
            "jobs": {job.number: job for job in jobs},
            "people": {person.person_id: person for person in people},
            **fields,
        }
    )


def a_booking(**fields: Any) -> BookJob:
    """Return what Mark sent from the page for junk removal, with the box for texts ticked."""
    values: dict[str, Any] = {
        "customer_name": "Mark Soderblom",
        "location": "12 Oak St, 85281",
        "amount_paid": Decimal(129),
        "phone": MARKS_PHONE,
        "note": "Details: a sofa",
        "page": "junk-removal",
        "reference": "R7K2QX",
        "consent_wording": "1: I agree to texts",
    }
    return BookJob(**{**values, **fields})


def a_message(**fields: Any) -> Message:
    """Return the text `created` about job 1, owed since noon and due now."""
    values: dict[str, Any] = {
        "id": "m1",
        "kind": "created",
        "channel": "sms",
        "to": MARKS_PHONE,
        "job": 1,
        "step": Status.PENDING_CONFIRMATION,
        "cause": "tg:made-1",
        "created_at": NOON,
        "not_before": NOON,
        "expires_at": NOON + timedelta(hours=36),
    }
    return Message(**{**values, **fields})


def a_request(
    command: Command,
    actor: Actor = DISPATCHER,
    *,
    cause: str | None = None,
    at: datetime = NOON,
    fresh: Fresh | None = None,
) -> Request:
    """Return `command` as it would be handed in, with a cause and random parts of its own."""
    count = next(_counter)
    fresh = fresh or Fresh(token=f"Made{count:018}", unique=f"u{count}", secret_hash=f"hash{count}")
    return Request(command=command, actor=actor, cause=cause or f"tg:{count}", fresh=fresh, at=at)


def ask(
    state: State,
    command: Command,
    actor: Actor = DISPATCHER,
    *,
    cause: str | None = None,
    at: datetime = NOON,
    business: Business = BUSINESS,
) -> tuple[State, Transaction]:
    """Return the state after `actor` gave `command`, and what happened. Raises a Refusal."""
    return transact(state, a_request(command, actor, cause=cause, at=at), business)


def after(state: State, *steps: tuple[Command, Actor], at: datetime = NOON) -> State:
    """Return the state after these commands, each a minute after the one before."""
    for minutes, (command, actor) in enumerate(steps):
        state, _ = ask(state, command, actor, at=at + timedelta(minutes=minutes))
    return state


def a_job_at(status: Status, *, by: str = "dana", **fields: Any) -> Job:
    """Return a job that `by` moved to `status`, one step every ten minutes from 10 o'clock on.

    A cancelled one was called off while it was ready for pickup.
    """
    job = a_job(**fields)
    flow = job.status_flow
    way = flow[: flow.index(status) + 1] if status in flow else (*flow[:2], status)
    moves: list[StepTaken | JobCancelled] = []
    for place, (source, target) in enumerate(itertools.pairwise(way), start=1):
        carried: dict[str, Any] = {
            "at": job.created_at + timedelta(minutes=10 * place),
            "by": by,
            "cause": f"tg:step-{job.number}-{place}",
            "number": job.number,
            "source": source,
        }
        if target is Status.CANCELLED:
            moves.append(JobCancelled(**carried))
        else:
            moves.append(StepTaken(**carried, target=target))
    closed_at = moves[-1].at if status in FINISHED else None
    moved = {"status": status, "closed_at": closed_at, "history": (*job.history, *moves)}
    return job.model_copy(update=moved)
