"""Limits by address: ten an hour, and never more memory than is set aside."""

from datetime import UTC, datetime, timedelta

import pytest
from starlette.requests import Request

from bot.booking.limits import ADDRESSES_MAX, BOOKINGS_MAX, Limits
from bot.booking.viewer import viewer_address

NOON = datetime(2026, 11, 24, 19, tzinfo=UTC)
VIEWER, PROOF = "cloudfront-viewer-address", "x-origin-secret"
SECRET = "a-secret-of-the-origin"


def test_an_address_books_ten_times_an_hour() -> None:
    limits = Limits()
    assert [limits.allow("a", NOON) for _ in range(BOOKINGS_MAX + 1)] == [True] * BOOKINGS_MAX + [False]
    assert limits.allow("b", NOON)
    assert not limits.allow("a", NOON + timedelta(minutes=59))
    assert limits.allow("a", NOON + timedelta(minutes=60))


def test_the_address_that_was_heard_of_longest_ago_is_forgotten_first() -> None:
    limits = Limits()
    for number in range(ADDRESSES_MAX + 5):
        limits.allow(str(number), NOON)
    assert len(limits._moments) == ADDRESSES_MAX
    assert "0" not in limits._moments


@pytest.mark.parametrize(
    ("headers", "secret", "address"),
    [
        ({}, SECRET, "203.0.113.9"),
        ({VIEWER: "198.51.100.7:46532"}, SECRET, "203.0.113.9"),
        (
            {VIEWER: "198.51.100.7:46532", PROOF: "wrong"},
            SECRET,
            "203.0.113.9",
        ),
        ({VIEWER: "198.51.100.7:46532", PROOF: SECRET}, None, "203.0.113.9"),
        (
            {VIEWER: "198.51.100.7:46532", PROOF: SECRET},
            SECRET,
            "198.51.100.7",
        ),
        ({VIEWER: "garbage", PROOF: SECRET}, SECRET, "203.0.113.9"),
        ({"x-forwarded-for": "198.51.100.7", PROOF: SECRET}, SECRET, "203.0.113.9"),
        (
            {
                VIEWER: "2001:db8:85a3:8d3:1319:8a2e:370:7348:443",
                PROOF: SECRET,
            },
            SECRET,
            "2001:db8:85a3:8d3::/64",
        ),
    ],
)
def test_the_edges_word_counts_only_with_its_secret(
    headers: dict[str, str], secret: str | None, address: str
) -> None:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    request = Request({"type": "http", "headers": raw, "client": ("203.0.113.9", 5000)})
    assert viewer_address(request, secret) == address


@pytest.mark.parametrize(
    "peer", ["127.0.0.1", "10.1.2.3", "::1", "192.168.0.4", "::ffff:127.0.0.1", "testclient"]
)
def test_a_proxy_of_our_own_is_nobodys_address(peer: str) -> None:
    request = Request(
        {"type": "http", "headers": [(b"x-forwarded-for", b"198.51.100.7")], "client": (peer, 1)}
    )
    assert viewer_address(request, SECRET) is None
