"""The tracking view: what a customer sees, and above all what he does not."""

import dataclasses
import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.commands import AddNote, CancelJob, Command, EditJob, RevokeLink, SetEta, TakeStep
from core.domain.events import JobCancelled
from core.domain.flow import DEFAULT_FLOW, Status
from core.domain.job import Job
from core.domain.state import State
from core.domain.views import (
    LINK_LIFE,
    Tombstone,
    TrackingView,
    draws_the_same,
    phone_words,
    price_words,
    to_bytes,
    tracking_view,
    view_key,
)
from tests.builders import (
    BUSINESS,
    DRIVER_JOE,
    NOON,
    a_job,
    a_job_at,
    a_state,
    ask,
)
from tests.core.codec.strategies import jobs


def seen(state: State, job: Job, at: Any = NOON) -> dict[str, Any]:
    """Return the view as a page reads it."""
    view: dict[str, Any] = json.loads(to_bytes(tracking_view(state, job, BUSINESS, at)))
    return view


def live(job: Job, at: Any = NOON) -> TrackingView:
    view = tracking_view(a_state(job), job, BUSINESS, at)
    assert isinstance(view, TrackingView)
    return view


@pytest.mark.parametrize(
    ("command", "same"),
    [
        (AddNote(ref="1", text="gate 12"), True),
        (EditJob(ref="1", field="location", new="Mesa"), True),
        (EditJob(ref="1", field="amount_paid", new=Decimal(700)), False),
        (EditJob(ref="1", field="language", new="es"), False),
        (SetEta(ref="1", minutes=20), False),
        (TakeStep(ref="1"), False),
        (CancelJob(ref="1"), False),
        (RevokeLink(ref="1"), False),
    ],
)
def test_it_is_told_at_a_glance_whether_a_page_may_look_otherwise(command: Command, *, same: bool) -> None:
    before = a_state(a_job())
    after = ask(before, command)[0]
    assert draws_the_same(before.jobs[1], after.jobs[1]) is same
    assert draws_the_same(after.jobs[1], before.jobs[1]) is False, "it is the earlier one"


def test_the_view_of_a_new_job_is_exactly_this() -> None:
    job = a_job(driver="joe", note="gate 12", revision=5)
    following = ["ready_for_pickup", "in_transit", "dumped", "complete"]
    assert seen(a_state(job), job) == {
        "schema": 1,
        "revision": 5,
        "state": "live",
        "business": {"name": "Desert Hauling", "phone": "+16025550100", "phone_text": "(602) 555-0100"},
        "language": "en",
        "first_name": "Mark",
        "status": "pending_confirmation",
        "steps": [
            {
                "status": "pending_confirmation",
                "state": "current",
                "at": {"en": "Mon, Mar 2, 10:00 AM", "es": "lun 2 mar, 10:00 a. m."},
            },
            *({"status": status, "state": "next", "at": None} for status in following),
        ],
        "price": "$600",
        "driver": "Joe",
        "eta": None,
        "cancelled_at": None,
        "updated": {"en": "10:00 AM MST", "es": "10:00 a. m. MST"},
        "proofs": [],
        "done": False,
    }


@pytest.mark.parametrize("status", DEFAULT_FLOW)
def test_steps_behind_are_done_with_their_time_and_those_ahead_are_next_without(status: Status) -> None:
    steps = live(a_job_at(status)).steps
    place = DEFAULT_FLOW.index(status)
    here = "done" if status is Status.COMPLETE else "current"
    assert [step.state for step in steps] == ["done"] * place + [here] + ["next"] * (4 - place)
    assert [step.at is not None for step in steps] == [True] * (place + 1) + [False] * (4 - place)


def test_a_cancelled_job_shows_no_step_as_reached_and_when_it_was_called_off() -> None:
    view = live(a_job_at(Status.CANCELLED))
    assert {step.state for step in view.steps} == {"next"}
    assert view.cancelled_at is not None
    assert view.cancelled_at.es == "lun 2 mar, 10:20 a. m."
    assert view.done


def test_a_job_that_was_called_off_and_is_on_again_is_not_shown_as_cancelled() -> None:
    job = a_job()
    cancelled = JobCancelled(at=NOON, by="dana", cause="tg:1", number=1, source=Status.PENDING_CONFIRMATION)
    view = live(job.model_copy(update={"history": (*job.history, cancelled)}))
    assert view.cancelled_at is None
    assert not view.done


def test_a_step_taken_again_after_an_undo_shows_the_time_of_the_last_one() -> None:
    state = a_state(a_job())
    state, _ = ask(state, TakeStep(ref="1"), at=NOON)
    before = live(state.jobs[1]).steps[1].at
    assert before is not None
    assert before.en == "Mon, Mar 2, 12:00 PM"


def test_an_old_job_without_a_history_shows_its_creation_and_no_invented_times() -> None:
    job = a_job(status=Status.IN_TRANSIT, history=())
    view = live(job)
    assert [step.at is not None for step in view.steps] == [True, False, False, False, False]
    assert [step.state for step in view.steps] == ["done", "done", "current", "next", "next"]
    assert view.updated.en == "10:00 AM MST"


