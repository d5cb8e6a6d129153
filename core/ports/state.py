"""The one state of a business, and where it is kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from core.domain.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The state as it was read, and the tag that a write of its successor must name."""

    state: State
    version: str


class StateStore(Protocol):
    """Keeps the one state of a business."""

    def load(self, known: Snapshot | None = None) -> Snapshot:
        """Return the newest state; `known` itself where nothing changed since (one conditional read).

        Raises NotFound where there is none yet, Unreachable, Unusable where it cannot be read.
        """

    def save(self, state: State, base: Snapshot) -> Snapshot:
        """Write `state`, made from `base`, if `base` is still the newest; return it as the newest.

        `state.write_id` is new for each write, `state.revision` is above `base`'s. A lost answer is settled
        by reading back. Raises Conflict (reload and decide again), Unreachable (nothing was written),
        OutcomeUnknown (settling failed too).
        """

    def create(self, state: State) -> Snapshot:
        """Write the first state of a business.

        Raises Conflict where there is one, Unreachable, OutcomeUnknown.
        """

    def probe(self) -> None:
        """Try on a scratch object that conditions are honoured.

        Raises Unusable where they are not, Unreachable.
        """


@runtime_checkable
class Recovery(Protocol):
    """Puts what a state was at an earlier moment beside it: a table of DynamoDB."""

    def beside(self, at: datetime) -> tuple[StateStore, str]:
        """Return a store with the state of that moment, and its address; may take very long.

        The same again finds what an earlier call has made. Raises Unusable where that moment is not kept,
        with what to do; Unreachable, OutcomeUnknown.
        """

    def window(self) -> tuple[datetime, datetime] | None:
        """Return the first and the last moment that one can go back to; None: none are kept.

        Raises Unreachable.
        """
