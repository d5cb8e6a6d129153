"""The local edge on a port of its own, in a thread, over a site store in memory."""

import socket
import threading
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import uvicorn
from typing_extensions import override

from bot.edge.function import FUNCTION_FILE, EdgeFunction
from bot.edge.local import LocalEdge
from core.site import plan_release, publish, read_sources
from tests.web.memory_site import MemorySite

WITHIN_S = 20.0
NOON = datetime(2026, 11, 23, 21, 50, tzinfo=UTC)


class FixedClock:
    def now(self) -> datetime:
        return NOON


class _Server(uvicorn.Server):
    """Tells when it takes requests."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


class ServedSite:
    """The released site at `url`; `site` is its store."""

    def __init__(self) -> None:
        self.site = MemorySite()
        publish(plan_release(read_sources()).files, self.site)
        function = EdgeFunction(FUNCTION_FILE.read_text("utf-8"), keys=dict, clock=FixedClock())
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._server = _Server(
            uvicorn.Config(
                LocalEdge(self.site, function),
                http="h11",
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=1,
            )
        )
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._server.ready.wait(WITHIN_S):
            raise RuntimeError(f"the local edge at {self.url} did not start within {WITHIN_S} s")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join(WITHIN_S)
        self._socket.close()
