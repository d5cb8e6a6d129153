"""Catch-up: texts that came while nobody was here to take them, read from Twilio's list.

Twilio calls a webhook once or a few times, and then forgets the call, not the text.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta

from bot.desk import Desk
from bot.grammar.carrier_words import classify
from bot.sms.inbound import Inbound, SmsInbox, cause_of
from bot.sms.mailbox import Mailbox, Received
from core.domain.state import CAUSE_KEPT
from core.ports import StoreError, TextsNotListed

log = logging.getLogger(__name__)

CLOCKS_APART = timedelta(hours=1)
"""How far the provider's clock may be from ours, so that a text is never older than its cause is kept."""

LOOK_BACK = CAUSE_KEPT - CLOCKS_APART
"""What is older may have been acted on and forgotten: it is left alone."""

INTERVAL_S = 600.0
"""Behind a webhook: a call that was lost is made up for within ten minutes."""

INTERVAL_WITHOUT_WEBHOOK_S = 20.0
"""Without one this is the only way in."""

RETRY_S = 30.0


class CatchUp:
    """Puts the texts that nobody has seen yet where they would have gone."""

    def __init__(self, desk: Desk, inbox: SmsInbox, mailbox: Mailbox) -> None:
        self._desk = desk
        self._inbox = inbox
        self._mailbox = mailbox

    async def run(self, interval_s: float, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Look now and again until cancelled; a fault of one look is logged and the next one tries again."""
        while True:
            wait_s = interval_s
            try:
                await self.once()
            except (TextsNotListed, StoreError) as error:
                log.warning("texts that came in meanwhile are not known yet: %s", error)
                wait_s = min(interval_s, RETRY_S)
            except Exception:
                # The top of a loop: what came in meanwhile is looked for again.
                log.exception("texts that came in meanwhile are not known yet")
            await pause(wait_s)

    async def once(self) -> int:
        """Take in what came since the first start, at most `LOOK_BACK` ago; return how many texts that were.

        Raises TextsNotListed, StoreError.
        """
        now = self._desk.dispatcher.clock.now()
        since = max(await self._listening_since(now), now - LOOK_BACK)
        listed = await asyncio.to_thread(self._mailbox.received, since=since)
        causes = (await self._desk.dispatcher.read()).causes
        missed = [text for text in still_meant(listed) if cause_of(text.message_sid) not in causes]
        for text in missed:
            await self._inbox.take(
                Inbound(message_sid=text.message_sid, phone=text.phone, text=text.text, media=text.media)
            )
        if missed:
            log.warning("%d texts had come in while nobody took them", len(missed))
        return len(missed)

    async def _listening_since(self, now: datetime) -> datetime:
        """Return since when texts are ours to answer: what came before the first start is not."""
        since = (await self._desk.dispatcher.read()).texting.listening_since
        if since is not None:
            return since
        _, state = await self._desk.dispatcher.submit(
            lambda state: (
                state if state.texting.listening_since else state.with_texting(listening_since=now),
                None,
            )
        )
        return state.texting.listening_since or now


def still_meant(listed: Iterable[Received]) -> list[Received]:
    """Return the texts, oldest first, without STOPs and STARTs that their sender took back later.

    A STOP that was missed must not undo the START that came after it and was not.
    """
    texts = list(listed)
    last = {text.phone: text.message_sid for text in texts if _is_about_texts(text)}
    return [text for text in texts if not _is_about_texts(text) or last[text.phone] == text.message_sid]


def _is_about_texts(text: Received) -> bool:
    return classify(text.text) in {"opt_out", "opt_in"}
