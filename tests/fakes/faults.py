"""Faults that a test scripts: what a fake service does instead of its work."""

import asyncio
import json
import threading
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.fakes.serving import drop_connection, handle_silently

HELD_AT_MOST_S = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """The service answers with this and does nothing."""

    status: int
    body: bytes
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Close:
    """The connection is closed without an answer, before or after the request was handled."""

    handled: bool


@dataclass(eq=False, slots=True)
class Hang:
    """The service is silent until `release`; it handles the request before or after the silence."""

    handled: bool = False
    arrived: threading.Event = field(default_factory=threading.Event)
    """Set when a request hangs."""
    _released: threading.Event = field(default_factory=threading.Event)

    def release(self) -> None:
        """Let the hanging requests go on, and those to come pass."""
        self._released.set()

    async def hold(self) -> None:
        """Wait for `release`."""
        self.arrived.set()
        await asyncio.to_thread(self._released.wait, HELD_AT_MOST_S)


Fault = Answer | Close | Hang

CLOSE_BEFORE = Close(handled=False)
CLOSE_AFTER = Close(handled=True)


def bad_gateway() -> Answer:
    """Return what a proxy says in front of a service that is down."""
    return Answer(502, b"<html><head><title>502 Bad Gateway</title></head></html>", "text/html")


def answer(status: int, body: object, *headers: tuple[str, str]) -> Answer:
    """Return an answer with a JSON body."""
    return Answer(status, json.dumps(body).encode(), headers=headers)


class FaultScript:
    """The faults to come, by operation (case does not count); `*` stands for every operation."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._to_come: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self._hangs: list[Hang] = []
        self.met: list[tuple[str, Fault]] = []
        """The faults that were met, in order."""

    def add(self, operation: str, fault: Fault, times: int = 1) -> None:
        """Let the next `times` calls of `operation` meet `fault`."""
        with self._lock:
            self._to_come[operation.lower()].extend([fault] * times)
            if isinstance(fault, Hang):
                self._hangs.append(fault)

    def take(self, operation: str) -> Fault | None:
        """Return the fault that this call meets."""
        with self._lock:
            waiting = self._to_come[operation.lower()] or self._to_come["*"]
            if not waiting:
                return None
            fault = waiting.popleft()
            self.met.append((operation, fault))
            return fault

    def release_all(self) -> None:
        """Let everything that hangs go on."""
        for hang in self._hangs:
            hang.release()


class Faulty:
    """Puts the scripted faults before an app."""

    def __init__(self, app: ASGIApp, script: FaultScript, operation_of: Callable[[Scope], str]) -> None:
        self._app = app
        self._script = script
        self._operation_of = operation_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # The body is read first: a request that hangs is handled even when its sender has gone by then.
        receive = _replay(await Request(scope, receive).body(), receive)
        match self._script.take(self._operation_of(scope)):
            case None:
                await self._app(scope, receive, send)
            case Answer() as given:
                response = Response(given.body, given.status, dict(given.headers), given.content_type)
                await response(scope, receive, send)
            case Close(handled=handled):
                if handled:
                    await handle_silently(self._app, scope, receive)
                await drop_connection(receive, send)
            case Hang() as hang:
                await self._hang(hang, scope, receive, send)

    async def _hang(self, hang: Hang, scope: Scope, receive: Receive, send: Send) -> None:
        if not hang.handled:
            await hang.hold()
            await self._app(scope, receive, send)
            return
        await handle_silently(self._app, scope, receive)
        await hang.hold()
        await drop_connection(receive, send)


def _replay(body: bytes, receive: Receive) -> Receive:
    given = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def again() -> Message:
        for message in given:
            return message
        return await receive()

    return again
