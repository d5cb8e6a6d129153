"""Routes of the simulator: its page, what is typed on its phones, and what they show."""

import asyncio
import logging
import mimetypes
import re
import secrets
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.bootstrap import System
from bot.desk import Line
from bot.desk.identity import by_phone
from bot.simulator.chat import PHONES, SimulatedChat
from bot.simulator.guard import Guard
from bot.simulator.said import Said, Unreadable, read_said
from bot.simulator.snapshot import snapshot
from bot.texts.reply import Reply
from core.domain.cards import Card
from core.domain.people import Actor, Role
from core.domain.state import State
from core.ports import StoreError

log = logging.getLogger(__name__)

WAIT_S = 4.0
"""How long a request for news is kept waiting: less than a server that was told to end waits for it."""

LOOK_INTERVAL_S = 0.5
"""How often the store is asked for what other processes wrote; what this one writes is heard of at once."""

NEVER = -1


def simulator_routes(system: System, folder: Path) -> list[BaseRoute]:
    """Return the routes of `/sim/`, whose page and its files lie in `folder`.

    They answer only requests from this machine that its own page made (see `guard`).
    """
    simulator = Simulator(system)
    files = [_file_route(path) for path in sorted(folder.iterdir()) if path.suffix in {".css", ".js", ".svg"}]
    inner = Starlette(
        routes=[
            Route("/sim", _to_page, methods=["GET"]),
            _file_route(folder / "index.html", "/sim/"),
            Route("/sim/send", simulator.send, methods=["POST"]),
            Route("/sim/events", simulator.events, methods=["GET"]),
            *files,
        ]
    )
    guarded = Guard(inner)
    return [Route("/sim", guarded), Route("/sim/{path:path}", guarded)]


class Simulator:
    """Takes lines to the desk and tells the page what became of them."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._chat = system.chat if isinstance(system.chat, SimulatedChat) else None

    async def send(self, request: Request) -> Response:
        """Put one line to the desk and answer with its reply."""
        try:
            said = await read_said(request)
            actor = _speaker(said, await self._system.dispatcher.read())
        except Unreadable as error:
            return JSONResponse({"error": str(error)}, error.status)
        except StoreError as error:
            return _store_fails(error)
        # Texts answer texts: the rules know a customer's own line by its cause.
        cause = f"sms:web-{said.key}" if actor.role is None else f"web:{said.key}"
        line = Line(text=said.text, actor=actor, cause=cause, secret=secrets.token_urlsafe(24))
        reply = await self._system.desk.ask(line)
        return JSONResponse({**_shown(reply, actor), "message": await self._card(reply, said.speaker)})

    async def _card(self, reply: Reply, speaker: str) -> int | None:
        """Put an answer that stands for a job on its phone as the job's card, and return its message."""
        system, phone = self._system, PHONES.get(speaker)
        if self._chat is None or system.cards is None or phone is None:
            return None
        if not reply.is_card or reply.job is None:
            return None
        buttons = tuple((button.label, button.command) for button in reply.buttons)
        message = await self._chat.post(chat=phone, body=reply.text, buttons=buttons)
        job, now = reply.job, system.clock.now()
        card = Card(
            job=job.number, chat=phone, message=message, viewer=speaker, revision=job.revision, at=now
        )
        system.cards.take(card)
        return message

    async def events(self, request: Request) -> Response:
        """Answer with what the phones show as soon as it differs from revision `since`, or after WAIT_S."""
        since = request.query_params.get("since", str(NEVER))
        if not _REVISION.fullmatch(since):
            return JSONResponse({"error": "since: must be a revision, a whole number"}, 400)
        try:
            state = await self._newer(request, int(since))
        except StoreError as error:
            return _store_fails(error)
        system = self._system
        live = system.settings.has_channel
        shown = snapshot(state, system.business, system.clock.now(), self._chat, live=live)
        return JSONResponse(shown.model_dump(mode="json"))

    async def _newer(self, request: Request, since: int) -> State:
        """Return the newest state, waiting for one that is not revision `since`."""
        loop = asyncio.get_running_loop()
        end_at = loop.time() + WAIT_S
        state = await self._system.dispatcher.read()
        while state.revision == since and loop.time() < end_at and not await request.is_disconnected():
            await self._pause()
            state = await self._system.dispatcher.read()
        return state

    async def _pause(self) -> None:
        """Wait for the next write of this process, but no longer than LOOK_INTERVAL_S."""
        committed = self._system.dispatcher.committed
        if committed.is_set():
            # The relay, which alone clears it, is still at work: its next write is not announced anew.
            await asyncio.sleep(_WHILE_RELAY_WORKS_S)
            return
        try:
            await asyncio.wait_for(committed.wait(), LOOK_INTERVAL_S)
        except TimeoutError:
            return


_REVISION = re.compile(r"-?[0-9]{1,18}")
_WHILE_RELAY_WORKS_S = 0.05


def _speaker(said: Said, state: State) -> Actor:
    if said.speaker in {Role.DISPATCHER.value, Role.DRIVER.value}:
        return Actor.bare(Role(said.speaker))
    if said.speaker != "customer":
        return by_phone(said.speaker, state)
    phones = [job.phone for job in state.jobs.values() if job.phone is not None]
    if not phones:
        raise Unreadable(409, "There is no customer yet: no job has a phone number.")
    return by_phone(phones[-1], state)


def _shown(reply: Reply, actor: Actor) -> dict[str, object]:
    # What a customer is owed as a text comes with the events: it is not said twice.
    is_owed = actor.role is None and any(message.channel == "sms" for message in reply.messages)
    return {
        "kind": reply.kind,
        "text": "" if is_owed else reply.text,
        "is_owed": is_owed,
        "buttons": [button.model_dump() for button in reply.buttons],
        "job": reply.job.number if reply.job else None,
    }


def _store_fails(error: StoreError) -> Response:
    log.warning("simulator: the store can't be used: %s", error)
    return JSONResponse({"error": f"The store can't be used just now: {error}"}, 503)


def _file_route(path: Path, address: str | None = None) -> Route:
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"

    async def serve(request: Request) -> Response:
        del request
        return FileResponse(path, media_type=media_type, headers={"cache-control": "no-cache"})

    return Route(address or f"/sim/{path.name}", serve, methods=["GET"])


async def _to_page(request: Request) -> Response:
    del request
    return RedirectResponse("/sim/")
