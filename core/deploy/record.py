"""Records: what is kept of each deploy, in the staging store, while it runs and for ever after."""

from enum import StrEnum
from typing import Literal

from core.domain.people import Actor
from core.domain.record import Instant, Record, Value


class Step(StrEnum):
    """The steps of a deploy, in their order."""

    LOCK = "lock"
    STAGE = "stage"
    """All files lie in the release's own folder, whole; nothing of it is live."""
    FUNCTION = "function"
    """The edge function is tried with every case and published."""
    PROMOTE = "promote"
    """The files go to where viewers get them: what a page needs before the page."""
    RECORD = "record"
    """`current.json` names the release."""
    INVALIDATE = "invalidate"
    CHECK = "check"
    """What viewers get is read back."""
    TIDY = "tidy"


STEPS = tuple(Step)


class Outcome(StrEnum):
    """What became of a deploy."""

    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    """Refused, failed or interrupted before anything of it was live."""
    PUT_BACK = "put back"
    LEFT = "left half done"


class By(Value):
    """Who deploys."""

    id: str
    name: str

    @classmethod
    def of(cls, actor: Actor) -> "By":
        """Return a person on the staff as the one who deploys."""
        return cls(id=actor.person_id, name=actor.name)


class Deploy(Record):
    """One deploy or rollback."""

    deploy_id: str
    """Sorts by time: `20261126-190512-3f2a9c`."""
    action: Literal["deploy", "rollback"]
    release: str
    """What is to be live."""
    previous: str | None = None
    """What was live before and is put back if need be; None while it is not known yet."""
    by: By
    started_at: Instant
    step: Step = Step.LOCK
    """The step that it is at, or was at when it ended."""
    outcome: Outcome = Outcome.RUNNING
    finished_at: Instant | None = None
    why: str = ""
    """What went wrong; empty where nothing did."""
    warnings: tuple[str, ...] = ()
    written: int = 0
    """How many files of the live site were written or removed."""

    @property
    def number(self) -> int:
        """Which step it is at, counted from 1."""
        return STEPS.index(self.step) + 1

    @property
    def took_s(self) -> int:
        """How long it took, in whole seconds; 0 while it runs."""
        return int((self.finished_at - self.started_at).total_seconds()) if self.finished_at else 0

    @property
    def touched_live(self) -> bool:
        """Whether something of it may be live."""
        return self.step not in {Step.LOCK, Step.STAGE}


class Current(Record):
    """What is live: the object `current.json`."""

    release: str
    deploy_id: str
    by: By
    at: Instant


class Entry(Value):
    """One file of a release."""

    key: str
    """Where it is served."""
    source: str
    """Its name in `web/`."""
    sha256: str
    size: int
    content_type: str
    cache_control: str


class Manifest(Record):
    """A release: written last, so that a release with a manifest is whole."""

    release: str
    build: str
    """In every page's `<meta name="build">`; empty for a site that was found and not built here."""
    function: str | None
    """SHA-256 of the edge function, in hex; None where none was found."""
    entries: tuple[Entry, ...]
    """In the order in which they are promoted."""