def test_the_arrival_is_a_window_while_its_step_is_under_way() -> None:
    state, _ = ask(a_state(a_job()), SetEta(ref="1", minutes=30), DRIVER_JOE)
    eta = live(state.jobs[1]).eta
    assert eta is not None
    assert eta.en == "12:30 PM – 1:00 PM"
    state, _ = ask(state, TakeStep(ref="1"))
    assert live(state.jobs[1]).eta is None


@pytest.mark.parametrize(
    ("driver", "shown"), [(None, None), ("joe", "Joe"), ("ana", "Ana"), ("driver", None), ("admin", None)]
)
def test_of_the_driver_only_a_persons_first_name_is_shown(driver: str | None, shown: str | None) -> None:
    assert live(a_job(driver=driver)).driver == shown


def test_the_language_of_the_page_is_the_customers() -> None:
    assert live(a_job(language="es")).language == "es"


def test_a_revoked_link_leaves_a_tombstone_that_says_nothing_of_the_job() -> None:
    state, _ = ask(a_state(a_job(revision=3)), RevokeLink(ref="1"))
    assert seen(state, state.jobs[1]) == {
        "schema": 1,
        "revision": 7,
        "state": "revoked",
        "business": {"name": "Desert Hauling", "phone": "+16025550100", "phone_text": "(602) 555-0100"},
    }


@pytest.mark.parametrize("status", [Status.COMPLETE, Status.CANCELLED])
def test_a_link_lives_thirty_days_after_the_end_and_then_says_that_it_has_expired(status: Status) -> None:
    job = a_job(status=status, closed_at=NOON, revision=3)
    last = tracking_view(a_state(job), job, BUSINESS, NOON + LINK_LIFE - timedelta(seconds=1))
    assert isinstance(last, TrackingView)
    buried = tracking_view(a_state(job), job, BUSINESS, NOON + LINK_LIFE)
    assert isinstance(buried, Tombstone)
    assert (buried.state, buried.revision > last.revision) == ("expired", True)
    assert timedelta(days=30) == LINK_LIFE


SEPARATORS = st.sampled_from([" ", "\t", "\n", "\u00a0", "\u2003", "\u3000", " \t "])


@given(
    job=jobs(number=98765432),
    separator=SEPARATORS,
    driver_separator=SEPARATORS,
    ended=st.booleans(),
    status=st.sampled_from(DEFAULT_FLOW),
)
def test_nothing_that_is_not_the_customers_to_see_is_in_the_view(
    job: Job, separator: str, driver_separator: str, status: Status, *, ended: bool
) -> None:
    secret = "SECRET"
    hidden = {
        "customer_name": f"Mark{separator}{secret}-Surname",
        "location": f"{secret} Street 12",
        "phone": "+15005550006",
        "note": f"{secret} gate code",
        "job_id": f"{secret}_tempe_20260302",
        "driver": "joe",
        "status": status,
        "status_flow": DEFAULT_FLOW,
        "link_revoked_at": None,
        "closed_at": NOON if ended else None,
        "history": (),
        "when": None,
    }
    job = job.model_copy(update=hidden)
    state = a_state(job, a_job(number=2, customer_name=f"{secret} Other"))
    joe = state.people["joe"].model_copy(update={"name": f"Joe{driver_separator}{secret}-Novak"})
    state = dataclasses.replace(state, people={**state.people, "joe": joe})
    body = to_bytes(tracking_view(state, job, BUSINESS, NOON)).decode()
    shown = tracking_view(state, job, BUSINESS, NOON)
    assert secret not in body
    assert "5005550006" not in body
    assert "98765432" not in body
    assert isinstance(shown, TrackingView)
    assert (shown.first_name, shown.driver) == ("Mark", "Joe")


@given(job=jobs())
def test_any_job_that_can_be_stored_has_a_view_of_the_known_fields_alone(job: Job) -> None:
    view = seen(a_state(job), job)
    fields = {"schema", "revision", "state", "business"}
    if view["state"] == "live":
        fields |= {"language", "first_name", "status", "steps", "price", "driver", "eta"}
        fields |= {"cancelled_at", "updated", "proofs", "done"}
    assert set(view) == fields


@pytest.mark.parametrize(
    ("name", "first"),
    [("Mark", "Mark"), ("", ""), ("   ", ""), (" Mark S", "Mark"), ("王小明", "王小明")],
)
def test_the_first_name_is_the_first_word(name: str, first: str) -> None:
    assert a_job(customer_name=name).first_name == first


@pytest.mark.parametrize(
    ("amount", "words"),
    [("600", "$600"), ("1250.5", "$1,250.50"), ("0", "$0"), ("0.05", "$0.05"), ("600.00", "$600")],
)
def test_a_price_is_written_as_people_write_it(amount: str, words: str) -> None:
    assert price_words(Decimal(amount)) == words


@pytest.mark.parametrize(
    ("phone", "words"),
    [("+16025550142", "(602) 555-0142"), ("+34912345678", "+34 912 34 56 78"), ("nonsense", "nonsense")],
)
def test_a_number_is_written_as_people_write_it(phone: str, words: str) -> None:
    assert phone_words(phone) == words


def test_a_business_without_a_number_shows_none() -> None:
    view = tracking_view(a_state(a_job()), a_job(), BUSINESS.model_copy(update={"phone": None}), NOON)
    assert (view.business.phone, view.business.phone_text) == (None, None)


def test_the_key_of_a_view_is_its_token() -> None:
    assert view_key("T" * 22) == f"t/{'T' * 22}.json"
