"""The chat port on Telegram: messages to staff that nobody asked for a moment ago, and cards."""

import html
from typing import assert_never

from bot.telegram.buttons import keyboard_with
from bot.telegram.client import TelegramClient
from bot.telegram.failures import Failed, Failure, TelegramFailed
from core.ports import TextNotSent, TextOutcomeUnknown

UNAUTHORIZED_WAIT_S = 300.0
CANNOT_CONNECT_WAIT_S = 5.0


class TelegramChat:
    """Implements `core.ports.Chat`. The body is plain text: it is shown as it stands, its first line bold.

    A command that does not fit into a button loses its button, not the message.
    """

    def __init__(self, client: TelegramClient) -> None:
        self._client = client

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
        try:
            return await self._client.post(
                chat, with_heading(body), keyboard_with(buttons, revision), reply_to=reply_to
            )
        except TelegramFailed as failed:
            raise _in_the_ports_words(failed.failure) from failed

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
        keyboard = keyboard_with(buttons, revision)
        try:
            if body is None:
                await self._client.edit_buttons(chat, message, keyboard)
            else:
                await self._client.edit(chat, message, with_heading(body), keyboard)
        except TelegramFailed as failed:
            raise _in_the_ports_words(failed.failure) from failed

    def edit_wait_s(self, chat: int) -> float:
        """See Chat."""
        return self._client.lanes.wait_s(chat, edit=True)


def with_heading(body: str) -> str:
    """Return plain text as Telegram's HTML, with its first line bold."""
    first, line_end, rest = body.partition("\n")
    return f"<b>{html.escape(first, quote=False)}</b>{line_end}{html.escape(rest, quote=False)}"


def _in_the_ports_words(failure: Failure) -> TextNotSent | TextOutcomeUnknown:
    kind = failure.kind
    match kind:
        case Failed.UNKNOWN:
            return TextOutcomeUnknown(failure.description)
        case Failed.TOO_MANY:
            return TextNotSent(kind, permanent=False, retry_after_s=failure.retry_after_s)
        case Failed.NOT_SENT:
            return TextNotSent(kind, permanent=False, retry_after_s=CANNOT_CONNECT_WAIT_S)
        case Failed.UNAUTHORIZED | Failed.CONFLICT:
            return TextNotSent(kind, permanent=False, retry_after_s=UNAUTHORIZED_WAIT_S)
        case (
            Failed.MOVED
            | Failed.UNREACHABLE
            | Failed.NOT_MODIFIED
            | Failed.TOO_OLD
            | Failed.UNPARSABLE
            | Failed.GONE
            | Failed.REFUSED
        ):
            return TextNotSent(kind, permanent=True)
        case _:
            assert_never(kind)
