"""The ASGI application: the routes, and what every request is held to."""

import re
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_BYTES_MAX = 1_048_576
"""Far above what Telegram (some 20 kB) or Twilio send; whoever sends more is answered 413 unread."""

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]


def make_app(routes: Sequence[BaseRoute], edge: ASGIApp, lifespan: Lifespan | None = None) -> ASGIApp:
    """Return the application: health, the channels' `routes`, and the local edge for all else."""
    app = Starlette(routes=[Route("/healthz", healthz, methods=["GET"]), *routes], lifespan=lifespan)
    # Not a Mount: that would take a route's path with another method for one of the edge's pages.
    app.router.default = edge
    app.router.redirect_slashes = False
    return BodyLimit(app)


async def healthz(request: Request) -> Response:
    """Tell that the process serves, whatever its providers do."""
    del request
    return JSONResponse({"ok": True}, headers={"cache-control": "no-store"})


class BodyLimit:
    """Refuses bodies that are too large, before and while they are read."""

    def __init__(self, app: ASGIApp, bytes_max: int = BODY_BYTES_MAX) -> None:
        self._app = app
        self._bytes_max = bytes_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on requests whose bodies are small enough."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if not re.fullmatch(rb"[0-9]{1,12}", declared) or int(declared) > self._bytes_max:
            await PlainTextResponse(_TOO_LARGE, status_code=413)(scope, receive, send)
            return
        await self._app(scope, _Counted(receive, self._bytes_max).receive, send)


_TOO_LARGE = "The body is too large.\n"


class _Counted:
    def __init__(self, receive: Receive, bytes_max: int) -> None:
        self._receive = receive
        self._left = bytes_max

    async def receive(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            # Starlette makes the answer of it where the body is read; any other error would be a 500 there.
            raise HTTPException(status_code=413, detail=_TOO_LARGE)
        return message
