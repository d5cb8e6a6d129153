"""Routes of booking: `POST /api/book`, and the page that thanks whoever has no JavaScript.

Whatever keeps a booking out (a trap, a limit) is answered as if it had been taken: a machine learns nothing,
and nobody learns whether a number is known here.
"""

import logging
import re
from collections.abc import Mapping, Sequence
from typing import Literal
from urllib.parse import urlencode

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.booking.form import JSON, Unreadable, read_form
from bot.booking.judge import Faulty, judge, key_of, reference_of
from bot.booking.limits import Limits
from bot.booking.viewer import viewer_address
from bot.edge.policy import behaviour_for
from core.dispatch import Dispatcher
from core.domain.commands import BookJob
from core.domain.errors import Refusal
from core.domain.job import Language
from core.domain.people import Actor
from core.pages.booking import BookingPage
from core.pages.booking_form import Speech, done_page, form_page
from core.pages.brand import Brand
from core.pages.controls import Filled
from core.pages.prepare import BookingPages
from core.ports import ObjectStore, OutcomeUnknown, StoreError

log = logging.getLogger(__name__)

THINKING_MS_MIN = 3_000
"""No person fills in the form faster. Only told with JavaScript: without it nothing is known."""

PATH = "/api/book"
THANKS = "/api/book/thanks"
_REFERENCE = re.compile(r"[2-9A-Z]{6}")
_ASSET = re.compile(r"/assets/([a-z]+)\.[0-9a-f]+(\.[a-z]+)")
_PLAIN_ASSET = re.compile(r"/assets/([a-z]+)(\.[a-z]+)")


