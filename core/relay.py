"""Relay: sends the messages that are owed and repairs the views.

A message is claimed and committed before it is handed over, and its result right after. What may have been
sent is never sent again: a claim that ran out leaves an SMS `unknown`.
"""

import asyncio
import dataclasses
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from core.dispatch import Dispatcher
from core.domain.events import LinkRevoked
from core.domain.gate import Drop, Hold, Send, due, next_due_at, verdict
from core.domain.outbox import Claim, Message, MessageButton, MessageStatus
from core.domain.state import CAUSE_KEPT, State
from core.ports import StoreError, TextNotSent, TextOutcomeUnknown
from core.publish import Publisher

log = logging.getLogger(__name__)

CLAIM_LIFE = timedelta(seconds=60)
"""Longer than any provider call may take (its timeout is 10 s), so that no two relays send one message."""

CLAIM_RESERVE = timedelta(seconds=20)
"""A claim with less life than this left is not used: the call might outlive it."""

ATTEMPTS_MAX = 5
RETRY_FIRST_S = 5.0
"""A provider that was busy is tried again after 5, 10, 20, 40 s; then the message has failed."""

NOTHING_DUE_S = 30.0
"""How long the loop sleeps at most: other processes may owe messages that nobody here hears of."""

REPAIR_INTERVAL = timedelta(minutes=10)

CLAIMS_MAX = 50
"""How many messages one pass takes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is sent: the words of one message, and the buttons under it."""

    body: str
    buttons: tuple[MessageButton, ...] = ()


Render = Callable[[Message, State], Words]
"""Makes the words of a message from its template and the state."""


class Unreached(Exception):
    """There is no way to this person now; `why` says what is missing."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """A way to people: hands over one message and returns the provider's id for it.

    `send` raises TextNotSent, TextOutcomeUnknown, Unreached.
    """

    send: Callable[[Message, Words, State], Awaitable[str]]
    repeatable: bool = False
    """Whether handing over the same message twice reaches the person once."""


@dataclass(slots=True)
class Pass:
    """What one pass did, by the messages' ids."""

    sent: list[str] = field(default_factory=list)
    settled: dict[str, MessageStatus] = field(default_factory=dict)
    repaired: int = 0


