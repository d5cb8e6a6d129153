"""Event: what every event carries."""

from core.domain.record import Instant, Record


class Event(Record):
    """Something that has happened."""

    at: Instant
    by: str
    """A person's id, a bare role (`driver`), or `customer`."""
    cause: str
    """The id of the message that led to it: `tg:…`, `sms:…`, `cli:…`, `web:…`."""


class JobEvent(Event):
    """Something that happened to one job."""

    number: int
