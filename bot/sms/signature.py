"""The signature by which a webhook call is known to come from Twilio.

https://www.twilio.com/docs/usage/security#validating-requests
"""

import hmac
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlsplit

from twilio.request_validator import RequestValidator, add_port, remove_port

HEADER = "X-Twilio-Signature"
FIELDS_MAX = 200
"""Twilio sends about 30; more is not from Twilio."""


def form_of(body: bytes) -> list[tuple[str, str]]:
    """Return the fields of a form as it came, blank ones too: they are signed like all others.

    Raises ValueError where there are more than `FIELDS_MAX`.
    """
    text = body.decode("utf-8", "replace")
    return parse_qsl(text, keep_blank_values=True, max_num_fields=FIELDS_MAX)


class SignatureCheck:
    """Knows the account's secret and the address that Twilio was given."""

    def __init__(self, *, auth_token: str, webhook_url: str) -> None:
        self._validator = RequestValidator(auth_token)
        self._webhook_url = webhook_url.rstrip("/")

    def accepts(
        self,
        *,
        path: str,
        query: str,
        form: Iterable[tuple[str, str]],
        signature: str | None,
    ) -> bool:
        """Tell whether Twilio signed this call.

        `path` and `query` are raw, as they stood in the request line. The origin comes from the settings and
        never from the request: behind a proxy the request's own headers name another one, or what a caller
        wants them to name.
        """
        if signature is None:
            return False
        address = f"{self._webhook_url}{path}{'?' if query else ''}{query}"
        parts = urlsplit(address)
        fields = _Fields(form)
        given = signature.encode()
        # Twilio is not consistent about the port in what it signs, so its own validator takes both.
        return any(
            hmac.compare_digest(self._validator.compute_signature(variant, fields).encode(), given)
            for variant in {remove_port(parts), add_port(parts)}
        )


class _Fields(dict[str, list[str]]):
    """A form in the shape that the validator reads: several values may share a name."""

    def __init__(self, form: Iterable[tuple[str, str]]) -> None:
        super().__init__()
        for name, value in form:
            self.setdefault(name, []).append(value)

    def getlist(self, name: str) -> list[str]:
        """Return all values of a name."""
        return self[name]
