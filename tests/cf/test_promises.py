"""Every promise of the edge function, kept in the embedded engine and, where there is one, in Node."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from bot.edge.function import FUNCTION_FILE, EdgeFunction
from tests.cf.promises import Case, all_cases

CASES = all_cases()
CASES_MIN = 40
EVENT_BYTES_MAX = 40_960  # what TestFunction takes
NODE = shutil.which("node")


@dataclass(frozen=True)
class FixedClock:
    moment: datetime

    def now(self) -> datetime:
        return self.moment


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_embedded_engine_keeps_the_promise(case: Case) -> None:
    function = EdgeFunction(
        FUNCTION_FILE.read_text("utf-8"), keys=lambda: case.keys, clock=FixedClock(case.now)
    )
    assert function.run_raw(case.event) == case.expected, case.promise
    function.run(case.event)  # and CloudFront would take the outcome


@pytest.mark.skipif(NODE is None, reason="node is not on PATH")
def test_node_keeps_every_promise() -> None:
    asked = [{"event": case.event, "keys": case.keys, "nowMs": case.now.timestamp() * 1000} for case in CASES]
    done = subprocess.run(
        [str(NODE), str(Path(__file__).with_name("run_in_node.cjs")), str(FUNCTION_FILE)],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    outcomes = json.loads(done.stdout)
    wrong = [case.name for case, got in zip(CASES, outcomes, strict=True) if got != case.expected]
    assert wrong == []


def test_there_is_a_case_for_each_promise_and_no_two_are_called_the_same() -> None:
    promises = [case.promise for case in CASES]
    assert len(promises) >= CASES_MIN
    assert len(set(promises)) == len(promises)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_is_an_event_that_the_service_would_take_for_a_trial_run(case: Case) -> None:
    assert len(json.dumps(case.event).encode()) <= EVENT_BYTES_MAX
    assert set(case.event) == {"version", "context", "viewer", "request"}
    assert set(case.event["request"]) == {"method", "uri", "querystring", "headers", "cookies"}
    assert case.event["context"]["eventType"] == "viewer-request"
    assert all(name == name.lower() for name in case.event["request"]["headers"])


def test_only_the_login_redirects_and_only_to_the_root() -> None:
    redirects = [case.expected for case in CASES if 300 <= case.expected.get("statusCode", 0) < 400]
    assert redirects
    assert {answer["headers"]["location"]["value"] for answer in redirects} == {"/"}
