import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from core.codec import decode, encode
from core.codec import document as shape
from core.domain.state import Cause, OptOut, State
from core.ports import Unusable
from tests.core.codec.builders import SPRING, a_job, a_state

Document = dict[str, Any]


def a_document() -> Document:
    opt_out = OptOut(phone="+16025550100", at=SPRING, words="STOP")
    state = a_state(a_job(1), a_job(2), opt_outs={opt_out.phone: opt_out})
    found: Document = json.loads(encode(state))
    return found


def refusal(data: bytes) -> str:
    with pytest.raises(Unusable) as caught:
        decode(data)
    return str(caught.value)


def refusal_after(change: Callable[[Document], object]) -> str:
    document = a_document()
    change(document)
    return refusal(json.dumps(document).encode())


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "line 1, column 1: Expecting value (it seems to be cut short)"),
        (b'{"schema": 1, "revision": 4', "(it seems to be cut short)"),
        (b'{"schema": 1, "write_id": "ab', "(it seems to be cut short)"),
        (b"<html>", "line 1, column 1: Expecting value"),
        (b'{"schema": 1,}', "line 1, column 14"),
        (b'"jobs"', 'it holds "jobs" instead of an object'),
        (b"null", "it holds null instead of an object"),
        (b'{"schema": 1, "x": "\xff"}', "byte 20 is not UTF-8"),
        (b'\xef\xbb\xbf{"schema": 1}', "BOM"),
        (b'{"schema": 1, "x": "\\ud800"}', "half of a surrogate pair"),
        (b'{"schema": 1, "x": NaN}', "NaN is not a JSON number"),
        (b'{"schema": 1, "x": -Infinity}', "-Infinity is not a JSON number"),
        (b'{"schema": 1, "x": 1e400}', "the number 1e400 is too large"),
        (b'{"schema": 1, "x": ' + b"9" * 5000 + b"}", "limit"),
        (b"[" * 100_000, "nested deeper than 100 levels"),
        (b'{"x": ' + b"[" * 150 + b"]" * 150 + b"}", "nested deeper than 100 levels"),
        (b'{"schema": 2}', "jobs.json has schema 2, and this version of Quickdump knows schemas up to 1"),
        (b'{"schema": "1"}', 'schema is "1", which is no schema'),
        (b'{"schema": true}', "schema is true, which is no schema"),
        (b'{"schema": 0}', "schema is 0, which is no schema"),
        (
            b'{"schema": 1, "schema": 1}',
            "the key 'schema' stands twice in the object that begins with 'schema'",
        ),
    ],
)
def test_what_is_no_document_of_ours_is_refused_with_the_place(data: bytes, words: str) -> None:
    assert words in refusal(data)


def test_a_refusal_names_the_object_and_says_what_to_do() -> None:
    with pytest.raises(Unusable, match=r"^s3://b/jobs.json can't be used: .*put an earlier version back$"):
        decode(b"", name="s3://b/jobs.json")


