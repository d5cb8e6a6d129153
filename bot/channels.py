"""Channels: the real ways in and out, as far as they are configured."""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.routing import BaseRoute

from bot.settings import Settings
from core.ports import Chat, StoreError, Texter

if TYPE_CHECKING:
    from bot.bootstrap import System
    from bot.sms.account import TwilioAccount
    from bot.sms.mailbox import Mailbox
    from bot.sms.texter import TwilioTexter
    from bot.telegram.client import TelegramClient
    from bot.telegram.inbox import TelegramInbox
    from bot.telegram.webhook import KeepAside

log = logging.getLogger(__name__)

RETRY_S = (2.0, 5.0, 15.0, 60.0)
"""Pauses while Telegram can't be reached at the start; the last one from then on."""

ASIDE_BYTES_MAX = 100_000


@dataclass(slots=True)
class Channels:
    """The configured channels, before and while they run."""

    settings: Settings
    twilio: "TwilioTexter | None"
    mailbox: "Mailbox | None"
    chat: Chat | None
    telegram: "TelegramClient | None"

    @property
    def texter(self) -> Texter | None:
        """The way to customers."""
        return self.twilio

    def routes(self, system: "System") -> Sequence[BaseRoute]:
        """Return the webhooks of the configured channels."""
        routes: list[BaseRoute] = []
        if self.texter is not None and self.settings.webhook_url is not None:
            from bot.sms.inbound import SmsInbox  # noqa: PLC0415 - only where Twilio is configured
            from bot.sms.signature import SignatureCheck  # noqa: PLC0415
            from bot.sms.webhook import TwilioWebhook  # noqa: PLC0415

            token = self.settings.twilio_auth_token
            check = SignatureCheck(
                auth_token=token.get_secret_value() if token else "", webhook_url=self.settings.webhook_url
            )
            routes += TwilioWebhook(check, SmsInbox(system.desk)).routes()
        if self.telegram is not None and self.settings.webhook_url is not None:
            from bot.telegram.webhook import TelegramWebhook  # noqa: PLC0415 - as above

            secret = self.settings.telegram_webhook_secret
            inbox = self._inbox(system, self.telegram)
            routes += TelegramWebhook(
                inbox, secret.get_secret_value() if secret else "", _keep_aside(system)
            ).routes()
        return routes

    @contextlib.asynccontextmanager
    async def reaching(self) -> AsyncIterator[None]:
        """Keep the ways to people open, and no way in: for a command line beside the service."""
        async with contextlib.AsyncExitStack() as ending:
            if self.twilio is not None:
                ending.callback(self.twilio.close)
            if self.telegram is not None:
                await self.telegram.start()
                ending.push_async_callback(self.telegram.stop)
            yield

    @contextlib.asynccontextmanager
    async def running(self, system: "System") -> AsyncIterator[None]:
        """Keep the channels going; the service serves also while they can't be reached."""
        async with contextlib.AsyncExitStack() as ending:
            if self.twilio is not None:
                ending.callback(self.twilio.close)
            if self.mailbox is not None:
                await ending.enter_async_context(self._catching_up(system, self.mailbox))
            if self.telegram is not None:
                await ending.enter_async_context(self._telegram_running(system, self.telegram))
            yield

    @contextlib.asynccontextmanager
    async def _catching_up(self, system: "System", mailbox: "Mailbox") -> AsyncIterator[None]:
        from bot.sms.catch_up import (  # noqa: PLC0415 - only where Twilio is configured
            INTERVAL_S,
            INTERVAL_WITHOUT_WEBHOOK_S,
            CatchUp,
        )
        from bot.sms.inbound import SmsInbox  # noqa: PLC0415

        catch_up = CatchUp(system.desk, SmsInbox(system.desk), mailbox)
        interval_s = INTERVAL_S if self.settings.webhook_url else INTERVAL_WITHOUT_WEBHOOK_S
        task = asyncio.create_task(catch_up.run(interval_s))
        task.add_done_callback(_log_fault)
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])
            mailbox.close()

    @contextlib.asynccontextmanager
    async def _telegram_running(self, system: "System", client: "TelegramClient") -> AsyncIterator[None]:
        from bot.telegram.menus import MenuKeeper  # noqa: PLC0415 - only where Telegram is configured

        await client.start()
        work = (self._telegram(system, client), MenuKeeper(system.dispatcher, client).run())
        tasks = [asyncio.create_task(one) for one in work]
        for task in tasks:
            task.add_done_callback(_log_fault)
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            await client.stop()

    async def _telegram(self, system: "System", client: "TelegramClient") -> None:
        """Tell Telegram where we are, or poll; keep trying."""
        from bot.telegram.failures import TelegramFailed  # noqa: PLC0415 - only where Telegram is configured
        from bot.telegram.polling import Poller  # noqa: PLC0415

        origin, secret = self.settings.webhook_url, self.settings.telegram_webhook_secret
        for attempt in range(1_000_000):
            try:
                system.desk.bot_name = await client.username()
                if origin is not None and secret is not None:
                    await client.set_webhook(f"{origin}/telegram", secret.get_secret_value())
                else:
                    await client.delete_webhook()
                break
            except TelegramFailed as failed:
                log.warning("Telegram can't be reached, trying again: %s", failed)
                await asyncio.sleep(RETRY_S[min(attempt, len(RETRY_S) - 1)])
        if origin is None:
            await Poller(client, self._inbox(system, client), _keep_aside(system)).run()

    def _inbox(self, system: "System", client: "TelegramClient") -> "TelegramInbox":
        from bot.telegram.inbox import TelegramInbox  # noqa: PLC0415 - only where Telegram is configured

        assert system.cards is not None  # noqa: S101 - where Telegram is configured, there is a chat
        ids = self.settings.admin_telegram_ids
        return TelegramInbox(system.desk, client, system.cards, system.objects, ids)


