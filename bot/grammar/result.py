"""What a line was read as, beside commands and queries."""

from enum import StrEnum

from core.domain.record import Value


class Misread(StrEnum):
    """What is wrong with a line whose verb is known."""

    NEEDS_JOB = "needs_job"
    NEEDS_TEXT = "needs_text"
    NEEDS_FIELD = "needs_field"
    NEEDS_DRIVER = "needs_driver"
    NEEDS_ROLE = "needs_role"
    NEEDS_NAME = "needs_name"
    NEEDS_TIME = "needs_time"
    BAD_VALUE = "bad_value"
    NEEDS_PHONE = "needs_phone"
    BAD_SWITCH = "bad_switch"
    NEEDS_REASON = "needs_reason"
    NEEDS_TICKET = "needs_ticket"
    BAD_FILTER = "bad_filter"
    BAD_PERIOD = "bad_period"
    BAD_DEPLOY = "bad_deploy"
    TOO_LONG = "too_long"


class Unclear(Value):
    """The verb is known, the rest does not fit it."""

    verb: str
    fault: Misread
    value: str = ""
    """The piece that does not fit."""
    ref: str | None = None
    """The job, where one was named."""


class UnknownWord(Value):
    """The line begins with no verb."""

    word: str
    nearest: str | None = None
    """A verb that is spelt almost so; it is offered, never done."""
    rest: str = ""


class Nothing(Value):
    """There is nothing in the line."""
