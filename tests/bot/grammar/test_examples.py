"""The example lines that the grammar was written from."""

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.grammar.new import Invalid, Missing, Understood
from tests.bot.grammar.reading import read

DATA = Path(__file__).parent / "data"
NEW = [json.loads(line) for line in (DATA / "new_commands.jsonl").read_text().splitlines()]
NOT = [json.loads(line) for line in (DATA / "not_commands.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("case", NEW, ids=lambda case: case["id"])
def test_a_new_line_is_read_as_expected(case: dict[str, Any]) -> None:
    assert datetime.fromisoformat(case["now"]).tzinfo is not None
    reading = read(case["text"], case["now"], case["tz"])
    expected = case["expect"]
    if "missing" in expected:
        assert isinstance(reading, Missing)
        assert set(reading.parts) == set(expected["missing"])
    elif "error" in expected:
        assert isinstance(reading, Invalid)
        assert reading.fault == expected["error"]
    else:
        assert isinstance(reading, Understood)
        assert _fields(reading) == {**expected, "amount": Decimal(expected["amount"])}


def _fields(reading: Understood) -> dict[str, Any]:
    job = reading.job
    when = job.when and {
        "date": job.when.date.isoformat(),
        "start": job.when.start and f"{job.when.start:%H:%M}",
        "end": job.when.end and f"{job.when.end:%H:%M}",
    }
    return {
        "name": job.customer_name,
        "location": job.location,
        "amount": job.amount_paid,
        "phone": job.phone,
        "note": job.note,
        "when": when,
    }


@pytest.mark.parametrize("case", NOT, ids=lambda case: case["text"][:40])
def test_chatter_makes_no_job(case: dict[str, Any]) -> None:
    reading = read(case["text"])
    if case.get("starts_with_verb"):
        assert isinstance(reading, Missing)
    else:
        assert reading is None
