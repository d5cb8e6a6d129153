"""Aside: what is asked at the desk and is no matter of the state, such as the site."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from bot.desk.line import Line
from bot.texts.reply import Reply
from core.domain.commands import ReleaseSite, ShowDashboard
from core.domain.state import State


class SiteDesk(Protocol):
    """Answers what is asked about the site, once it is clear that its giver may ask it."""

    async def answer(self, asked: ReleaseSite | ShowDashboard, line: Line) -> Reply:
        """Return the answer. Raises StoreError."""


class Aside:
    """Opens the site's desk when it is needed: few lines are about the site.

    Args:
        open_site_desk: returns it.
        after: does what follows from a change of the state; never fails.
    """

    def __init__(
        self, open_site_desk: Callable[[], SiteDesk], after: Callable[[State], Awaitable[None]]
    ) -> None:
        self._open = open_site_desk
        self.after = after

    async def answer(self, asked: ReleaseSite | ShowDashboard, line: Line) -> Reply:
        """See SiteDesk."""
        return await self._open().answer(asked, line)
