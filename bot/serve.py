"""`quickdump serve`: webhooks, relay, local edge and simulator in one process."""

import asyncio
import contextlib
import errno
import logging
import shutil
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import NoReturn

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from bot.app import make_app
from bot.booking.routes import BookingDoor
from bot.bootstrap import System, build, simulated_chat, web_folder
from bot.brand import brand_of
from bot.channels import Channels, join_channels
from bot.collector import settle_in
from bot.deploys.start import offer_recovery, release_at_start
from bot.edge.local import LocalEdge
from bot.origin import keep_origin
from bot.selftest import SelfTest
from bot.settings import Settings
from core.deploy.errors import Unfit
from core.pages import PageError
from core.pages.prepare import read_booking
from core.ports import StoreError
from core.site import read_sources

log = logging.getLogger(__name__)

RELAY_PAUSE_S = 5.0
"""Before a part is started again after a fault: long enough not to fill the log."""


def run(settings: Settings, *, host: str, port: int, sim: bool) -> None:
    """Serve until interrupted. A fault at the start is one line on stderr and exit status 1."""
    listener = _listen(host, port)
    port = listener.getsockname()[1]
    origin = f"http://{_shown_host(host)}:{port}"
    channels = join_channels(settings)
    with_sim = _sim_allowed(settings, host, sim=sim)
    chat = simulated_chat() if with_sim and not settings.has_channel else channels.chat
    system = build(settings, origin=origin, texter=channels.texter, chat=chat)
    first = _prepare(system)
    keep_origin(origin)
    app = application(system, channels, with_sim=with_sim)
    _greet(system, origin, with_sim=with_sim, first=first)
    config = uvicorn.Config(
        app,
        log_level="warning",
        lifespan="on",
        # Proxies in front may not be believed: signatures are checked over the configured URL instead.
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    settle_in()
    uvicorn.Server(config).run(sockets=[listener])


def application(system: System, channels: Channels, *, with_sim: bool) -> ASGIApp:
    """Return the whole application: the channels' routes before the local edge."""
    site = system.site_parts()
    function = site.live_function()
    edge = LocalEdge(system.site, function)
    system.desk.self_test = SelfTest.of(system).run
    routes: list[BaseRoute] = [*channels.routes(system), *_booking(system).routes()]
    if with_sim:
        from bot.simulator.routes import simulator_routes  # noqa: PLC0415 - only a trial needs it

        routes += simulator_routes(system, web_folder() / "sim")

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with channels.running(system):
            runs = [system.relay.run, system.board.run, system.archiver.run]
            if system.cards:
                runs.append(system.cards.run)
            runs += [system.sessions.run, *([] if site.has_cloudfront else [function.follow])]
            loops = [asyncio.create_task(keep_going(run)) for run in runs]
            await offer_recovery(system)
            try:
                yield
            finally:
                for loop in loops:
                    loop.cancel()
                    with contextlib.suppress(asyncio.CancelledError):
                        await loop

    return make_app(routes, edge, lifespan)


def _booking(system: System) -> BookingDoor:
    secret = system.settings.origin_secret
    try:
        pages = read_booking(read_sources(web_folder()))
    except PageError as error:
        _fail(str(error))
    return BookingDoor(
        system.dispatcher,
        pages,
        brand_of(system.settings),
        system.site,
        secret.get_secret_value() if secret else None,
    )


async def keep_going(
    run: Callable[[], Awaitable[None]], pause: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> None:
    """Run until cancelled; after a fault of our own once more, since texts are owed whatever it was."""
    while True:
        try:
            await run()
        except Exception:
            log.exception("a loop failed and is started again")
        await pause(RELAY_PAUSE_S)


def _prepare(system: System) -> bool:
    """Open the stores and publish the site where that is ours to do; return whether the state is new."""
    try:
        first = system.ensure_state()
        system.store.probe()
        release_at_start(system)
    except (StoreError, Unfit) as error:
        _fail(str(error))
    return first


def _sim_allowed(settings: Settings, host: str, *, sim: bool) -> bool:
    """Tell whether the simulator is served: without a real channel or when asked for, only on loopback."""
    if host not in {"127.0.0.1", "localhost", "::1"}:
        return False
    return sim or not settings.has_channel


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            _fail(f"port {port} on {host} is taken: stop what uses it, or choose another with --port")
        _fail(f"can't listen on {host}:{port}: {error.strerror or error}")
    return listener


def _program() -> str:
    """Return how `quickdump` is called from this folder: its name where it is on the path, else its place."""
    if shutil.which("quickdump"):
        return "quickdump"
    place = Path(sys.argv[0]).resolve()
    return str(place.relative_to(Path.cwd())) if place.is_relative_to(Path.cwd()) else str(place)


def _shown_host(host: str) -> str:
    return f"[{host}]" if ":" in host else host if host != "0.0.0.0" else "127.0.0.1"  # noqa: S104


def _greet(system: System, origin: str, *, with_sim: bool, first: bool) -> None:
    settings = system.settings
    lines = [f"Quickdump serves at {origin}"]
    if with_sim:
        lines.append(f"  look:   {origin}/sim/   (three phones; the first command is typed already)")
    program = _program()
    lines.append(f'  type:   {program} say "new Mark Soderblom 600 602-555-0142"   or: {program} chat')
    lines.append(f"  state:  {settings.state}{' (made just now)' if first else ''}")
    if not settings.has_channel:
        lines.append("  No account is needed: texts and chat messages go to the simulator's phones.")
    lines.append("  Ctrl-C ends it; what was typed is kept.")
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _fail(message: str) -> NoReturn:
    sys.stderr.write(f"quickdump: {message}\n")
    sys.exit(1)
