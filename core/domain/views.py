"""Views: the files that pages read, made from the state.

The tracking view holds what a customer may see and nothing else: no surname, phone, address, note or other
job. Times are already words in the business's zone, in both languages.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Literal

import phonenumbers
from pydantic import Field

from core.domain.archived import Trace
from core.domain.business import Business
from core.domain.events import JobCancelled
from core.domain.flow import Status
from core.domain.job import Job, first_word
from core.domain.moments import Words, day_and_time, time_and_zone, window
from core.domain.people import Role
from core.domain.proofs import public_proof_key
from core.domain.record import Value
from core.domain.state import State

LINK_LIFE = timedelta(days=30)
"""How long after the end of a job its page still shows it."""


class BusinessView(Value):
    """The firm, as a customer sees it."""

    name: str
    phone: str | None
    phone_text: str | None


class StepView(Value):
    """One step of the flow."""

    status: Status
    state: Literal["done", "current", "next"]
    at: Words | None


class TrackingView(Value):
    """What the tracking page shows of one job."""

    schema_: Literal[1] = Field(default=1, serialization_alias="schema")
    revision: int
    state: Literal["live"] = "live"
    business: BusinessView
    language: Literal["en", "es"]
    first_name: str
    status: Status
    steps: tuple[StepView, ...]
    price: str
    driver: str | None
    eta: Words | None
    cancelled_at: Words | None
    updated: Words
    proofs: tuple[str, ...] = ()
    done: bool
    """Whether nothing can change any more, so that the page stops asking."""


class Tombstone(Value):
    """What is left of a link that was revoked or has expired."""

    schema_: Literal[1] = Field(default=1, serialization_alias="schema")
    revision: int
    state: Literal["expired", "revoked"]
    business: BusinessView


def view_key(tracking_token: str) -> str:
    """Return the key of a tracking view in the site store."""
    return f"t/{tracking_token}.json"


def tracking_view(state: State, job: Job, business: Business, now: datetime) -> TrackingView | Tombstone:
    """Return what the page of this job may show at `now`."""
    firm = _firm(business)
    if job.link_revoked_at is not None:
        return Tombstone(revision=job.revision, state="revoked", business=firm)
    if job.closed_at is not None and job.closed_at + LINK_LIFE <= now:
        # The moment is no change of the job: the tombstone must still be newer than the last live view.
        return Tombstone(revision=job.revision + 1, state="expired", business=firm)
    cancellation = next((event for event in reversed(job.history) if isinstance(event, JobCancelled)), None)
    cancelled = job.status is Status.CANCELLED and cancellation is not None
    changed_at = job.history[-1].at if job.history else job.created_at
    return TrackingView(
        revision=job.revision,
        business=firm,
        language=job.language,
        first_name=job.first_name,
        status=job.status,
        steps=_steps(job, business),
        price=price_words(job.amount_paid),
        driver=driver_first_name(state, job),
        eta=window(job.eta.start, job.eta.end, business.zone) if job.eta and job.is_open else None,
        cancelled_at=day_and_time(cancellation.at, business.zone) if cancelled and cancellation else None,
        updated=time_and_zone(changed_at, business.zone),
        proofs=shared_proofs(job),
        done=not job.is_open,
    )


def draws_the_same(earlier: Job, job: Job) -> bool:
    """Tell at a glance that the view of `job` shows what that of `earlier`, an earlier version of it, did.

    False where only drawing both would tell. The driver's name and the firm are not looked at.
    """
    known = len(earlier.history)
    if earlier.closed_at is not None or (known and job.history[known - 1 : known] != earlier.history[-1:]):
        return False
    if any(event.kind not in _DRAWS_NOTHING for event in job.history[known:]):
        return False
    return all(getattr(earlier, field) == getattr(job, field) for field in _DRAWN_FROM)


_DRAWN_FROM = (
    *("tracking_token", "link_revoked_at", "closed_at", "language", "customer_name", "amount_paid"),
    *("status", "status_flow", "driver", "created_at", "proofs"),
)
"""The fields of a job, beside its history, that its view is made of."""

_DRAWS_NOTHING = frozenset({"edited", "noted", "texted", "text_released", "assigned", "accepted"})
"""The kinds of events from which a view draws nothing that does not stand in a field as well."""


def expired_view(trace: Trace, business: Business) -> Tombstone:
    """Return what the page of an archived job says once its link has come to its end."""
    return Tombstone(revision=trace.revision + 1, state="expired", business=_firm(business))


def shared_proofs(job: Job) -> tuple[str, ...]:
    """Return the paths of the photos that a job's page shows, in order."""
    places = sorted(proof.shared for proof in job.proofs if proof.shared is not None)
    return tuple(f"/{public_proof_key(job.tracking_token, place)}" for place in places)


def price_words(amount: Decimal) -> str:
    """Return an amount as people write it: `$600`, `$1,250.50`."""
    return f"${amount:,.0f}" if amount == amount.to_integral_value() else f"${amount:,.2f}"


@lru_cache(maxsize=1024)
def phone_words(phone: str) -> str:
    """Return a number as people write it: `(602) 555-0142`, or with its country where that is not +1."""
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return phone
    form = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(
        number, form.NATIONAL if number.country_code == 1 else form.INTERNATIONAL
    )


def to_bytes(view: TrackingView | Tombstone) -> bytes:
    """Return a view as the JSON that pages read."""
    return view.model_dump_json(by_alias=True).encode()


def _firm(business: Business) -> BusinessView:
    phone = business.phone
    return BusinessView(name=business.name, phone=phone, phone_text=phone_words(phone) if phone else None)


def _steps(job: Job, business: Business) -> tuple[StepView, ...]:
    flow = job.status_flow
    standing = flow.index(job.status) if job.status in flow else -1
    steps = []
    for position, status in enumerate(flow):
        at = job.reached(status) if position <= standing else None
        # Nothing follows a complete job: its last step is behind it too.
        over = position < standing or (position == standing and not job.is_open)
        place: Literal["done", "current", "next"] = (
            "done" if over else "current" if position == standing else "next"
        )
        words = day_and_time(at, business.zone) if at else None
        steps.append(StepView(status=status, state=place, at=words))
    return tuple(steps)


_BARE_ROLES = frozenset(role.value for role in Role)


def driver_first_name(state: State, job: Job) -> str | None:
    """Return what a page calls the driver of `job`: his first name, or None where nobody is named."""
    if job.driver is None or job.driver in _BARE_ROLES:
        return None
    return first_word(state.name_of(job.driver))
