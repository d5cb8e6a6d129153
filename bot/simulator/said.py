"""Said: what somebody typed on one of the three phones, read from a request that may be hostile."""

from typing import Annotated

from pydantic import Field, StringConstraints, ValidationError
from starlette.requests import Request

from core.domain.record import Value

BODY_BYTES_MAX = 8 * 1024
"""Several times the longest line that the desk takes."""


class Unreadable(Exception):
    """A request that is no line; `status` is the HTTP status for it and the message says what is wrong."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class Said(Value):
    """One line from one phone."""

    speaker: Annotated[
        str,
        Field(alias="as"),
        StringConstraints(pattern=r"^(?:dispatcher|driver|customer|\+[1-9]\d{6,14})$"),
    ]
    """A role, the number of a customer, or `customer`: the one whose job is the newest."""
    text: str
    key: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z-]{8,64}$")]
    """The same for every repetition of one line, so that a double press is one command."""


async def read_said(request: Request) -> Said:
    """Return the line in `request`. Raises Unreadable."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Unreadable(415, "Send it as application/json.")
    body = await _body(request)
    try:
        return Said.model_validate_json(body)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False, include_context=False)
        fault = faults[0]
        place = ".".join(str(part) for part in fault["loc"]) or "body"
        raise Unreadable(400, f"{place}: {fault['msg']}") from error


async def _body(request: Request) -> bytes:
    """Return the body, read no further than it may be long."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_BYTES_MAX:
            raise Unreadable(413, f"That is too long: at most {BODY_BYTES_MAX} bytes.")
    return body
