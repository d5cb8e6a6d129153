import json
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from core.codec import decode, encode
from core.domain.state import State
from core.ports import Unusable
from tests.core.codec.builders import a_job, a_state
from tests.core.codec.strategies import states

ample = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])


@ample
@given(states())
def test_whatever_is_written_is_read_back_and_written_the_same(state: State) -> None:
    data = encode(state)
    assert decode(data) == state
    assert encode(decode(data)) == data


@ample
@given(states(jobs_max=1), st.floats(0, 1, exclude_max=True))
def test_every_document_that_is_cut_short_is_refused(state: State, share: float) -> None:
    data = encode(state).rstrip()
    with pytest.raises(Unusable):
        decode(data[: int(len(data) * share)])


def test_every_single_prefix_of_a_document_is_refused() -> None:
    data = encode(a_state(a_job(1), a_job(2, note="gate 7 “blue”"))).rstrip()
    for length in range(len(data)):
        with pytest.raises(Unusable):
            decode(data[:length])


@ample
@given(states(jobs_max=2), st.randoms(use_true_random=False))
def test_a_flipped_byte_is_refused_or_read_as_it_stands_there(state: State, chance: random.Random) -> None:
    # A flip inside a name or a note cannot be noticed. What is promised is that nothing but Unusable is
    # ever raised, and that what was read is what stands there: writing it again keeps every value.
    data = bytearray(encode(state))
    for _ in range(20):
        flipped = data.copy()
        flipped[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        _assert_refused_or_kept(bytes(flipped))


@ample
@given(states(jobs_max=2), st.randoms(use_true_random=False))
def test_a_piece_cut_from_the_middle_is_refused_or_read_as_it_stands(
    state: State, chance: random.Random
) -> None:
    data = encode(state)
    for _ in range(20):
        start = chance.randrange(len(data))
        _assert_refused_or_kept(data[:start] + data[start + chance.randrange(1, 60) :])


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=200))
def test_any_bytes_are_refused_with_nothing_but_unusable(data: bytes) -> None:
    with pytest.raises(Unusable):
        decode(data + b"\xff")


def test_each_record_stands_on_a_line_of_its_own_so_that_people_can_compare() -> None:
    lines = encode(a_state(a_job(1), a_job(2))).decode().splitlines()
    assert [line for line in lines if line.startswith('{"job_id"')] == [
        line for line in lines if '"number":' in line and "customer_name" in line
    ]
    assert len([line for line in lines if line.startswith('{"job_id"')]) == 2


def test_the_document_has_the_shape_that_programs_rely_on() -> None:
    data = encode(a_state(a_job(1, amount_paid="600.50", phone=None), revision=42, write_id="w42"))
    assert data.endswith(b"}\n")
    found = json.loads(data)
    assert found["schema"] == 1
    assert found["revision"] == 42
    assert found["write_id"] == "w42"
    job = found["jobs"][0]
    assert list(job)[:12] == [
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
    assert job["amount_paid"] == 600.5
    assert job["created_at"] == "2024-05-23T17:04:05Z"
    assert job["phone"] is None


def test_whole_dollars_are_written_without_a_point() -> None:
    assert b'"amount_paid":600,' in encode(a_state(a_job(1, amount_paid="600.00")))


def test_letters_beyond_ascii_are_written_as_themselves() -> None:
    assert "Peña 🚚".encode() in encode(a_state(a_job(1, customer_name="Peña 🚚")))


def test_unknown_fields_at_the_top_and_in_a_job_are_written_back() -> None:
    found = json.loads(encode(a_state(a_job(1))))
    found["segments"] = [{"from": 1, "to": 900}]
    found["jobs"][0]["gate_code"] = {"front": "0042"}
    again = json.loads(encode(decode(json.dumps(found).encode())))
    assert again["segments"] == [{"from": 1, "to": 900}]
    assert again["jobs"][0]["gate_code"] == {"front": "0042"}


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (a_state(a_job(1).model_copy(update={"phone": "602"})), r"job 1 \(mark_1\) can't be written"),
        (a_state(a_job(1).model_copy(update={"amount_paid": 600})), "a field has a wrong type or value"),
        (a_state(a_job(1).model_copy(update={"driver": 5})), "a field has a wrong type or value"),
        (a_state(a_job(1).model_copy(update={"history": []})), "can't be written"),
        (a_state(a_job(3), next_number=3), "set it above the highest number"),
        (a_state(a_job(1), a_job(2, job_id="mark_1")), "have the same job_id"),
        (State(jobs={5: a_job(1)}, next_number=9), "one of jobs stands under 5, which is not its number"),
        (a_state(extra={"jobs": []}), "'jobs' has a meaning of its own"),
        (a_state(extra={"rate": float("nan")}), "not JSON compliant"),
    ],
)
def test_what_could_not_be_read_back_is_not_written(state: State, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        encode(state)


def _assert_refused_or_kept(data: bytes) -> None:
    try:
        state = decode(data)
    except Unusable:
        return
    assert _kept(json.loads(data), json.loads(encode(state)))


def _kept(before: JsonValue, after: JsonValue) -> bool:
    """Tell whether all that stood in `before` stands in `after`, which may hold more fields."""
    if isinstance(before, dict) and isinstance(after, dict):
        return all(key in after and _kept(value, after[key]) for key, value in before.items())
    if isinstance(before, list) and isinstance(after, list):
        return len(before) == len(after) and all(map(_kept, before, after))
    return before == after
