"""Archiving: which jobs may leave the state, how they leave it, and how one comes back.

What leaves is a dossier: a job with the texts it owed and what its customer wrote, or old log entries by
themselves. A dossier lies in the archive before it leaves the state, so that it is never in neither place; in
both for a moment, the state's is the one that counts.
"""

import dataclasses
import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from core.domain.archived import ArchiveRoot, IndexRun, Trace
from core.domain.business import Business
from core.domain.events import CustomerWrote, LogEvent, WritingHandled
from core.domain.job import Job
from core.domain.outbox import Message, MessageStatus
from core.domain.record import Record, Value
from core.domain.state import CAUSE_KEPT, State
from core.domain.views import LINK_LIFE

SEGMENT_JOBS_MAX = 500
"""Jobs that one segment holds: some 100 kB, read in one request."""

SEGMENT_LOG_MAX = 2_000

FANOUT = 4
"""How many runs of one level are merged: a search looks into at most three of each level."""

OPEN_MESSAGE_LIFE = timedelta(days=7)
"""What became of a text is not looked for any longer; the text itself expired days before."""


class Dossier(Record):
    """What leaves the state together."""

    job: Job | None = None
    """None: log entries that belong to no archived job."""
    messages: tuple[Message, ...] = ()
    log: tuple[LogEvent, ...] = ()


class Found(Value):
    """A dossier and where it lies."""

    segment: str
    dossier: Dossier


def ripe(state: State, now: datetime, life: timedelta) -> list[Dossier]:
    """Return the dossiers that may leave the state, the longest finished first, as many as fit a segment.

    A job may leave when it has been finished for `life` and nothing has happened to it for two days, so that
    no message about it can come a second time (see `CAUSE_KEPT`). Log entries follow at the same age.
    """
    finished_by = now - max(life, CAUSE_KEPT)
    finished = [job for job in state.jobs.values() if job.closed_at and job.closed_at <= finished_by]
    loose = [event for event in state.log if event.at <= finished_by and not _is_about(event, state)]
    entries = [Dossier(log=tuple(loose[:SEGMENT_LOG_MAX]))] if loose else []
    if not finished:
        return entries
    messages, written = _by_job(state), _written_by_job(state)
    finished.sort(key=lambda job: (job.closed_at or now, job.number))
    dossiers = (
        Dossier(job=job, messages=tuple(messages[job.number]), log=tuple(written[job.number]))
        for job in finished
        if not job.is_open
    )
    quiet = (dossier for dossier in dossiers if _is_quiet(dossier, now, now - CAUSE_KEPT))
    return [*itertools.islice(quiet, SEGMENT_JOBS_MAX), *entries]


def moved(
    state: State, dossiers: Sequence[Dossier], run: IndexRun, business: Business, now: datetime
) -> State | None:
    """Return the state without `dossiers`, which lie in `run` now.

    None where one of them is not there any more as it was written: then the whole move is void.
    """
    jobs, messages, log = dict(state.jobs), dict(state.messages), list(state.log)
    owed, written = _by_job(state), _written_by_job(state)
    traces = dict(state.traces)
    dates = [state.archive.newest_date]
    for dossier in dossiers:
        job = dossier.job
        if job is not None and not _stands_so(dossier, job, state, owed[job.number], written[job.number]):
            return None
        if not _taken_out(dossier.log, log):
            return None
        for message in dossier.messages:
            del messages[message.id]
        if job is not None:
            del jobs[job.number]
            traces[job.number] = _trace(job)
            dates.append(business.local(job.created_at).strftime("%Y%m%d"))
    counted = sum(1 for dossier in dossiers if dossier.job is not None and not dossier.job.archived_in)
    root = state.archive
    changes = {
        "runs": (*root.runs, run),
        "jobs": root.jobs + counted,
        "newest_date": max(dates),
        "moved_at": now,
    }
    return dataclasses.replace(
        state,
        jobs=jobs,
        messages=messages,
        log=tuple(log),
        traces=traces,
        cards={key: card for key, card in state.cards.items() if card.job in jobs},
        archive=root.model_copy(update=changes),
    )


def recalled(state: State, found: Found) -> State:
    """Return the state with an archived job back in it, as one that something can happen to.

    The same state where it is there already, or was archived again since `found` was read.
    """
    job = found.dossier.job
    if job is None or job.number in state.jobs:
        return state
    back = job.model_copy(update={"archived_in": (*job.archived_in, found.segment)})
    return dataclasses.replace(
        _with(state, found.dossier, back),
        log=tuple(sorted((*state.log, *found.dossier.log), key=lambda event: event.at)),
        traces={number: trace for number, trace in state.traces.items() if number != job.number},
    )


