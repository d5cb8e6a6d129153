"""What Telegram calls: updates, with our secret in a header."""

import hmac
import logging
from collections.abc import Awaitable, Callable, Sequence

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.telegram.answers import NotTold
from bot.telegram.inbox import TelegramInbox
from bot.telegram.incoming import MalformedUpdate, parse_update

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name

KeepAside = Callable[[bytes, str], Awaitable[None]]
"""Keeps an update that could not be handled, with the reason, for a person to look at."""


class TelegramWebhook:
    """Answers Telegram's calls, after the change is committed and the person was answered."""

    def __init__(self, inbox: TelegramInbox, secret: str, keep_aside: KeepAside) -> None:
        self._inbox = inbox
        self._secret = secret
        self._keep_aside = keep_aside

    def routes(self) -> Sequence[BaseRoute]:
        """Return the routes of this channel."""
        return (Route("/telegram", self.update, methods=["POST"]),)

    async def update(self, request: Request) -> Response:
        """Take an update in. 401 without the secret; 503 where it has to come again."""
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            return PlainTextResponse("The secret does not fit.\n", status_code=401)
        if await take(self._inbox, await request.body(), self._keep_aside):
            return PlainTextResponse("")
        return PlainTextResponse("Come again.\n", status_code=503)


async def take(inbox: TelegramInbox, raw: bytes, keep_aside: KeepAside) -> bool:
    """Handle one update whatever it is; return False where it has to come again.

    One that can't be read, or that we fail on, is kept aside: sent again it would only fail again.
    """
    try:
        incoming = parse_update(raw)
        if incoming is not None:
            await inbox.take(incoming)
    except MalformedUpdate as error:
        await keep_aside(raw, str(error))
    except NotTold:
        return False
    except Exception as error:
        log.exception("an update failed and is kept aside")
        await keep_aside(raw, f"{type(error).__name__}: {error}")
    return True
