"""Queries: what somebody wants to see. They change nothing."""

from typing import Literal

from core.domain.period import Period
from core.domain.record import PhoneNumber, Value


class ListJobs(Value):
    """`jobs [today|open|mine|done]`."""

    which: Literal["open", "today", "mine", "done"] = "open"


class ShowJob(Value):
    """`show <job>`."""

    ref: str | None = None


class FindJobs(Value):
    """`find <words>`."""

    words: str


class ShowHistory(Value):
    """`history <job>`."""

    ref: str


class ShowLink(Value):
    """`link <job>`."""

    ref: str


class AskForget(Value):
    """`forget <phone>`: what would be taken out, before it is done."""

    phone: PhoneNumber


class ListPeople(Value):
    """`people`."""


class ShowTexts(Value):
    """`texts`: whether texts go out, and what is held."""


class ShowWords(Value):
    """`?`: the words that this person may use."""


class ShowStatus(Value):
    """A customer's `STATUS` or `ESTADO`."""

    language: Literal["en", "es"] | None = None


class ShowReport(Value):
    """`report [today|week|month]`: what was done in some days."""

    period: Period


class Export(Value):
    """`export [2026-03]`: all jobs of a month, or all there are, as a file."""

    month: str | None = None


class ReleaseSite(Value):
    """`deploy [plan|status|rollback …]`: what is asked about the public site."""

    action: Literal["ask", "plan", "confirm", "cancel", "status", "rollback", "finish"] = "ask"
    argument: str | None = None
    """The plan that is confirmed, or the release that is meant."""


class ShowDashboard(Value):
    """`dashboard`: a link that signs its giver in."""
