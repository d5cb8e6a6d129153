"""Polling: asks Telegram for updates where it can't call us."""

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable

from bot.telegram.client import TelegramClient
from bot.telegram.failures import TelegramFailed
from bot.telegram.inbox import TelegramInbox
from bot.telegram.webhook import KeepAside, take

log = logging.getLogger(__name__)

POLL_S = 25
"""How long one call waits for news: below what proxies cut."""

PAUSES_S = (1.0, 2.0, 5.0, 15.0, 30.0)
"""After one, two … failures in a row; the last one from then on."""


class Poller:
    """Takes updates one batch after another, in order within a chat, chats side by side."""

    def __init__(
        self,
        client: TelegramClient,
        inbox: TelegramInbox,
        keep_aside: KeepAside,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = client
        self._inbox = inbox
        self._keep_aside = keep_aside
        self._pause = pause
        self._offset: int | None = None

    async def run(self) -> None:
        """Poll until cancelled; keeps trying when Telegram can't be reached."""
        failures = 0
        while True:
            try:
                handled = await self.once()
            except TelegramFailed as failed:
                log.warning("polling Telegram failed, trying again: %s", failed)
                handled = False
            failures = 0 if handled else failures + 1
            if failures:
                await self._pause(PAUSES_S[min(failures, len(PAUSES_S)) - 1])

    async def once(self, wait_s: int = POLL_S) -> bool:
        """Take one batch; return False where something in it has to come again. Raises TelegramFailed."""
        batch = await self._client.updates(self._offset, wait_s)
        lanes: defaultdict[object, list[tuple[int, bytes]]] = defaultdict(list)
        for raw in batch:
            update_id, lane = _place(raw)
            lanes[lane].append((update_id, raw))
        undone = [
            unfit for unfit in await asyncio.gather(*map(self._lane, lanes.values())) if unfit is not None
        ]
        ids = [update_id for lane in lanes.values() for update_id, _ in lane]
        if undone:
            # What follows an update that has to come again is taken again too: its cause makes that harmless.
            self._offset = min(undone)
            return False
        if ids:
            self._offset = max(ids) + 1
        return True

    async def _lane(self, updates: list[tuple[int, bytes]]) -> int | None:
        for update_id, raw in updates:
            if not await take(self._inbox, raw, self._keep_aside):
                return update_id
        return None


def _place(raw: bytes) -> tuple[int, object]:
    """Return an update's id and the chat that it is from; None for a chat that can't be told.

    An update may be anything: whether it can be read shows later, and here it must hold up nobody.
    """
    update = json.loads(raw)
    tapped = _field(update, "callback_query")
    messages = (_field(update, "message"), _field(update, "edited_message"), _field(tapped, "message"))
    chats = (_field(_field(message, "chat"), "id") for message in messages)
    update_id, chat_id = _field(update, "update_id"), next((chat for chat in chats if chat is not None), None)
    return update_id if isinstance(update_id, int) else 0, str(chat_id)


def _field(value: object, name: str) -> object:
    return value.get(name) if isinstance(value, dict) else None
