"""Pacing: how fast Telegram may be called, so that it never has to say "too many requests".

Its own limits are not published in full and change
(https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this): about one message a second
in a chat, where short bursts pass, 20 a minute in a group, 30 a second over all. An edit counts as a message.
"""

from collections import deque
from dataclasses import dataclass, field

LANES_MAX = 500
"""Chats that are remembered before those that have been quiet are forgotten."""


@dataclass(frozen=True, slots=True)
class Rule:
    """At most `count` calls in any `window_s` seconds."""

    count: int
    window_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The rules for each kind of call; all that fit one must hold."""

    everything: Rule = Rule(25, 1.0)
    private: Rule = Rule(8, 8.0)
    """One a second, in bursts of eight: somebody who types a few lines in a row is answered at once."""
    group: Rule = Rule(20, 60.0)
    edits: Rule = Rule(1, 1.0)
    group_edits: Rule = Rule(14, 60.0)
    """Leaves room in a group for answers, which can't be put together as edits can."""


@dataclass(slots=True)
class _Lane:
    """When one chat was called, oldest first."""

    calls: deque[float] = field(default_factory=deque)
    edits: deque[float] = field(default_factory=deque)
    halted_until_s: float = 0.0


class Pace:
    """Knows when each chat may be called. Pure: the moment comes in, on any clock that never goes back."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._lanes: dict[int, _Lane] = {}
        self._calls: deque[float] = deque()
        """Those of all chats."""

    def wait_s(self, chat: int, now_s: float, *, edit: bool = False) -> float:
        """Return in how many seconds this chat may be called; 0: now."""
        lane = self._lanes.get(chat, _Lane())
        limits = self._limits
        waits = [
            lane.halted_until_s - now_s,
            _wait_s(self._calls, limits.everything, now_s),
            _wait_s(lane.calls, limits.group if _is_group(chat) else limits.private, now_s),
        ]
        if edit:
            waits.append(_wait_s(lane.edits, limits.edits, now_s))
            if _is_group(chat):
                waits.append(_wait_s(lane.edits, limits.group_edits, now_s))
        return max(0.0, *waits)

    def take(self, chat: int, now_s: float, *, edit: bool = False) -> None:
        """Note that this chat is called now."""
        lane = self._lane(chat, now_s)
        limits = self._limits
        _note(self._calls, now_s, limits.everything.count)
        _note(lane.calls, now_s, max(limits.group.count, limits.private.count))
        if edit:
            _note(lane.edits, now_s, max(limits.edits.count, limits.group_edits.count))

    def halt(self, chat: int, now_s: float, wait_s: float) -> None:
        """Note that the service wants to hear nothing for this chat for `wait_s` seconds; others go on."""
        lane = self._lane(chat, now_s)
        lane.halted_until_s = max(lane.halted_until_s, now_s + wait_s)

    def _lane(self, chat: int, now_s: float) -> _Lane:
        if chat not in self._lanes and len(self._lanes) >= LANES_MAX:
            longest_s = max(self._limits.group.window_s, self._limits.private.window_s)
            self._lanes = {
                chat: lane
                for chat, lane in self._lanes.items()
                if lane.halted_until_s > now_s or (lane.calls and lane.calls[-1] > now_s - longest_s)
            }
        return self._lanes.setdefault(chat, _Lane())


def _is_group(chat: int) -> bool:
    return chat < 0


def _wait_s(calls: deque[float], rule: Rule, now_s: float) -> float:
    """Return how long a call has to wait so that this rule holds."""
    if len(calls) < rule.count:
        return 0.0
    return calls[-rule.count] + rule.window_s - now_s


def _note(calls: deque[float], now_s: float, kept: int) -> None:
    calls.append(now_s)
    while len(calls) > kept:
        calls.popleft()
