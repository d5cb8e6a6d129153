"""Restoring: the state as it was, without doing anything twice that was done since.

Only the jobs go back. People, opt-outs, the archive and what was forgotten stay as they are now: a right that
was taken away does not come back, and nobody is texted who asked for no more texts.
"""

import dataclasses
from collections.abc import Mapping
from datetime import datetime

from core.domain.archiving import Found, number_of
from core.domain.events import LogEvent
from core.domain.forgetting import forgotten_again
from core.domain.job import Job
from core.domain.outbox import Message, MessageStatus
from core.domain.record import Value
from core.domain.state import State

RESTORED = "restored"
"""Why a message is dropped that was owed then and is not known now."""

_MAY_HAVE_GONE = frozenset(
    {MessageStatus.SENDING, MessageStatus.SENT, MessageStatus.UNKNOWN, MessageStatus.FAILED}
)


class Difference(Value):
    """What a restore changes, by number."""

    back: tuple[Job, ...]
    """Jobs that are not in the state now, as they come back."""
    gone: tuple[Job, ...]
    """Jobs that were made later, as they are now: they leave it."""
    changed: tuple[tuple[Job, Job], ...]
    """Jobs that differ: as they are now, and as they will be."""
    dropped: int
    """Messages that wait now and will not go out."""

    @property
    def nothing(self) -> bool:
        """Whether all is as it was."""
        return not (self.back or self.gone or self.changed)


def restored(now: State, then: State, archived: Mapping[int, Found], moment: datetime) -> State:
    """Return the state after `now` in which the jobs are as they were `then`.

    `archived` holds those of its jobs that were archived since, as they lie in the archive. One that is
    unchanged there stays there.
    """
    revision = now.revision + 1
    jobs: dict[int, Job] = {}
    for number, job in then.jobs.items():
        lies = archived.get(number)
        if number in now.jobs and _same(job, now.jobs[number]):
            jobs[number] = now.jobs[number]
        elif lies is None or number in now.jobs:
            # The pages show no older revision than they did.
            jobs[number] = job.model_copy(update={"revision": revision})
        elif not _same(job, lies.dossier.job):
            segments = (*job.archived_in, lies.segment)
            jobs[number] = job.model_copy(update={"revision": revision, "archived_in": segments})
    state = dataclasses.replace(
        now,
        jobs=jobs,
        messages=_messages(now, then, jobs, moment),
        people={**then.people, **now.people},
        opt_outs={**then.opt_outs, **now.opt_outs},
        causes={**then.causes, **now.causes},
        cards={key: card for key, card in now.cards.items() if card.job in jobs},
        log=(*_came_back(now, then, jobs), *now.log),
        traces={number: trace for number, trace in now.traces.items() if number not in jobs},
        next_number=max(now.next_number, then.next_number),
    )
    return forgotten_again(state, now.forgotten)


def difference(now: State, after: State) -> Difference:
    """Return what distinguishes the jobs of two states."""
    both = [number for number in after.jobs if number in now.jobs]
    waiting = {key for key, message in now.messages.items() if message.is_open}
    return Difference(
        back=tuple(job for number, job in after.jobs.items() if number not in now.jobs),
        gone=tuple(job for number, job in now.jobs.items() if number not in after.jobs),
        changed=tuple(
            (now.jobs[number], after.jobs[number])
            for number in both
            if not _same(now.jobs[number], after.jobs[number])
        ),
        dropped=sum(1 for key in waiting if key not in after.messages or not after.messages[key].is_open),
    )


def _messages(now: State, then: State, jobs: Mapping[int, Job], moment: datetime) -> dict[str, Message]:
    """Return the messages: what became of each is known best now, and what was sent stays sent."""
    found: dict[str, Message] = {}
    for key, message in then.messages.items():
        if message.job is None or message.job in jobs:
            found[key] = now.messages.get(key) or _not_again(message, moment)
    for key, message in now.messages.items():
        about_nothing = message.job is not None and message.job not in jobs
        if key not in found and not about_nothing and message.status in _MAY_HAVE_GONE:
            found[key] = message
    return found


def _not_again(message: Message, moment: datetime) -> Message:
    """Return a message that was left behind: if it was owed then, it may have gone out since."""
    if not message.is_open:
        return message
    dropped = {"status": MessageStatus.DROPPED, "why": RESTORED, "claim": None, "settled_at": moment}
    return message.model_copy(update=dropped)


def _came_back(now: State, then: State, jobs: Mapping[int, Job]) -> tuple[LogEvent, ...]:
    """Return the log entries about jobs that come back from the archive."""
    return tuple(
        event
        for event in then.log
        if (number := number_of(event)) in jobs and number not in now.jobs and event not in now.log
    )


def _same(one: Job | None, other: Job | None) -> bool:
    """Tell whether two versions of a job say the same, wherever they lie."""
    if one is None or other is None:
        return one is other
    nowhere = {"revision": 0, "archived_in": ()}
    return one.model_copy(update=nowhere) == other.model_copy(update=nowhere)
