"""Held: texts that wait for an hour, and what a dispatcher hears of them, who may let them go."""

from collections.abc import Iterator
from datetime import datetime

from core.domain.notify import audience
from core.domain.outbox import Message, MessageStatus
from core.domain.owed import notice_after
from core.domain.people import Role
from core.domain.state import State

HELD = "text_held"
"""What a dispatcher hears of a text that waits for its hour: from then on it is the job's card."""


def held_texts(number: int, state: State) -> list[Message]:
    """Return the texts about a job that wait for an hour, and that a dispatcher may let go."""
    return [m for m in state.messages_of(number) if m.status is MessageStatus.HELD and m.is_releasable]


def comes_too_late(message: Message) -> bool:
    """Tell whether a text that is held will be of no use any more when its hour comes."""
    return message.not_before >= message.expires_at


def held_notices(message: Message, state: State, now: datetime) -> Iterator[Message]:
    """Yield what the dispatchers are to hear of a text that is held, one a job: all else its card shows.

    Whoever dispatches and held it up himself has read it in his answer, with the button that lets it go.
    """
    if message.job is None or not message.is_releasable or _a_dispatcher_knows(message, state):
        return
    for to in audience(state):
        notice = notice_after(message, HELD, to, now, job=message.job)
        changes = {"id": f"job-{message.job}-{HELD}-{to}", "expires_at": message.not_before}
        yield notice.model_copy(update=changes)


def _a_dispatcher_knows(message: Message, state: State) -> bool:
    job = state.jobs.get(message.job) if message.job is not None else None
    author = next((event.by for event in job.history if event.cause == message.cause), "") if job else ""
    person = state.people.get(author)
    role = person.role if person else next((role for role in Role if role.value == author), None)
    return role is not None and role.may_act_as(Role.DISPATCHER)
