"""Codec: what is written is read back whole; what cannot be understood whole is refused with its place."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.codec import decode, encode
from core.domain.flow import Status
from core.domain.job import Job
from core.domain.outbox import Claim, MessageStatus
from core.domain.state import Cause, OptOut, State
from core.ports import Unusable
from tests.builders import MARKS_PHONE, NOON, a_job, a_job_at, a_message, a_state
from tests.strategies import states

FIXED_TOP = ["schema", "revision", "write_id", "jobs", "people", "messages", "opt_outs"]
FIXED_JOB = [
    "job_id",
    "number",
    "tracking_token",
    "customer_name",
    "location",
    "amount_paid",
    "status",
    "status_flow",
    "created_at",
    "phone",
    "note",
    "when",
]


def a_full_state() -> State:
    """Return a state with a record of every kind."""
    return a_state(
        a_job(),
        a_job_at(Status.DUMPED, number=2),
        messages={"m1": a_message(status=MessageStatus.SENDING, claim=Claim(by="relay", until=NOON))},
        opt_outs={MARKS_PHONE: OptOut(phone=MARKS_PHONE, at=NOON, words="STOP")},
        causes={"tg:1": Cause(cause="tg:1", at=NOON, job=1)},
        recent_writes=("w5", "w6"),
    )


def document(state: State | None = None) -> Any:
    """Return what is stored of a state, for a test to damage."""
    return json.loads(encode(state or a_full_state()))


def stored(changed: Any) -> bytes:
    return json.dumps(changed).encode()


@given(state=states())
def test_what_is_written_is_read_back_whole(state: State) -> None:
    assert decode(encode(state)) == state


@given(state=states())
def test_writing_what_was_read_gives_the_same_bytes(state: State) -> None:
    body = encode(state)
    assert encode(decode(body)) == body


@given(state=states())
def test_what_is_written_is_plain_json(state: State) -> None:
    def refuse(text: str) -> None:
        raise AssertionError(text)

    json.loads(encode(state), parse_constant=refuse)


def test_the_fixed_names_are_there() -> None:
    there = document()
    assert [name for name in there if name in FIXED_TOP] == FIXED_TOP
    assert list(there["jobs"][0])[:12] == FIXED_JOB
    assert there["schema"] == 1


def test_a_job_is_stored_in_the_shape_that_is_fixed() -> None:
    job = document()["jobs"][0]
    assert {name: job[name] for name in FIXED_JOB} == {
        "job_id": "mark_soderblom_1_20260302",
        "number": 1,
        "tracking_token": "Tok0000000000000000001",
        "customer_name": "Mark Soderblom",
        "location": "Tempe",
        "amount_paid": 600,
        "status": "pending_confirmation",
        "status_flow": ["pending_confirmation", "ready_for_pickup", "in_transit", "dumped", "complete"],
        "created_at": "2026-03-02T17:00:00Z",
        "phone": "+16025550142",
        "note": None,
        "when": None,
    }


def test_one_record_is_one_line() -> None:
    lines = encode(a_full_state()).decode().splitlines()
    records = [line for line in lines if line.startswith('{"') and not line.startswith('{"schema"')]
    assert [json.loads(line.rstrip(","))["number"] for line in records[:2]] == [1, 2]
    assert len(records) == 2 + 4 + 1 + 1 + 1


@given(state=states())
def test_every_moment_ends_in_z(state: State) -> None:
    for job in json.loads(encode(state))["jobs"]:
        for moment in (job["created_at"], job["link_revoked_at"], job["closed_at"]):
            assert moment is None or moment.endswith("Z")
        assert all(event["at"].endswith("Z") for event in job["history"])


@given(cut=st.floats(0, 1))
def test_every_prefix_is_refused(cut: float) -> None:
    body = encode(a_full_state()).rstrip()
    with pytest.raises(Unusable):
        decode(body[: int(cut * (len(body) - 1))])


def test_a_document_that_was_cut_short_is_said_to_be_so() -> None:
    with pytest.raises(Unusable, match="cut short"):
        decode(encode(a_full_state()).rstrip()[:-1])


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "no JSON at line 1, column 1"),
        (b"\xff\xfe{}", "not UTF-8 at byte 0"),
        (b'"jobs"', "holds str where an object or a list of jobs belongs"),
        (b"null", "holds NoneType"),
        (b'{"schema": 1, "schema": 1}', "'schema' stands twice"),
        (b'{"schema": 1, "x": NaN}', "NaN is no JSON number"),
        (b'{"schema": 1, "x": [-Infinity]}', "-Infinity is no JSON number"),
        (b'{"schema": 1, "x": 1e400}', "1e400 is no JSON number"),
        (b'{"schema": 2}', "has schema 2, this Quickdump reads up to 1"),
        (b'{"schema": "1"}', "schema is '1', it must be a number"),
        (b'{"schema": true}', "schema is True"),
        (b'{"schema": -1}', "schema is -1"),
        (b'{"schema": 1}', "jobs.json: revision is missing (3 more faults)"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"schema": 1, "x": ' + b"9" * 5000 + b"}", "jobs.json"),
    ],
)
def test_what_is_no_document_is_refused_and_said_why(body: bytes, message: str) -> None:
    with pytest.raises(Unusable) as refused:
        decode(body)
    assert message in str(refused.value)
    assert "jobs.json" in str(refused.value)


def test_a_refusal_says_what_to_do() -> None:
    with pytest.raises(Unusable, match="Nothing was written over it"):
        decode(b"{")


def test_one_bad_job_is_named_with_its_field_and_its_value() -> None:
    damaged = document()
    damaged["jobs"][1]["amount_paid"] = "lots"
    with pytest.raises(Unusable) as refused:
        decode(stored(damaged))
    message = str(refused.value)
    assert "job 2 mark_soderblom_2_20260302" in message
    assert "amount_paid is 'lots'" in message


def test_a_job_with_several_faults_says_how_many_more_there_are() -> None:
    damaged = document()
    damaged["jobs"][0] |= {"status": "lost", "phone": "602", "number": "1"}
    with pytest.raises(Unusable, match="2 more faults"):
        decode(stored(damaged))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount_paid", -1),
        ("amount_paid", 0.001),
        ("amount_paid", 1e30),
        ("amount_paid", None),
        ("status", "lost"),
        ("status", ["dumped"]),
        ("status_flow", ["dumped", "dumped"]),
        ("status_flow", ["dumped"]),
        ("tracking_token", "../../etc"),
        ("tracking_token", "é" * 22),
        ("created_at", "2026-03-02T17:00:00"),
        ("created_at", "yesterday"),
        ("phone", "602-555-0142"),
        ("number", 1.5),
        ("number", None),
        ("when", {"date": "soon"}),
        ("history", [{"kind": "teleported"}]),
        ("customer_name", 5),
    ],
)
def test_a_job_with_a_value_that_cannot_be_is_refused(field: str, value: object) -> None:
    damaged = document()
    damaged["jobs"][0][field] = value
    with pytest.raises(Unusable) as refused:
        decode(stored(damaged))
    assert "jobs.0" in str(refused.value)


@pytest.mark.parametrize("field", ["number", "job_id", "tracking_token"])
def test_two_jobs_with_one_number_id_or_token_are_refused(field: str) -> None:
    damaged = document()
    damaged["jobs"][1][field] = damaged["jobs"][0][field]
    with pytest.raises(Unusable, match=f"the {field} .* stands there twice"):
        decode(stored(damaged))


@pytest.mark.parametrize("kind", ["people", "messages", "opt_outs", "causes"])
def test_a_record_that_stands_there_twice_is_refused(kind: str) -> None:
    damaged = document()
    damaged[kind].append(damaged[kind][0])
    with pytest.raises(Unusable, match="stands there twice"):
        decode(stored(damaged))


def test_unknown_fields_of_every_level_are_kept() -> None:
    extended = document()
    extended["later"] = {"a": [1, {"b": None}]}
    extended["jobs"][0]["truck"] = 7
    extended["jobs"][0]["history"][0]["truck"] = 8
    extended["jobs"][0]["consent"]["truck"] = 9
    extended["people"][0]["truck"] = 10
    extended["messages"][0]["truck"] = 11
    extended["messages"][0]["claim"]["truck"] = 12
    extended["opt_outs"][0]["truck"] = 13
    extended["causes"][0]["truck"] = 14
    assert document(decode(stored(extended))) == extended


def test_the_order_of_names_and_jobs_does_not_matter_for_reading() -> None:
    turned = dict(reversed(document().items()))
    turned["jobs"].reverse()
    state = decode(stored(turned))
    assert {**state.jobs} == {**a_full_state().jobs}
    assert list(state.jobs) == [1, 2], "in the order of creation"


def test_a_next_number_that_is_taken_is_put_right() -> None:
    edited = document()
    edited["next_number"] = 1
    assert decode(stored(edited)).next_number == 3


def test_people_may_add_a_job_by_hand_with_the_fixed_fields_alone() -> None:
    edited = document()
    edited["jobs"].append({**{name: edited["jobs"][0][name] for name in FIXED_JOB}, "number": 9})
    edited["jobs"][-1] |= {"job_id": "by_hand_20260302", "tracking_token": "0123456789abcdef"}
    job = decode(stored(edited)).jobs[9]
    assert isinstance(job, Job)
    assert (job.history, job.driver, job.consent) == ((), None, None)


def test_a_fraction_of_a_second_survives() -> None:
    state = a_state(a_job(created_at=NOON + timedelta(microseconds=1)))
    assert decode(encode(state)) == state
