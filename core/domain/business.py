"""Business: what the rules need to know of the firm."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import ConfigDict

from core.domain.record import Value


class Business(Value):
    """The firm whose jobs these are: names, zone and the limits that its settings give."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", arbitrary_types_allowed=True)

    name: str = "Quickdump"
    phone: str | None = None
    zone: ZoneInfo = ZoneInfo("UTC")
    region: str = "US"
    public_url: str = ""
    """The origin of the tracking links, without a slash at the end."""
    texts: bool = True
    """Whether there is a way to text: it takes weeks to get a number, and all else works without one."""
    hold_s: int = 10
    """How long a status text waits, so that an `undo` within that time stops it."""
    quiet_hours: tuple[int, int] = (21, 8)
    """From and until which hour of the business's day texts are held."""
    texts_a_day: int = 15
    """How many texts one number gets within 24 hours at most, answers to its own aside."""
    accept_min: int = 10
    """How many minutes a driver has to answer before he is texted and the dispatcher hears of it."""
    eta_text_min: int = 20
    """By how many minutes an arrival must change before the customer is texted again."""

    def local(self, moment: datetime) -> datetime:
        """Return `moment` in the business's zone."""
        return moment.astimezone(self.zone)

    def link(self, tracking_token: str) -> str:
        """Return the address of a tracking page."""
        return f"{self.public_url}/track/{tracking_token}"

    def quiet_until(self, moment: datetime, zone: ZoneInfo | None = None) -> datetime | None:
        """Return when the quiet hours around `moment` end (in UTC), or None where it is not quiet.

        They are those of the business's zone, or of `zone`.
        """
        start, end = self.quiet_hours
        local = moment.astimezone(zone or self.zone)
        quiet = (local.hour >= start or local.hour < end) if start > end else start <= local.hour < end
        if not quiet:
            return None
        until = local.replace(hour=end, minute=0, second=0, microsecond=0)
        # The day is added before the way back to UTC, so that the clocks may change in between.
        return (until if until > local else until + timedelta(days=1)).astimezone(UTC)
