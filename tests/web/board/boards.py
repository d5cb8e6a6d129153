"""Boards as the keeper writes them, made by the very code that makes them."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from bot.texts.sheet import sheet
from core.domain.board import BOARD_KEY, board_view, sheet_key
from core.domain.business import Business
from core.domain.events import When
from core.domain.flow import DEFAULT_FLOW, Status
from core.domain.job import Job
from core.domain.outbox import MessageStatus
from core.domain.state import State
from core.ports import ObjectStore
from tests.builders import a_job, a_job_at, a_message, a_state

FIRM = Business(
    name="Soderblom Hauling", zone=ZoneInfo("America/Phoenix"), public_url="https://go.example.com"
)
NAMES = ("Mark Soderblom", "Ana Lucía Reyes", "Mary Ann Smith", "Bob and Carol", "Thu Nguyen", "7-Eleven")
PLACES = ("12 Oak St", "4410 E 5th St Apt 3B, Tucson", "88 Elm Ave, Tempe", "Route 9 at the mill")


def write(site: ObjectStore, state: State, now: datetime, **changes: Any) -> None:
    """Write the board of `state` at `now`, with `changes`, and all its sheets."""
    view = json.loads(board_view(state, FIRM, now).model_dump_json(by_alias=True)) | changes
    site.put(BOARD_KEY, json.dumps(view).encode(), content_type="application/json", cache_control="no-store")
    for job in list(state.jobs.values())[:50]:
        body = sheet(job, state, FIRM).model_dump_json(by_alias=True).encode()
        site.put(sheet_key(job.number), body, content_type="application/json", cache_control="no-store")


def a_day(now: datetime) -> State:
    """Return a day as a firm with three trucks has it."""
    made = now - timedelta(hours=5)
    today = now.astimezone(FIRM.zone).date()

    def job(number: int, status: Status, minutes: int, **fields: Any) -> Job:
        base = a_job_at(
            status,
            number=number,
            customer_name=NAMES[number % len(NAMES)],
            location=PLACES[number % len(PLACES)],
            amount_paid=Decimal(200 + 35 * number),
            created_at=made,
            **fields,
        )
        moved = base.history[-1].model_copy(update={"at": now - timedelta(minutes=minutes)})
        closed = now - timedelta(minutes=minutes) if not base.is_open else None
        return base.model_copy(update={"history": (*base.history[:-1], moved), "closed_at": closed})

    jobs = [
        job(1, Status.PENDING_CONFIRMATION, 12),
        job(2, Status.PENDING_CONFIRMATION, 190),
        job(3, Status.READY_FOR_PICKUP, 35, when=When(date=today - timedelta(days=1))),
        job(4, Status.READY_FOR_PICKUP, 50, driver="joe", when=When(date=today)),
        job(5, Status.READY_FOR_PICKUP, 8),
        job(6, Status.IN_TRANSIT, 25, driver="joe"),
        job(7, Status.IN_TRANSIT, 48, driver="dana", phone=None),
        job(8, Status.DUMPED, 10, driver="joe"),
        job(9, Status.COMPLETE, 70, driver="joe"),
        job(10, Status.COMPLETE, 130, driver="dana"),
        job(11, Status.CANCELLED, 200),
    ]
    state = a_state(*jobs)
    fates = [
        (1, MessageStatus.SENT, "delivered"),
        (2, MessageStatus.SENT, None),
        (4, MessageStatus.HELD, None),
        (5, MessageStatus.FAILED, "undelivered"),
        (6, MessageStatus.PENDING, None),
        (8, MessageStatus.SENT, "delivered"),
    ]
    for number, status, delivery in fates:
        state = state.with_message(
            a_message(id=f"m{number}", job=number, status=status, delivery=delivery, body="On our way.")
        )
    return state


def many(now: datetime, count: int) -> State:
    """Return a state with `count` open jobs in all columns."""
    flow = DEFAULT_FLOW[:4]
    base = [a_job_at(status, created_at=now - timedelta(hours=4)) for status in flow]
    jobs = [
        base[number % 4].model_copy(
            update={
                "number": number,
                "customer_name": f"{NAMES[number % len(NAMES)]} {number}",
                "location": f"{number} {PLACES[number % len(PLACES)]}",
                "driver": ("joe", "dana", None)[number % 3],
            }
        )
        for number in range(1, count + 1)
    ]
    return a_state(*jobs)


def hostile() -> State:
    """Return a state with a job whose values would like to be code."""
    evil = '<img src=x onerror="document.title=1">'
    return a_state(a_job(customer_name=evil, location="</span><script>alert(1)</script>", note=evil))
