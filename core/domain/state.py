"""State: all that is known of one business at one moment."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self

from pydantic import JsonValue

from core.domain.archived import ArchiveRoot, Forgotten, Trace
from core.domain.cards import Card
from core.domain.events import LogEvent
from core.domain.job import Job, folded
from core.domain.outbox import Message
from core.domain.people import Person
from core.domain.record import Instant, PhoneNumber, Record
from core.domain.texting import Texting

CAUSE_KEPT = timedelta(hours=48)
"""How long a cause is remembered: Telegram repeats an update for 24 hours."""

RECENT_WRITES_KEPT = 16
"""How many ids of earlier writes are carried, so that a lost answer can be settled under later writes."""


class Cause(Record):
    """A message that was acted on, so that its repetition changes nothing."""

    cause: str
    at: Instant
    job: int | None = None


class OptOut(Record):
    """A number that asked for no more texts. Never deleted; only the customer ends what he said outright."""

    phone: PhoneNumber
    at: Instant
    words: str
    counts_from: Instant | None = None
    """None: it counts. Else it was asked in other words than the exact ones: until then texts are held and a
    dispatcher may say that it was none; from then on it counts."""
    ended_at: Instant | None = None

    def counts(self, at: datetime) -> bool:
        """Tell whether no text may go to the number at `at`."""
        return self.ended_at is None and (self.counts_from is None or self.counts_from <= at)

    def doubtful_until(self, at: datetime) -> datetime | None:
        """Return until when texts are held because nobody has said yet what the customer meant, or None."""
        return None if self.ended_at is not None or self.counts(at) else self.counts_from


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """All jobs, people, opt-outs and owed messages of one business. Change it by making a new one."""

    revision: int = 0
    """Grows by one with every write."""
    write_id: str = ""
    """The id of the write that made it."""
    recent_writes: tuple[str, ...] = ()
    next_number: int = 1
    jobs: Mapping[int, Job] = field(default_factory=dict)
    """By number, in the order of creation."""
    people: Mapping[str, Person] = field(default_factory=dict)
    """By person id."""
    messages: Mapping[str, Message] = field(default_factory=dict)
    """By id, in the order in which they became owed."""
    opt_outs: Mapping[str, OptOut] = field(default_factory=dict)
    """By number."""
    texting: Texting = field(default_factory=Texting)
    causes: Mapping[str, Cause] = field(default_factory=dict)
    cards: Mapping[str, Card] = field(default_factory=dict)
    """By job and chat (`Card.key`)."""
    log: tuple[LogEvent, ...] = ()
    """What happened beside the jobs, oldest first."""
    moved_to: str = ""
    """The address of the store that it was moved to; empty: it is kept here. Nothing follows a move."""
    archive: ArchiveRoot = field(default_factory=ArchiveRoot)
    """Where finished jobs and old log entries are found that moved out of here."""
    traces: Mapping[int, Trace] = field(default_factory=dict)
    """By number: archived jobs whose links still work."""
    forgotten: tuple[Forgotten, ...] = ()
    """Oldest first."""
    extra: Mapping[str, JsonValue] = field(default_factory=dict)
    """Top-level fields that this version does not know, written back as they were."""

    def with_job(self, job: Job) -> Self:
        """Return a state where `job` is the newest version of itself."""
        return dataclasses.replace(self, jobs={**self.jobs, job.number: job})

    def with_message(self, message: Message) -> Self:
        """Return a state where `message` is the newest version of itself."""
        return dataclasses.replace(self, messages={**self.messages, message.id: message})

    def with_cards(self, cards: Mapping[str, Card]) -> Self:
        """Return a state with these cards; this very one where they are the same."""
        return self if cards is self.cards else dataclasses.replace(self, cards=cards)

    def with_person(self, person: Person) -> Self:
        """Return a state where `person` is the newest version of himself."""
        return dataclasses.replace(self, people={**self.people, person.person_id: person})

    def next_write(self, write_id: str) -> Self:
        """Return this state as the start of the next write."""
        recent = (*self.recent_writes, self.write_id)[-RECENT_WRITES_KEPT:] if self.write_id else ()
        return dataclasses.replace(self, revision=self.revision + 1, write_id=write_id, recent_writes=recent)

    def open_jobs(self) -> Iterator[Job]:
        """Yield the jobs to which something can still happen, oldest first."""
        return (job for job in self.jobs.values() if job.is_open)

    def staff(self) -> Iterator[Person]:
        """Yield the people on the staff now."""
        return (person for person in self.people.values() if person.active)

    def name_of(self, author: str) -> str:
        """Return the name to show for an event's author or a job's driver."""
        person = self.people.get(author)
        return person.name if person else author.replace("_", " ").capitalize()

    def with_texting(self, **changes: object) -> Self:
        """Return a state where this holds for all texts."""
        return dataclasses.replace(self, texting=self.texting.model_copy(update=changes))

    def with_opt_out(self, opt_out: OptOut) -> Self:
        """Return a state where `opt_out` is what its number has said."""
        return dataclasses.replace(self, opt_outs={**self.opt_outs, opt_out.phone: opt_out})

    def opted_out(self, phone: str, at: datetime) -> bool:
        """Tell whether no text may go to `phone` at `at`."""
        opt_out = self.opt_outs.get(phone)
        return opt_out is not None and opt_out.counts(at)

    def doubtful_until(self, phone: str, at: datetime) -> datetime | None:
        """Return until when texts to `phone` are held because it may have opted out, or None."""
        opt_out = self.opt_outs.get(phone)
        return None if opt_out is None else opt_out.doubtful_until(at)

    def messages_of(self, number: int) -> Iterator[Message]:
        """Yield the messages about job `number`, oldest first."""
        return (message for message in self.messages.values() if message.job == number)

    def person_named(self, words: str) -> list[Person]:
        """Return the people on the staff whose id or name is `words`, or else whose name starts with it."""
        wanted = folded(words).strip()
        exact = [p for p in self.staff() if wanted in {p.person_id, folded(p.name)}]
        return exact or [p for p in self.staff() if wanted and folded(p.name).startswith(wanted)]
