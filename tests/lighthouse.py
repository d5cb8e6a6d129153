"""Lighthouse: five runs a page, and their medians beside the goals. One of the judges.

What it says of access, good practice and search is the same in every run and has to be perfect. How quick a
page is depends on the machine: the median is printed, and judged only where it is far off.
"""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.chromium import LAUNCH_FLAGS, find
from tests.web.serving import ServedSite
from tests.web.views import TOKEN, view

FOLDER = Path(__file__).parent / "web" / "lighthouse"
RUNS = 5
ATTEMPTS = 3
"""A run may end without a result (NO_NAVSTART) where the machine is busy."""
TIMEOUT_S = 120
PERFECT = ("accessibility", "best-practices", "seo")
PERFORMANCE_GOAL, PERFORMANCE_MIN = 95, 75
METRICS = {"lcp": "largest-contentful-paint", "tbt": "total-blocking-time", "cls": "cumulative-layout-shift"}
GOALS = (
    "goals: performance 95, LCP 1500 ms, TBT 100 ms, CLS 0; access, good practice and search 100 in every run"
)

Run = dict[str, float]


class NoResult(Exception):
    """Lighthouse ended without a result each time."""


def main() -> int:
    """Print the medians of each page; return 1 where a page is at fault."""
    faults = []
    with ServedSite() as served:
        served.site.put(
            f"t/{TOKEN}.json", json.dumps(view("in_transit")).encode(), content_type="application/json"
        )
        for path in (f"/track/{TOKEN}", "/book/junk-removal/"):
            runs = [_run(served.url + path) for _ in range(RUNS)]
            sys.stdout.write(f"{path:<32} {_line(runs)}\n")
            faults += [f"{path}: {fault}" for fault in _faults(runs)]
    sys.stdout.write("\n".join([GOALS, *faults]) + "\n")
    return 1 if faults else 0


def _run(url: str) -> Run:
    for _ in range(ATTEMPTS):
        report = _report(url)
        scores = {name: 100 * (found["score"] or 0) for name, found in report.get("categories", {}).items()}
        if scores.get("performance"):
            return scores | {name: report["audits"][key]["numericValue"] for name, key in METRICS.items()}
    raise NoResult(f"Lighthouse gave no result for {url} in {ATTEMPTS} attempts")


def _report(url: str) -> dict[str, Any]:
    flags = " ".join(["--headless=new", *LAUNCH_FLAGS])
    command = [
        str(FOLDER / "node_modules" / ".bin" / "lighthouse"),
        url,
        "--quiet",
        "--output=json",
        "--skip-audits=is-crawlable",  # tracking pages ask not to be found
        f"--chrome-flags={flags}",
    ]
    environment = os.environ | {"CHROME_PATH": str(find() or "")}
    done = subprocess.run(command, env=environment, check=False, capture_output=True, timeout=TIMEOUT_S)
    try:
        report: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        return {}
    return report


def _line(runs: Sequence[Run]) -> str:
    performance = [run["performance"] for run in runs]
    parts = [
        f"performance {min(performance):.0f}/{statistics.median(performance):.0f}/{max(performance):.0f}"
    ]
    parts += [f"{name} {min(run[name] for run in runs):.0f}" for name in PERFECT]
    parts += [
        f"LCP {statistics.median(run['lcp'] for run in runs):.0f} ms",
        f"TBT {statistics.median(run['tbt'] for run in runs):.0f} ms",
        f"CLS {max(run['cls'] for run in runs):.3f}",
    ]
    return ", ".join(parts)


def _faults(runs: Sequence[Run]) -> Iterator[str]:
    for name in PERFECT:
        if any(run[name] < 100 for run in runs):
            yield f"{name} is below 100"
    if any(run["cls"] > 0 for run in runs):
        yield "something jumps"
    median = statistics.median(run["performance"] for run in runs)
    if median < PERFORMANCE_MIN:
        yield f"performance is {median:.0f}, far below {PERFORMANCE_GOAL}"


if __name__ == "__main__":
    sys.exit(main())
