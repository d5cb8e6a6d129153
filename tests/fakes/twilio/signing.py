"""How Twilio signs a webhook request (https://www.twilio.com/docs/usage/security#validating-requests)."""

import base64
import hashlib
import hmac
from collections.abc import Iterable


def sign(auth_token: str, address: str, form: Iterable[tuple[str, str]]) -> str:
    """Return the X-Twilio-Signature of the address and, by name, each field's name and value."""
    text = address + "".join(name + value for name, value in sorted(set(form)))
    digest = hmac.new(auth_token.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
