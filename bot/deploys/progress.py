"""Progress: one message that shows how far a deploy has come, wherever it was asked for."""

import logging
import sys
from collections.abc import Callable
from typing import Protocol

from bot.desk.line import Line
from bot.texts.reply import Button, as_message_buttons
from core.dispatch import Dispatcher
from core.domain.notify import NOTICE_LIFE
from core.domain.outbox import Message
from core.ports import Chat, StoreError, TextNotSent, TextOutcomeUnknown

log = logging.getLogger(__name__)


class Progress(Protocol):
    """A message that is made to say something else as time goes by. Never fails: it is only looked at."""

    async def show(self, text: str, buttons: tuple[Button, ...] = (), *, final: bool = False) -> None:
        """Let the message say this; `final` where nothing follows."""

    def wait_s(self) -> float:
        """Return how long to wait before it is shown anew."""


class ChatProgress:
    """One message in a chat, edited in place."""

    def __init__(self, chat: Chat, chat_id: int) -> None:
        self._chat = chat
        self._chat_id = chat_id
        self._message: int | None = None

    async def show(self, text: str, buttons: tuple[Button, ...] = (), *, final: bool = False) -> None:
        """See Progress."""
        pairs = tuple((button.label, button.command) for button in buttons)
        try:
            if self._message is None:
                self._message = await self._chat.post(chat=self._chat_id, body=text, buttons=pairs)
            else:
                await self._chat.edit(
                    chat=self._chat_id, message=self._message, body=text, buttons=pairs, revision=None
                )
        except (TextNotSent, TextOutcomeUnknown) as error:
            log.warning("the progress of a deploy could not be shown%s: %s", " at its end" * final, error)

    def wait_s(self) -> float:
        """See Progress: at most one edit a second, and no more than the chat bears."""
        return max(1.0, self._chat.edit_wait_s(self._chat_id))


class NoticeProgress:
    """No message that could be edited: the end is told as a notice, through the outbox."""

    def __init__(self, dispatcher: Dispatcher, person_id: str, cause: str) -> None:
        self._dispatcher = dispatcher
        self._person_id = person_id
        self._cause = cause

    async def show(self, text: str, buttons: tuple[Button, ...] = (), *, final: bool = False) -> None:
        """See Progress."""
        if not final:
            return
        now = self._dispatcher.clock.now()
        notice = Message(
            id=f"{self._dispatcher.ids.unique()}-d",
            kind="notice",
            channel="chat",
            to=self._person_id,
            cause=self._cause,
            body=text,
            buttons=as_message_buttons(buttons),
            created_at=now,
            not_before=now,
            expires_at=now + NOTICE_LIFE,
        )
        try:
            await self._dispatcher.submit(lambda state: (state.with_message(notice), None))
        except StoreError as error:
            log.warning("the end of a deploy could not be told: %s", error)

    def wait_s(self) -> float:
        """See Progress."""
        return 1.0


class LineProgress:
    """Lines on a terminal's standard error; the end is the answer itself."""

    async def show(self, text: str, buttons: tuple[Button, ...] = (), *, final: bool = False) -> None:
        """See Progress."""
        del buttons
        if not final:
            sys.stderr.write(text.splitlines()[-1] + "\n")

    def wait_s(self) -> float:
        """See Progress."""
        return 1.0


def progress_for(dispatcher: Dispatcher, chat: Chat | None) -> Callable[[Line], Progress]:
    """Return what shows the progress to the giver of a line: in his chat where there is one."""

    def shown(line: Line) -> Progress:
        if line.waits:
            return LineProgress()
        if chat is not None and line.actor.telegram_id is not None:
            return ChatProgress(chat, line.actor.telegram_id)
        return NoticeProgress(dispatcher, line.actor.person_id, line.cause)

    return shown
