"""The HTTP client that Twilio's SDK is given: real time limits, one try, and the answer's headers kept.

The SDK's own clients have no time limit, or ignore theirs, or post a text again after a 500.
"""

import threading
from collections.abc import Mapping

import httpx
from twilio.http.response import Response

CONNECT_WITHIN_S = 3.0
WRITE_WITHIN_S = 1.0
ANSWER_WITHIN_S = 6.0
"""Together 10 s: a relay's claim on a message has to be longer."""


class Transport:
    """Sends each request of the SDK once. Errors of httpx pass through it as they are."""

    is_async = False

    def __init__(self) -> None:
        limits = httpx.Timeout(ANSWER_WITHIN_S, connect=CONNECT_WITHIN_S, write=WRITE_WITHIN_S, pool=0.5)
        self._http = httpx.Client(timeout=limits, follow_redirects=False)
        self._last = threading.local()

    @property
    def retry_after_s(self) -> float | None:
        """How long the newest answer in this thread asked to wait, in seconds."""
        response: httpx.Response | None = getattr(self._last, "response", None)
        text = "" if response is None else response.headers.get("Retry-After", "")
        # The header may also be a date (RFC 9110, 10.2.3); Twilio sends seconds.
        return float(text) if text.isdecimal() else None

    @property
    def date(self) -> str | None:
        """The `Date` of the newest answer in this thread."""
        response: httpx.Response | None = getattr(self._last, "response", None)
        return None if response is None else response.headers.get("Date")

    def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        **_theirs: object,
    ) -> Response:
        """Send one request."""
        # `_theirs` are the SDK's time limit and its word on redirects: ours hold.
        response = self._http.request(
            method,
            url,
            params=None if params is None else httpx.QueryParams({n: str(v) for n, v in params.items()}),
            data=None if data is None else dict(data),
            headers=None if headers is None else dict(headers),
            auth=auth,
        )
        self._last.response = response
        return Response(response.status_code, response.text, response.headers)

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()
