"""Claims: what one relay has taken on, and what of that it has begun to hand over.

A claim is committed before the hand-over, so whoever reads it in the state knows that a text may be on its
way. Only its owner knows more: what stands there under its own name and was never begun has gone out to
nobody. That happens where the answer to the claim's own write was lost.
"""

from datetime import datetime, timedelta

from core.domain.outbox import Claim, Message, MessageStatus
from core.domain.state import State

CLAIM_LIFE = timedelta(seconds=60)
"""Longer than any provider call may take (its timeout is 10 s), so that no two relays send one message."""

CLAIM_RESERVE = timedelta(seconds=20)
"""A claim with less life than this left is not used: the call might outlive it."""


class Claims:
    """The claims of one relay, whose name nobody else has."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._begun: set[tuple[str, Claim]] = set()

    def new(self, now: datetime) -> Claim:
        """Return a claim that starts now."""
        return Claim(by=self._name, until=now + CLAIM_LIFE)

    def begin(self, message: Message) -> None:
        """Note that a claimed message is handed over from now on: it is in doubt until there is a result."""
        if message.claim is not None:
            self._begun.add((message.id, message.claim))

    def never_begun(self, state: State, now: datetime) -> tuple[Message, ...]:
        """Return the messages that stand in the state as claimed by us and that we have never touched."""
        # As long as the state shows a claim, whatever the clock says: it may be set back.
        self._begun = {
            (message_id, claim)
            for message_id, claim in self._begun
            if (there := state.messages.get(message_id)) and there.claim == claim
        }
        return tuple(
            message
            for message in state.messages.values()
            if message.status is MessageStatus.SENDING
            and message.claim is not None
            and message.claim.by == self._name
            and message.claim.until > now
            and (message.id, message.claim) not in self._begun
        )


def has_time(message: Message, now: datetime) -> bool:
    """Tell whether nobody else can take a claimed message over while the call is under way."""
    return message.claim is not None and now + CLAIM_RESERVE <= message.claim.until


def run_out(state: State, now: datetime) -> list[Message]:
    """Return the messages whose claim has ended without a result: whoever had it may have sent it."""
    return [
        message
        for message in state.messages.values()
        if message.status is MessageStatus.SENDING
        and message.claim is not None
        and message.claim.until <= now
    ]
