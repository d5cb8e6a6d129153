"""Bootstrap: the only place that joins the parts."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.bootstrap_keys import keys_of, master_of
from bot.carriers import carriers
from bot.deploys.progress import progress_for
from bot.desk import Desk
from bot.desk.aside import Aside
from bot.origin import kept_origin
from bot.sessions import Sessions
from bot.settings import Settings, SettingsError
from bot.simulator.chat import SimulatedChat
from bot.texts.cards import draw
from bot.texts.render import render
from bot.texts.sheet import sheet
from core.adapters.address import open_objects, open_state, whole_address
from core.adapters.system import SystemClock, SystemIds
from core.archive import Archive, Archiver, Eraser
from core.board import BoardKeeper
from core.cards import CardKeeper
from core.dispatch import Dispatcher
from core.domain.business import Business
from core.domain.state import State
from core.migrate import Place
from core.ports import (
    Chat,
    Clock,
    Conflict,
    Moved,
    NotFound,
    ObjectStore,
    Snapshot,
    StateStore,
    Texter,
)
from core.publish import Publisher
from core.relay import Relay
from core.restore import Restorer

if TYPE_CHECKING:
    from bot.bootstrap_site import SiteParts
    from bot.deploys.service import SiteDesk

S3_COMMITS_PER_SECOND = 5.0
"""A single hot key is throttled sooner than a prefix; nobody notices a fifth of a second (DESIGN §4)."""


class FixedClock:
    """Tells one moment, for `say --now`."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment.astimezone(UTC).replace(microsecond=0)

    def now(self) -> datetime:
        """See Clock."""
        return self._moment


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """All parts of a running Quickdump."""

    settings: Settings
    business: Business
    clock: Clock
    ids: SystemIds
    objects: ObjectStore
    """Where the state lies, as objects."""
    store: StateStore
    concerns: Callable[[Snapshot], tuple[str, ...]]
    """Tells what a person should know about where the state lies, a few words each."""
    site: ObjectStore
    dispatcher: Dispatcher
    publisher: Publisher
    relay: Relay
    board: BoardKeeper
    chat: Chat | None
    """Where the staff chats; None where it does not."""
    cards: CardKeeper | None
    """Keeps the cards in that chat."""
    archiver: Archiver
    restorer: Restorer
    desk: Desk
    sessions: Sessions
    site_parts: "Callable[[], SiteParts]"
    """All that releasing the site needs; slow to import, so it is joined when it is asked for."""
    site_desk: "Callable[[], SiteDesk]"
    """Answers what is asked about the site; as above."""

    def ensure_state(self) -> bool:
        """Make the first, empty state of a folder that has none; return whether it was made.

        On AWS nothing is made by itself: a missing object there may be a mistake (DESIGN §4). Raises a
        StoreError.
        """
        try:
            there = self.store.load()
        except NotFound:
            if not self.settings.state.startswith(("file://", "memory://")):
                raise
            if next(iter(self.objects.keys()), None) is not None:
                # The folder holds something, but not the state: that is no fresh start.
                raise
            return self.create_state()
        if there.state.moved_to:
            raise Moved(there.state.moved_to)
        return False

    def create_state(self) -> bool:
        """Make the first, empty state; return False where there is one. Raises a StoreError."""
        first = State(revision=1, write_id=self.ids.unique())
        try:
            self.store.create(first)
        except Conflict:
            return False
        return True


