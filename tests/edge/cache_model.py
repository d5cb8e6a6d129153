"""CloudFront's cache at one place, as its documents tell: how long it keeps what, and what it asks again.

From the Developer Guide: "Managing how long content stays in the cache" (which header wins, and how the
policy's times bound it), "How CloudFront processes HTTP 4xx and 5xx status codes from your origin" (negative
caching, what stale content is for), "Request behavior for custom origins" (simultaneous requests wait for the
first one's answer). Nothing here was tried against CloudFront itself.

Time is in seconds and goes forward only. One key; the origin decides at once, its answer needs `latency_s`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

NEGATIVE_TTL_S = 10.0
"""How long an error is kept where nobody said otherwise."""


@dataclass(frozen=True)
class Answer:
    """What the origin, or the cache, says; `version` stands for the body."""

    status: int
    version: int = 0
    cache_control: str = ""


@dataclass(frozen=True)
class Policy:
    """A behaviour's times, in seconds."""

    min_ttl_s: float = 0.0
    default_ttl_s: float = 0.0
    max_ttl_s: float = 86_400.0
    error_ttl_s: dict[int, float] = field(default_factory=dict)
    error_pages: dict[int, Answer] = field(default_factory=dict)
    """What is shown in place of an error, by its status."""

    def shown(self, answer: Answer) -> Answer:
        """Return what a viewer gets of the origin's answer."""
        return self.error_pages.get(answer.status, answer)

    def ttl_s(self, answer: Answer) -> float:
        """Return how long the origin's answer is fresh.

        An error is kept for the longer of its own time and its header's. Whether a page that stands for it
        counts with its header, too, is not said clearly: here it does, which is the worse case.
        """
        if answer.status >= 400:
            headers = (answer.cache_control, self.shown(answer).cache_control)
            named = [float(directives_of(header).get("max-age", 0)) for header in headers]
            return max(self.error_ttl_s.get(answer.status, NEGATIVE_TTL_S), *named)
        directives = directives_of(answer.cache_control)
        if directives.keys() & {"no-store", "no-cache", "private"}:
            return self.min_ttl_s
        for name in ("s-maxage", "max-age"):
            if name in directives:
                return max(self.min_ttl_s, min(float(directives[name]), self.max_ttl_s))
        return max(self.min_ttl_s, self.default_ttl_s)


@dataclass
class Cache:
    """One place's cache in front of `origin`, which tells what it would answer at a moment."""

    policy: Policy
    origin: Callable[[float], Answer]
    latency_s: float = 0.05
    requests: int = 0
    """How many requests the origin got."""
    _kept: Answer | None = None
    _fresh_until: float = 0.0
    _stale_since: float = 0.0
    _good: Answer | None = None
    """The last answer that was no error, for when the origin fails."""
    _on_its_way: tuple[float, Answer] | None = None

    def get(self, at: float) -> tuple[float, Answer]:
        """Return when the answer to a request of `at` is there, and what it is."""
        there, said = self._said(at)
        return there, self.policy.shown(said)

    def _said(self, at: float) -> tuple[float, Answer]:
        """Return what the origin says, or said: no page stands in for an error yet."""
        if self._on_its_way is not None:
            there, said = self._on_its_way
            if at < there and self._collapses(said):
                return there, said
        if self._kept is not None and at < self._fresh_until:
            return at, self._kept
        self.requests += 1
        fetched = self.origin(at)
        said = self._or_stale(fetched, at)
        there = at + self.latency_s
        self._on_its_way = (there, said)
        # Old content stands in as long as the error would: then the origin is asked again.
        self._kept, self._fresh_until = said, there + self.policy.ttl_s(fetched)
        if fetched.status < 400:
            self._good, self._stale_since = fetched, self._fresh_until
        return there, said

    def _collapses(self, answer: Answer) -> bool:
        """Simultaneous requests wait for one another only where something could be kept of it."""
        return self.policy.ttl_s(answer) > 0

    def _or_stale(self, answer: Answer, at: float) -> Answer:
        """Return what is old instead of an error of the server, where its header allows that for so long."""
        if answer.status < 500 or self._good is None:
            return answer
        allowed_s = float(directives_of(self._good.cache_control).get("stale-if-error", 0))
        return self._good if at <= self._stale_since + allowed_s else answer


def directives_of(cache_control: str) -> dict[str, str]:
    """Return the directives of a header by name."""
    found = re.findall(r"([a-z-]+)(?:=(\d+))?", cache_control.lower())
    return dict(found)


@dataclass
class Viewers:
    """People who look at one page: each asks at his own times, and waits for each answer."""

    cache: Cache
    polls_s: list[list[float]]
    """Each viewer's times of asking."""

    def seen(self) -> list[list[tuple[float, Answer]]]:
        """Return, for each viewer, when he got what."""
        got: list[list[tuple[float, Answer]]] = [[] for _ in self.polls_s]
        order = sorted((at, who) for who, times in enumerate(self.polls_s) for at in times)
        for at, who in order:
            got[who].append(self.cache.get(at))
        return got


def polls(start_s: float, end_s: float, every_s: float) -> list[float]:
    """Return times of asking, `every_s` apart."""
    count = int((end_s - start_s) // every_s) + 1
    return [start_s + number * every_s for number in range(count)]
