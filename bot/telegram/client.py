"""The client of the Bot API: the few calls that dispatching needs, each tried once and in its chat's turn.

Making a client calls nobody, so that the process starts and serves while the service
cannot be reached.
"""

import html as html_module
import json
import logging
import re
from collections.abc import Awaitable, Sequence
from typing import Self, TypeVar
from urllib.parse import urlencode

from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from bot.telegram.failures import Failed, Failure, TelegramFailed, failure_of
from bot.telegram.keyboard import AskContact, Keyboard, NoMoreAsking, inline_markup_of, markup_of
from bot.telegram.lanes import Lanes

API_URL = "https://api.telegram.org"
CONNECT_WITHIN_S = 3.0
ANSWER_WITHIN_S = 6.0
WAIT_FOR_A_CONNECTION_S = 0.5
CONNECTIONS = 16
POLL_GRACE_S = 10.0
"""How much longer than its own time a poll may take before it counts as lost."""

TOAST_CHARACTERS_MAX = 200

Result = TypeVar("Result")

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")


class TelegramClient:
    """Calls the Bot API. Every method raises TelegramFailed, which says what the failure means."""

    def __init__(self, token: str, api_url: str = API_URL, lanes: Lanes | None = None) -> None:
        # httpx logs each address at INFO, and the token is in it.
        for noisy in ("httpx", "httpcore"):
            logging.getLogger(noisy).setLevel(logging.WARNING)
        origin = api_url.rstrip("/")
        self.lanes = lanes or Lanes()
        self._calls = _request(ANSWER_WITHIN_S, CONNECTIONS)
        self._polls = _request(ANSWER_WITHIN_S, 1)
        self._bot = Bot(
            token,
            base_url=f"{origin}/bot",
            base_file_url=f"{origin}/file/bot",
            request=self._calls,
            get_updates_request=self._polls,
        )

    async def start(self) -> Self:
        """Make ready for calls, again after `stop` if need be; calls nobody."""
        await self._calls.initialize()
        await self._polls.initialize()
        return self

    async def stop(self) -> None:
        """Let go of the connections."""
        await self._calls.shutdown()
        await self._polls.shutdown()

    async def post(
        self,
        chat_id: int,
        text: str,
        keyboard: Keyboard | AskContact | NoMoreAsking = (),
        *,
        html: bool = True,
        reply_to: int | None = None,
    ) -> int:
        """Send a message and return its id.

        `text` is Telegram's HTML unless `html` is False; where the service cannot read it, it goes out plain.
        A message that is replied to may be gone by then. Links get no preview.
        """

        async def send(words: str, mode: ParseMode | None) -> int:
            await self.lanes.turn(chat_id)
            sending = self._bot.send_message(
                chat_id,
                words,
                parse_mode=mode,
                reply_markup=markup_of(keyboard),
                link_preview_options=_NO_PREVIEW,
                reply_parameters=_reply(reply_to),
            )
            return (await self._in_turn(chat_id, sending)).message_id

        if not html:
            return await send(text, None)
        try:
            return await send(text, ParseMode.HTML)
        except TelegramFailed as failed:
            if failed.failure.kind is not Failed.UNPARSABLE:
                raise
            return await send(plain(text), None)

    async def send_file(self, chat_id: int, name: str, content: bytes, *, reply_to: int | None = None) -> int:
        """Send a file and return its message's id; it is sent once. Raises TelegramFailed."""
        await self.lanes.turn(chat_id)
        sending = self._bot.send_document(chat_id, content, filename=name, reply_parameters=_reply(reply_to))
        return (await self._in_turn(chat_id, sending)).message_id

    async def edit(
        self,
        chat_id: int,
        message_id: int,
        text: str,
        keyboard: Keyboard = (),
        *,
        html: bool = True,
    ) -> None:
        """Make a message of ours say `text` with these buttons (none: without).

        It may be repeated as often as one likes: a message that says so already is no error.
        """
        try:
            await self._edit(chat_id, message_id, text, keyboard, ParseMode.HTML if html else None)
        except TelegramFailed as failed:
            if failed.failure.kind is not Failed.UNPARSABLE or not html:
                raise
            await self._edit(chat_id, message_id, plain(text), keyboard, None)

    async def edit_buttons(self, chat_id: int, message_id: int, keyboard: Keyboard = ()) -> None:
        """Change the buttons of a message of ours, or take them away; may be repeated like `edit`."""
        await self.lanes.turn(chat_id, edit=True)
        editing = self._bot.edit_message_reply_markup(
            chat_id, message_id, reply_markup=inline_markup_of(keyboard)
        )
        await _unless(Failed.NOT_MODIFIED, self._in_turn(chat_id, editing))

    async def answer(self, callback_id: str, toast: str = "", *, alert: bool = False) -> bool:
        """Answer a tap, with a short text or none; return whether it was still in time.

        A text of more than 200 characters is cut.
        """
        words = toast if len(toast) <= TOAST_CHARACTERS_MAX else toast[: TOAST_CHARACTERS_MAX - 1] + "…"
        answering = self._bot.answer_callback_query(callback_id, words or None, show_alert=alert or None)
        return await _unless(Failed.TOO_OLD, _called(answering))

    async def set_commands(self, commands: Sequence[tuple[str, str]], chat_id: int) -> None:
        """Set the menu of (command, description) for a chat; an empty one takes it away."""
        scope = BotCommandScopeChat(chat_id)
        menu = [BotCommand(command, description) for command, description in commands]
        if menu:
            await _called(self._bot.set_my_commands(menu, scope=scope))
        else:
            await _called(self._bot.delete_my_commands(scope=scope))

    async def set_webhook(self, url: str, secret: str, *, max_connections: int = 10) -> None:
        """Have updates posted to `url` with `secret` in their header; those that wait are kept."""
        setting = self._bot.set_webhook(
            url,
            secret_token=secret,
            max_connections=max_connections,
            allowed_updates=ALLOWED_UPDATES,
        )
        await _called(setting)

    async def delete_webhook(self) -> None:
        """Have updates wait for `updates`; those that wait are kept."""
        await _called(self._bot.delete_webhook())

    async def webhook_url(self) -> str:
        """Return where updates are posted now; empty: nowhere."""
        return (await _called(self._bot.get_webhook_info())).url

    async def username(self) -> str:
        """Return the bot's own name, without the @: for links, and as a check of the token."""
        return (await _called(self._bot.get_me())).username or ""

    async def download(self, file_id: str) -> bytes:
        """Return the content of a file that somebody sent, at most 20 MB.

        Its address there holds the token, so the content is fetched at once and the address never handed out.
        """
        file = await _called(self._bot.get_file(file_id))
        return bytes(await _called(file.download_as_bytearray()))

    async def updates(self, offset: int | None, timeout_s: int) -> list[bytes]:
        """Return waiting updates, each as the JSON that a webhook would get; wait up to `timeout_s` for one.

        `offset` is one more than the last update that is done with: that one and those before it are
        forgotten there. They come raw, so that one that cannot be read does not hold up the others.
        """
        wanted = {"timeout": timeout_s, "allowed_updates": json.dumps(ALLOWED_UPDATES)}
        query = urlencode(wanted if offset is None else wanted | {"offset": offset})
        polling = self._polls.retrieve(
            f"{self._bot.base_url}/getUpdates?{query}",
            read_timeout=timeout_s + POLL_GRACE_S,
        )
        try:
            return [json.dumps(update).encode() for update in json.loads(await _called(polling))["result"]]
        except (ValueError, KeyError, TypeError) as error:
            senseless = Failure(kind=Failed.UNKNOWN, description="the answer makes no sense")
            raise TelegramFailed(senseless) from error

    async def _edit(
        self,
        chat_id: int,
        message_id: int,
        text: str,
        keyboard: Keyboard,
        mode: ParseMode | None,
    ) -> None:
        await self.lanes.turn(chat_id, edit=True)
        editing = self._bot.edit_message_text(
            text,
            chat_id,
            message_id,
            parse_mode=mode,
            reply_markup=inline_markup_of(keyboard),
            link_preview_options=_NO_PREVIEW,
        )
        await _unless(Failed.NOT_MODIFIED, self._in_turn(chat_id, editing))

    async def _in_turn(self, chat_id: int, call: Awaitable[Result]) -> Result:
        """Make a call whose turn has come, and let the chat's lane know where that was too much."""
        try:
            return await _called(call)
        except TelegramFailed as failed:
            self.lanes.met(chat_id, failed.failure)
            raise


def plain(html: str) -> str:
    """Return the words of a text in Telegram's HTML, without its tags."""
    return html_module.unescape(re.sub(r"</?[a-zA-Z][^<>]*>", "", html))


_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


def _request(answer_within_s: float, connections: int) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=connections,
        connect_timeout=CONNECT_WITHIN_S,
        read_timeout=answer_within_s,
        write_timeout=answer_within_s,
        pool_timeout=WAIT_FOR_A_CONNECTION_S,
    )


def _reply(message_id: int | None) -> ReplyParameters | None:
    return None if message_id is None else ReplyParameters(message_id, allow_sending_without_reply=True)


async def _called(call: Awaitable[Result]) -> Result:
    try:
        return await call
    except TelegramError as error:
        raise TelegramFailed(failure_of(error)) from error


async def _unless(harmless: Failed, call: Awaitable[object]) -> bool:
    try:
        await call
    except TelegramFailed as failed:
        if failed.failure.kind is not harmless:
            raise
        return False
    return True
