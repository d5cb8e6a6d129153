"""Viewer: from which address a request came, for limits."""

import hmac
import ipaddress

from starlette.requests import Request

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

SECRET_HEADER = "x-origin-secret"  # noqa: S105 - the header's name
ADDRESS_HEADER = "cloudfront-viewer-address"
_IPV6_SITE_BITS = 64
"""One customer's connection has at least so many addresses: they count as one."""


_OWN_NETS = tuple(
    ipaddress.ip_network(net)
    for net in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
)
"""Where a proxy in front of this service is, never a customer."""


def viewer_address(request: Request, origin_secret: str | None) -> str | None:
    """Return the viewer's address: CloudFront's word for it where the request proves that it came through it.

    Anybody may send the header, so that without the secret only the peer counts. None where that is a proxy
    of our own: all customers come from there.
    """
    told = request.headers.get(ADDRESS_HEADER)
    if told and _is_from_the_edge(request, origin_secret):
        # `198.51.100.7:46532`, and for IPv6 the port after a last colon too.
        found = _parsed(told.rpartition(":")[0].strip("[]"))
        if found is not None:
            return _site(found)
    peer = _parsed(request.client.host if request.client else "")
    if peer is None or any(peer in net for net in _OWN_NETS if net.version == peer.version):
        return None
    return _site(peer)


def _is_from_the_edge(request: Request, origin_secret: str | None) -> bool:
    given = request.headers.get(SECRET_HEADER, "")
    return bool(origin_secret) and hmac.compare_digest(given.encode(), (origin_secret or "").encode())


def _parsed(address: str) -> _Address | None:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return None
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return mapped or parsed


def _site(address: _Address) -> str:
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(ipaddress.ip_network((address, _IPV6_SITE_BITS), strict=False))