class Relay:
    """Works through the outbox of one business."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        publisher: Publisher,
        carriers: Mapping[Literal["sms", "chat"], Carrier],
        render: Render,
    ) -> None:
        self._dispatcher = dispatcher
        self._publisher = publisher
        self._carriers = carriers
        self._render = render
        self._name = dispatcher.ids.unique()
        self._repair_at: datetime | None = None

    async def run(self) -> None:
        """Work until cancelled; a fault of one pass is logged and the next one tries again."""
        while True:
            self._dispatcher.committed.clear()
            try:
                await self.once()
                wait_s = self._wait_s(await self._dispatcher.read())
            except (StoreError, OSError) as error:
                log.warning("relay: this pass failed, the next one tries again: %s", error)
                wait_s = RETRY_FIRST_S
            try:
                await asyncio.wait_for(self._dispatcher.committed.wait(), wait_s)
            except TimeoutError:
                continue

    async def once(self) -> Pass:
        """Do one bounded pass: give up lost claims, repair views, send what is due."""
        done = Pass()
        state = await self._dispatcher.read()
        now = self._now()
        if self._repair_at is None or now >= self._repair_at:
            done.repaired = await self.repair(state)
            self._repair_at = now + REPAIR_INTERVAL
        if due(state, now) or _lost_claims(state, now):
            claimed, state = await self._dispatcher.submit(self._claim)
            for message in claimed:
                await self._deliver(message, state, done)
        return done

    async def repair(self, state: State) -> int:
        """Publish every view that is missing or older than the state; return how many there were."""
        try:
            return await asyncio.to_thread(self._repair, state)
        except StoreError as error:
            log.warning("relay: views could not be repaired, the next pass tries again: %s", error)
            return 0

    def _repair(self, state: State) -> int:
        repaired = 0
        now = self._now()
        for job in state.jobs.values():
            repaired += self._publisher.publish(state, job, now)
            for event in job.history:
                if isinstance(event, LinkRevoked) and event.tracking_token != job.tracking_token:
                    self._publisher.bury(event.tracking_token, state, job, now)
        return repaired

    def _claim(self, state: State) -> tuple[State, tuple[Message, ...]]:
        """Settle lost claims, drop and hold what the gate says, and claim the rest."""
        now = self._now()
        for message in _lost_claims(state, now):
            state = state.with_message(self._given_up(message, now))
        claimed = []
        for message in due(state, now)[:CLAIMS_MAX]:
            judged = self._judge(message, state, now)
            state = state.with_message(judged)
            if judged.status is MessageStatus.SENDING:
                claimed.append(judged)
        messages = pruned(state.messages.values(), now, CAUSE_KEPT)
        return dataclasses.replace(state, messages=messages), tuple(claimed)

    def _judge(self, message: Message, state: State, now: datetime) -> Message:
        match verdict(message, state, self._dispatcher.business, now):
            case Drop(why=why):
                return _changed(message, status=MessageStatus.DROPPED, why=why, settled_at=now)
            case Hold(why=why, until=until):
                return _changed(message, status=MessageStatus.HELD, why=why, not_before=until)
            case Send():
                words = self._render(message, state)
                return _changed(
                    message,
                    status=MessageStatus.SENDING,
                    claim=Claim(by=self._name, until=now + CLAIM_LIFE),
                    attempts=message.attempts + 1,
                    body=words.body,
                    buttons=words.buttons,
                    why=None,
                )

    def _given_up(self, message: Message, now: datetime) -> Message:
        if self._carriers[message.channel].repeatable:
            return _changed(message, status=MessageStatus.PENDING, claim=None)
        return _changed(message, status=MessageStatus.UNKNOWN, claim=None, why="claim_lost", settled_at=now)

    async def _deliver(self, message: Message, state: State, done: Pass) -> None:
        claim = message.claim
        if claim is None or self._now() + CLAIM_RESERVE > claim.until:
            # Too late to be sure that nobody else takes it over while the call is under way.
            return
        result = await self._hand_over(message, state)
        await self._dispatcher.submit(lambda state: (_recorded(state, message, result), None))
        done.settled[message.id] = result.status
        if result.status is MessageStatus.SENT:
            done.sent.append(message.id)

    async def _hand_over(self, message: Message, state: State) -> Message:
        if not await self._page_is_there(message, state):
            return _changed(
                message,
                status=MessageStatus.PENDING,
                claim=None,
                not_before=self._now() + timedelta(seconds=RETRY_FIRST_S),
                why="page_not_there",
            )
        words = Words(body=message.body or "", buttons=message.buttons)
        try:
            provider_id = await self._carriers[message.channel].send(message, words, state)
        except TextNotSent as error:
            return self._not_sent(message, error)
        except TextOutcomeUnknown:
            return _changed(message, status=MessageStatus.UNKNOWN, claim=None, why="answer_lost")
        except Unreached as error:
            now = self._now()
            return _changed(message, status=MessageStatus.DROPPED, claim=None, why=error.why, settled_at=now)
        return _changed(
            message,
            status=MessageStatus.SENT,
            claim=None,
            provider_id=provider_id,
            settled_at=self._now(),
        )

    async def _page_is_there(self, message: Message, state: State) -> bool:
        """Publish the page that a text links to: a customer who taps at once must not find nothing."""
        job = state.jobs.get(message.job) if message.job is not None else None
        if job is None or message.channel != "sms":
            return True
        try:
            await asyncio.to_thread(self._publisher.publish, state, job, self._now())
        except StoreError as error:
            log.warning("relay: a text waits until its page can be written: %s", error)
            return False
        return True

    def _not_sent(self, message: Message, error: TextNotSent) -> Message:
        if error.permanent or message.attempts >= ATTEMPTS_MAX:
            return _changed(
                message, status=MessageStatus.FAILED, claim=None, code=error.code, settled_at=self._now()
            )
        wait_s = error.retry_after_s or RETRY_FIRST_S * 2 ** (message.attempts - 1)
        return _changed(
            message,
            status=MessageStatus.PENDING,
            claim=None,
            code=error.code,
            not_before=self._now() + timedelta(seconds=wait_s),
        )

    def _wait_s(self, state: State) -> float:
        moment = next_due_at(state)
        if moment is None:
            return NOTHING_DUE_S
        return min(NOTHING_DUE_S, max(0.2, (moment - self._now()).total_seconds()))

    def _now(self) -> datetime:
        return self._dispatcher.clock.now()


def _lost_claims(state: State, now: datetime) -> list[Message]:
    return [
        message
        for message in state.messages.values()
        if message.status is MessageStatus.SENDING
        and message.claim is not None
        and message.claim.until <= now
    ]


def _recorded(state: State, message: Message, result: Message) -> State:
    """Record a result, unless the claim is not ours any more or a callback already told more."""
    there = state.messages.get(message.id)
    if there is None or there.claim != message.claim:
        return state
    return state.with_message(result)


def _changed(message: Message, **changes: object) -> Message:
    return message.model_copy(update=changes)


def pruned(messages: Iterable[Message], now: datetime, life: timedelta) -> dict[str, Message]:
    """Return the messages without replies and notices that were settled longer ago than `life`."""
    return {
        message.id: message
        for message in messages
        if message.is_open
        or (message.channel == "sms" and message.kind != "reply")
        or (message.settled_at or message.created_at) > now - life
    }
