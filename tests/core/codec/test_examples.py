"""Stored examples: a document of each shape that was ever written still says what it said then."""

import json
from pathlib import Path

import pytest
from pydantic import JsonValue

from core.codec import decode, encode
from core.domain.flow import Status
from core.ports import Unusable

EXAMPLES = Path(__file__).parent / "examples"


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_every_stored_example_is_read_and_written_as_the_newest_schema(example: Path) -> None:
    state = decode(example.read_bytes())
    again = decode(encode(state))
    assert again == state
    assert json.loads(encode(state))["schema"] == 1
    assert len(state.jobs) == 2


@pytest.mark.parametrize("name", ["schema_0_list", "schema_0_object"])
def test_the_jobs_of_schema_0_keep_their_old_names_and_tokens(name: str) -> None:
    mark, lupe = decode((EXAMPLES / f"{name}.json").read_bytes()).jobs.values()
    assert (mark.number, mark.job_id, mark.tracking_token) == (
        1,
        "mark_soderblom_20240523",
        "9f3c2a7be1d04856",
    )
    assert (mark.status, mark.phone) == (Status.IN_TRANSIT, "+16025550142")
    assert mark.amount_paid == 600
    assert (lupe.number, lupe.status, lupe.phone) == (2, Status.COMPLETE, None)
    assert lupe.closed_at == lupe.created_at


def test_the_first_document_of_schema_1_loses_nothing() -> None:
    data = (EXAMPLES / "schema_1_first.json").read_bytes()
    assert_kept(json.loads(data), json.loads(encode(decode(data))))


def test_a_newer_schema_is_refused_with_what_to_do() -> None:
    found = json.loads((EXAMPLES / "schema_1_first.json").read_bytes())
    with pytest.raises(Unusable, match=r"has schema 2, .*knows schemas up to 1.*update Quickdump"):
        decode(json.dumps({**found, "schema": 2, "shards": {}}).encode())


def assert_kept(before: JsonValue, after: JsonValue) -> None:
    """All that stood in `before` stands in `after`, which may hold more fields."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key, value in before.items():
            assert_kept(value, after[key])
    elif isinstance(before, list) and isinstance(after, list):
        for one, other in zip(before, after, strict=True):
            assert_kept(one, other)
    else:
        assert before == after
