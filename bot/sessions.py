"""Sessions of the dashboard: keeps the edge's key in step with the staff, and signs links."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from core.dispatch import Dispatcher
from core.domain.session import SessionKey, leavers, login_link, session_key
from core.domain.state import State
from core.ports import Keys, StoreError

log = logging.getLogger(__name__)

LOOK_INTERVAL_S = 300.0
"""How often the key is looked at without a reason: another process may have removed somebody and died."""


class Sessions:
    """Gives links, and ends all sessions when somebody leaves who could see the dashboard.

    Args:
        dispatcher: knows the newest state.
        keys: returns where the edge looks up its key; asked when it is needed.
        master: returns the secret that keys are derived from; asked when it is needed.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        keys: Callable[[], Keys],
        master: Callable[[], str],
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._dispatcher = dispatcher
        self._keys = keys
        self._master = master
        self._pause = pause
        self._settled: SessionKey | None = None
        self._left = 0

    def settle(self, state: State) -> SessionKey:
        """Let the edge believe the key that goes with `state`, and return it. Blocks. Raises StoreError."""
        wanted = session_key(self._master(), state)
        if self._settled != wanted:
            keys = self._keys()
            if keys.current() != wanted:
                keys.replace(wanted)
            self._settled = wanted
        return wanted

    def link(self, person_id: str, state: State, now: datetime) -> str:
        """Return the address that signs somebody in for the next minutes. Blocks. Raises StoreError."""
        self._settled = None  # a link is worth a look: another process may have put another key there
        key = self.settle(state)
        return login_link(self._dispatcher.business.public_url, person_id, key=key, now=now)

    async def after(self, state: State) -> None:
        """End the sessions of who has just left; where that fails, the loop does it."""
        left = leavers(state)
        if left == self._left:
            return  # as with nearly every change
        try:
            await asyncio.to_thread(self.settle, state)
        except (StoreError, ValueError) as error:
            log.warning("the session key could not be changed yet, trying again: %s", error)
        else:
            self._left = left

    async def run(self) -> None:
        """Keep the key in step until cancelled."""
        while True:
            try:
                state = await self._dispatcher.read()
                self._settled = None
                await asyncio.to_thread(self.settle, state)
            except StoreError as error:
                log.warning("the session key could not be looked at: %s", error)
            await self._pause(LOOK_INTERVAL_S)
