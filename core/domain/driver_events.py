"""Driver events: whose job it is, whether he takes it, and what he brings back from it."""

from typing import Literal

from core.domain.event import JobEvent
from core.domain.record import Money, Tons


class DriverAssigned(JobEvent):
    """A driver has the job now."""

    kind: Literal["assigned"] = "assigned"
    driver: str
    previous: str | None = None


class DriverUnassigned(JobEvent):
    """Nobody drives the job any more."""

    kind: Literal["unassigned"] = "unassigned"
    driver: str


class JobAccepted(JobEvent):
    """The driver who was asked said yes."""

    kind: Literal["accepted"] = "accepted"


class JobDeclined(JobEvent):
    """The driver who was asked said no: nobody drives the job any more."""

    kind: Literal["declined"] = "declined"
    driver: str
    reason: str | None = None


class ProofAdded(JobEvent):
    """A photo was put with the job, for the staff alone."""

    kind: Literal["proof"] = "proof"
    name: str
    """What it is stored under: a digest of its content."""
    size_bytes: int


class ProofsShared(JobEvent):
    """Photos were put on the customer's page."""

    kind: Literal["shared"] = "shared"
    names: tuple[str, ...]


class TicketRecorded(JobEvent):
    """What the scale ticket says of the load: its weight, and what dumping it cost."""

    kind: Literal["ticket"] = "ticket"
    tons: Tons | None = None
    fee: Money | None = None
