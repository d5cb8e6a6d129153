"""The function's way to viewers: gate, draft, a trial with every case; only then it is published."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.deploy import gate
from core.deploy.cases import OLD_KEY, Case
from core.deploy.errors import DeployError, Unfit
from core.deploy.steady import patiently
from core.domain.session import SessionKey
from core.ports import Clock, Edge, FunctionCode, Keys, Trial

UTILISATION_WARNED = 50
"""Per cent of the allowed time: above it CloudFront advises to make the function quicker …"""
UTILISATION_REFUSED = 71
"""… and from here on it throttles."""
CLOCK_SKEW = timedelta(seconds=30)
"""How far the service's clock may be from ours."""
SETTLE_PAUSE_S = 3.0
SETTLE_LOOKS = 60

_SHOWN = 5


class TrialFailed(DeployError):
    """The function broke one of its promises; viewers still get the old one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionShipper:
    """Brings a function to viewers."""

    edge: Edge
    keys: Keys
    cases: Sequence[Case]
    clock: Clock
    pause: Callable[[float], None]

    def changes(self, source: str) -> bool:
        """Tell whether viewers get another function now. Raises StoreError."""
        live = self._live()
        return live is None or live.source != source

    def live_source(self) -> str | None:
        """Return the function that viewers get. Raises StoreError."""
        live = self._live()
        return live.source if live else None

    def ship(self, source: str, passed: Callable[[int, int], None]) -> tuple[str, ...]:
        """Let viewers get `source` once it has kept all promises; return what is worth a warning.

        Does nothing where they get it already. Raises Unfit, TrialFailed, StoreError.
        """
        if not self.changes(source):
            return ()
        check_gate(source)
        draft = self._drafted(source)
        warnings = self._try_all(draft, passed)
        patiently(lambda: self.edge.publish(draft), self.pause)
        return (*warnings, *self._settle())

    def restore(self, source: str | None) -> None:
        """Let viewers get a function again that they had; it is not tried anew. Raises StoreError."""
        if source is None or not self.changes(source):
            return
        draft = self._drafted(source)
        patiently(lambda: self.edge.publish(draft), self.pause)
        self._settle()

    def _live(self) -> FunctionCode | None:
        return patiently(self.edge.live, self.pause)

    def _drafted(self, source: str) -> FunctionCode:
        """Return a draft of `source`; one that was written before an answer was lost is found again."""

        def drafted() -> FunctionCode:
            there = self.edge.draft()
            return there if there.source == source else self.edge.update(source, there)

        return patiently(drafted, self.pause)

    def _try_all(self, draft: FunctionCode, passed: Callable[[int, int], None]) -> tuple[str, ...]:
        key = patiently(self.keys.current, self.pause)
        asked = [case for case in self.cases if _is_asked(case, key)]
        failed, highest = [], 0
        for done, case in enumerate(asked):
            passed(done, len(asked))
            fault, used = self._try(draft, case, key or OLD_KEY)
            failed += [f"{case.name} ({case.promise}): {fault}"] if fault else []
            highest = max(highest, used)
        if failed:
            more = f"\n… and {len(failed) - _SHOWN} more" if len(failed) > _SHOWN else ""
            raise TrialFailed(
                f"the edge function breaks {len(failed)} of {len(asked)} promises, viewers still get the old "
                "one:\n" + "\n".join(failed[:_SHOWN]) + more
            )
        if highest >= UTILISATION_REFUSED:
            raise TrialFailed(
                f"the edge function takes {highest} % of its time, from {UTILISATION_REFUSED} % on it is "
                "throttled: make it quicker. Viewers still get the old one."
            )
        if highest > UTILISATION_WARNED:
            return (f"the edge function takes {highest} % of its time",)
        return ()

    def _try(self, draft: FunctionCode, case: Case, key: SessionKey) -> tuple[str, int]:
        """Return what is wrong with the outcome of a case, or nothing, and the time that it took."""
        began = self.clock.now()
        event = case.event_at(began, key)
        trial = patiently(lambda: self.edge.test(draft, event), self.pause)
        return _fault(trial, case, key, began, self.clock.now()), trial.utilisation or 0

    def _settle(self) -> tuple[str, ...]:
        for _ in range(SETTLE_LOOKS):
            if patiently(self.edge.settled, self.pause):
                return ()
            self.pause(SETTLE_PAUSE_S)
        return ("the edge function has not reached all places yet",)


def check_gate(source: str) -> None:
    """Refuse a function that the service would not take. Raises Unfit."""
    found = gate.faults(source)
    if found:
        raise Unfit("the edge function can't be released:\n" + "\n".join(found))


def _is_asked(case: Case, key: SessionKey | None) -> bool:
    """Tell whether the service, whose keys and clock are real, can be asked a case."""
    return case.keys is None and not case.exact_time and (key is not None or not case.is_signed)


def _fault(trial: Trial, case: Case, key: SessionKey, began: datetime, ended: datetime) -> str:
    if trial.error:
        return f"it failed: {trial.error}"
    if case.holds(trial.outcome, since=began - CLOCK_SKEW, until=ended + CLOCK_SKEW, key=key):
        return ""
    return "something else came out"
