"""Schema 0, how the business kept its jobs before, becomes today's without losing anything."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.codec import decode, encode
from core.domain.flow import DEFAULT_FLOW, FINISHED, Status
from core.domain.state import State
from core.ports import Unusable
from tests.strategies import words


def an_old_job(**fields: Any) -> dict[str, Any]:
    """Return a job in the nine fields of schema 0."""
    return {
        "job_id": "mark_soderblom_20240523",
        "tracking_token": "0123456789abcdef",
        "customer_name": "Mark Soderblom",
        "location": "Tempe",
        "amount_paid": 600,
        "status": "in_transit",
        "status_flow": list(DEFAULT_FLOW),
        "created_at": "2024-05-23T17:00:00Z",
        "phone": "+16025550142",
        **fields,
    }


def an_old_list(count: int) -> list[dict[str, Any]]:
    return [
        an_old_job(job_id=f"old_{place}", tracking_token=f"{place:016x}", created_at=f"2024-05-{place:02}")
        for place in range(1, count + 1)
    ]


def read(document: Any) -> State:
    return decode(json.dumps(document).encode())


@pytest.mark.parametrize("document", [[an_old_job()], {"jobs": [an_old_job()]}])
def test_a_bare_list_and_an_object_without_a_schema_are_both_read(document: object) -> None:
    job = read(document).jobs[1]
    assert (job.job_id, job.tracking_token) == ("mark_soderblom_20240523", "0123456789abcdef")
    assert (job.customer_name, job.location, job.amount_paid) == ("Mark Soderblom", "Tempe", Decimal(600))
    assert (job.status, job.status_flow) == (Status.IN_TRANSIT, DEFAULT_FLOW)
    assert job.created_at == datetime(2024, 5, 23, 17, tzinfo=UTC)
    assert (job.phone, job.note, job.when, job.driver) == ("+16025550142", None, None, None)


def test_an_old_customer_is_not_texted_as_nobody_has_said_that_he_may_be() -> None:
    assert read([an_old_job()]).jobs[1].consent is None


@pytest.mark.parametrize("document", [[], {"jobs": []}])
def test_an_empty_old_document_is_a_state_without_jobs(document: object) -> None:
    state = read(document)
    assert (state.jobs, state.next_number, state.revision) == ({}, 1, 0)


def test_what_was_upgraded_is_written_in_todays_schema() -> None:
    state = read([an_old_job()]).next_write("w1")
    body = encode(state)
    assert json.loads(body)["schema"] == 1
    assert json.loads(body)["revision"] == 1
    assert decode(body) == state


@given(order=st.permutations(range(5)))
def test_old_jobs_are_numbered_by_their_creation(order: list[int]) -> None:
    old = an_old_list(5)
    state = read([old[place] for place in order])
    assert [job.job_id for job in state.jobs.values()] == [f"old_{place}" for place in range(1, 6)]
    assert list(state.jobs) == [1, 2, 3, 4, 5]
    assert state.next_number == 6


def test_old_jobs_of_one_moment_stay_in_their_order() -> None:
    old = an_old_list(3)
    state = read([job | {"created_at": "2024-05-23T17:00:00"} for job in reversed(old)])
    assert [job.job_id for job in state.jobs.values()] == ["old_3", "old_2", "old_1"]


def test_the_order_is_that_of_the_moments_and_not_of_their_letters() -> None:
    moments = ["2024-05-23T17:00:00.5Z", "2024-05-23T17:00:00Z", "2024-05-23T11:00:01-07:00"]
    old = [job | {"created_at": moment} for job, moment in zip(an_old_list(3), moments, strict=True)]
    assert [job.job_id for job in read(old).jobs.values()] == ["old_2", "old_1", "old_3"]


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("2024-05-23T17:00:00Z", datetime(2024, 5, 23, 17, tzinfo=UTC)),
        ("2024-05-23T10:00:00-07:00", datetime(2024, 5, 23, 17, tzinfo=UTC)),
        ("2024-05-23T17:00:00", datetime(2024, 5, 23, 17, tzinfo=UTC)),
        ("2024-05-23 17:00:00.123456", datetime(2024, 5, 23, 17, 0, 0, 123456, tzinfo=UTC)),
        ("2024-05-23", datetime(2024, 5, 23, tzinfo=UTC)),
    ],
)
def test_an_old_moment_without_a_zone_was_utc(typed: str, moment: datetime) -> None:
    assert read([an_old_job(created_at=typed)]).jobs[1].created_at == moment


@pytest.mark.parametrize(
    ("typed", "phone"),
    [
        ("+16025550142", "+16025550142"),
        ("602-555-0142", "+16025550142"),
        ("(602) 555 0142", "+16025550142"),
        (6025550142, "+16025550142"),
        (" +1 602.555.0142 ", "+16025550142"),
        ("+34 912 34 56 78", "+34912345678"),
        (None, None),
        ("", None),
    ],
)
def test_an_old_number_is_read_in_the_forms_people_type(typed: object, phone: str | None) -> None:
    job = read([an_old_job(phone=typed)]).jobs[1]
    assert (job.phone, job.note) == (phone, None)


@pytest.mark.parametrize("typed", ["ask his wife", "555-0142", "+1 602 555", 7, ["602"]])
def test_what_is_no_number_is_kept_in_the_note(typed: object) -> None:
    job = read([an_old_job(phone=typed)]).jobs[1]
    assert (job.phone, job.note) == (None, f"phone: {typed}")
    job = read([an_old_job(phone=typed, note="gate 12")]).jobs[1]
    assert job.note == f"gate 12; phone: {typed}"


@pytest.mark.parametrize("typed", ["602-555-0142 x5", "602-555-0142 (wife)", "+1602555014２"])
def test_words_around_a_number_are_kept_in_the_note(typed: str) -> None:
    job = read([an_old_job(phone=typed)]).jobs[1]
    assert job.phone in {"+16025550142", None}
    assert job.note == f"phone: {typed}"


@given(typed=words)
def test_whatever_was_typed_as_a_number_is_found_again(typed: str) -> None:
    job = read([an_old_job(phone=typed)]).jobs[1]
    assert job.phone is not None or job.note == f"phone: {typed}"


@pytest.mark.parametrize("field", ["phone", "status_flow"])
def test_an_old_job_may_lack_what_has_a_default(field: str) -> None:
    old = an_old_job()
    del old[field]
    job = read([old]).jobs[1]
    assert job.status_flow == DEFAULT_FLOW
    assert job.job_id == "mark_soderblom_20240523"


REQUIRED = ["job_id", "tracking_token", "customer_name", "location", "amount_paid", "status", "created_at"]


@pytest.mark.parametrize("field", REQUIRED)
def test_an_old_job_that_lacks_a_value_is_named_with_it(field: str) -> None:
    old = an_old_job()
    del old[field]
    with pytest.raises(Unusable) as refused:
        read([old])
    assert field in str(refused.value)
    assert ("place 0" if field == "job_id" else "mark_soderblom_20240523") in str(refused.value)


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({}, "neither a schema nor a list of jobs"),
        ({"jobs": {}}, "neither a schema nor a list of jobs"),
        (["mark"], "job 0 of the old list is no object"),
        ([an_old_job(created_at="lately")], "created at 'lately', which is no moment"),
        ([an_old_job(created_at=None)], "which is no moment"),
        ([an_old_job(created_at="0001-01-01T00:00:00+05:00")], "which is no moment"),
        ([an_old_job(status="lost")], "is 'lost'"),
        ([an_old_job(status=["dumped"])], "status"),
        ([an_old_job(amount_paid="much")], "amount_paid"),
        ([an_old_job(), an_old_job()], "stands there twice"),
    ],
)
def test_what_is_no_old_document_is_refused_and_said_why(document: object, message: str) -> None:
    with pytest.raises(Unusable) as refused:
        read(document)
    assert message in str(refused.value)


@pytest.mark.parametrize("status", Status)
def test_only_a_finished_old_job_is_closed(status: Status) -> None:
    job = read([an_old_job(status=status)]).jobs[1]
    assert (job.closed_at is not None) == (status in FINISHED)


def test_fields_that_nobody_knows_are_kept_through_the_upgrade() -> None:
    state = read({"jobs": [an_old_job(truck=7)], "owner": "Marcus"})
    again = json.loads(encode(state))
    assert again["jobs"][0]["truck"] == 7
    assert again["owner"] == "Marcus"


def test_an_amount_with_a_fraction_or_as_text_keeps_its_cents() -> None:
    assert read([an_old_job(amount_paid=600.5)]).jobs[1].amount_paid == Decimal("600.5")
    assert read([an_old_job(amount_paid="600.50")]).jobs[1].amount_paid == Decimal("600.5")
