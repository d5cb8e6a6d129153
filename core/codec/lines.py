"""Lines: each record as the one line of JSON that it is written as.

Whatever could not be read back is refused before it is written: one bad record would lock out everybody.
"""

from collections.abc import Callable
from dataclasses import dataclass
from operator import is_

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from core.codec.document import named
from core.domain.events import HistoryEvent
from core.domain.job import Job
from core.domain.record import Record


@dataclass(frozen=True, slots=True)
class Line:
    """A record, and the JSON that stands for it."""

    record: Record
    text: bytes
    events_at: int = 0
    """For a job: how many bytes stand before its first event."""


def line_of(record: Record, *, earlier: Line | None = None, tried: bool = False) -> Line:
    """Return the line of `record`.

    `earlier` is the line of the same job when it had fewer events: they are taken over as they stand there,
    so that a change costs what is new, however long the history. `tried` says that all of it was read before.
    Raises ValueError where it could not be read back as it is.
    """
    try:
        if isinstance(record, Job):
            return _line_of_job(record, earlier, tried=tried)
        return Line(record, _written(record, type(record).model_validate_json, tried=tried))
    except (PydanticSerializationError, ValidationError) as error:
        raise ValueError(f"{named(record)} can't be written: a field has a wrong type or value") from error
    except _Different as error:
        raise ValueError(
            f"{named(record)} can't be written: it would be read back as something else"
        ) from error


class _Different(Exception):
    """It would be read back as something else."""


_EVENT: TypeAdapter[HistoryEvent] = TypeAdapter(HistoryEvent)


def _line_of_job(job: Job, earlier: Line | None, *, tried: bool) -> Line:
    """Write the events last and one by one, whatever else stands in the job."""
    if not isinstance(job.history, tuple):
        raise _Different
    head = _written(job, Job.model_validate_json, tried=tried, without="history")[:-1] + b',"history":['
    known = _known_events(earlier, job)
    events = [earlier.text[earlier.events_at : -2]] if earlier and known else []
    events += [_written(event, _EVENT.validate_json, tried=tried) for event in job.history[known:]]
    return Line(job, b"".join((head, b",".join(events), b"]}")), len(head))


def _known_events(earlier: Line | None, job: Job) -> int:
    """Return how many of the job's events stand in the earlier line: all of that line, or none."""
    there = earlier.record.history if earlier and isinstance(earlier.record, Job) else ()
    return len(there) if len(there) <= len(job.history) and all(map(is_, there, job.history)) else 0


def _written(
    record: Record, read: Callable[[str], Record], *, tried: bool, without: str | None = None
) -> bytes:
    text = record.model_dump_json(warnings="error", exclude={without} if without else None)
    # Compared as text: two moments may be equal and yet be written in different zones.
    if not tried and read(text).model_dump_json(exclude={without} if without else None) != text:
        raise _Different
    return text.encode()
