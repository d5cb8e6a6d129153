"""Relay: sends the messages that are owed and repairs the views.

A message is claimed and committed before it is handed over, and its result right after. What may have been
sent is not sent again on a guess: a claim that ran out leaves a message `unknown`, until the provider's word
settles it. What was claimed and never tried is given back.
"""

import asyncio
import dataclasses
import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from core.claims import Claims, has_time, run_out
from core.dispatch import Dispatcher
from core.domain.aftermath import aftermath
from core.domain.delivery import reported
from core.domain.doubt import doubted, given_up, in_doubt, is_hopeless
from core.domain.events import LinkRevoked
from core.domain.gate import Drop, Hold, Send, due, next_due_at, verdict
from core.domain.job import Job
from core.domain.outbox import Message, MessageStatus, pruned
from core.domain.state import CAUSE_KEPT, State
from core.handover import RETRY_FIRST_S, Carriers, Handover, Words, changed, given_back
from core.ports import StoreError
from core.publish import Publisher
from core.settling import TAKEN, Settling

log = logging.getLogger(__name__)

NOTHING_DUE_S = 30.0
"""How long the loop sleeps at most: other processes may owe messages that nobody here hears of."""

REPAIR_INTERVAL = timedelta(minutes=10)

CLAIMS_MAX = 20
"""How many messages one pass takes on: after a crash that many texts are in doubt for two minutes."""

Render = Callable[[Message, State], Words]
"""Makes the words of a message from its template and the state."""


@dataclass(slots=True)
class Pass:
    """What one pass did, by the messages' ids."""

    sent: list[str] = field(default_factory=list)
    settled: dict[str, MessageStatus] = field(default_factory=dict)
    repaired: int = 0


