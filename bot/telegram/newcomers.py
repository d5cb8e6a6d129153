"""Newcomers: who comes onto the staff by Telegram, how he is reached, and who is turned away."""

import logging
from hashlib import sha256

from bot.desk import Desk
from bot.desk.identity import by_telegram
from bot.telegram.answers import Answers
from bot.telegram.incoming import ContactCard, Incoming
from bot.telegram.keyboard import AskContact, NoMoreAsking
from bot.telegram.lines import cause_of, line_of
from bot.texts.reply import Reply
from bot.texts.staff import ASK_FOR_PHONE, NOT_YOUR_CARD, SHARE_PHONE, STRANGER, phone_shared
from core.domain import commands as c
from core.domain.errors import AlreadySo, Refusal
from core.domain.people import Actor, Person
from core.ports import StoreError

log = logging.getLogger(__name__)

SYSTEM = Actor(person_id="system", name="Quickdump", role=None)
"""Who does what nobody on the staff has asked for."""


class Newcomers:
    """Lets in who was invited and turns all others away. Every method raises StoreError and NotTold."""

    def __init__(self, desk: Desk, answers: Answers, admin_ids: frozenset[int]) -> None:
        self._desk = desk
        self._answers = answers
        self._admin_ids = admin_ids

    async def enrolled(self, update: Incoming) -> Person | None:
        """Put an admin of the settings among the people at his first message; None for all others."""
        if update.user_id not in self._admin_ids:
            return None
        enrol = c.EnrolAdmin(name=update.first_name, telegram_id=update.user_id)
        try:
            outcome = await self._desk.dispatcher.handle(enrol, SYSTEM, f"{cause_of(update)}:enrol")
        except Refusal:
            return by_telegram(update.user_id, await self._desk.dispatcher.read())
        return by_telegram(update.user_id, outcome.state)

    async def join(self, update: Incoming, secret: str) -> None:
        """Let somebody in who was invited, in his private chat, and ask for his number."""
        if not update.is_private:
            return
        join = c.Join(token_hash=sha256(secret.encode()).hexdigest(), telegram_id=update.user_id)
        newcomer = SYSTEM.model_copy(update={"name": update.first_name, "telegram_id": update.user_id})
        try:
            outcome = await self._desk.dispatcher.handle(join, newcomer, cause_of(update))
        except Refusal:
            await self.turn_away(update)
            return
        person = by_telegram(update.user_id, outcome.state)
        if person is None:
            return
        line = line_of(update, Actor.of(person), "?")
        welcome = self._desk.done(outcome.transaction, line, outcome.state, published=True)
        await self._answers.say(update, welcome)
        if person.phone is None:
            await self._answers.ask(update, ASK_FOR_PHONE, AskContact(SHARE_PHONE))

    async def contact(self, update: Incoming, card: ContactCard, person: Person) -> None:
        """Take somebody's own number, which Telegram vouches for; a card of somebody else proves nothing."""
        if not update.is_private:
            return
        if not card.own:
            await self._answers.say(update, Reply(kind="refused", text=NOT_YOUR_CARD))
            return
        actor = Actor.of(person)
        try:
            await self._desk.dispatcher.handle(c.SharePhone(phone=card.phone), actor, cause_of(update))
        except AlreadySo:
            await self._answers.ask(update, phone_shared(card.phone), NoMoreAsking())
        except Refusal as refused:
            line = line_of(update, actor, "")
            reply = self._desk.refused(refused, line, await self._desk.dispatcher.read())
            await self._answers.say(update, reply)
        else:
            await self._answers.ask(update, phone_shared(card.phone), NoMoreAsking())

    async def reached(self, update: Incoming, *, reached: bool) -> None:
        """Note that somebody has blocked the bot, or unblocked it; a group that it left is nobody's loss."""
        if not update.is_private:
            return
        report = c.ReportChat(telegram_id=update.user_id, reached=reached)
        try:
            await self._desk.dispatcher.handle(report, SYSTEM, cause_of(update))
        except Refusal:
            return

    async def turn_away(self, update: Incoming) -> None:
        """Tell a stranger the one neutral line, in groups only where he taps: a guesser learns nothing.

        The admins hear of whoever writes to the bot itself.
        """
        if update.tap is not None:
            await self._answers.toast(update.tap, STRANGER)
        elif update.is_private:
            await self._answers.say(update, Reply(kind="refused", text=STRANGER))
            knock = c.ReportStranger(telegram_id=update.user_id, name=update.first_name)
            try:
                await self._desk.dispatcher.handle(knock, SYSTEM, f"{cause_of(update)}:knock")
            except Refusal:
                return
            except StoreError as error:
                # He has his answer: what is wrong in our house is not his to hear.
                log.warning("a stranger could not be written down: %s", error)
