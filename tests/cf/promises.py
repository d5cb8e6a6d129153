"""The edge function's promises: one file each under tests/cf/cases, read for every engine that runs them."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

CASES_FOLDER = Path(__file__).with_name("cases")
ANY_TIME = datetime(2026, 11, 23, 21, 50, tzinfo=UTC)


@dataclass(frozen=True)
class Case:
    """An event, the keys and the time that it meets, and what must come out."""

    name: str
    promise: str
    event: Any
    expected: Any
    keys: dict[str, str]
    now: datetime


def all_cases() -> list[Case]:
    return [_read(path) for path in sorted(CASES_FOLDER.glob("*.json"))]


def _read(path: Path) -> Case:
    raw = json.loads(path.read_text("utf-8"))
    return Case(
        name=path.stem,
        promise=raw["promise"],
        event=raw["event"],
        expected=raw["expected"],
        keys=raw.get("keys", {}),
        now=datetime.fromisoformat(raw["now"]) if "now" in raw else ANY_TIME,
    )
