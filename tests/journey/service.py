"""A whole Quickdump, served on loopback in a thread of the test, with a clock that the test moves."""

import asyncio
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from pydantic_settings import BaseSettings, PydanticBaseSettingsSource
from starlette.types import ASGIApp, Receive, Scope, Send
from typing_extensions import override

from bot.bootstrap import System, build
from bot.channels import join_channels
from bot.serve import application
from bot.settings import Settings
from bot.telegram.answers import REDRAW
from bot.telegram.lanes import Lanes
from core.domain.gate import due
from core.domain.job import Job
from core.domain.outbox import Message, MessageStatus
from core.domain.state import State
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.clock import FakeClock
from tests.fakes.serving import LocalServer
from tests.fakes.twilio import NUMBER, FakeTwilio

MORNING = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
"""10 AM in Phoenix: no quiet hours hold a text."""

SECRET = "the-secret_of-the-webhook"
WITHIN_S = 15.0
_LOOK_AGAIN_S = 0.01
HASTE = 100
_REPORTS = 2
"""A text that is delivered by itself is reported as sent and as delivered."""


class PlainSettings(Settings):
    """Settings that are what they are given: no environment, no file."""

    @override
    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


class Service:
    """Serves from `start` to `stop`; may be started again on the same stores as another Service."""

    def __init__(
        self,
        folder: Path,
        *,
        clock: FakeClock | None = None,
        telegram: FakeBotApi | None = None,
        twilio: FakeTwilio | None = None,
        polls: bool = False,
        **settings: Any,
    ) -> None:
        self.clock = clock or FakeClock(MORNING)
        self.telegram = telegram
        self.twilio = twilio
        self._late = _Late()
        self.server = LocalServer(self._late, lifespan="on")
        self.url = self.server.url
        values = _settings(folder, telegram, twilio) | ({} if polls else {"webhook_url": self.url}) | settings
        self.settings = PlainSettings(**values)
        self.channels = join_channels(self.settings)
        if self.channels.telegram is not None:
            self.channels.telegram.lanes = hasty_lanes()
        self.system: System = build(
            self.settings,
            origin=self.url,
            clock=self.clock,
            texter=self.channels.texter,
            chat=self.channels.chat,
        )

    def start(self) -> Self:
        """Open the stores as `quickdump serve` does, and return when requests are taken."""
        self.system.ensure_state()
        self._late.app = application(self.system, self.channels, with_sim=False)
        if self.twilio is not None:
            self.twilio.sms_url = f"{self.url}/twilio/sms"
        self.server.start()
        return self

    def stop(self) -> None:
        """Shut down as a server does that is told to, when nobody is calling us."""
        twilio = self.twilio
        if twilio is not None and twilio.delivers_by_itself:
            twilio.until(lambda: all(len(t.callbacks) >= _REPORTS for t in twilio.sent if t.status_callback))
        self.server.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_problem: object) -> None:
        self.stop()

    # what a test asks

    @property
    def state(self) -> State:
        """What is in the store now."""
        return self.system.store.load().state

    def job(self, number: int = 1) -> Job:
        """Return a job as it is stored."""
        return self.state.jobs[number]

    def texts_of(self, number: int = 1) -> list[Message]:
        """Return what is owed, or was, to the customer of a job, without answers to his own texts."""
        return [m for m in self.state.messages_of(number) if m.channel == "sms" and m.kind != "reply"]

    def until(self, happened: Callable[[State], object]) -> State:
        """Wait until the stored state is as wanted, and return it."""
        wait = threading.Event()
        gives_up_at = time.monotonic() + WITHIN_S
        while not happened(state := self.state):
            assert time.monotonic() < gives_up_at, f"did not happen: {state}"
            wait.wait(_LOOK_AGAIN_S)
        return state

    def settled(self) -> State:
        """Wait until nothing is due, nothing is being sent, and every card shows its job."""
        return self.until(
            lambda state: (
                not due(state, self.clock.now())
                and not any(m.status is MessageStatus.SENDING for m in state.messages.values())
                and self._cards_are_right(state)
            )
        )

    def _cards_are_right(self, state: State) -> bool:
        if self.system.cards is None:
            # Without Telegram nobody draws them: a card of an earlier run may stand there undrawn.
            return True
        return not self.system.cards.busy and all(
            card.shown not in {"", REDRAW}
            and not card.retired
            and card.revision == state.jobs[card.job].revision
            for card in state.cards.values()
        )

    def later(self, seconds: float) -> State:
        """Let everything that is due go out, move the clock on, and let what is due then go out."""
        self.settled()
        self.clock.advance(seconds=seconds)
        self.server.loop.call_soon_threadsafe(self.system.dispatcher.committed.set)
        return self.settled()


def hasty_lanes() -> Lanes:
    """Return lanes that keep all rules of pacing, in a time that runs fast."""
    return Lanes(now_s=lambda: HASTE * time.monotonic(), pause=lambda wait_s: asyncio.sleep(wait_s / HASTE))


class _Late:
    """An application that is made after its address is known."""

    def __init__(self) -> None:
        self.app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


def _settings(folder: Path, telegram: FakeBotApi | None, twilio: FakeTwilio | None) -> dict[str, Any]:
    values: dict[str, Any] = {
        "state": f"file://{folder}/state",
        "site": f"file://{folder}/site",
        "staging": f"file://{folder}/staging",
        "business_name": "Mesa Hauling",
        "timezone": "America/Phoenix",
    }
    if telegram is not None:
        values |= {
            "telegram_bot_token": telegram.token,
            "telegram_webhook_secret": SECRET,
            "telegram_api_url": telegram.url,
            "admin_telegram_ids": (1001,),
        }
    if twilio is not None:
        values |= {
            "twilio_account_sid": twilio.account_sid,
            "twilio_auth_token": twilio.auth_token,
            "twilio_from": NUMBER,
            "twilio_api_url": twilio.url,
        }
    return values
