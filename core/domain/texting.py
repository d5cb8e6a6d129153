"""Texting: whether any text may go out now, and which numbers can't get one. Opt-outs stand beside it."""

from core.domain.record import Instant, PhoneNumber, Record


class BadNumber(Record):
    """A number that the provider says can't get texts: a landline, one that is not in service."""

    phone: PhoneNumber
    at: Instant
    code: str
    """The provider's."""


class Texting(Record):
    """What holds for all texts of the business."""

    off_at: Instant | None = None
    """When somebody switched all texts off; None: they are on."""
    off_by: str | None = None
    listening_since: Instant | None = None
    """When texts were first taken in: what came before that is nobody's business."""
    bad_numbers: tuple[BadNumber, ...] = ()
    """In the order in which they were found out."""

    def bad_number(self, phone: str) -> BadNumber | None:
        """Return what is known against `phone`, or None."""
        return next((bad for bad in self.bad_numbers if bad.phone == phone), None)

    def without_bad(self, phone: str) -> tuple[BadNumber, ...]:
        """Return the bad numbers but this one."""
        return tuple(bad for bad in self.bad_numbers if bad.phone != phone)
