"""Limits: how often one address may book. Kept in memory: a restart forgives."""

from collections import OrderedDict, deque
from datetime import datetime, timedelta

BOOKINGS_MAX = 10
WINDOW = timedelta(hours=1)
ADDRESSES_MAX = 10_000
"""How many addresses are remembered; the one that was heard of longest ago goes first."""


class Limits:
    """Counts bookings by address in a sliding window."""

    def __init__(self) -> None:
        self._moments: OrderedDict[str, deque[datetime]] = OrderedDict()

    def allow(self, address: str, now: datetime) -> bool:
        """Tell whether one more from `address` is allowed, and count it if so."""
        moments = self._moments.setdefault(address, deque(maxlen=BOOKINGS_MAX))
        self._moments.move_to_end(address)
        while len(self._moments) > ADDRESSES_MAX:
            self._moments.popitem(last=False)
        while moments and moments[0] <= now - WINDOW:
            moments.popleft()
        if len(moments) >= BOOKINGS_MAX:
            return False
        moments.append(now)
        return True
