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
from typing import Any, NamedTuple

from tests.chromium import LAUNCH_FLAGS, find
from tests.web.serving import ServedSite
from tests.web.sim.serving import ServedSimulator
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


class Visit(NamedTuple):
    """A page, and how it is looked at."""

    path: str
    options: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ("is-crawlable",)
    """Audits that the page fails on purpose: none of them asks to be found."""
    shift_max: float = 0
    """How much may move while it loads: the two for staff fill a frame that is there at once."""


VISITS = (
    Visit(f"/track/{TOKEN}"),
    Visit("/book/junk-removal/"),
    Visit("/book/not-found.html"),
    # A stranger's look at the board: that its data is refused is the point, and stands in the console.
    Visit("/", ("--preset=desktop",), ("is-crawlable", "errors-in-console"), shift_max=0.02),
)
# Its question for news is never answered while there is none: Lighthouse would wait for that.
SIMULATOR = Visit("/sim/", ("--preset=desktop", "--max-wait-for-load=10000"), shift_max=0.02)


class NoResult(Exception):
    """Lighthouse ended without a result each time."""


def main() -> int:
    """Print the medians of each page; return 1 where a page is at fault."""
    with ServedSite() as served:
        served.site.put(
            f"t/{TOKEN}.json", json.dumps(view("in_transit")).encode(), content_type="application/json"
        )
        faults = [fault for visit in VISITS for fault in _judge(served.url, visit)]
    with ServedSimulator() as simulator:
        faults += _judge(simulator.url, SIMULATOR)
    sys.stdout.write("\n".join([GOALS, *faults]) + "\n")
    return 1 if faults else 0


def _judge(origin: str, visit: Visit) -> list[str]:
    runs = [_run(origin, visit) for _ in range(RUNS)]
    sys.stdout.write(f"{visit.path:<32} {_line(runs)}\n")
    return [f"{visit.path}: {fault}" for fault in _faults(runs, visit.shift_max)]


def _run(origin: str, visit: Visit) -> Run:
    for _ in range(ATTEMPTS):
        report = _report(origin, visit)
        scores = {name: 100 * (found["score"] or 0) for name, found in report.get("categories", {}).items()}
        if scores.get("performance"):
            return scores | {name: report["audits"][key]["numericValue"] for name, key in METRICS.items()}
    raise NoResult(f"Lighthouse gave no result for {visit.path} in {ATTEMPTS} attempts")


def _report(origin: str, visit: Visit) -> dict[str, Any]:
    flags = " ".join(["--headless=new", *LAUNCH_FLAGS])
    command = [
        str(FOLDER / "node_modules" / ".bin" / "lighthouse"),
        origin + visit.path,
        "--quiet",
        "--output=json",
        *visit.options,
        f"--skip-audits={','.join(visit.skipped)}",
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


def _faults(runs: Sequence[Run], shift_max: float) -> Iterator[str]:
    for name in PERFECT:
        if any(run[name] < 100 for run in runs):
            yield f"{name} is below 100"
    if any(run["cls"] > shift_max for run in runs):
        yield "something jumps"
    median = statistics.median(run["performance"] for run in runs)
    if median < PERFORMANCE_MIN:
        yield f"performance is {median:.0f}, far below {PERFORMANCE_GOAL}"


if __name__ == "__main__":
    sys.exit(main())
