"""Pace: when a process may begin its next write, so that a hot key bears it and others get their turn.

Whoever writes without a break never hears of the processes that lose against it: it knows the newest state,
they have to read it first. So it leaves a gap now and then, long enough for one of them to read and write;
and once it has been beaten itself, it knows that it is not alone, and leaves one after each write.
"""

import itertools
import random

ALONE_FOR_S = (1.0, 2.0)
"""How long it is written without a gap, as long as nobody else is known."""

GAP_SHARE = 0.05
"""How much of the time such gaps may take, within those bounds."""

PROBING = (1, 2, 4)
"""How much longer than a gap these are, in turn: the state may have grown since it was last read."""

RIVAL_S = 5.0
"""How long after a lost race others are thought to be at work."""

PAUSE_FIRST_S = 0.02
"""Longest pause after the second lost race in a row; doubled each time, up to one read and write."""

DOUBLINGS_MAX = 20


class Pace:
    """Knows how long reads and writes take, and says when the next write may begin.

    All moments are seconds of one clock that never goes back.
    """

    def __init__(self, commits_per_second: float | None) -> None:
        self.free_at_s = 0.0
        """When the next write may begin."""
        self._interval_s = 1 / commits_per_second if commits_per_second else 0.0
        self._load_s = 0.0
        self._cold_s = 0.0
        self._is_cold = True
        self._gaps = itertools.cycle(PROBING)
        self._begun_at_s = 0.0
        self._ended_at_s = float("-inf")
        self._unbroken_since_s = 0.0
        self._rival_until_s = float("-inf")

    @property
    def gap_s(self) -> float:
        """How long others need to read and write once, even if they have just begun in vain."""
        return 2 * self._cold_s

    def loaded(self, took_s: float) -> None:
        """Take note of how long it takes to read a new state."""
        self._load_s = took_s
        self._is_cold = True

    def begins(self, now_s: float) -> None:
        """Take note that a write begins."""
        if now_s - self._ended_at_s >= self.gap_s:
            self._unbroken_since_s = now_s
        self._begun_at_s = now_s
        self.free_at_s = now_s + self._interval_s

    def ended(self, now_s: float, *, beaten: bool = False) -> None:
        """Take note that a write has ended, and whether somebody else was first."""
        self._ended_at_s = now_s
        if beaten:
            self._rival_until_s = now_s + RIVAL_S
            self._is_cold = True
            return
        if self._is_cold:
            # Only the first write after a read costs what it costs the others: what was just read has to be
            # written out anew, record by record.
            self._cold_s = self._load_s + now_s - self._begun_at_s
            self._is_cold = False
        if now_s < self._rival_until_s:
            # They try again and again: time for one try each is enough, by and by.
            self._leave(self.gap_s / 2, now_s)
            return
        shortest_s, longest_s = ALONE_FOR_S
        alone_for_s = min(longest_s, max(shortest_s, self.gap_s / GAP_SHARE))
        if now_s - self._unbroken_since_s >= alone_for_s:
            self._leave(self.gap_s * next(self._gaps), now_s)

    def _leave(self, gap_s: float, now_s: float) -> None:
        self.free_at_s = max(self.free_at_s, now_s + gap_s)
        self._unbroken_since_s = self.free_at_s

    def pause_s(self, losses: int) -> float:
        """Return how long to wait after so many lost races in a row: a random time, shorter than a gap.

        Nothing after the first: what is there now was just read.
        """
        if losses <= 1:
            return 0.0
        longest_s = min(
            PAUSE_FIRST_S * 2 ** min(losses - 2, DOUBLINGS_MAX), max(PAUSE_FIRST_S, self.gap_s / 2)
        )
        return random.uniform(0, longest_s)  # noqa: S311 - jitter is no secret
