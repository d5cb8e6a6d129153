"""The simulator's chat: what the bot says on the phones of the staff, where cards are edited in place.

It takes the place of Telegram, so that the very keeper that edits cards there edits them here. It is
forgotten when the process ends; the keeper then finds its cards gone, and gives them up.
"""

import itertools
from collections.abc import Mapping

from core.domain.people import Role
from core.domain.record import Value
from core.ports import TextNotSent

PHONES: Mapping[str, int] = {Role.DISPATCHER.value: 1, Role.DRIVER.value: 2}
"""The chat on each phone."""

MESSAGES_MAX = 300
"""Older ones are out of sight, and lost."""


class Said(Value):
    """A message as it stands now."""

    chat: int
    message: int
    text: str
    buttons: tuple[tuple[str, str], ...]
    edits: int = 0
    """How often it was edited."""


class SimulatedChat:
    """Implements `core.ports.Chat`.

    `first` is the number of its first message. It has to be above all those of earlier processes: the state
    still knows which of them were cards, and of two the one with the higher number is the newer.
    """

    def __init__(self, first: int = 1) -> None:
        self._said: dict[tuple[int, int], Said] = {}
        self._numbers = itertools.count(first)

    async def post(
        self,
        *,
        chat: int,
        body: str,
        buttons: tuple[tuple[str, str], ...] = (),
        revision: int | None = None,
        reply_to: int | None = None,
    ) -> int:
        """See Chat."""
        del revision, reply_to
        said = Said(chat=chat, message=next(self._numbers), text=body, buttons=buttons)
        self._said[chat, said.message] = said
        if len(self._said) > MESSAGES_MAX:
            del self._said[next(iter(self._said))]
        return said.message

    async def edit(
        self,
        *,
        chat: int,
        message: int,
        body: str | None,
        buttons: tuple[tuple[str, str], ...],
        revision: int | None,
    ) -> None:
        """See Chat."""
        del revision
        there = self._said.get((chat, message))
        if there is None:
            raise TextNotSent("gone", permanent=True)
        text = there.text if body is None else body
        if (text, buttons) != (there.text, there.buttons):
            changes = {"text": text, "buttons": buttons, "edits": there.edits + 1}
            self._said[chat, message] = there.model_copy(update=changes)

    def edit_wait_s(self, chat: int) -> float:
        """See Chat: nobody is in a hurry to read here."""
        del chat
        return 0.0

    def said(self, place: tuple[int, int] | None) -> Said | None:
        """Return what stands at a place (chat, message); None where nothing does."""
        return self._said.get(place) if place is not None else None

    def all_said(self) -> tuple[Said, ...]:
        """Return all messages, oldest first."""
        return tuple(self._said.values())
