"""The viewer-request event: what CloudFront tells its function about a request.

Shape: CloudFront Developer Guide, "functions-event-structure". Names of headers are lower case, cookies stand
apart, values in the query stay percent-encoded; of a name that came twice `value` is the first one and
`multiValue` holds all.
"""

from collections.abc import Iterable
from typing import TypedDict
from urllib.parse import quote


class Single(TypedDict):
    """One value."""

    value: str


class Values(Single, total=False):
    """The first value of a name, and all of them where there are several."""

    multiValue: list[Single]


class ViewerRequest(TypedDict):
    """The request as the viewer sent it."""

    method: str
    uri: str
    querystring: dict[str, Values]
    headers: dict[str, Values]
    cookies: dict[str, Values]


class Event(TypedDict):
    """A viewer-request event."""

    version: str
    context: dict[str, str]
    viewer: dict[str, str]
    request: ViewerRequest


def viewer_request(
    *, method: str, raw_path: bytes, raw_query: bytes, headers: Iterable[tuple[bytes, bytes]], ip: str
) -> Event:
    """Return the event of one request.

    Args:
        method: in capitals.
        raw_path: the path as it came over the wire, still percent-encoded, without the query.
        raw_query: what stood after `?`, or nothing.
        headers: names and values as ASGI has them.
        ip: the viewer's address.
    """
    plain: list[tuple[str, str]] = []
    cookies: list[tuple[str, str]] = []
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        if name == "cookie":
            cookies.extend(_pair(part.strip()) for part in value.split(";") if part.strip())
        else:
            plain.append((name, value))
    query = [_pair(part) for part in _ascii(raw_query).split("&") if part]
    return {
        "version": "1.0",
        "context": {
            "distributionDomainName": "local",
            "distributionId": "LOCAL",
            "eventType": "viewer-request",
            "requestId": "local",
        },
        "viewer": {"ip": ip},
        "request": {
            "method": method,
            "uri": _ascii(raw_path),
            "querystring": _gathered(query),
            "headers": _gathered(plain),
            "cookies": _gathered(cookies),
        },
    }


def _ascii(raw: bytes) -> str:
    """Percent-encode what a careless client sent bare; what is encoded already stays."""
    return quote(raw, safe="/%:@!$&'()*+,;=?~-._")


def _pair(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return name, value


def _gathered(pairs: Iterable[tuple[str, str]]) -> dict[str, Values]:
    gathered: dict[str, Values] = {}
    for name, value in pairs:
        known = gathered.get(name)
        if known is None:
            gathered[name] = {"value": value}
        else:
            known.setdefault("multiValue", [{"value": known["value"]}]).append({"value": value})
    return gathered
