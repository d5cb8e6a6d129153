"""Lanes: lets calls wait for their turn, one lane a chat, as the pace demands."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from bot.telegram.failures import Failed, Failure, TelegramFailed
from bot.telegram.pacing import Limits, Pace

PATIENCE_S = 4.0
"""How long a call waits for its turn; what would wait longer is told when to come again."""


class Lanes:
    """Gives each call its turn. The clock is monotonic and in seconds."""

    def __init__(
        self,
        limits: Limits | None = None,
        now_s: Callable[[], float] = time.monotonic,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._pace = Pace(limits)
        self._now_s = now_s
        self._pause = pause

    def wait_s(self, chat: int, *, edit: bool = False) -> float:
        """Return in how many seconds this chat may be called; 0: now."""
        return self._pace.wait_s(chat, self._now_s(), edit=edit)

    async def turn(self, chat: int, *, edit: bool = False) -> None:
        """Return when this chat may be called, and count the call.

        Raises TelegramFailed, of the kind TOO_MANY, where that is too far off: nothing was called then.
        """
        give_up_at = self._now_s() + PATIENCE_S
        while wait_s := self.wait_s(chat, edit=edit):
            if self._now_s() + wait_s > give_up_at:
                words = f"it is not this chat's turn for {wait_s:.0f} s"
                raise TelegramFailed(Failure(kind=Failed.TOO_MANY, description=words, retry_after_s=wait_s))
            await self._pause(wait_s)
        self._pace.take(chat, self._now_s(), edit=edit)

    def met(self, chat: int, failure: Failure) -> None:
        """Take in how a call failed: a chat of which there was too much is left alone as long as is asked."""
        if failure.kind is Failed.TOO_MANY and failure.retry_after_s is not None:
            self._pace.halt(chat, self._now_s(), failure.retry_after_s)