class BookingDoor:
    """Takes bookings in."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        pages: BookingPages,
        brand: Brand,
        site: ObjectStore,
        origin_secret: str | None = None,
    ) -> None:
        self._dispatcher = dispatcher
        self._pages = pages
        self._brand = brand
        self._site = site
        self._origin_secret = origin_secret
        self._limits = Limits()

    def routes(self) -> Sequence[BaseRoute]:
        """Return the routes of booking."""
        return (
            Route(PATH, self.book, methods=["POST"]),
            Route(THANKS, self.thanks, methods=["GET"]),
        )

    async def book(self, request: Request) -> Response:
        """Take one booking: 200 or 303 where it was, 422 with what is wrong, 503 where it was not kept."""
        return _guarded(await self._book(request))

    async def _book(self, request: Request) -> Response:
        try:
            fields = await read_form(request)
        except Unreadable as error:
            return JSONResponse({"problem": str(error)}, error.status)
        page = self._pages.pages.get(fields.get("page", ""))
        if page is None:
            return JSONResponse({"problem": "There is no such booking page."}, 404)
        visit = _Visit(request, page, fields, self._speech(fields.get("language")))
        if not page.open:
            return await self._faulty(visit, problem=visit.speech("closed_text"), status=409)
        now = self._dispatcher.clock.now()
        date = self._dispatcher.business.local(now).date().isoformat()
        key = key_of(fields, request.headers.get("idempotency-key"), date)
        if _is_a_trap(fields):
            log.info("a booking on %s was dropped: no person sent it", page.name)
            return visit.taken(reference_of(key))
        judged = judge(page, fields, visit.speech, key)
        if isinstance(judged, Faulty):
            return await self._faulty(visit, errors=judged.errors, status=422)
        address = viewer_address(request, self._origin_secret)
        if address is not None and not self._limits.allow(address, now):
            log.warning("a booking on %s was dropped: its address sent too many", page.name)
            return visit.taken(judged.reference)
        return await self._take(visit, judged, key)

    async def _take(self, visit: "_Visit", booking: BookJob, key: str) -> Response:
        try:
            await self._keep(booking, f"web:{key}")
        except Refusal as refused:
            # Taken before, or more than a number or a page may send: the sender is told the same in any case.
            log.warning("a booking on %s changed nothing: %s", booking.page, type(refused).__name__)
        except StoreError as error:
            log.warning("a booking on %s could not be kept: %s", booking.page, error)
            return await self._faulty(visit, problem=visit.speech("failed"), status=503)
        return visit.taken(booking.reference)

    async def _keep(self, booking: BookJob, cause: str) -> None:
        actor = Actor.customer(booking.phone)
        try:
            await self._dispatcher.handle(booking, actor, cause)
        except OutcomeUnknown:
            # Its cause makes it safe to send once more: what landed is only found again.
            await self._dispatcher.handle(booking, actor, cause)

    async def thanks(self, request: Request) -> Response:
        """Thank for a booking that was sent without JavaScript."""
        query = request.query_params
        page = self._pages.pages.get(query.get("page", ""))
        reference = query.get("reference", "")
        if page is None or not _REFERENCE.fullmatch(reference):
            return _guarded(PlainTextResponse("There is no such booking.\n", 404))
        speech = self._speech(query.get("language"))
        texts = query.get("texts") == "1"
        shown = done_page(self._pages.frame, page, speech, reference, texts=texts)
        return _guarded(HTMLResponse(await self._with_live_assets(shown, page)))

    async def _faulty(
        self,
        visit: "_Visit",
        *,
        status: int,
        errors: Mapping[str, str] | None = None,
        problem: str | None = None,
    ) -> Response:
        """Say what is wrong: as JSON to a script, else as the same page with what was typed still in it."""
        if visit.by_script:
            return JSONResponse({"errors": dict(errors or {}), "problem": problem}, status)
        filled = Filled(values=visit.fields, errors=errors or {}, problem=problem)
        shown = form_page(self._pages.frame, visit.page, visit.speech, filled)
        return HTMLResponse(await self._with_live_assets(shown, visit.page), status)

    async def _with_live_assets(self, shown: str, page: BookingPage) -> str:
        """Return a page that names its assets as the site that is live does."""
        try:
            live = await anyio.to_thread.run_sync(self._site.get, f"book/{page.name}/index.html")
        except StoreError as error:
            log.warning("the live page %s can't be read, its styles are left out: %s", page.name, error)
            return shown
        names = {
            (match[1], match[2]): match[0]
            for match in _ASSET.finditer(live.body.decode(errors="replace") if live else "")
        }
        return _PLAIN_ASSET.sub(lambda match: names.get((match[1], match[2]), match[0]), shown)

    def _speech(self, language: str | None) -> Speech:
        spoken: Language = "es" if language == "es" else "en"
        return Speech(words=self._pages.words, brand=self._brand, language=spoken)


class _Visit:
    """One request with its page and the language that it is answered in."""

    def __init__(
        self, request: Request, page: BookingPage, fields: Mapping[str, str], speech: Speech
    ) -> None:
        self.page = page
        self.fields = fields
        self.speech = speech
        self.by_script = request.headers.get("content-type", "").lower().startswith(JSON)

    def taken(self, reference: str) -> Response:
        """Say that it was taken."""
        if self.by_script:
            return JSONResponse({"reference": reference})
        texts: Literal["0", "1"] = "1" if self.fields.get("consent") == "yes" else "0"
        query = {
            "page": self.page.name,
            "language": self.speech.language,
            "reference": reference,
            "texts": texts,
        }
        return RedirectResponse(f"{THANKS}?{urlencode(query)}", status_code=303)


def _is_a_trap(fields: Mapping[str, str]) -> bool:
    spent_ms = fields.get("spent_ms", "")
    too_fast = spent_ms.isascii() and spent_ms.isdigit() and int(spent_ms[:9]) < THINKING_MS_MIN
    return bool(fields.get("website")) or too_fast


def _guarded(response: Response) -> Response:
    """Return the answer with the headers that every page of the site has; nobody may keep it."""
    for name, value in behaviour_for(PATH).headers:
        response.headers.setdefault(name, value)
    response.headers["cache-control"] = "no-store"
    return response