def test_a_key_that_stands_twice_in_a_job_names_the_job() -> None:
    text = json.dumps(a_document()).replace('"number": 2,', '"number": 2, "note": "x",')
    assert "the key 'note' stands twice in the object with job_id 'mark_2', number 2" in refusal(
        text.encode()
    )


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("amount_paid", "six", 'job 2 (mark_2): amount_paid is "six": '),
        ("amount_paid", "600", 'job 2 (mark_2): amount_paid is "600": write 600'),
        (
            "amount_paid",
            600.125,
            "job 2 (mark_2): amount_paid is 600.125: an amount has at most two decimals",
        ),
        ("amount_paid", -1, "job 2 (mark_2): amount_paid is -1: an amount is a number of dollars"),
        (
            "amount_paid",
            1e30,
            "job 2 (mark_2): amount_paid is 1e+30: an amount is less than 10000000000000 dollars",
        ),
        ("amount_paid", None, "job 2 (mark_2): amount_paid is null: "),
        ("status", "dmuped", 'job 2 (mark_2): status is "dmuped": '),
        ("status_flow", ["dumped"], "job 2 (mark_2): status 'pending_confirmation' is not in status_flow"),
        ("status_flow", "dumped", 'job 2 (mark_2): status_flow is "dumped": '),
        ("phone", "602-555-0142", 'job 2 (mark_2): phone is "602-555-0142": '),
        ("created_at", "2024-05-23T17:04:05", 'job 2 (mark_2): created_at is "2024-05-23T17:04:05": '),
        ("created_at", "2024", 'created_at is "2024": write "1970-01-01T00:33:44Z"'),
        (
            "created_at",
            "2024-05-23T10:04:05-07:00",
            'created_at is "2024-05-23T10:04:05-07:00": write "2024-05-23T17:04:05Z"',
        ),
        ("tracking_token", "short", 'job 2 (mark_2): tracking_token is "short": '),
        ("when", {"date": "2024-05-24", "start": "25:00"}, 'job 2 (mark_2): when.start is "25:00": '),
        ("when", {"date": "2024-05-24", "start": "09:30:15"}, 'when.start is "09:30:15": write "09:30"'),
        ("number", "2", 'job 2 (mark_2): number is "2": '),
        ("number", 2.0, "job 2.0 (mark_2): number is 2.0: "),
        ("number", 0, "job 0 (mark_2) has a number below 1"),
        ("number", 1, "job 1 (mark_1) and job 1 (mark_2), have the same number"),
        ("number", 7, "next_number is 3, but there is job 7 (mark_2): set it above the highest number"),
        ("job_id", "mark_1", "job 1 (mark_1) and job 2 (mark_1), have the same job_id"),
        ("tracking_token", f"{1:022d}", "job 1 (mark_1) and job 2 (mark_2), have the same tracking_token"),
        (
            "history",
            [{"kind": "step", "at": "2024-05-23T17:04:05Z", "by": "joe", "cause": "cli:1", "number": 2}],
            "job 2 (mark_2): history.0.step.source is missing (1 more faults follow)",
        ),
        ("history", [{"kind": "flown"}], "job 2 (mark_2): history.0 "),
    ],
)
def test_one_bad_job_is_refused_by_its_name_field_and_value(field: str, value: object, words: str) -> None:
    assert words in refusal_after(lambda document: document["jobs"][1].update({field: value}))


@pytest.mark.parametrize("field", list(a_document()["jobs"][0])[:12])
def test_a_job_without_one_of_the_fixed_fields_is_refused(field: str) -> None:
    assert (
        f"has no {field}" in (words := refusal_after(lambda document: document["jobs"][1].pop(field)))
        or f"{field} is missing" in words
    )


REQUIRED = [name for name, field in shape.Document.model_fields.items() if field.is_required()]


@pytest.mark.parametrize("field", REQUIRED[1:])
def test_a_document_without_one_of_its_first_parts_is_refused(field: str) -> None:
    assert f"{field} is missing" in refusal_after(lambda document: document.pop(field))


def test_a_document_that_lost_its_schema_is_not_taken_for_an_old_one() -> None:
    words = refusal_after(lambda document: document.pop("schema"))
    assert (
        'schema is missing, but there is revision: if it was lost in an edit, put "schema": 1 back' in words
    )


def test_a_job_that_is_no_object_is_refused_by_its_place() -> None:
    assert "jobs, entry 2 is 7: " in refusal_after(lambda document: document["jobs"].__setitem__(1, 7))


def test_two_opt_outs_of_one_number_are_refused_without_showing_it() -> None:
    words = refusal_after(lambda document: document["opt_outs"].append(document["opt_outs"][0]))
    assert "two of opt_outs" in words
    assert "have the same phone" in words
    assert "0100" not in words


def test_a_long_value_is_shown_in_part() -> None:
    words = refusal_after(lambda document: document["jobs"][1].update({"status": "x" * 10_000}))
    assert len(words) < 500


def test_a_moment_in_another_zone_than_utc_is_not_written() -> None:
    elsewhere = datetime(2026, 11, 24, 10, tzinfo=timezone(timedelta(hours=-7)))
    cause = Cause(cause="cli:1", at=elsewhere).model_copy(update={"at": elsewhere})
    with pytest.raises(ValueError, match="read back as something else"):
        encode(State(revision=1, write_id="w", causes={"cli:1": cause}))
