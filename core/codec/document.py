"""The document: the shape of `jobs.json` (DESIGN §4), and what must hold in it as a whole."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from core.domain.archived import ArchiveRoot, Forgotten, Trace
from core.domain.cards import Card
from core.domain.events import LogEvent
from core.domain.job import Job
from core.domain.outbox import Message
from core.domain.people import Person
from core.domain.record import Record
from core.domain.state import Cause, OptOut, State
from core.domain.texting import Texting

SCHEMA = 1
"""The shape that this version writes."""

FIXED_FIELDS = tuple(Job.model_fields)[:12]
"""The names that every job carries, even where its value is null: people and programs rely on them."""


class Document(BaseModel):
    """The object as it stands in the file. Fields without a default must be there; others are kept."""

    model_config = ConfigDict(frozen=True, strict=True, extra="allow")

    schema_number: int = Field(alias="schema")
    revision: Annotated[int, Field(ge=0)]
    write_id: str
    recent_writes: tuple[str, ...]
    next_number: Annotated[int, Field(ge=1)]
    moved_to: str = ""
    archive: ArchiveRoot = ArchiveRoot()
    texting: Texting = Texting()
    jobs: tuple[Job, ...]
    people: tuple[Person, ...]
    messages: tuple[Message, ...]
    opt_outs: tuple[OptOut, ...]
    causes: tuple[Cause, ...]
    log: tuple[LogEvent, ...]
    traces: tuple[Trace, ...] = ()
    forgotten: tuple[Forgotten, ...] = ()
    cards: tuple[Card, ...] = ()

    def state(self) -> State:
        """Return the state that it holds; of two records with one key the last wins (see `fault_between`)."""
        return State(
            revision=self.revision,
            write_id=self.write_id,
            recent_writes=self.recent_writes,
            next_number=self.next_number,
            texting=self.texting,
            jobs={job.number: job for job in self.jobs},
            people={person.person_id: person for person in self.people},
            messages={message.id: message for message in self.messages},
            opt_outs={opt_out.phone: opt_out for opt_out in self.opt_outs},
            causes={cause.cause: cause for cause in self.causes},
            cards={card.key: card for card in self.cards},
            log=self.log,
            moved_to=self.moved_to,
            archive=self.archive,
            traces={trace.number: trace for trace in self.traces},
            forgotten=self.forgotten,
            extra=self.model_extra or {},
        )


TOP_LEVEL = tuple(field.alias or name for name, field in Document.model_fields.items())
"""The names at the top, in the order in which they are written."""

LISTS = TOP_LEVEL[TOP_LEVEL.index("jobs") :]
"""Those that hold one record a line."""


SINGLE = frozenset({"archive", "texting"})
"""Those that hold one record."""

KEYS: Mapping[str, tuple[str, ...]] = {
    "jobs": ("number", "job_id", "tracking_token"),
    "people": ("person_id",),
    "messages": ("id",),
    "opt_outs": ("phone",),
    "causes": ("cause",),
    "traces": ("number", "tracking_token"),
    "cards": ("key",),
}
"""By list: the fields whose value is one record's own. A state finds its records by the first."""


def fault_between(lists: Mapping[str, Iterable[Record]], next_number: int) -> str | None:
    """Return what is wrong between records that are each right by themselves, or None.

    `lists` holds the records by the names at the top of the document.
    """
    for name, fields in KEYS.items():
        records = list(lists[name])
        for field in fields:
            fault = twice(field, name, records)
            if fault is not None:
                return fault
    return number_fault({job.number: job for job in lists["jobs"] if isinstance(job, Job)}, next_number)


def number_fault(jobs: Mapping[int, Job], next_number: int) -> str | None:
    """Return what is wrong with the numbers of `jobs`, which are their keys, or None."""
    if jobs and min(jobs) < 1:
        return f"{named(jobs[min(jobs)])} has a number below 1: give it another"
    if jobs and max(jobs) >= next_number:
        highest = named(jobs[max(jobs)])
        return f"next_number is {next_number}, but there is {highest}: set it above the highest number"
    return None


def named(record: Record) -> str:
    """Return how errors name a record, without anything personal but a job's id."""
    if isinstance(record, Job):
        return f"job {record.number} ({record.job_id})"
    name = next(
        (getattr(record, key) for key in ("person_id", "id", "cause", "key") if hasattr(record, key)), ""
    )
    return f"{type(record).__name__} {name}".strip()


def twice(field: str, name: str, records: Sequence[Record]) -> str | None:
    """Return what to say where two records share the value of `field`, or None."""
    values = [getattr(record, field) for record in records]
    if len(set(values)) == len(values):
        return None
    counts = Counter(values)
    double = next(value for value, count in counts.items() if count > 1)
    first, second, *_ = [named(record) for record in records if getattr(record, field) == double]
    # Errors end up in logs, where tokens and phone numbers have no place: the value is not shown.
    return f"two of {name}, {first} and {second}, have the same {field}: give one of them another"
