"""What a store may answer that is no success.

StoreError
NotFound          there is no such object
Conflict          somebody else was first: nothing of ours was written
Unreachable       the request did not get there, or was turned away: nothing was written
OutcomeUnknown    the answer was lost: it may have been written, now or a little later
Unusable          the store, or what lies in it, cannot be worked with (damaged, newer …)
Moved           the state lives elsewhere now: what is here must not be used any more
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.ports.state import Snapshot


class StoreError(Exception):
    """A store could not do what it was asked; the message names the object, the state and what to do."""


class NotFound(StoreError):
    """There is no such object."""


class Conflict(StoreError):
    """Somebody else was first: nothing of ours was written."""

    newest: "Snapshot | None" = None
    """What a state store found there instead, where it has looked already."""


class Unreachable(StoreError):
    """The request did not get there, or was turned away: nothing was written."""


class OutcomeUnknown(StoreError):
    """The answer was lost: it may have been written, now or a little later."""


class Unusable(StoreError):
    """The store, or what lies in it, cannot be worked with."""


class Moved(Unusable):
    """The state lives at `address` now: what is here must not be used any more."""

    def __init__(self, address: str) -> None:
        super().__init__(f"the state was moved to {address}: set STATE to it and start again")
