"""Card keeper: edits the cards in the chats until they show their jobs as they stand.

What a card should show follows from the state alone, and what it does show is kept there. So changes that
come fast are one edit, a restart goes on where it was, and an edit that may have been lost is repeated.
That does no harm, which is why edits are not claimed as messages are.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from core.dispatch import Dispatcher
from core.domain.cards import Card, Cards, drawn, placed, still_wanted, without
from core.domain.events import CustomerWrote, OptedIn, OptedOut, OptOutAsked, OptOutSettled, WritingHandled
from core.domain.job import Job
from core.domain.state import State
from core.drawings import Draw, Drawing, Drawings
from core.handover import Words
from core.ports import Chat, StoreError, TextNotSent, TextOutcomeUnknown

log = logging.getLogger(__name__)

IDLE_S = 60.0
RETRY_S = 5.0
SOON_S = 0.05


Change = Callable[[Cards], Cards]

Wrong = tuple[Card, Drawing, str]
"""A card that does not show what it should, what that is, and its digest."""


class CardKeeper:
    """Keeps the cards of one business. `chat` paces itself and says when a chat takes an edit."""

    def __init__(self, dispatcher: Dispatcher, chat: Chat, draw: Draw) -> None:
        self._dispatcher = dispatcher
        self._chat = chat
        self._drawings = Drawings(draw)
        self._news = dispatcher.committed.follower()
        self._posted: dict[str, Card] = {}
        """By key: cards that the state does not know yet."""
        self._not_before: dict[int, float] = {}
        """By chat: when an edit that failed is tried again, on the loop's clock."""

    def take(self, card: Card) -> None:
        """Take over a message that was posted just now as its job's card in its chat."""
        known = self._posted.get(card.key)
        self._posted[card.key] = card if known is None else placed({card.key: known}, card)[card.key]
        self._news.set()

    @property
    def busy(self) -> bool:
        """Whether there are cards that the state does not know yet."""
        return bool(self._posted)

    async def run(self) -> None:
        """Keep the cards until cancelled; a fault of one pass is logged and the next one tries again."""
        while True:
            self._news.clear()
            try:
                wait_s = await self.once()
            except (StoreError, OSError) as error:
                log.warning("cards: this pass failed, the next one tries again: %s", error)
                wait_s = RETRY_S
            except Exception:
                # The top of a loop: whatever it was, cards are drawn for as long as the service runs.
                log.exception("cards: this pass failed, the next one tries again")
                wait_s = RETRY_S
            try:
                await asyncio.wait_for(self._news.wait(), wait_s)
            except TimeoutError:
                continue

    async def once(self) -> float:
        """Edit at most one card in each chat that takes an edit now.

        Returns in how many seconds there may be more to do. Raises a StoreError.
        """
        state = await self._dispatcher.read()
        posted = dict(self._posted)
        cards: Cards = state.cards
        for card in posted.values():
            cards = placed(cards, card)
        chosen, come_again_s = self._chosen(self._wrong(cards, state))
        changes = await asyncio.gather(*(self._put_right(wrong, state) for wrong in chosen))
        await self._record(posted, [change for change in changes if change is not None])
        return come_again_s if all(changes) else min(come_again_s, RETRY_S)

    def _wrong(self, cards: Cards, state: State) -> list[Wrong]:
        """Return the cards that don't show what they should, those of the newest changes first."""
        wrong = [
            (card, drawing, digest)
            for card, drawing, digest in self._drawings.of(cards, state)
            if card.shown != digest or card.retired
        ]
        return sorted(wrong, key=lambda one: -state.jobs[one[0].job].revision)

    def _chosen(self, wrong: list[Wrong]) -> tuple[list[Wrong], float]:
        """Return one card for each chat that takes an edit now, and when to come again for the others."""
        now_s = asyncio.get_running_loop().time()
        chosen: dict[int, Wrong] = {}
        come_again_s = IDLE_S
        for card, drawing, digest in wrong:
            wait_s = max(self._chat.edit_wait_s(card.chat), self._not_before.get(card.chat, 0.0) - now_s)
            if wait_s <= 0 and card.chat not in chosen:
                chosen[card.chat] = card, drawing, digest
            else:
                come_again_s = min(come_again_s, max(wait_s, SOON_S))
        return list(chosen.values()), come_again_s

    async def _put_right(self, wrong: Wrong, state: State) -> Change | None:
        """Edit one card and return what the state is to know of it; None where it is to be tried again."""
        card, drawing, digest = wrong
        job = state.jobs[card.job]
        try:
            if not _tells_it_in_its_own_words(card, job, state):
                await self._edit(card, card.message, drawing.words, job.revision)
            for message in card.retired:
                await self._retire(card, message)
        except TextNotSent as error:
            if error.permanent:
                log.info("cards: the card %s is given up: %s", card.key, error.code)
                return lambda cards: without(cards, card)
            self._later(card.chat, error.retry_after_s or RETRY_S)
            return None
        except TextOutcomeUnknown:
            self._later(card.chat, RETRY_S)
            return None
        except Exception:
            # By itself, and not for ever anew: all other cards wait for this pass to end.
            log.exception("cards: the card %s can't be edited", card.key)
            self._later(card.chat, IDLE_S)
            return None
        if drawing.final:
            return lambda cards: without(cards, card)
        return lambda cards: drawn(cards, card, job.revision, digest)

    async def _edit(self, card: Card, message: int, words: Words, revision: int) -> None:
        buttons = tuple((button.label, button.command) for button in words.buttons)
        await self._chat.edit(
            chat=card.chat, message=message, body=words.body, buttons=buttons, revision=revision
        )

    async def _retire(self, card: Card, message: int) -> None:
        """Take the buttons from an earlier card; one that is gone has none. Raises as Chat.edit."""
        try:
            await self._chat.edit(chat=card.chat, message=message, body=None, buttons=(), revision=None)
        except TextNotSent as error:
            if not error.permanent:
                raise

    def _later(self, chat: int, wait_s: float) -> None:
        self._not_before[chat] = asyncio.get_running_loop().time() + wait_s

    async def _record(self, posted: dict[str, Card], changes: list[Change]) -> None:
        """Write down what was posted and what is shown now, in one write. Raises a StoreError."""
        if not posted and not changes:
            return
        now = self._dispatcher.clock.now()

        def work(state: State) -> tuple[State, None]:
            cards: Cards = state.cards
            for card in posted.values():
                cards = placed(cards, card)
            for change in changes:
                cards = change(cards)
            return state.with_cards(still_wanted(cards, state.jobs, now)), None

        await self._dispatcher.submit(work)
        for key, card in posted.items():
            if self._posted.get(key) is card:
                del self._posted[key]


def _tells_it_in_its_own_words(card: Card, job: Job, state: State) -> bool:
    """Tell whether a card that was posted as an answer is still the newest word on its job."""
    if card.shown or card.revision != job.revision:
        return False
    texts = (message for message in state.messages_of(job.number) if message.channel == "sms")
    settled = any(text.settled_at is not None and text.settled_at >= card.at for text in texts)
    return not settled and not _heard_of_customer(job, state, since=card.at)


def _heard_of_customer(job: Job, state: State, *, since: datetime) -> bool:
    """Tell whether something was heard of a job's customer that its card has to show."""
    bad = state.texting.bad_number(job.phone) if job.phone else None
    if bad is not None and bad.at >= since:
        return True
    for event in reversed(state.log):
        if event.at < since:
            return False
        match event:
            case OptedOut() | OptedIn() | OptOutAsked() | OptOutSettled() if event.phone == job.phone:
                return True
            case CustomerWrote() | WritingHandled() if event.number == job.number:
                return True
            case _:
                continue
    return False