def shown_with(state: State, found: Iterable[Found]) -> State:
    """Return the state as it would be had nothing of `found` ever left it: to be looked at, never written."""
    log = list(state.log)
    for each in found:
        dossier = each.dossier
        log.extend(dossier.log)
        if dossier.job is not None and dossier.job.number not in state.jobs:
            state = _with(state, dossier, dossier.job)
    jobs = {number: state.jobs[number] for number in sorted(state.jobs)}
    return dataclasses.replace(state, jobs=jobs, log=tuple(sorted(log, key=lambda event: event.at)))


def expired(state: State, now: datetime) -> list[Trace]:
    """Return the traces whose links have come to their end."""
    return [trace for trace in state.traces.values() if trace.closed_at + LINK_LIFE <= now]


def without_traces(state: State, gone: Iterable[Trace]) -> State:
    """Return the state without these traces; one that was changed meanwhile stays."""
    left = dict(state.traces)
    for trace in gone:
        if left.get(trace.number) == trace:
            del left[trace.number]
    return dataclasses.replace(state, traces=left) if len(left) < len(state.traces) else state


def to_merge(root: ArchiveRoot) -> tuple[IndexRun, ...]:
    """Return the runs that are to become one of the next level; none where there are few of each."""
    for level in sorted({run.level for run in root.runs}):
        runs = [run for run in root.runs if run.level == level]
        if len(runs) >= FANOUT:
            return tuple(runs[:FANOUT])
    return ()


def merged(state: State, runs: Sequence[IndexRun], into: IndexRun, epoch: int) -> State | None:
    """Return the state that refers to `into` in place of `runs`, which were read at `epoch`.

    None where some of them are gone, or something was forgotten meanwhile.
    """
    root = state.archive
    if root.epoch != epoch or not set(runs) <= set(root.runs):
        return None
    kept = [run for run in root.runs if run not in runs]
    place = root.runs.index(runs[0])
    changed = root.model_copy(update={"runs": (*kept[:place], into, *kept[place:])})
    return dataclasses.replace(state, archive=changed)


def archived_jobs(state: State) -> int:
    """Return how many jobs lie in the archive and not in the state."""
    return state.archive.jobs - sum(1 for job in state.jobs.values() if job.archived_in)


def _trace(job: Job) -> Trace:
    return Trace(
        number=job.number,
        tracking_token=job.tracking_token,
        revision=job.revision,
        closed_at=job.closed_at or job.created_at,
        phone=job.phone,
        revoked=job.link_revoked_at is not None,
    )


def _with(state: State, dossier: Dossier, job: Job) -> State:
    messages = {message.id: message for message in dossier.messages}
    return dataclasses.replace(
        state, jobs={**state.jobs, job.number: job}, messages={**messages, **state.messages}
    )


def _stands_so(
    dossier: Dossier, job: Job, state: State, owed: Sequence[Message], written: Sequence[LogEvent]
) -> bool:
    """Tell whether a job and all about it is in the state as it was read."""
    there = state.jobs.get(job.number)
    return there == job and tuple(owed) == dossier.messages and tuple(written) == dossier.log


def _taken_out(events: Sequence[LogEvent], log: list[LogEvent]) -> bool:
    """Take events out of a log; they are among its first, so that this is quick."""
    for event in events:
        if event not in log:
            return False
        log.remove(event)
    return True


def _is_quiet(dossier: Dossier, now: datetime, since: datetime) -> bool:
    """Tell whether nothing has happened about a job since then, and nothing is still to happen."""
    moments = [_last_moment(message) for message in dossier.messages]
    moments += [event.at for event in dossier.log]
    if dossier.job is not None:
        moments += [event.at for event in dossier.job.history[-1:]]
    waiting = (m for m in dossier.messages if m.is_open and m.created_at > now - OPEN_MESSAGE_LIFE)
    return all(moment <= since for moment in moments) and next(waiting, None) is None


def _last_moment(message: Message) -> datetime:
    """Return when something last happened to a message; nobody will speak of one that was dropped."""
    dropped = message.status is MessageStatus.DROPPED
    return message.created_at if dropped else message.settled_at or message.created_at


def _is_about(event: LogEvent, state: State) -> bool:
    return number_of(event) in state.jobs


def number_of(event: LogEvent) -> int | None:
    """Return the number of the job that a log entry is about, or None."""
    return event.number if isinstance(event, CustomerWrote | WritingHandled) else None


def _by_job(state: State) -> Mapping[int, list[Message]]:
    found: defaultdict[int, list[Message]] = defaultdict(list)
    for message in state.messages.values():
        if message.job is not None:
            found[message.job].append(message)
    return found


def _written_by_job(state: State) -> Mapping[int, list[LogEvent]]:
    found: defaultdict[int, list[LogEvent]] = defaultdict(list)
    for event in state.log:
        number = number_of(event)
        if number is not None:
            found[number].append(event)
    return found
