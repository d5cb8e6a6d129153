"""Updates that come in: who it is, what he asks for, and the answer."""

import logging
import re
import secrets
from collections import defaultdict
from hashlib import sha256

import anyio

from bot.desk import Desk, Line
from bot.desk.identity import by_telegram
from bot.grammar.line import clean_line
from bot.grammar.verbs import VERBS
from bot.telegram.buttons import TappedCommand, TappedOption, keyboard_of, read_tap
from bot.telegram.client import TelegramClient
from bot.telegram.failures import Failed, TelegramFailed
from bot.telegram.incoming import Incoming, Tap
from bot.telegram.pages import pages_of
from bot.texts.faults import store_down
from bot.texts.reply import Reply
from core.domain import commands as c
from core.domain.errors import Refusal
from core.domain.people import Actor, Person
from core.ports import OutcomeUnknown, StoreError

log = logging.getLogger(__name__)

STRANGER = "This bot works for one business. Ask it for an invitation."
OUT_OF_DATE = "That button is out of date: somebody was faster. This is how it stands now."

_START = re.compile(r"/?start(?:@\w+)?\s+([A-Za-z0-9_-]{16,64})\s*")
_CARD = re.compile(r"(?:[^\n#]{0,40})#(\d{1,9})\b")
"""Where a message of ours names its job: the first `#12` of its first line."""


class NotTold(Exception):
    """The person could not be told: the update has to come again. What was done is not done twice then."""


