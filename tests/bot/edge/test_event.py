"""The event says what CloudFront would."""

from urllib.parse import unquote_to_bytes

from hypothesis import given
from hypothesis import strategies as st

from bot.edge.event import Event, viewer_request


def event(path: bytes = b"/", query: bytes = b"", headers: list[tuple[bytes, bytes]] | None = None) -> Event:
    return viewer_request(
        method="GET", raw_path=path, raw_query=query, headers=headers or [], ip="198.51.100.1"
    )


def test_values_of_the_query_stay_percent_encoded() -> None:
    assert event(query=b"a=%2F%20&b=&&c&d=x=y&")["request"]["querystring"] == {
        "a": {"value": "%2F%20"},
        "b": {"value": ""},
        "c": {"value": ""},
        "d": {"value": "x=y"},
    }


def test_a_repeated_key_keeps_the_first_value_and_lists_all() -> None:
    assert event(query=b"a=1&a=2&a=3")["request"]["querystring"] == {
        "a": {"value": "1", "multiValue": [{"value": "1"}, {"value": "2"}, {"value": "3"}]}
    }


def test_names_of_headers_are_lower_case_and_cookies_stand_apart() -> None:
    request = event(headers=[(b"X-Thing", b"1"), (b"Cookie", b"a=1; b=x=y;; a=2"), (b"cookie", b"c=3")])[
        "request"
    ]
    assert request["headers"] == {"x-thing": {"value": "1"}}
    assert request["cookies"] == {
        "a": {"value": "1", "multiValue": [{"value": "1"}, {"value": "2"}]},
        "b": {"value": "x=y"},
        "c": {"value": "3"},
    }


def test_the_path_stays_as_it_came() -> None:
    assert event(path=b"/a%2Fb//../%zz")["request"]["uri"] == "/a%2Fb//../%zz"


@given(raw=st.binary(max_size=50).map(lambda tail: b"/" + tail))
def test_any_path_becomes_plain_ascii_that_means_the_same(raw: bytes) -> None:
    uri = event(path=raw)["request"]["uri"]
    assert uri.isascii()
    assert uri.isprintable()
    assert " " not in uri
    assert unquote_to_bytes(uri) == unquote_to_bytes(raw)
