"""The ASGI application: the routes, and what every request is held to."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_BYTES_MAX = 1_048_576
"""Far above what Telegram (some 20 kB) or Twilio send; whoever sends more is answered 413 unread."""

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]


def make_app(routes: Sequence[BaseRoute], edge: ASGIApp, lifespan: Lifespan | None = None) -> ASGIApp:
    """Return the application: health, the channels' `routes`, and the local edge for all else."""
    app = Starlette(
        routes=[Route("/healthz", healthz, methods=["GET"]), *routes, Mount("/", app=edge)],
        lifespan=lifespan,
    )
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
        if not declared.isdigit() or int(declared) > self._bytes_max:
            await _too_large(scope, receive, send)
            return
        body = _Counted(receive, self._bytes_max)
        try:
            await self._app(scope, body.receive, send)
        except _TooLargeError:
            await _too_large(scope, receive, send)


class _TooLargeError(Exception):
    """A body that did not say its length went over the limit."""


class _Counted:
    def __init__(self, receive: Receive, bytes_max: int) -> None:
        self._receive = receive
        self._left = bytes_max

    async def receive(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise _TooLargeError
        return message


async def _too_large(scope: Scope, receive: Receive, send: Send) -> None:
    response = PlainTextResponse("The body is too large.\n", status_code=413)
    await response(scope, receive, send)
