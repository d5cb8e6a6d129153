"""Form: what a booking page sent, read from a request that may be hostile."""

import json
from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.requests import Request

BODY_BYTES_MAX = 8 * 1024
FIELDS_MAX = 40
"""Twice what the longest page has."""

FORM, JSON = "application/x-www-form-urlencoded", "application/json"


class Unreadable(Exception):
    """A request that is no form; `status` is the HTTP status for it and the message says what is wrong."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


async def read_form(request: Request) -> Mapping[str, str]:
    """Return the fields that were sent, each once, as they were typed. Raises Unreadable."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {FORM, JSON}:
        raise Unreadable(415, f"Send it as {FORM} or {JSON}.")
    body = await _body(request)
    try:
        text = body.decode("utf-8")
        fields = _from_json(text) if kind == JSON else _from_form(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(400, f"That is no {kind} in UTF-8.") from error
    if len(fields) > FIELDS_MAX:
        raise Unreadable(400, f"That are too many fields: at most {FIELDS_MAX}.")
    return fields


def _from_form(text: str) -> dict[str, str]:
    pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=FIELDS_MAX + 1)
    return dict(reversed(pairs))


def _from_json(text: str) -> dict[str, str]:
    document = json.loads(text)
    if not isinstance(document, dict) or not all(isinstance(value, str) for value in document.values()):
        raise Unreadable(400, "Send one object whose values are text.")
    return document


async def _body(request: Request) -> bytes:
    """Return the body, read no further than it may be long."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_BYTES_MAX:
            raise Unreadable(413, f"That is too long: at most {BODY_BYTES_MAX} bytes.")
    return body
