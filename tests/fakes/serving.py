"""A fake service on a port of its own: an ASGI app, run by uvicorn in a thread, on loopback only."""

import asyncio
import concurrent.futures
import socket
import threading
from collections.abc import Coroutine
from typing import Any, Literal, TypeVar

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from typing_extensions import override

START_WITHIN_S = 10.0
STOP_WITHIN_S = 10.0

_LAST_TURNS = 20

Result = TypeVar("Result")


class LocalServer:
    """Serves `app` at `url` from `start` to `stop`; `spawn` runs more work in the same event loop."""

    def __init__(self, app: ASGIApp, lifespan: Literal["on", "off"] = "off") -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._server = _Server(
            uvicorn.Config(
                app,
                loop="asyncio",
                http="h11",
                ws="none",
                interface="asgi3",
                proxy_headers=False,
                lifespan=lifespan,
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=1,
            ),
        )
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)
        self._spawned: set[concurrent.futures.Future[Any]] = set()

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The event loop of the server's thread."""
        return self._server.event_loop

    def start(self) -> None:
        """Start the thread and return when requests are taken."""
        self._thread.start()
        if not self._server.ready.wait(START_WITHIN_S):
            raise RuntimeError(f"the fake at {self.url} did not start within {START_WITHIN_S} s")

    def stop(self) -> None:
        """Cancel what was spawned, close all connections, and return when the thread has ended."""
        if not self._thread.is_alive():
            self._socket.close()
            return
        for future in list(self._spawned):
            future.cancel()
        self.loop.call_soon_threadsafe(self._server.stopping.set)
        self._thread.join(STOP_WITHIN_S)
        if self._thread.is_alive():
            raise RuntimeError(f"the fake at {self.url} did not stop within {STOP_WITHIN_S} s")

    def spawn(self, work: Coroutine[Any, Any, Result]) -> concurrent.futures.Future[Result]:
        """Run `work` in the server's loop; from any thread."""
        future = asyncio.run_coroutine_threadsafe(work, self.loop)
        self._spawned.add(future)
        future.add_done_callback(self._spawned.discard)
        return future


class _Server(uvicorn.Server):
    """Waits for an event instead of looking at a flag ten times a second."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self.event_loop: asyncio.AbstractEventLoop
        self.stopping: asyncio.Event

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self.event_loop = asyncio.get_running_loop()
        self.stopping = asyncio.Event()
        await super().startup(sockets)
        await self.on_tick(0)  # sets the Date header, which a real service always sends
        self.ready.set()

    @override
    async def main_loop(self) -> None:
        await self.stopping.wait()

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        for connection in list(self.server_state.connections):
            transport = getattr(connection, "transport", None)
            if transport is not None:
                transport.abort()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        if others:
            await asyncio.wait(others, timeout=1)
        # A transport lets go of its socket in a later turn of the loop: without these turns the loop would
        # end first, and an open socket be found in whichever test runs then.
        for _ in range(_LAST_TURNS):
            await asyncio.sleep(0)


async def drop_connection(receive: Receive, send: Send) -> None:
    """Close the client's connection without an answer.

    ASGI has no word for that; uvicorn's `send` is a method of the object that holds the transport.
    """
    transport: asyncio.Transport = send.__self__.transport  # type: ignore[attr-defined] # see above
    transport.close()
    while (await receive())["type"] != "http.disconnect":
        pass


async def handle_silently(app: ASGIApp, scope: Scope, receive: Receive) -> None:
    """Let `app` handle a request whose answer nobody gets."""

    async def into_the_void(_message: Any) -> None:
        return

    await app(scope, receive, into_the_void)
