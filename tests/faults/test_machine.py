"""A short share of the fault runs; `python -m tests.faults` does long ones."""

import hypothesis
import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.faults.__main__ import a_run
from tests.faults.machine import FaultRun

FaultRun.TestCase.settings = settings(max_examples=40, stateful_step_count=20)
TestFaultRun = FaultRun.TestCase


@pytest.mark.parametrize(("store", "worlds"), [("file", 8), ("s3", 5), ("dynamodb", 5)])
def test_nothing_is_lost_or_doubled(store: str, worlds: int) -> None:
    # Without a search for a shorter way to a fault, which takes minutes: `--shrink` does that.
    once = settings(max_examples=worlds, stateful_step_count=20, phases=[Phase.reuse, Phase.generate])
    run_state_machine_as_test(a_run(store), settings=once)


@pytest.mark.parametrize("store", ["memory", "s3"])
def test_a_seed_reproduces_a_run(store: str) -> None:
    def heard(seed: int) -> object:
        run = hypothesis.seed(seed)(a_run(store))
        run_state_machine_as_test(
            run, settings=settings(max_examples=3, stateful_step_count=20, database=None)
        )
        return run.steps, run.heard

    assert heard(7) == heard(7)
