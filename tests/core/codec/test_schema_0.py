import json
from typing import Any

import pytest

from core.codec import decode, encode
from core.domain.flow import DEFAULT_FLOW, Status
from core.domain.job import Job
from core.ports import Unusable


def old_job(name: str = "mark", **fields: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "job_id": f"{name}_20240523",
        "tracking_token": (name.encode().hex() + "0" * 16)[:16],
        "customer_name": name.title(),
        "location": "Phoenix",
        "amount_paid": 600,
        "status": "in_transit",
        "status_flow": [status.value for status in DEFAULT_FLOW],
        "created_at": "2024-05-23T17:04:05Z",
        "phone": "+16025550142",
    }
    return {**usual, **fields}


def upgraded(*jobs: object) -> list[Job]:
    return list(decode(json.dumps(jobs).encode()).jobs.values())


def refusal(found: object) -> str:
    with pytest.raises(Unusable) as caught:
        decode(json.dumps(found).encode())
    return str(caught.value)


def test_a_bare_list_is_numbered_by_created_at_and_ties_by_position() -> None:
    jobs = upgraded(
        old_job("late", created_at="2024-05-25T08:00:00Z"),
        old_job("twin a", created_at="2024-05-24T08:00:00Z"),
        old_job("twin b", created_at="2024-05-24T10:00:00+02:00"),
        old_job("early", created_at="2024-05-23T08:00:00"),
    )
    assert [(job.number, job.customer_name) for job in jobs] == [
        (1, "Early"),
        (2, "Twin A"),
        (3, "Twin B"),
        (4, "Late"),
    ]


def test_an_object_without_schema_keeps_its_other_fields() -> None:
    state = decode(json.dumps({"company": "Quickdump", "jobs": [old_job()]}).encode())
    assert state.extra == {"company": "Quickdump"}
    assert json.loads(encode(state))["company"] == "Quickdump"


def test_an_upgraded_state_is_at_revision_0_and_the_next_number_follows_the_last() -> None:
    state = decode(json.dumps([old_job("a"), old_job("b")]).encode())
    assert (state.revision, state.write_id, state.next_number) == (0, "", 3)


def test_an_empty_list_is_an_empty_business() -> None:
    assert decode(b"[]").jobs == {}


def test_what_was_upgraded_is_written_in_the_new_schema_and_reads_the_same() -> None:
    state = decode(json.dumps([old_job(gate="7"), old_job("b", phone="call her")]).encode())
    assert json.loads(encode(state))["schema"] == 1
    assert decode(encode(state)) == state


def test_all_nine_fields_and_unknown_ones_are_kept() -> None:
    (job,) = upgraded(old_job(truck={"plate": "AZ 1"}))
    assert job.tracking_token == "6d61726b00000000"
    assert job.status is Status.IN_TRANSIT
    assert job.status_flow == DEFAULT_FLOW
    assert job.model_extra == {"truck": {"plate": "AZ 1"}}


def test_a_job_without_flow_has_the_usual_one_and_one_without_phone_has_none() -> None:
    old = old_job()
    del old["status_flow"], old["phone"]
    (job,) = upgraded(old)
    assert (job.status_flow, job.phone) == (DEFAULT_FLOW, None)


def test_a_finished_job_counts_as_closed_when_it_was_created_so_that_its_link_expires() -> None:
    done, called_off, under_way = upgraded(
        old_job("a", status="complete"), old_job("b", status="cancelled"), old_job("c")
    )
    assert done.closed_at == done.created_at
    assert called_off.closed_at == called_off.created_at
    assert under_way.closed_at is None


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        (600, "600"),
        (600.5, "600.5"),
        pytest.param("600", "600", id="text"),
        ("$1,250.50", "1250.5"),
        (" $ 75 ", "75"),
        (0, "0"),
        ("0.05", "0.05"),
    ],
)
def test_amounts_are_read_as_people_wrote_them(written: object, amount: str) -> None:
    (job,) = upgraded(old_job(amount_paid=written))
    assert format(job.amount_paid.normalize(), "f") == amount


@pytest.mark.parametrize("written", ["600 USD", "six", "1,25", "", "-5", None, True, [600], "٦٠٠", "6" * 20])
def test_an_amount_that_is_none_is_refused_by_name(written: object) -> None:
    words = refusal([old_job(), old_job("b", amount_paid=written)])
    assert "job no. 2 (b_20240523): amount_paid is " in words


@pytest.mark.parametrize("written", [600.125, -5, 1e300])
def test_a_number_that_is_no_amount_is_refused_by_name(written: float) -> None:
    assert "(b_20240523): amount_paid is " in refusal([old_job("b", amount_paid=written)])


@pytest.mark.parametrize(
    ("written", "phone", "note"),
    [
        ("+16025550142", "+16025550142", None),
        ("602-555-0142", "+16025550142", None),
        ("(602) 555 0142", "+16025550142", None),
        (6025550142, "+16025550142", None),
        ("+49 30 123456", "+4930123456", None),
        ("", None, None),
        (None, None, None),
        ("555-0142", None, "phone: 555-0142"),
        ("call her husband", None, "phone: call her husband"),
        ("602-555-0142 ext. 7", None, "phone: 602-555-0142 ext. 7"),
    ],
)
def test_a_phone_is_dialled_from_the_region_and_what_is_none_goes_to_the_note(
    written: object, phone: str | None, note: str | None
) -> None:
    (job,) = upgraded(old_job(phone=written))
    assert (job.phone, job.note) == (phone, note)


def test_a_number_of_another_region_is_read_there() -> None:
    state = decode(json.dumps([old_job(phone="030 123456")]).encode(), region="DE")
    assert state.jobs[1].phone == "+4930123456"


def test_a_note_that_was_there_stays_before_the_phone_that_could_not_be_read() -> None:
    (job,) = upgraded(old_job(note="gate 7", phone="none"))
    assert job.note == "gate 7\nphone: none"


@pytest.mark.parametrize(
    "field",
    ["job_id", "tracking_token", "customer_name", "location", "amount_paid", "status", "created_at"],
)
def test_a_job_without_one_of_its_needed_fields_is_refused_by_place(field: str) -> None:
    bad = old_job("b")
    del bad[field]
    assert f"has no {field}" in refusal([old_job(), bad])
    assert "job no. 2" in refusal([old_job(), bad])


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({"jobs": 5}, "there is no list of jobs in it"),
        ({}, "there is no list of jobs in it"),
        ([5], "job no. 1 is 5 instead of an object"),
        ([old_job(number=4)], "has number, which schema 0 did not have"),
        ([old_job(created_at="May 23")], "created_at is 'May 23': write it as 2024-05-23T17:04:05Z"),
        ([old_job(created_at=1716480000)], "created_at is 1716480000"),
        ([old_job(created_at="0001-01-01T00:00:00+14:00")], "created_at is '0001"),
        ([old_job(note=5)], "note is 5: write a text, or null"),
        ([old_job(status="lost")], '(mark_20240523): status is "lost"'),
        ([old_job(status=["dumped"])], "(mark_20240523): status is "),
        ([old_job(tracking_token="XYZ")], '(mark_20240523): tracking_token is "XYZ"'),
        ([old_job(), old_job()], "have the same job_id"),
        ([old_job(), old_job(job_id="b")], "have the same tracking_token"),
        ({"jobs": [], "people": []}, "schema is missing, but there is people"),
    ],
)
def test_an_old_document_that_cannot_be_carried_over_is_refused(found: object, words: str) -> None:
    assert words in refusal(found)
