"""Menus: the commands that Telegram offers beside the line, by what each person may do.

They are for discovery alone: what somebody may do is looked at with every line and every tap.
"""

import asyncio
import logging
from collections.abc import Mapping

from bot.telegram.client import TelegramClient
from bot.telegram.failures import Failed, TelegramFailed
from bot.texts.words import menu_for
from core.dispatch import Dispatcher
from core.domain.people import Role
from core.domain.state import State
from core.ports import StoreError

log = logging.getLogger(__name__)

RETRY_S = 60.0
LOOK_AGAIN_S = 600.0

_NOT_ASKED_AGAIN = frozenset({Failed.UNREACHABLE, Failed.REFUSED, Failed.MOVED, Failed.GONE})


class MenuKeeper:
    """Keeps each person's menu as his role is, and takes it from who has left."""

    def __init__(self, dispatcher: Dispatcher, client: TelegramClient) -> None:
        self._dispatcher = dispatcher
        self._client = client
        self._news = dispatcher.committed.follower()
        self._shown: dict[int, Role | None] = {}
        """By account: whose menu it has, as far as this process knows. It starts by setting all."""

    async def run(self) -> None:
        """Keep the menus until cancelled."""
        while True:
            self._news.clear()
            try:
                wait_s = LOOK_AGAIN_S if await self.once() else RETRY_S
            except StoreError as error:
                log.warning("menus: the state can't be read, trying again: %s", error)
                wait_s = RETRY_S
            try:
                await asyncio.wait_for(self._news.wait(), wait_s)
            except TimeoutError:
                continue

    async def once(self) -> bool:
        """Set what is not as it should be; return whether all is. Raises a StoreError."""
        wanted = wanted_menus(await self._dispatcher.read())
        all_set = True
        for account, role in wanted.items():
            if account in self._shown and self._shown[account] is role:
                continue
            try:
                await self._client.set_commands(menu_for(role) if role else (), account)
            except TelegramFailed as failed:
                if failed.failure.kind not in _NOT_ASKED_AGAIN:
                    all_set = False
                    continue
                log.info("menus: an account takes none: %s", failed)
            self._shown[account] = role
        return all_set


def wanted_menus(state: State) -> Mapping[int, Role | None]:
    """Return by account whose menu it should have; None: none, since its owner has left."""
    wanted: dict[int, Role | None] = {}
    for person in state.people.values():
        if person.telegram_id is not None and (person.active or person.telegram_id not in wanted):
            wanted[person.telegram_id] = person.role if person.active else None
    return wanted
