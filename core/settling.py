"""Settling: finds out what became of messages whose answer was lost, from the provider's list of texts."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from core.dispatch import Dispatcher
from core.domain.delivery import GONE, LOST, reported
from core.domain.doubt import in_doubt, look_at, once_more, unseen
from core.domain.outbox import Message, MessageStatus
from core.domain.state import State
from core.handover import Carriers
from core.ports import ProviderText, TextsNotListed

log = logging.getLogger(__name__)

CLOCKS_APART = timedelta(minutes=15)
"""How far the provider's clock may be from ours: an older text is none of this message's."""

LIST_AGAIN = timedelta(seconds=30)
"""The next try after a list that could not be read."""

LISTS_MAX = 10
"""How many lists one pass reads: it must come to an end, and the others are read by the next one."""

TAKEN = "queued"
"""What a text in the list is at least, whatever word the provider has for it that we do not know."""


class Settling:
    """Looks messages in doubt up where their provider lists them."""

    def __init__(self, dispatcher: Dispatcher, carriers: Carriers) -> None:
        self._dispatcher = dispatcher
        self._carriers = carriers
        self._again_at: dict[tuple[str, str], datetime] = {}
        """By channel and person: when a list that could not be read may be tried again."""

    async def look(self, state: State, now: datetime) -> bool:
        """Settle what can be settled at `now`; return whether there was anything to look for.

        Raises a StoreError where it could not be written down.
        """
        ready = sorted((m for m in in_doubt(state) if self._look_at(m) <= now), key=_whose)
        groups = [list(messages) for _, messages in groupby(ready, _whose)]
        for messages in groups[:LISTS_MAX]:
            await self._look_for(messages, state, now)
        return bool(groups)

    def next_look_at(self, state: State) -> datetime | None:
        """Return when there will be something to look for, or None."""
        return min((self._look_at(message) for message in in_doubt(state)), default=None)

    def _look_at(self, message: Message) -> datetime:
        wanted = look_at(message)
        return max(wanted, self._again_at.get(_whose(message), wanted))

    async def _look_for(self, messages: Sequence[Message], state: State, now: datetime) -> None:
        """Read one person's list and settle all of his messages that are in doubt."""
        whose = _whose(messages[0])
        since = min(message.created_at for message in messages) - CLOCKS_APART
        try:
            listed = await self._carriers[messages[0].channel].listed(messages[0], state, since)
        except TextsNotListed as error:
            log.warning("what became of %d messages is not known yet: %s", len(messages), error)
            self._again_at[whose] = now + LIST_AGAIN
            return
        except Exception:
            # A fault of ours, or of the provider's client: no other list must stay unread for it.
            log.exception("what became of %d messages is not known yet", len(messages))
            self._again_at[whose] = now + LIST_AGAIN
            return
        self._again_at.pop(whose, None)
        await self._dispatcher.submit(lambda newest: (settled(newest, messages, listed, now), None))


def settled(
    state: State, messages: Iterable[Message], listed: Sequence[ProviderText] | None, now: datetime
) -> State:
    """Return the state after the provider's list, read at `now`, was compared with messages in doubt.

    A listed text is a message's where the words are the same and it is nobody else's. `listed` is None where
    the provider keeps no list.
    """
    for message in messages:
        there = state.messages.get(message.id)
        if there is None or there.status is not MessageStatus.UNKNOWN:
            # A callback, or another relay, has settled it while the list was read.
            continue
        text = _text_of(message, state, listed or ())
        if text is not None:
            word = text.status if text.status in GONE | LOST else TAKEN
            code = str(text.error_code) if text.error_code else None
            state = reported(state, message.id, text.provider_id, word, code, now, remedy=text.remedy)
        elif look_at(there) <= now:
            state = unseen(state, there, now) if listed is not None else once_more(state, there, now)
    return state


def _text_of(message: Message, state: State, listed: Sequence[ProviderText]) -> ProviderText | None:
    known = {other.provider_id for other in state.messages.values()}
    earliest = message.created_at - CLOCKS_APART
    for text in reversed(listed):
        theirs = text.inbound or text.provider_id in known or text.created_at < earliest
        if not theirs and _words(text.body) == _words(message.body or ""):
            return text
    return None


def _words(body: str) -> list[str]:
    """Return the words of a text: providers trim and fold white space."""
    return body.split()


def _whose(message: Message) -> tuple[str, str]:
    return message.channel, message.to
