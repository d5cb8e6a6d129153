"""Prints how fast Quickdump is beside the naive way and the raw limit, in one run on one server.

    python -m tests.bench                    everything
    python -m tests.bench together paced     some of it

Figures are ratios wherever they can be: absolute numbers tell of the machine. A goal that is missed is shown
as missed and does not fail the run.
"""

import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bot.collector import settle_in
from tests.bench import (
    alone,
    board,
    finished,
    grammar,
    naive,
    paced,
    processes,
    requests,
    table,
    together,
    updates,
)
from tests.bench.figure import Figure
from tests.bench.place import Place
from tests.servers.seaweed import BUCKET, clients_for, serving

BENCHES: dict[str, Callable[[Place], list[Figure]]] = {
    "grammar": grammar.measure,
    "updates": updates.measure,
    "alone": alone.measure,
    "naive": naive.measure,
    "together": together.measure,
    "paced": paced.measure,
    "requests": requests.measure,
    "processes": processes.measure,
    "table": table.measure,
    "finished": finished.measure,
    "board": board.measure,
}
"""By name, in the order in which they run."""


def main(names: list[str]) -> int:
    """Run the named benches, or all; print a table and, as the last line, the same as JSON."""
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        sys.stderr.write(f"there is no bench {unknown[0]!r}: choose from {', '.join(BENCHES)}\n")
        return 2
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="quickdump-bench-") as folder, serving(Path(folder)) as url:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            del os.environ[name]
        os.environ |= {
            "AWS_ENDPOINT_URL": url,
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }
        # As `serve` does.
        settle_in()
        place = Place(bucket=BUCKET, clients=clients_for(url))
        for name in names or BENCHES:
            sys.stdout.write(f"{name}\n")
            for figure in BENCHES[name](place):
                figures.append(figure)
                sys.stdout.write(f"  {figure.line}\n")
                sys.stdout.flush()
    sys.stdout.write(json.dumps({figure.name: round(figure.value, 4) for figure in figures}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
