"""Answers: what the bot says back in the chat where somebody wrote or tapped."""

import logging

from bot.telegram.buttons import keyboard_of
from bot.telegram.chat import with_heading
from bot.telegram.client import TelegramClient
from bot.telegram.failures import Failed, TelegramFailed
from bot.telegram.incoming import Incoming, Tap
from bot.telegram.keyboard import AskContact, NoMoreAsking
from bot.telegram.pages import pages_of
from bot.texts.reply import Reply
from core.cards import CardKeeper
from core.domain.cards import Card
from core.domain.job import Job
from core.domain.people import Person, Role
from core.ports import Clock

log = logging.getLogger(__name__)

REDRAW = "redraw"
"""Stands for what a card shows where that is not what it should: no digest is spelt so."""


class NotTold(Exception):
    """The person could not be told: the update has to come again. What was done is not done twice then."""


class Answers:
    """Says answers, and hands those that stand for a job to the keeper of the cards."""

    def __init__(self, client: TelegramClient, cards: CardKeeper, clock: Clock) -> None:
        self._client = client
        self._cards = cards
        self._clock = clock

    async def say(
        self, update: Incoming, reply: Reply, person: Person | None = None, *, told: bool = False
    ) -> None:
        """Send the answer, unless it is empty. Raises NotTold where it has to be given again.

        `told` says that the person has read the first line of it already.
        """
        message_id = None
        try:
            message_id = await self._post(update, reply)
            if reply.attachment is not None:
                file = reply.attachment
                await self._client.send_file(
                    update.chat_id, file.name, file.content, reply_to=update.message_id
                )
        except TelegramFailed as failed:
            moved_to = failed.failure.moved_to
            if moved_to is not None:
                # The group has another id now; the message that is answered has no place there.
                followed = update.model_copy(update={"chat_id": moved_to, "message_id": None})
                await self.say(followed, reply, person, told=told)
                return
            log.warning("an answer could not be sent: %s", failed)
            if not told and _is_owed_again(reply, failed.failure.kind):
                raise NotTold from failed
        if reply.is_card and reply.job is not None and message_id is not None and person is not None:
            self._take(update, message_id, reply.job, person)

    async def _post(self, update: Incoming, reply: Reply) -> int | None:
        """Send the pages of an answer and return the id of the last one. Raises TelegramFailed."""
        pages = pages_of(reply.text)
        message_id = None
        for number, page in enumerate(pages, 1):
            keyboard = keyboard_of(reply) if number == len(pages) else ()
            words = with_heading(page) if reply.is_card and number == 1 else page
            html = words is not page
            message_id = await self._client.post(
                update.chat_id, words, keyboard, html=html, reply_to=update.message_id
            )
        return message_id

    async def ask(self, update: Incoming, text: str, keyboard: AskContact | NoMoreAsking) -> None:
        """Say something with a keyboard below the chat. Where that fails, nothing is lost."""
        try:
            await self._client.post(update.chat_id, text, keyboard, html=False)
        except TelegramFailed as failed:
            log.warning("a keyboard could not be shown: %s", failed)

    async def toast(self, tap: Tap, text: str, *, alert: bool = False) -> bool:
        """Answer a tap with a line; return whether it was shown."""
        try:
            return await self._client.answer(tap.callback_id, text, alert=alert)
        except TelegramFailed as failed:
            log.warning("a tap could not be answered: %s", failed)
            return False

    def redraw(self, update: Incoming, message_id: int, job: Job, person: Person) -> None:
        """Let the message that was tapped show the job as it stands: it is its card from then on."""
        self._take(update, message_id, job, person, shown=REDRAW)

    async def without_buttons(self, chat_id: int, message_id: int) -> None:
        """Take the buttons from a message: what they offered is done."""
        try:
            await self._client.edit_buttons(chat_id, message_id)
        except TelegramFailed as failed:
            log.info("old buttons stay where they are: %s", failed)

    def _take(self, update: Incoming, message_id: int, job: Job, person: Person, *, shown: str = "") -> None:
        # A group looks at its cards together: they have a dispatcher's buttons, and each tap is checked.
        viewer = person.person_id if update.is_private else Role.DISPATCHER.value
        card = Card(
            job=job.number,
            chat=update.chat_id,
            message=message_id,
            viewer=viewer,
            revision=job.revision,
            at=self._clock.now(),
            shown=shown,
        )
        self._cards.take(card)


def _is_owed_again(reply: Reply, failed: Failed) -> bool:
    """Tell whether an update whose answer failed has to come again."""
    if failed in {Failed.NOT_SENT, Failed.TOO_MANY}:
        return True
    # "Nothing was changed" must be true where it may have been read, and be told where it was not.
    return reply.kind in {"down", "unknown"} and failed is not Failed.UNKNOWN
