"""Updates that come in: who it is, what he asks for, and the answer."""

import logging
import re
from collections import defaultdict

import anyio

from bot.desk import Desk
from bot.desk.identity import by_telegram
from bot.telegram.answers import Answers, NotTold
from bot.telegram.client import TelegramClient
from bot.telegram.incoming import Incoming, Photo
from bot.telegram.lines import actor_of, cause_of, is_meant, line_of
from bot.telegram.newcomers import Newcomers
from bot.telegram.proofs import Proofs, is_job_alone
from bot.telegram.taps import Taps
from bot.texts.faults import store_down
from core.cards import CardKeeper
from core.domain.people import Person
from core.ports import ObjectStore, OutcomeUnknown, StoreError

log = logging.getLogger(__name__)

_START = re.compile(r"/?start(?:@\w+)?\s+([A-Za-z0-9_-]{16,64})\s*")


class TelegramInbox:
    """Answers updates, in order within a chat and side by side between chats."""

    def __init__(
        self,
        desk: Desk,
        client: TelegramClient,
        cards: CardKeeper,
        objects: ObjectStore,
        admin_ids: tuple[int, ...],
    ) -> None:
        self._desk = desk
        self._answers = Answers(client, cards, desk.dispatcher.clock)
        self._taps = Taps(desk, self._answers)
        self._proofs = Proofs(desk, self._answers, client, objects)
        self._newcomers = Newcomers(desk, self._answers, frozenset(admin_ids))
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
        if update.edited:
            # An edited `new` must not make a second job.
            return
        try:
            await self._answer(update)
        except OutcomeUnknown as error:
            # The same update again, with the same cause, finds what landed and does what did not.
            raise NotTold from error
        except StoreError as error:
            log.warning("store can't be used for update %d: %s", update.update_id, error)
            if update.blocked is not None:
                # Nobody waits for an answer: it is simply done later.
                raise NotTold from error
            reply = store_down(str(error))
            told = update.tap is not None and await self._answers.toast(update.tap, reply.text, alert=True)
            await self._answers.say(update, reply, told=told)

    async def _answer(self, update: Incoming) -> None:
        """Find out who it is and answer him. Raises StoreError, and then nothing was said yet."""
        state = await self._desk.dispatcher.read()
        person = by_telegram(update.user_id, state) or await self._newcomers.enrolled(update)
        start = _START.fullmatch(update.text or "")
        if update.blocked is not None:
            await self._newcomers.reached(update, reached=not update.blocked)
        elif start is not None and (person is None or cause_of(update) in state.causes):
            await self._newcomers.join(update, start[1])
        elif person is None:
            await self._newcomers.turn_away(update)
        elif update.tap is not None:
            await self._taps.tapped(update, update.tap, person)
        elif update.photo is not None:
            await self._photo(update, update.photo, person)
        elif update.contact is not None:
            await self._newcomers.contact(update, update.contact, person)
        elif update.text is not None and is_meant(update, self._desk.bot_name):
            line = line_of(update, actor_of(update, person), update.text)
            await self._answers.say(update, await self._desk.ask(line), person)

    async def _photo(self, update: Incoming, photo: Photo, person: Person) -> None:
        """Keep a photo, and do what the line under it says; in a group only a photo that answers a card."""
        answers_us = update.reply_to is not None and update.reply_to.from_bot
        if not update.is_private and not answers_us:
            return
        await self._proofs.take(update, photo, person)
        caption = update.text or ""
        if caption.strip() and not is_job_alone(caption):
            line = line_of(update, actor_of(update, person), caption)
            await self._answers.say(update, await self._desk.ask(line), person)
