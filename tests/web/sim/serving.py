"""The whole service with its simulator, on a port of its own, in a thread; its clock is the test's."""

import asyncio
import socket
import threading
from types import TracebackType
from typing import Self

import uvicorn
from typing_extensions import override

from bot.bootstrap import build, web_folder
from bot.channels import join_channels
from bot.serve import application
from bot.settings import Settings
from bot.simulator.chat import SimulatedChat
from core.domain.state import State
from core.site import read_sources
from tests.bot.simulator.desk_clock import DeskClock
from tests.web.released import release

WITHIN_S = 20.0


class _Server(uvicorn.Server):
    """Tells when it takes requests, and in which loop."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self.loop: asyncio.AbstractEventLoop | None = None

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self.loop = asyncio.get_running_loop()
        await super().startup(sockets)
        self.ready.set()


class ServedSimulator:
    """A fresh service at `url`, without any account."""

    def __init__(self) -> None:
        self.clock = DeskClock()
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        settings = Settings(state="memory://", site="memory://", staging="memory://")
        self.system = build(settings, origin=self.url, clock=self.clock, chat=SimulatedChat())
        self.system.ensure_state()
        release(read_sources(web_folder()), self.system.site)
        config = uvicorn.Config(
            application(self.system, join_channels(settings), with_sim=True),
            http="h11",
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=1,
        )
        self._server = _Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)

    def pass_by(self, seconds: float) -> None:
        """Let time pass on the service's clock, and have the relay look at it."""
        self.clock.pass_by(seconds)
        assert self._server.loop is not None
        self._server.loop.call_soon_threadsafe(self.system.dispatcher.committed.set)

    def state(self) -> State:
        """Return what is stored."""
        return self.system.store.load().state

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._server.ready.wait(WITHIN_S):
            raise RuntimeError(f"the service at {self.url} did not start within {WITHIN_S} s")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join(WITHIN_S)
        self._socket.close()
