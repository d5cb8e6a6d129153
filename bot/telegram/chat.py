"""The chat port on Telegram: messages to staff that nobody asked for a moment ago."""

from typing import assert_never

from bot.telegram.client import TelegramClient
from bot.telegram.failures import Failed, Failure, TelegramFailed
from bot.telegram.keyboard import rows_of
from core.ports import TextNotSent, TextOutcomeUnknown

UNAUTHORIZED_WAIT_S = 300.0
CANNOT_CONNECT_WAIT_S = 5.0


class TelegramChat:
    """Implements `core.ports.Chat`. The body is plain text: it is shown as it stands."""

    def __init__(self, client: TelegramClient) -> None:
        self._client = client

    async def post(self, *, telegram_id: int, body: str, buttons: tuple[tuple[str, str], ...]) -> str:
        """Send one message with its (label, command) buttons and return its id there.

        A command that does not fit into a button loses its button, not the message.
        Raises TextNotSent, TextOutcomeUnknown.
        """
        try:
            return str(await self._client.post(telegram_id, body, rows_of(buttons), html=False))
        except TelegramFailed as failed:
            raise _in_the_ports_words(failed.failure) from failed


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
