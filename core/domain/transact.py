"""Transact: one request against one state, whole: events, the state after them, the messages they owe."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime

from core.domain.archiving import Found, recalled
from core.domain.business import Business
from core.domain.decide import Request, decide
from core.domain.events import AnyEvent, CustomerWrote, JobEvent, WritingHandled
from core.domain.evolve import evolve
from core.domain.notify import notify
from core.domain.outbox import Message
from core.domain.record import Value
from core.domain.state import CAUSE_KEPT, Cause, State

_ABOUT_A_JOB = JobEvent | CustomerWrote | WritingHandled


class Transaction(Value):
    """What a request did, or did when it first came."""

    events: tuple[AnyEvent, ...]
    """At least one."""
    messages: tuple[Message, ...]
    """What became owed by it."""
    repeated: bool = False
    """True: this cause was handled before; nothing changed now."""

    @property
    def number(self) -> int | None:
        """The number of the job that it touched, or None."""
        numbers = [event.number for event in self.events if isinstance(event, _ABOUT_A_JOB)]
        return numbers[-1] if numbers else None


def transact(
    state: State, request: Request, business: Business, found: Found | None = None
) -> tuple[State, Transaction]:
    """Return the state after `request` and what happened; the same state where the cause is known already.

    `found` is the archived job that it is about: it comes back in the same write. Raises a Refusal, and then
    nothing happened.
    """
    if request.cause in state.causes:
        return state, _first_time(state, request.cause)
    before = state = recalled(state, found) if found else state
    events = decide(state, request, business)
    messages: list[Message] = []
    for event in events:
        earlier, state = state, evolve(state, event)
        for message in notify(event, earlier, state, business):
            owed = message.model_copy(update={"id": f"{request.fresh.unique}-{len(messages) + 1}"})
            messages.append(owed)
            state = state.with_message(owed)
    happened = Transaction(events=events, messages=tuple(messages))
    return remember(state, request.cause, request.at, happened.number, since=before), happened


def remember(state: State, cause: str, at: datetime, job: int | None, *, since: State) -> State:
    """Return a state that knows `cause`, and has forgotten those that can't come again (DESIGN §3)."""
    kept = _younger(since.causes, at)
    return dataclasses.replace(state, causes={**kept, cause: Cause(cause=cause, at=at, job=job)})


def _younger(causes: Mapping[str, Cause], now: datetime) -> Mapping[str, Cause]:
    oldest = next(iter(causes.values()), None)
    if oldest is None or oldest.at > now - CAUSE_KEPT:
        # They came in the order of time, or nearly: whoever is behind a young one can wait for it.
        return causes
    return {key: cause for key, cause in causes.items() if cause.at > now - CAUSE_KEPT}


def _first_time(state: State, cause: str) -> Transaction:
    # All histories, as one cause may have touched several jobs. Repetitions are rare enough for that.
    histories = (event for job in state.jobs.values() for event in job.history)
    return Transaction(
        events=tuple(event for event in (*histories, *state.log) if event.cause == cause),
        messages=tuple(message for message in state.messages.values() if message.cause == cause),
        repeated=True,
    )
