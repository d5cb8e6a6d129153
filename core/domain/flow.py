"""The flow: the statuses of a job and the one table of how it may move between them."""

from collections.abc import Sequence
from enum import StrEnum


class Status(StrEnum):
    """Where a job stands."""

    PENDING_CONFIRMATION = "pending_confirmation"
    """The customer has not said yes yet."""
    READY_FOR_PICKUP = "ready_for_pickup"
    """Confirmed; waits for a truck."""
    IN_TRANSIT = "in_transit"
    """Loaded and on its way to the dump."""
    DUMPED = "dumped"
    """Unloaded; the driver has yet to close it."""
    COMPLETE = "complete"
    """Closed. Nothing follows."""
    CANCELLED = "cancelled"
    """Called off. Nothing follows."""


DEFAULT_FLOW: tuple[Status, ...] = (
    Status.PENDING_CONFIRMATION,
    Status.READY_FOR_PICKUP,
    Status.IN_TRANSIT,
    Status.DUMPED,
    Status.COMPLETE,
)
"""The steps of an ordinary job, in order. A job carries its own copy as `status_flow`."""

FINISHED: frozenset[Status] = frozenset({Status.COMPLETE, Status.CANCELLED})
"""Terminal statuses: their rows in the table are empty."""


def following(status_flow: Sequence[Status], status: Status) -> Status | None:
    """Return the step after `status` in this job's flow, or None where nothing follows."""
    if status in FINISHED or status not in status_flow:
        return None
    position = status_flow.index(status) + 1
    return status_flow[position] if position < len(status_flow) else None


def legal_targets(status_flow: Sequence[Status], status: Status) -> tuple[Status, ...]:
    """Return every status that a job may move to from `status`: the next step, then `cancelled`.

    The table, for the default flow:

    | from                 | to                          |
    |----------------------|-----------------------------|
    | pending_confirmation | ready_for_pickup, cancelled |
    | ready_for_pickup     | in_transit, cancelled       |
    | in_transit           | dumped, cancelled           |
    | dumped               | complete, cancelled         |
    | complete             | –                           |
    | cancelled            | –                           |
    """
    if status in FINISHED:
        return ()
    step = following(status_flow, status)
    return (Status.CANCELLED,) if step is None else (step, Status.CANCELLED)
