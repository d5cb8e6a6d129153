"""Handover: one claimed message goes to its carrier, and what became of it is told as its next version.

Nothing that goes wrong here is raised: a message always gets a result, and another one is not touched by it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from core.domain.doubt import doubted
from core.domain.outbox import Message, MessageButton, MessageStatus
from core.domain.remedy import Remedy
from core.domain.state import State
from core.ports import Clock, ProviderText, StoreError, TextNotSent, TextOutcomeUnknown
from core.publish import Publisher

log = logging.getLogger(__name__)

ATTEMPTS_MAX = 5
RETRY_FIRST_S = 5.0
"""A provider that was busy is tried again after 5, 10, 20, 40 s; then the message has failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is sent: the words of one message, and the buttons under it."""

    body: str
    buttons: tuple[MessageButton, ...] = ()


class Unreached(Exception):
    """There is no way to this person now; `why` says what is missing."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


async def no_list(_message: Message, _state: State, _since: datetime) -> Sequence[ProviderText] | None:
    """Say that the provider keeps no list of what it was handed."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """A way to people: hands over one message and returns the provider's id for it.

    `send` raises TextNotSent, TextOutcomeUnknown, Unreached.
    """

    send: Callable[[Message, Words, State], Awaitable[str]]
    listed: Callable[[Message, State, datetime], Awaitable[Sequence[ProviderText] | None]] = no_list
    """Returns what the provider took for the message's person since a moment, newest first; None where it
    keeps no list, so that a message may be repeated once. Raises TextsNotListed."""
    repeatable: bool = False
    """Whether handing over the same message twice reaches the person once."""


Carriers = Mapping[Literal["sms", "chat"], Carrier]


class Handover:
    """Hands claimed messages to their carriers, each after the page that it links to."""

    def __init__(self, carriers: Carriers, publisher: Publisher, clock: Clock) -> None:
        self._carriers = carriers
        self._publisher = publisher
        self._clock = clock

    def is_repeatable(self, message: Message) -> bool:
        """Tell whether `message` may be handed over again when it is not known what became of it."""
        return self._carriers[message.channel].repeatable

    async def hand_over(self, message: Message, state: State) -> Message:
        """Hand `message` over once and return it as it is after that."""
        if not await self._page_is_there(message, state):
            not_before = self._clock.now() + timedelta(seconds=RETRY_FIRST_S)
            return changed(given_back(message), not_before=not_before, why="page_not_there")
        words = Words(body=message.body or "", buttons=message.buttons)
        now = self._clock.now
        try:
            provider_id = await self._carriers[message.channel].send(message, words, state)
        except TextNotSent as error:
            return self._not_sent(message, error)
        except TextOutcomeUnknown:
            return doubted(message, "answer_lost", now())
        except Unreached as error:
            return changed(message, status=MessageStatus.DROPPED, claim=None, why=error.why, settled_at=now())
        except Exception:
            # It may have gone out before our fault: it is not sent again on a guess.
            log.exception("message %s: its carrier failed", message.id)
            return doubted(message, "fault", now())
        return changed(
            message, status=MessageStatus.SENT, claim=None, provider_id=provider_id, settled_at=now()
        )

    async def _page_is_there(self, message: Message, state: State) -> bool:
        """Publish the page that a text links to: a customer who taps at once must not find nothing."""
        job = state.jobs.get(message.job) if message.job is not None else None
        if job is None or message.channel != "sms":
            return True
        try:
            await asyncio.to_thread(self._publisher.publish, state, job, self._clock.now())
        except StoreError as error:
            log.warning("message %s waits until its page can be written: %s", message.id, error)
            return False
        except Exception:
            # Nothing went out: it waits, and no other message is touched by our fault.
            log.exception("message %s waits until its page can be written", message.id)
            return False
        return True

    def _not_sent(self, message: Message, error: TextNotSent) -> Message:
        now = self._clock.now()
        message = changed(message, remedy=error.remedy)
        if error.remedy is Remedy.ACCOUNT and not error.permanent:
            # It waits for an admin, not for its own luck.
            message = given_back(message)
        if error.permanent or message.attempts >= ATTEMPTS_MAX:
            return changed(message, status=MessageStatus.FAILED, claim=None, code=error.code, settled_at=now)
        wait_s = error.retry_after_s or RETRY_FIRST_S * 2 ** (message.attempts - 1)
        return changed(
            message,
            status=MessageStatus.PENDING,
            claim=None,
            code=error.code,
            not_before=now + timedelta(seconds=wait_s),
        )


def given_back(message: Message) -> Message:
    """Return a claimed message as one that was never tried."""
    return changed(message, status=MessageStatus.PENDING, claim=None, attempts=message.attempts - 1)


def changed(message: Message, **changes: object) -> Message:
    """Return the next version of `message`."""
    return message.model_copy(update=changes)
