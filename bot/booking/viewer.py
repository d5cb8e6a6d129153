"""Viewer: from which address a request came, for limits."""

import hmac
import ipaddress

from starlette.requests import Request

SECRET_HEADER = "x-origin-secret"  # noqa: S105 - the header's name
ADDRESS_HEADER = "cloudfront-viewer-address"
_IPV6_SITE_BITS = 64
"""One customer's connection has at least so many addresses: they count as one."""


def viewer_address(request: Request, origin_secret: str | None) -> str:
    """Return the viewer's address: CloudFront's word for it where the request proves that it came through it.

    Anybody may send the header, so that without the secret only the peer counts.
    """
    peer = request.client.host if request.client else ""
    told = request.headers.get(ADDRESS_HEADER)
    if told and _is_from_the_edge(request, origin_secret):
        # `198.51.100.7:46532`, and for IPv6 the port after a last colon too.
        return _site(told.rpartition(":")[0].strip("[]")) or _site(peer) or peer
    return _site(peer) or peer


def _is_from_the_edge(request: Request, origin_secret: str | None) -> bool:
    given = request.headers.get(SECRET_HEADER, "")
    return bool(origin_secret) and hmac.compare_digest(given.encode(), (origin_secret or "").encode())


def _site(address: str) -> str | None:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return None
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, _IPV6_SITE_BITS), strict=False))
