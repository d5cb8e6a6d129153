"""Strategies for what people say; whole records and states come from the codec's own strategies."""

import datetime as dt

from hypothesis import strategies as st

from core.domain.events import When
from core.domain.flow import Status
from tests.core.codec.strategies import clock_times

words = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)
"""Anything that can be typed: control characters, emoji, right-to-left letters and quotes too."""

statuses = st.sampled_from(Status)

whens = st.builds(
    When,
    date=st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)),
    start=st.none() | clock_times,
    end=st.none() | clock_times,
)
