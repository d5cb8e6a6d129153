"""The guard: only a page that we served to this very machine may use the simulator.

Any web page that is open in a browser here can send requests to loopback. What tells them apart: the Host
that the browser asked for (a name that somebody pointed at 127.0.0.1 is not ours), the Origin of the page,
and a content type that no page may send elsewhere without asking first.
"""

import ipaddress
import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HOST = re.compile(r"(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?", re.IGNORECASE)

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)

HEADERS = (
    ("content-security-policy", CONTENT_SECURITY_POLICY),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "geolocation=(), camera=(), microphone=(), payment=()"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("x-robots-tag", "noindex, nofollow, noarchive"),
)
"""Go with every answer of the simulator, its refusals too. No HSTS: it is served without TLS."""


class Guard:
    """Lets requests from this machine's own pages through to `app`, and answers 403 to all others."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS:
                    headers[name] = value
                headers.setdefault("cache-control", "no-store")
            await send(message)

        fault = fault_of(Request(scope))
        app = self._app if fault is None else PlainTextResponse(f"{fault}\n", status_code=403)
        await app(scope, receive, send_with_headers)


def fault_of(request: Request) -> str | None:
    """Return why a request may not come in, or None where it may."""
    if not _is_loopback(request.client.host if request.client else ""):
        return "The simulator answers only this machine."
    hosts = request.headers.getlist("host")
    if len(hosts) != 1 or not _HOST.fullmatch(hosts[0]):
        return "The simulator answers only as localhost, 127.0.0.1 or [::1]: open it under one of these."
    if not _is_same_origin(request.headers, hosts[0]):
        return "The simulator answers only its own page."
    return None


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _is_same_origin(headers: Headers, host: str) -> bool:
    """Tell whether the page behind a request is ours; a link typed or clicked carries no Origin."""
    origins = headers.getlist("origin")
    return all(origin.lower() == f"http://{host.lower()}" for origin in origins)
