"""`selftest`: a real round trip through each part, while the service runs. `doctor` looks before it does.

The site's part carries a canary: the page of a job that is in no state, so that no list, number or total
ever counts it. It is gone again when the test has ended.
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Self

import httpx

from bot.channels import join_channels
from bot.finding import Finding
from bot.settings import Settings
from core.domain.business import Business
from core.domain.flow import Status
from core.domain.job import Job
from core.domain.state import State
from core.domain.views import to_bytes, tracking_view, view_key
from core.ports import Clock, Ids, ObjectStore, StateStore, StoreError, TextsNotListed

if TYPE_CHECKING:
    from bot.bootstrap import System

PART_WITHIN_S = 10.0
"""How long one part may take: somebody is waiting for the answer."""

CLOCKS_APART = timedelta(seconds=60)
"""How far our clock may be from others: signed links and requests are refused beyond some minutes."""

CANARY_CACHE = "no-store"


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTest:
    """Tries each part of one Quickdump."""

    settings: Settings
    business: Business
    clock: Clock
    ids: Ids
    store: StateStore
    site: ObjectStore

    @classmethod
    def of(cls, system: "System") -> Self:
        """Return the test of a running Quickdump."""
        return cls(
            settings=system.settings,
            business=system.business,
            clock=system.clock,
            ids=system.ids,
            store=system.store,
            site=system.site,
        )

    async def run(self, cause: str) -> tuple[Finding, ...]:
        """Return what was found. `cause` is that of the write with which this test began."""
        parts: dict[str, Coroutine[None, None, tuple[Finding, str | None]]] = {
            "state": self._state(cause),
            "site": self._site(),
            "telegram": self._telegram(),
            "twilio": self._twilio(),
        }
        found = await asyncio.gather(*(_within(part, work) for part, work in parts.items()))
        dates = [date for _, date in found if date is not None]
        return (*(finding for finding, _ in found), self._clock(dates))

    async def _state(self, cause: str) -> tuple[Finding, None]:
        began_at = asyncio.get_running_loop().time()
        state = (await asyncio.to_thread(self.store.load)).state
        if cause not in state.causes:
            return Finding("state", "broken", "what was written a moment ago is not there"), None
        took_s = asyncio.get_running_loop().time() - began_at
        words = f"written, and read back in {took_s:.2f} s, at revision {state.revision}"
        return Finding("state", "fine", words), None

    async def _site(self) -> tuple[Finding, str | None]:
        token = self.ids.token()
        key = view_key(token)
        now = self.clock.now()
        body = to_bytes(tracking_view(State(), _canary(token, now), self.business, now))
        put = self.site.put
        await asyncio.to_thread(put, key, body, content_type="application/json", cache_control=CANARY_CACHE)
        try:
            return await self._read_back(key, body)
        finally:
            await asyncio.to_thread(self.site.delete, key)

    async def _read_back(self, key: str, body: bytes) -> tuple[Finding, str | None]:
        origin = self.settings.public_url
        if origin is None:
            there = await asyncio.to_thread(self.site.get, key)
            same = there is not None and there.body == body
            words = "a page was written and read back; PUBLIC_URL is not set, so nobody outside was asked"
            return Finding("site", "fine" if same else "broken", words), None
        async with httpx.AsyncClient(timeout=PART_WITHIN_S, follow_redirects=False) as outside:
            answer = await outside.get(f"{origin}/{key}")
        if answer.status_code != httpx.codes.OK or answer.content != body:
            words = f"a page was written, but {origin} answers {answer.status_code} for it"
            return Finding("site", "broken", words), answer.headers.get("Date")
        words = f"a page was written and is there at {origin}"
        return Finding("site", "fine", words), answer.headers.get("Date")

    async def _telegram(self) -> tuple[Finding, None]:
        client = join_channels(self.settings).telegram
        if client is None:
            return Finding("telegram", "not configured"), None
        await client.start()
        try:
            return Finding("telegram", "fine", f"@{await client.username()} answers"), None
        finally:
            await client.stop()

    async def _twilio(self) -> tuple[Finding, str | None]:
        mailbox = join_channels(self.settings).mailbox
        if mailbox is None:
            return Finding("twilio", "not configured", "nobody is texted"), None

        def ask() -> tuple[str, str | None]:
            try:
                return mailbox.account_status(), mailbox.date
            finally:
                mailbox.close()

        status, date = await asyncio.to_thread(ask)
        working = status == "active"
        return Finding("twilio", "fine" if working else "broken", f"the account is {status}"), date

    def _clock(self, dates: list[str]) -> Finding:
        """Compare our clock with the newest of others'; HTTP dates are whole seconds (RFC 9110, 6.6.1)."""
        if not dates:
            return Finding("clock", "fine", f"{self._words()}; nobody else's was seen")
        apart = min(abs(self.clock.now() - parsedate_to_datetime(date)) for date in dates)
        if apart > CLOCKS_APART:
            words = f"{self._words()}, which is {apart.total_seconds():.0f} s wrong: set the machine's clock"
            return Finding("clock", "broken", words)
        return Finding("clock", "fine", f"{self._words()}, as others have it")

    def _words(self) -> str:
        return f"{self.business.local(self.clock.now()):%a %H:%M:%S %Z}"


async def _within(
    part: str, work: Coroutine[None, None, tuple[Finding, str | None]]
) -> tuple[Finding, str | None]:
    """Return what a part's test found; whatever goes wrong in it is what was found."""
    try:
        return await asyncio.wait_for(work, PART_WITHIN_S)
    except TimeoutError:
        return Finding(part, "broken", f"no answer within {PART_WITHIN_S:.0f} s"), None
    except (StoreError, TextsNotListed, httpx.HTTPError) as error:
        return Finding(part, "broken", f"{error}" or type(error).__name__), None
    except Exception as error:  # noqa: BLE001 - a provider's client may raise anything; the others go on
        return Finding(part, "broken", f"{type(error).__name__}: {error}"), None


def _canary(token: str, now: datetime) -> Job:
    """Return a job that is in no state."""
    return Job(
        job_id="selftest",
        number=1,
        tracking_token=token,
        customer_name="Selftest",
        location="nowhere",
        amount_paid=Decimal(0),
        status=Status.PENDING_CONFIRMATION,
        created_at=now,
    )
