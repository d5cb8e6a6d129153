"""Proofs: photos that show a job's work. They lie beside the state, for the staff, until they are shared."""

from core.domain.record import Instant, Record

PROOFS_MAX = 12
"""How many photos a job may have."""


class Proof(Record):
    """One photo of a job."""

    name: str
    """A digest of its content, in 16 hex digits."""
    at: Instant
    by: str
    shared: int | None = None
    """Which photo of the customer's page it is, from 1; None where only the staff see it."""


def proof_key(number: int, name: str) -> str:
    """Return the key of a photo of job `number` beside the state: no address leads there."""
    return f"proofs/{number}/{name}.jpg"


def public_proof_key(tracking_token: str, place: int) -> str:
    """Return the key of a shared photo in the site store."""
    return f"t/{tracking_token}/{place}.jpg"
