"""Commits: tells whoever waits that something was written."""

import asyncio


class Commits:
    """An event that is set after each write; each follower has one of its own, which it alone clears."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self._followers: list[asyncio.Event] = []

    def follower(self) -> asyncio.Event:
        """Return an event that is set after each write from now on."""
        event = asyncio.Event()
        self._followers.append(event)
        return event

    def set(self) -> None:
        """Tell everybody."""
        for event in (self._event, *self._followers):
            event.set()

    def clear(self) -> None:
        """Forget the writes so far."""
        self._event.clear()

    def is_set(self) -> bool:
        """Tell whether something was written since it was cleared."""
        return self._event.is_set()

    async def wait(self) -> None:
        """Return once something is written."""
        await self._event.wait()