class TelegramInbox:
    """Answers updates, in order within a chat and side by side between chats."""

    def __init__(self, desk: Desk, client: TelegramClient, admin_ids: tuple[int, ...]) -> None:
        self._desk = desk
        self._client = client
        self._admin_ids = frozenset(admin_ids)
        self._lanes: defaultdict[int, anyio.Lock] = defaultdict(anyio.Lock)

    async def take(self, update: Incoming) -> None:
        """Do what one update asks for and answer it. Raises NotTold."""
        lane = self._lanes[update.chat_id]
        try:
            async with lane:
                await self._take(update)
        finally:
            if lane.statistics().tasks_waiting == 0 and not lane.locked():
                self._lanes.pop(update.chat_id, None)

    async def _take(self, update: Incoming) -> None:
        if update.edited or update.blocked is not None:
            # An edited `new` must not make a second job.
            return
        try:
            await self._answer(update)
        except OutcomeUnknown as error:
            # The same update again, with the same cause, finds what landed and does what did not.
            raise NotTold from error
        except StoreError as error:
            log.warning("store can't be used for update %d: %s", update.update_id, error)
            reply = store_down(str(error))
            told = update.tap is not None and await self._toast(update.tap, reply.text, alert=True)
            await self._say(update, reply, told=told)

    async def _answer(self, update: Incoming) -> None:
        """Find out who it is and answer him. Raises StoreError, and then nothing was said yet."""
        state = await self._desk.dispatcher.read()
        person = by_telegram(update.user_id, state) or await self._enrolled(update)
        start = _START.fullmatch(update.text or "")
        if start is not None and (person is None or _cause(update) in state.causes):
            await self._join(update, start[1])
        elif person is None:
            await self._turn_away(update)
        elif update.tap is not None:
            await self._tapped(update, update.tap, Actor.of(person))
        elif update.text is not None and self._is_meant(update):
            line = self._line(update, Actor.of(person), update.text)
            await self._say(update, await self._desk.ask(line))

    async def _enrolled(self, update: Incoming) -> Person | None:
        """Put an admin of the settings among the people at his first message; None for all others."""
        if update.user_id not in self._admin_ids:
            return None
        enrol = c.EnrolAdmin(name=update.first_name, telegram_id=update.user_id)
        nobody = Actor(person_id="system", name="Quickdump", role=None)
        try:
            outcome = await self._desk.dispatcher.handle(enrol, nobody, f"{_cause(update)}:enrol")
        except Refusal:
            return by_telegram(update.user_id, await self._desk.dispatcher.read())
        return by_telegram(update.user_id, outcome.state)

    async def _turn_away(self, update: Incoming) -> None:
        """Tell a stranger the one neutral line, in groups only where he taps: a guesser learns nothing."""
        if update.tap is not None:
            await self._toast(update.tap, STRANGER)
        elif update.chat_kind == "private":
            await self._say(update, Reply(kind="refused", text=STRANGER))

    async def _join(self, update: Incoming, secret: str) -> None:
        """Let somebody in who was invited."""
        if update.chat_kind != "private":
            return
        join = c.Join(token_hash=sha256(secret.encode()).hexdigest(), telegram_id=update.user_id)
        newcomer = Actor(person_id="system", name=update.first_name, role=None, telegram_id=update.user_id)
        try:
            outcome = await self._desk.dispatcher.handle(join, newcomer, _cause(update))
        except Refusal:
            await self._turn_away(update)
            return
        person = by_telegram(update.user_id, outcome.state)
        if person is not None:
            line = self._line(update, Actor.of(person), "?")
            await self._say(update, self._desk.done(outcome.transaction, line, outcome.state, published=True))

    async def _tapped(self, update: Incoming, tap: Tap, actor: Actor) -> None:
        asked = read_tap(tap)
        command: str | None = None
        match asked:
            case TappedCommand():
                command = await self._still_fits(asked, _cause(update))
            case TappedOption():
                question = self._line(update, actor, tap.replied_text)
                command = asked.finds(await self._desk.options(question))
            case None:
                command = None
        if command is None:
            await self._toast(tap, OUT_OF_DATE)
            number = _card_number(tap.message_text)
            if number is not None:
                shown = self._line(update, actor, f"show {number}")
                await self._say(update, await self._desk.ask(shown))
            return
        reply = await self._desk.ask(self._line(update, actor, command))
        told = await self._toast(tap, reply.text.split("\n", 1)[0], alert=not reply.ok)
        if reply.ok and tap.message_id is not None:
            await self._without_buttons(update.chat_id, tap.message_id)
        await self._say(update, reply, told=told)

    async def _still_fits(self, tapped: TappedCommand, cause: str) -> str | None:
        """Return the command, or None for an `undo` whose job has moved on since the button was made.

        Where this very tap has moved it on, and comes again, it still fits.
        """
        verb, _, rest = tapped.command.partition(" ")
        if verb != "undo" or tapped.revision is None or not rest.isdigit():
            return tapped.command
        state = await self._desk.dispatcher.read()
        job = state.jobs.get(int(rest))
        fits = (job is not None and job.revision == tapped.revision) or cause in state.causes
        return tapped.command if fits else None

    def _is_meant(self, update: Incoming) -> bool:
        """Tell whether a line is for us: in a group only what begins with a verb or answers a card."""
        if update.chat_kind == "private":
            return True
        line = clean_line(update.text or "").lower()
        word = re.match(r"/?([a-z?]+)(@\w+)?", line)
        if word is None:
            return False
        addressed = (word[2] or "").lstrip("@")
        if addressed and self._desk.bot_name and addressed != self._desk.bot_name.lower():
            return False
        answers_us = update.reply_to is not None and update.reply_to.from_bot
        return word[1] in VERBS and (line.startswith("/") or answers_us or word[1] == "new")

    def _line(self, update: Incoming, actor: Actor, text: str) -> Line:
        replied = update.reply_to
        context = _card_number(replied.text) if replied is not None and replied.from_bot else None
        return Line(
            text=text,
            actor=actor,
            cause=_cause(update),
            context=context,
            secret=secrets.token_urlsafe(24),
        )

    async def _say(self, update: Incoming, reply: Reply, *, told: bool = False) -> None:
        """Send the answer, unless it is empty. Raises NotTold where it has to be given again.

        `told` says that the person has read the first line of it already.
        """
        pages = pages_of(reply.text)
        try:
            for number, page in enumerate(pages, 1):
                keyboard = keyboard_of(reply) if number == len(pages) else ()
                await self._client.post(
                    update.chat_id, page, keyboard, html=False, reply_to=update.message_id
                )
        except TelegramFailed as failed:
            log.warning("an answer could not be sent: %s", failed)
            if not told and _is_owed_again(reply, failed.failure.kind):
                raise NotTold from failed

    async def _toast(self, tap: Tap, text: str, *, alert: bool = False) -> bool:
        """Answer a tap with a line; return whether it was shown."""
        try:
            return await self._client.answer(tap.callback_id, text, alert=alert)
        except TelegramFailed as failed:
            log.warning("a tap could not be answered: %s", failed)
            return False

    async def _without_buttons(self, chat_id: int, message_id: int) -> None:
        try:
            await self._client.edit_buttons(chat_id, message_id)
        except TelegramFailed as failed:
            log.info("old buttons stay where they are: %s", failed)


def _is_owed_again(reply: Reply, failed: Failed) -> bool:
    """Tell whether an update whose answer failed has to come again."""
    if failed in {Failed.NOT_SENT, Failed.TOO_MANY}:
        return True
    # "Nothing was changed" must be true where it may have been read, and be told where it was not.
    return reply.kind in {"down", "unknown"} and failed is not Failed.UNKNOWN


def _cause(update: Incoming) -> str:
    return f"tg:{update.update_id}"


def _card_number(text: str) -> int | None:
    match = _CARD.match(text)
    return int(match[1]) if match else None