class Relay:
    """Works through the outbox of one business."""

    def __init__(
        self, dispatcher: Dispatcher, publisher: Publisher, carriers: Carriers, render: Render
    ) -> None:
        self._dispatcher = dispatcher
        self._publisher = publisher
        self._handover = Handover(carriers, publisher, dispatcher.clock)
        self._settling = Settling(dispatcher, carriers)
        self._render = render
        self._claims = Claims(dispatcher.ids.unique())
        self._passing = asyncio.Lock()
        self._repair_at: datetime | None = None
        self._unrecorded: dict[str, tuple[Message, Message]] = {}
        """By message id: what was claimed, and its result, as long as the state does not know it."""

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
            except Exception:
                # The top of a loop: texts are owed, whatever it was.
                log.exception("relay: this pass failed, the next one tries again")
                wait_s = RETRY_FIRST_S
            try:
                await asyncio.wait_for(self._dispatcher.committed.wait(), wait_s)
            except TimeoutError:
                continue

    async def once(self) -> Pass:
        """Do one bounded pass: record what is left, repair views, settle doubts, send what is due."""
        async with self._passing:
            return await self._pass()

    async def _pass(self) -> Pass:
        done = Pass()
        await self._record()
        state = await self._dispatcher.read()
        now = self._now()
        done.repaired = await self._repair_due(state, now)
        if await self._settling.look(state, now):
            state = await self._dispatcher.read()
        # The answer to their claim was lost: it landed, as is seen here, and nothing has gone out.
        await self._deliver(self._claims.never_begun(state, now), state, done)
        if due(state, now) or run_out(state, now) or _hopeless(state, now):
            claimed, state = await self._claimed()
            await self._deliver(claimed, state, done)
        return done

    async def repair(self, state: State) -> int:
        """Publish every view that is missing or older than the state; return how many there were.

        Raises a StoreError.
        """
        return await asyncio.to_thread(self._repair, state, state.jobs.values())

    async def _repair_due(self, state: State, now: datetime) -> int:
        """Repair all views every ten minutes, and at once those that could not be published."""
        behind = frozenset(self._dispatcher.unpublished)
        everything = self._repair_at is None or now >= self._repair_at
        if not everything and not behind:
            return 0
        jobs = [job for job in state.jobs.values() if everything or job.number in behind]
        repaired = 0
        try:
            repaired = await asyncio.to_thread(self._repair, state, jobs)
        except StoreError as error:
            log.warning("relay: views could not be repaired, the next pass tries again: %s", error)
            return 0
        except Exception:
            # A view that can't be made must not keep the texts of all others from going out.
            log.exception("relay: views could not be repaired")
        self._dispatcher.unpublished -= behind
        if everything:
            self._repair_at = now + REPAIR_INTERVAL
        return repaired

    def _repair(self, state: State, jobs: Iterable[Job]) -> int:
        repaired = 0
        now = self._now()
        for job in jobs:
            repaired += self._publisher.repair(state, job, now)
            for event in job.history:
                if isinstance(event, LinkRevoked) and event.tracking_token != job.tracking_token:
                    self._publisher.bury(event.tracking_token, state, job, now)
        return repaired

    async def _claimed(self) -> tuple[tuple[Message, ...], State]:
        """Claim what is due; where the pass is cut off meanwhile, give it back."""
        claiming = asyncio.ensure_future(self._dispatcher.submit(self._claim))
        try:
            return await asyncio.shield(claiming)
        except asyncio.CancelledError:
            with suppress(StoreError):
                claimed, _ = await claiming
                await self._give_back(claimed)
            raise

    def _claim(self, state: State) -> tuple[State, tuple[Message, ...]]:
        """Doubt lost claims, give up what is hopeless, drop and hold what the gate says, claim the rest."""
        now = self._now()
        for message in _hopeless(state, now):
            state = given_up(state, message, now)
        for message in run_out(state, now):
            state = state.with_message(self._unclaimed(message, now))
        claimed = []
        for message in due(state, now)[:CLAIMS_MAX]:
            judged = self._judge(message, state, now)
            state = aftermath(state.with_message(judged), judged, now)
            if judged.status is MessageStatus.SENDING:
                claimed.append(judged)
        messages = pruned(state.messages.values(), now, CAUSE_KEPT)
        return dataclasses.replace(state, messages=messages), tuple(claimed)

    def _judge(self, message: Message, state: State, now: datetime) -> Message:
        match verdict(message, state, self._dispatcher.business, now):
            case Drop(why=why):
                return changed(message, status=MessageStatus.DROPPED, why=why, settled_at=now)
            case Hold(why=why, until=until):
                return changed(message, status=MessageStatus.HELD, why=why, not_before=until)
            case Send():
                return self._worded(message, state, now)

    def _worded(self, message: Message, state: State, now: datetime) -> Message:
        """Return a message with its words, claimed; a failed one where there are none for it."""
        try:
            words = self._render(message, state)
        except Exception:
            # By itself: otherwise it would keep everything that is owed from going out, for ever.
            log.exception("relay: message %s has no words", message.id)
            return changed(message, status=MessageStatus.FAILED, code="no_words", settled_at=now)
        return changed(
            message,
            status=MessageStatus.SENDING,
            claim=self._claims.new(now),
            attempts=message.attempts + 1,
            body=words.body,
            buttons=words.buttons,
            why=None,
        )

    def _unclaimed(self, message: Message, now: datetime) -> Message:
        """Return a message as it is after its claim ran out: whoever had it may have sent it."""
        if self._handover.is_repeatable(message):
            return changed(message, status=MessageStatus.PENDING, claim=None)
        return doubted(message, "claim_lost", now)

    async def _deliver(self, claimed: tuple[Message, ...], state: State, done: Pass) -> None:
        """Hand over what was claimed, one by one; give back what there is no time for."""
        untried = list(claimed)
        try:
            while untried and has_time(untried[0], self._now()):
                message = untried.pop(0)
                if not self._still_goes(message, state):
                    # The next pass judges it anew.
                    self._unrecorded[message.id] = message, given_back(message)
                    continue
                result = await self._handed_over(message, state)
                self._unrecorded[message.id] = message, result
                await self._record()
                done.settled[message.id] = result.status
                if result.status is MessageStatus.SENT:
                    done.sent.append(message.id)
        finally:
            await self._give_back(untried)

    async def _give_back(self, untried: Iterable[Message]) -> None:
        """Let others have what was claimed and not tried; after a fault of the store the next pass does."""
        self._unrecorded |= {message.id: (message, given_back(message)) for message in untried}
        with suppress(StoreError):
            await self._record()

    def _still_goes(self, message: Message, claimed_in: State) -> bool:
        """Tell whether a claimed message may go out in this moment: somebody may have opted out since."""
        newest = self._dispatcher.newest or claimed_in
        return isinstance(verdict(message, newest, self._dispatcher.business, self._now()), Send)

    async def _handed_over(self, message: Message, state: State) -> Message:
        """Hand over to the end, even where the pass is cut off: a call that has begun may have sent it."""
        self._claims.begin(message)
        handing = asyncio.ensure_future(self._handover.hand_over(message, state))
        try:
            return await asyncio.shield(handing)
        except asyncio.CancelledError:
            self._unrecorded[message.id] = message, await handing
            raise

    async def _record(self) -> None:
        """Write down all results that the state does not know yet, in one write. Raises a StoreError."""
        results = list(self._unrecorded.values())
        written = [self._dispatcher.submit(partial(_recorded, result=result)) for result in results]
        answers = await asyncio.gather(*written, return_exceptions=True)
        for (message, result), answer in zip(results, answers, strict=True):
            if isinstance(answer, StoreError):
                continue
            if isinstance(answer, Exception):
                # Kept, it would spoil every later pass; without it, its claim runs out.
                log.error("relay: the result of message %s is lost", message.id, exc_info=answer)
            if self._unrecorded.get(message.id) == (message, result):
                del self._unrecorded[message.id]
        for answer in answers:
            if isinstance(answer, StoreError):
                raise answer

    def _wait_s(self, state: State) -> float:
        longest_s = RETRY_FIRST_S if self._dispatcher.unpublished else NOTHING_DUE_S
        moments = [next_due_at(state), self._settling.next_look_at(state)]
        waits_s = [(moment - self._now()).total_seconds() for moment in moments if moment is not None]
        return min(longest_s, max(0.2, min(waits_s, default=longest_s)))

    def _now(self) -> datetime:
        return self._dispatcher.clock.now()


def _hopeless(state: State, now: datetime) -> list[Message]:
    return [message for message in in_doubt(state) if is_hopeless(message, now)]


def _recorded(state: State, result: tuple[Message, Message]) -> tuple[State, None]:
    """Record a result. Where the claim is not ours any more it counts only as a proof that the text went."""
    claimed, settled = result
    there = state.messages.get(claimed.id)
    if there is None:
        return state, None
    if there.claim != claimed.claim:
        if settled.status is not MessageStatus.SENT or settled.provider_id is None:
            return state, None
        at = settled.settled_at or settled.not_before
        return reported(state, claimed.id, settled.provider_id, TAKEN, None, at), None
    return aftermath(state.with_message(settled), settled, settled.settled_at or settled.not_before), None
