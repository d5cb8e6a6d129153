"""Driver commands: what a driver says to a job that he was given, and what he brings back from it."""

from core.domain.record import Money, Tons, Value


class AcceptJob(Value):
    """`accept`: take the job that one was given."""

    ref: str | None = None


class DeclineJob(Value):
    """`decline`: give back the job that one was given."""

    ref: str | None = None
    reason: str | None = None


class AddProof(Value):
    """A photo that was sent as proof, and is stored by now."""

    ref: str | None = None
    name: str
    """What it is stored under: a digest of its content, in 16 hex digits."""
    size_bytes: int


class ShareProofs(Value):
    """`share`: put a job's photos on the customer's page."""

    ref: str


class RecordTicket(Value):
    """`ticket`: what the scale ticket says of the load."""

    ref: str | None = None
    tons: Tons | None = None
    fee: Money | None = None
