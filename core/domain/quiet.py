"""Quiet: until when a number is left alone, by the business's clock and by its own."""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers import timezone

from core.domain.business import Business


def quiet_until(phone: str, moment: datetime, business: Business) -> datetime | None:
    """Return when it is quiet nowhere any more where the owner of `phone` may be, or None where it is not.

    He is where the truck goes, in the business's zone, or where his number comes from: neither is woken.
    """
    zones = {business.zone, zone_of(phone) or business.zone}
    until = moment
    # The quiet hours of one zone may begin before those of the other end; after one day all have been met.
    for _ in range(len(zones) + 1):
        ends = [end for zone in zones if (end := business.quiet_until(until, zone)) is not None]
        if not ends:
            break
        until = max(ends)
    return until if until > moment else None


@lru_cache(maxsize=1024)
def zone_of(phone: str) -> ZoneInfo | None:
    """Return the zone that `phone` comes from; None where there are several, or none is known."""
    try:
        names = timezone.time_zones_for_number(phonenumbers.parse(phone))
    except phonenumbers.NumberParseException:
        return None
    if len(names) != 1 or names[0] == timezone.UNKNOWN_TIMEZONE:
        return None
    return ZoneInfo(names[0])
