"""The local edge and the booking door on a port of their own, in a thread, over stores in memory."""

import asyncio
import socket
import threading
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import uvicorn
from typing_extensions import override

from bot.app import make_app
from bot.booking.routes import BookingDoor
from bot.edge.function import FUNCTION_FILE, EdgeFunction
from bot.edge.local import LocalEdge
from core.adapters.document import DocumentStateStore
from core.adapters.memory import MemoryObjects
from core.dispatch import Dispatcher, Outcome
from core.domain.business import Business
from core.domain.commands import Command
from core.domain.people import Actor
from core.domain.session import SessionKey, key_entries
from core.domain.state import State
from core.pages import Brand
from core.pages.prepare import read_booking
from core.publish import Publisher
from core.site import read_sources
from tests.builders import PHOENIX, a_state
from tests.fakes.clock import FakeClock, FakeIds
from tests.web.memory_site import MemorySite
from tests.web.released import release
from tests.web.views import BUSINESS

WITHIN_S = 20.0
NOON = datetime(2026, 11, 23, 21, 50, tzinfo=UTC)
KEY = SessionKey(kid="k1", secret="0123456789abcdef0123456789abcdef")


BRAND = Brand(name=str(BUSINESS["name"]), phone=BUSINESS["phone"], review_url="https://reviews.example/acme")


class _Server(uvicorn.Server):
    """Tells when it takes requests, and in which loop."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self.loop: asyncio.AbstractEventLoop | None = None

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.loop = asyncio.get_running_loop()
        self.ready.set()


class ServedSite:
    """The released site of Acme Hauling at `url`; `site` is its store."""

    def __init__(self) -> None:
        self.site = MemorySite()
        release(read_sources(), self.site, BRAND)
        self.clock = FakeClock(NOON)
        function = EdgeFunction(
            FUNCTION_FILE.read_text("utf-8"), keys=lambda: key_entries(KEY), clock=self.clock
        )
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._store = DocumentStateStore(MemoryObjects(), lambda _: None)
        self._store.create(a_state())
        business = Business(name=BRAND.name, phone=BRAND.phone, zone=PHOENIX, public_url=self.url)
        publisher = Publisher(self.site, business)
        self._dispatcher = Dispatcher(self._store, publisher, business, self.clock, FakeIds())
        door = BookingDoor(self._dispatcher, read_booking(read_sources()), BRAND, self.site)
        self._server = _Server(
            uvicorn.Config(
                make_app(door.routes(), LocalEdge(self.site, function)),
                http="h11",
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=1,
            )
        )
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)

    @property
    def state(self) -> State:
        """What lies in the store now."""
        return self._store.load().state

    async def do(self, command: Command, actor: Actor, cause: str) -> Outcome:
        """Let somebody give a command where the site is served, as a chat would."""
        loop = self._server.loop
        assert loop is not None
        given = asyncio.run_coroutine_threadsafe(self._dispatcher.handle(command, actor, cause), loop)
        return await asyncio.wrap_future(given)

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
