"""Every promise of the edge function, kept in the embedded engine and, where there is one, in Node."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from bot.edge.event import Event
from bot.edge.function import FUNCTION_FILE, EdgeFunction
from core.deploy.cases import OLD_KEY, Case, read_cases
from core.domain.session import SessionKey, key_entries

CASES = read_cases()
CASES_MIN = 80
EVENT_BYTES_MAX = 40_960  # what TestFunction takes
NODE = shutil.which("node")
NOW = datetime(2026, 11, 23, 21, 50, tzinfo=UTC)
KEY = SessionKey(kid="k2", secret="not-a-secret-only-a-test-key-0123456789abc")


@dataclass(frozen=True)
class FixedClock:
    moment: datetime

    def now(self) -> datetime:
        return self.moment


def keys_of(case: Case) -> dict[str, str]:
    if case.keys is not None:
        return dict(case.keys)
    return {**key_entries(KEY), f"k.{OLD_KEY.kid}": OLD_KEY.secret}


def event_of(case: Case) -> Event:
    return cast("Event", case.event_at(NOW, KEY))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_embedded_engine_keeps_the_promise(case: Case) -> None:
    function = EdgeFunction(
        FUNCTION_FILE.read_text("utf-8"), keys=lambda: keys_of(case), clock=FixedClock(NOW)
    )
    assert function.run_raw(event_of(case)) == case.expected_at(NOW, KEY), case.promise
    function.run(event_of(case))  # and CloudFront would take the outcome


@pytest.mark.skipif(NODE is None, reason="node is not on PATH")
def test_node_keeps_every_promise() -> None:
    asked = [
        {"event": event_of(case), "keys": keys_of(case), "nowMs": NOW.timestamp() * 1000} for case in CASES
    ]
    done = subprocess.run(
        [str(NODE), str(Path(__file__).with_name("run_in_node.cjs")), str(FUNCTION_FILE)],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    outcomes = json.loads(done.stdout)
    wrong = [
        case.name for case, got in zip(CASES, outcomes, strict=True) if got != case.expected_at(NOW, KEY)
    ]
    assert wrong == []


def test_there_is_a_case_for_each_promise_and_no_two_are_called_the_same() -> None:
    promises = [case.promise for case in CASES]
    assert len(promises) >= CASES_MIN
    assert len(set(promises)) == len(promises)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_is_an_event_that_the_service_would_take_for_a_trial_run(case: Case) -> None:
    event = event_of(case)
    assert len(json.dumps(event).encode()) <= EVENT_BYTES_MAX
    assert set(event) == {"version", "context", "viewer", "request"}
    assert set(event["request"]) == {"method", "uri", "querystring", "headers", "cookies"}
    assert event["context"]["eventType"] == "viewer-request"
    assert all(name == name.lower() for name in event["request"]["headers"])
    assert "{" not in json.dumps([event["request"]["uri"], case.name])


def test_only_the_login_redirects_and_only_to_the_root() -> None:
    outcomes = [cast("dict[str, Any]", case.expected) for case in CASES]
    redirects = [answer for answer in outcomes if 300 <= answer.get("statusCode", 0) < 400]
    assert redirects
    assert {answer["headers"]["location"]["value"] for answer in redirects} == {"/"}


def test_a_case_that_the_service_is_asked_holds_whatever_a_few_seconds_do() -> None:
    """The service has a clock of its own, a little before or after ours."""
    for case in CASES:
        if case.exact_time or case.keys is not None:
            continue
        for seconds in (-20, 20):
            at = NOW + timedelta(seconds=seconds)
            function = EdgeFunction(
                FUNCTION_FILE.read_text("utf-8"), keys=lambda: key_entries(KEY), clock=FixedClock(at)
            )
            outcome = function.run_raw(event_of(case))
            if outcome == case.expected_at(NOW, KEY):
                continue
            assert case.is_signed, case.name
            assert case.holds(
                outcome, since=NOW - timedelta(seconds=30), until=NOW + timedelta(seconds=30), key=KEY
            ), case.name


@pytest.mark.parametrize(
    "text", ["[]", '{"promise": ""}', '{"promise": "", "event": 1, "expected": 1, "other": 1}', "{"]
)
def test_a_file_that_is_no_case_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(ValueError, match=r"is no case|Expecting"):
        read_cases(tmp_path)


def test_a_folder_without_cases_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no cases"):
        read_cases(tmp_path)
