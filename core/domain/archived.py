"""Archived: what the state keeps of all that has moved to the archive.

The archive itself is made of objects that are written once: segments, which hold jobs, and index runs, in
which they are found again. The state refers to the runs alone: its size does not grow with what is archived.
"""

from core.domain.record import Instant, PhoneNumber, Record


class IndexRun(Record):
    """A reference to one sorted run of the index; a few runs are merged into one of the next level."""

    key: str
    """The object that lists the run's pages."""
    level: int
    """0: made of one segment. Each merge makes one of the next level."""
    first_number: int = 0
    last_number: int = 0
    """The numbers of its jobs lie between these two, both included; 0 and 0 where it holds no job."""


class ArchiveRoot(Record):
    """Where the archive begins."""

    runs: tuple[IndexRun, ...] = ()
    """All that is archived is found through these."""
    jobs: int = 0
    """How many jobs were ever moved, each counted once."""
    newest_date: str = ""
    """The latest local date of creation (`20240523`) among them: a job id with a later one is free."""
    epoch: int = 0
    """Grows when something is forgotten: what was read of the archive before is out of date then."""
    moved_at: Instant | None = None


class Trace(Record):
    """What stays of an archived job while its customer may still look at its page or write about it."""

    number: int
    tracking_token: str
    revision: int
    closed_at: Instant
    phone: PhoneNumber | None = None
    revoked: bool = False
    """True: its page says so, and goes on saying so."""


class Forgotten(Record):
    """A customer who was forgotten, so that a restored state forgets him again."""

    phone_hash: str
    """SHA-256 of his number in E.164, in hex: enough to know it again."""
    at: Instant
    """What came later is not forgotten."""
    by: str
    cause: str
    jobs: tuple[int, ...] = ()
    """His jobs in the state, which carry no number any more."""
    done: bool = False
    """Whether the archive has forgotten him too."""

    @property
    def key(self) -> str:
        """What distinguishes it from the others."""
        return f"{self.cause} {self.phone_hash}"
