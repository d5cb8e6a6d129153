"""A provider of texts at the other end of a wire: answers get lost before and after it took a text."""

import asyncio
import random
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from core.domain.outbox import Message
from core.domain.state import State
from core.handover import Carrier, Words
from core.ports import Clock, ProviderText, TextNotSent, TextOutcomeUnknown, TextsNotListed
from tests.faults.wire import WAY_S, Plug

LATE_S = 25.0
"""How long a text may be under way that its sender has given up, so that only a second look finds it."""


class TextFault(Enum):
    """What becomes of a call."""

    NONE = auto()
    LOST_BEFORE = auto()
    """No answer, and the text was not taken."""
    LOST_AFTER = auto()
    """No answer, and it was taken."""
    LATE = auto()
    """No answer, and it is taken a while later."""
    BUSY = auto()
    """It was not taken: too many requests."""
    NOT_REACHED = auto()
    """It never left."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A text that the provider took, and our id for it."""

    message_id: str
    text: ProviderText


class Provider:
    """Takes texts from all processes; `taken` is what really went out."""

    def __init__(self, clock: Clock, chance: random.Random) -> None:
        self.taken: list[Taken] = []
        self.faults: deque[TextFault] = deque()
        self.list_faults: deque[bool] = deque()
        self._clock = clock
        self._chance = chance

    def carrier(self, plug: Plug) -> Carrier:
        """Return the way from one process to this provider."""

        async def send(message: Message, words: Words, state: State) -> str:
            del state
            await self._way(plug)
            provider_id = self._took(message, words)
            await self._way(plug)
            if isinstance(provider_id, Exception):
                raise provider_id
            return provider_id

        async def listed(message: Message, state: State, since: datetime) -> list[ProviderText]:
            del state
            await self._way(plug)
            if self.list_faults and self.list_faults.popleft():
                raise TextsNotListed("the script says that the list can't be read")
            texts = [taken.text for taken in self.taken if taken.text.to == message.to]
            await self._way(plug)
            return [text for text in reversed(texts) if text.created_at >= since]

        return Carrier(send=send, listed=listed)

    def _took(self, message: Message, words: Words) -> str | Exception:
        fault = self.faults.popleft() if self.faults else TextFault.NONE
        match fault:
            case TextFault.NONE:
                return self._take(message, words)
            case TextFault.LOST_AFTER:
                self._take(message, words)
            case TextFault.LATE:
                asyncio.get_running_loop().call_later(LATE_S, self._take, message, words)
            case TextFault.BUSY:
                return TextNotSent("20429", permanent=False, retry_after_s=1)
            case TextFault.NOT_REACHED:
                return TextNotSent("unreachable", permanent=False)
            case TextFault.LOST_BEFORE:
                pass
        return TextOutcomeUnknown(f"the script says {fault.name}")

    def _take(self, message: Message, words: Words) -> str:
        text = ProviderText(
            provider_id=f"SM{len(self.taken):04}",
            to=message.to,
            sender=None,
            body=words.body,
            inbound=False,
            status="queued",
            created_at=self._clock.now(),
            error_code=None,
        )
        self.taken.append(Taken(message.id, text))
        return text.provider_id

    async def _way(self, plug: Plug) -> None:
        if plug.pulled:
            await asyncio.get_running_loop().create_future()
        await asyncio.sleep(self._chance.uniform(*WAY_S))
        if plug.pulled and not plug.lands_anyway:
            await asyncio.get_running_loop().create_future()
