"""Long fault runs: `python -m tests.faults --steps 10000 --seed 1 --store file`.

A seed reproduces a run: the same steps, faults and crashes at the same moments of virtual time.
"""

import argparse
import logging
import sys
import time
from collections import Counter

import hypothesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.faults.machine import FaultRun
from tests.faults.stores import STORES

STEPS_A_WORLD = 50
WORLDS_A_ROUND = 40


def main() -> int:
    """Run until so many steps were taken; exit with 1 at the first thing that was lost or doubled."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--store", choices=sorted(STORES), default="memory")
    parser.add_argument("--shrink", action="store_true", help="look for a shorter way to the same fault")
    asked = parser.parse_args()
    logging.disable(logging.CRITICAL)
    seed, started = asked.seed, time.monotonic()
    heard: Counter[str] = Counter()
    steps = 0
    while steps < asked.steps:
        run = hypothesis.seed(seed)(a_run(asked.store))
        try:
            run_state_machine_as_test(run, settings=_settings(shrink=asked.shrink))
        except BaseException:
            sys.stderr.write(
                f"failed: python -m tests.faults --store {asked.store} --seed {seed} --steps 1\n"
            )
            raise
        steps, seed = steps + run.steps, seed + 1
        heard.update(run.heard)
    took_s = time.monotonic() - started
    told = ", ".join(f"{count} {what}" for what, count in heard.most_common())
    sys.stdout.write(
        f"{asked.store}: {steps} steps in {took_s:.0f} s, seeds {asked.seed}-{seed - 1}; {told}\n"
    )
    return 0


def a_run(store: str) -> type[FaultRun]:
    """Return the state machine on a kind of store, with counters of its own."""
    return type("Run", (FaultRun,), {"a_store": staticmethod(STORES[store]), "steps": 0, "heard": Counter()})


def _settings(*, shrink: bool) -> settings:
    return settings(
        deadline=None,
        database=None,
        max_examples=WORLDS_A_ROUND,
        stateful_step_count=STEPS_A_WORLD,
        phases=[Phase.generate, Phase.shrink] if shrink else [Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


if __name__ == "__main__":
    sys.exit(main())
