"""The garbage collector of a process that keeps a large state for days."""

import gc

YOUNG_MAX = 10_000
"""New objects before it looks at those: a batch of commands makes some thousands that stay."""
ROUNDS = (20, 100)
"""Looks at the young before the older ones are looked at, and so on to the oldest."""


def settle_in() -> None:
    """Look at the long-lived less often from now on, and never again at what is there already.

    A state is a tree of many small records: nothing in it is ever freed by the collector, and each look at
    all of it holds up every answer meanwhile.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_MAX, *ROUNDS)