def build(
    settings: Settings,
    *,
    origin: str | None = None,
    clock: Clock | None = None,
    texter: Texter | None = None,
    chat: Chat | None = None,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> System:
    """Return the parts joined as `settings` say; connects to nothing yet.

    `origin` is where links lead while PUBLIC_URL names no place; None: to the `serve` that ran here last.
    """
    clock = clock or SystemClock()
    ids = SystemIds()
    business = business_of(settings, origin or kept_origin())
    objects = _opened("STATE", settings.state)
    store = open_state(settings.state, time.sleep, region=settings.region)
    site = _opened("SITE", settings.site)
    publisher = Publisher(site, business, objects)
    dispatcher = Dispatcher(
        store, publisher, business, clock, ids, commits_per_second=_pace(settings), pause=pause
    )
    relay = Relay(
        dispatcher,
        publisher,
        carriers(settings, texter, chat),
        lambda message, state: render(message, state, business),
    )
    archive = Archive(objects, business)
    desk = Desk(dispatcher, archive=archive, eraser=Eraser(archive, dispatcher, publisher))
    staging = _opened("STAGING", settings.staging)
    sessions = Sessions(dispatcher, lambda: keys_of(settings), lambda: master_of(settings), pause)

    @cache
    def site_parts() -> "SiteParts":
        from bot.bootstrap_site import SiteParts  # noqa: PLC0415 - half a second, which few lines need

        return SiteParts(settings, site, staging, clock)

    @cache
    def site_desk() -> "SiteDesk":
        from bot.deploys.confirmation import Confirmations  # noqa: PLC0415 - as above
        from bot.deploys.service import SiteDesk  # noqa: PLC0415

        confirmations = Confirmations(staging, clock)
        shown = progress_for(dispatcher, chat)
        return SiteDesk(dispatcher, site_parts().deployer, confirmations, sessions, shown)

    desk.aside = Aside(site_desk, sessions.after)
    return System(
        settings=settings,
        business=business,
        clock=clock,
        ids=ids,
        objects=objects,
        store=store,
        concerns=store.concerns,
        site=site,
        dispatcher=dispatcher,
        publisher=publisher,
        relay=relay,
        board=BoardKeeper(dispatcher, site, objects, lambda job, state: sheet(job, state, business), pause),
        chat=chat,
        cards=CardKeeper(dispatcher, chat, lambda card, state: draw(card, state, business)) if chat else None,
        restorer=Restorer(objects, store, archive, publisher, settings.region),
        archiver=Archiver(archive, dispatcher, publisher, timedelta(days=settings.archive_after_days)),
        desk=desk,
        sessions=sessions,
        site_parts=site_parts,
        site_desk=site_desk,
    )


def simulated_chat() -> SimulatedChat:
    """Return the chat of a trial. Its messages are numbered by seconds: nobody gets more than one in each."""
    return SimulatedChat(first=int(SystemClock().now().timestamp()))


def _opened(name: str, address: str) -> ObjectStore:
    try:
        return open_objects(address)
    except ValueError as error:
        raise SettingsError(f"{name}: {error}") from error


def place_at(address: str, region: str, asked_by: str) -> Place:
    """Return another place with a state; `asked_by` names the command, for errors. Raises SettingsError."""
    objects = _opened(asked_by, address)
    store = open_state(address, time.sleep, region=region)
    if address.startswith("memory://"):
        raise SettingsError(f"{asked_by}: a state in memory ends with its process: name a place that stays")
    return Place(
        address=whole_address(address),
        store=store,
        objects=objects,
        state_key=store.key,
        prepare=store.prepare,
    )


def business_of(settings: Settings, origin: str) -> Business:
    """Return what the rules need to know of the firm."""
    return Business(
        name=settings.business_name,
        phone=settings.business_phone,
        zone=ZoneInfo(settings.timezone),
        region=settings.region,
        public_url=settings.public_url or origin,
        texts=settings.has_texts,
        hold_s=settings.sms_hold_seconds,
        quiet_hours=settings.quiet_hours,
        texts_a_day=settings.texts_per_day,
        accept_min=settings.accept_minutes,
        eta_text_min=settings.eta_text_minutes,
    )


def _pace(settings: Settings) -> float | None:
    if settings.commits_per_second is not None:
        return settings.commits_per_second
    return S3_COMMITS_PER_SECOND if settings.state.startswith("s3://") else None


def web_folder() -> Path:
    """Return where the pages lie: beside the code, wherever it was started from."""
    return Path(__file__).resolve().parents[1] / "web"