def twilio_account(settings: Settings) -> "TwilioAccount | None":
    """Return where texts are sent from; None where Twilio is not configured."""
    if settings.twilio_account_sid is None or settings.twilio_auth_token is None:
        return None
    from bot.sms.account import TWILIO_API, TwilioAccount  # noqa: PLC0415 - slow to import

    return TwilioAccount(
        account_sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token.get_secret_value(),
        sender=None if settings.twilio_messaging_service_sid else settings.twilio_from,
        messaging_service_sid=settings.twilio_messaging_service_sid,
        api_url=settings.twilio_api_url or TWILIO_API,
        webhook_url=settings.webhook_url,
    )


def join_channels(settings: Settings) -> Channels:
    """Return the channels that are configured. Calls nobody."""
    twilio, mailbox, chat, telegram = None, None, None, None
    account = twilio_account(settings)
    if account is not None:
        from bot.sms.mailbox import Mailbox  # noqa: PLC0415 - slow to import
        from bot.sms.texter import TwilioTexter  # noqa: PLC0415

        twilio, mailbox = TwilioTexter(account), Mailbox(account)
    if settings.telegram_bot_token is not None:
        from bot.telegram.chat import TelegramChat  # noqa: PLC0415 - slow to import
        from bot.telegram.client import TelegramClient  # noqa: PLC0415

        telegram = TelegramClient(settings.telegram_bot_token.get_secret_value(), settings.telegram_api_url)
        chat = TelegramChat(telegram)
    return Channels(settings=settings, twilio=twilio, mailbox=mailbox, chat=chat, telegram=telegram)


def _log_fault(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("a way in has ended: restart the service", exc_info=task.exception())


def _keep_aside(system: "System") -> "KeepAside":
    async def keep(raw: bytes, why: str) -> None:
        log.error("an update is kept aside: %s", why)
        kept = {
            "why": why,
            "at": system.clock.now().isoformat(),
            "raw": raw[:ASIDE_BYTES_MAX].decode("utf-8", "replace"),
        }
        key = f"aside/{system.ids.unique()}.json"
        try:
            await asyncio.to_thread(
                system.objects.put, key, json.dumps(kept).encode(), content_type="application/json"
            )
        except StoreError as error:
            log.error("it could not even be kept: %s", error)  # noqa: TRY400 - the place is known

    return keep
