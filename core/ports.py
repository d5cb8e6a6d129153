"""Ports: what the core asks of the world, each with the errors it may raise.

    StoreError
      NotFound          there is no such object
      Conflict          somebody else was first: nothing of ours was written
      Unreachable       the request did not get there, or was turned away: nothing was written
      OutcomeUnknown    the answer was lost: it may have been written, now or a little later
      Unusable          the store, or what lies in it, cannot be worked with (damaged, newer …)
        Moved           the state lives elsewhere now: what is here must not be used any more

Stores and the texter block; the use cases call them in threads. There is no async twin of any of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from core.domain.record import Instant, Value
from core.domain.remedy import Remedy
from core.domain.session import SessionKey
from core.domain.state import State


class StoreError(Exception):
    """A store could not do what it was asked; the message names the object, the state and what to do."""


class NotFound(StoreError):
    """There is no such object."""


class Conflict(StoreError):
    """Somebody else was first: nothing of ours was written."""

    newest: "Snapshot | None" = None
    """What a state store found there instead, where it has looked already."""


class Unreachable(StoreError):
    """The request did not get there, or was turned away: nothing was written."""


class OutcomeUnknown(StoreError):
    """The answer was lost: it may have been written, now or a little later."""


class Unusable(StoreError):
    """The store, or what lies in it, cannot be worked with."""


class Moved(Unusable):
    """The state lives at `address` now: what is here must not be used any more."""

    def __init__(self, address: str) -> None:
        super().__init__(f"the state was moved to {address}: set STATE to it and start again")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    """An object as it was read."""

    body: bytes
    etag: str
    """Opaque; changes with the bytes, so equal bytes may have equal tags."""
    content_type: str = "application/octet-stream"
    cache_control: str = ""
    modified_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Absent:
    """Condition of a write: there is no such object yet (`If-None-Match: *`)."""


@dataclass(frozen=True, slots=True)
class Matches:
    """Condition of a write: the object is still the one with this tag (`If-Match`)."""

    etag: str


Condition = Absent | Matches | None


class ObjectStore(Protocol):
    """Named objects in one place: an S3 prefix, a folder, or memory. Keys are relative, with `/` between."""

    def get(self, key: str, *, unless: str | None = None) -> StoredObject | None:
        """Return the object, or None where its tag is `unless` (a 304).

        Raises NotFound, Unreachable.
        """

    def put(
        self,
        key: str,
        body: bytes,
        *,
        condition: Condition = None,
        content_type: str = "application/octet-stream",
        cache_control: str = "",
    ) -> str:
        """Write the object whole, or not at all, and return its new tag.

        Raises Conflict where the condition does not hold (also `Matches` on a missing object), Unreachable,
        OutcomeUnknown. Sends once: there is no retry inside.
        """

    def delete(self, key: str) -> None:
        """Remove the object; removing what is not there is no error. Raises Unreachable, OutcomeUnknown."""

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Yield the keys that start with `prefix`, in order. Raises Unreachable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectVersion:
    """One body that an object had, or has now."""

    version_id: str
    written_at: datetime
    """From then on, until the next version, it was the object."""
    size: int
    """In bytes."""


@runtime_checkable
class Versions(Protocol):
    """Keeps what objects were before they were written again: an S3 bucket with versioning, or a folder."""

    def versions(self, key: str) -> Iterator[ObjectVersion]:
        """Yield the versions of an object that are kept, the newest first; there may be millions.

        Raises Unusable where none are kept, with what to do; Unreachable.
        """

    def version(self, key: str, version_id: str) -> bytes:
        """Return one of them. Raises NotFound where it is kept no longer, Unreachable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The state as it was read, and the tag that a write of its successor must name."""

    state: State
    version: str


class StateStore(Protocol):
    """Keeps the one state of a business."""

    def load(self, known: Snapshot | None = None) -> Snapshot:
        """Return the newest state; `known` itself where nothing changed since (one conditional read).

        Raises NotFound where there is none yet, Unreachable, Unusable where it cannot be read.
        """

    def save(self, state: State, base: Snapshot) -> Snapshot:
        """Write `state`, made from `base`, if `base` is still the newest; return it as the newest.

        `state.write_id` is new for each write, `state.revision` is above `base`'s. A lost answer is settled
        by reading back. Raises Conflict (reload and decide again), Unreachable (nothing was written),
        OutcomeUnknown (settling failed too).
        """

    def create(self, state: State) -> Snapshot:
        """Write the first state of a business.

        Raises Conflict where there is one, Unreachable, OutcomeUnknown.
        """

    def probe(self) -> None:
        """Try on a scratch object that conditions are honoured.

        Raises Unusable where they are not, Unreachable.
        """


class TextNotSent(Exception):
    """The provider did not take the text, for certain.

    `code` is the provider's; `permanent` tells whether trying again could help.
    """

    def __init__(
        self,
        code: str,
        *,
        permanent: bool,
        retry_after_s: float | None = None,
        remedy: Remedy | None = None,
    ) -> None:
        super().__init__(f"text not sent: {code}")
        self.remedy = remedy
        self.code = code
        self.permanent = permanent
        self.retry_after_s = retry_after_s


class TextOutcomeUnknown(Exception):
    """The provider's answer was lost: the text may have gone out."""


class ProviderText(Value):
    """A text as the provider lists it."""

    provider_id: str
    to: str
    sender: str | None
    body: str
    """As it was handed over, without what the provider may have put before it."""
    inbound: bool
    status: str
    """The provider's word for what became of it, as in its status callbacks."""
    created_at: Instant
    error_code: int | None
    remedy: Remedy | None = None
    """What is to be done about that code."""


class TextsNotListed(Exception):
    """The provider's list could not be read; try again later."""


class Texter(Protocol):
    """Sends SMS."""

    def send(self, *, to: str, body: str, message_id: str) -> str:
        """Hand one text to the provider and return its id there.

        `message_id` is ours; the provider's status callbacks carry it. Raises TextNotSent,
        TextOutcomeUnknown. Sends once, with a timeout shorter than the relay's claim.
        """

    def recent(self, *, to: str, since: datetime) -> Sequence[ProviderText]:
        """Return the provider's texts to a number since a moment, newest first. Raises TextsNotListed."""


class Chat(Protocol):
    """Shows messages in the chats of staff, and keeps to the pace that the service bears.

    `buttons` are (label, command) pairs; `revision` is that of the job that they were made from.
    """

    async def post(
        self,
        *,
        chat: int,
        body: str,
        buttons: tuple[tuple[str, str], ...] = (),
        revision: int | None = None,
        reply_to: int | None = None,
    ) -> int:
        """Send one message, as a reply to `reply_to` where that is still there; return its id in the chat.

        Raises TextNotSent, TextOutcomeUnknown. Sends once.
        """

    async def edit(
        self,
        *,
        chat: int,
        message: int,
        body: str | None,
        buttons: tuple[tuple[str, str], ...],
        revision: int | None,
    ) -> None:
        """Let a message of ours show this; None leaves its words as they are.

        May be repeated as often as one likes. Raises as `post`; permanent, where there is no such message.
        """

    def edit_wait_s(self, chat: int) -> float:
        """Return in how many seconds this chat takes an edit; 0: now."""


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return this moment in UTC, to the second."""


class Ids(Protocol):
    """Makes what must not be guessed or meet again."""

    def token(self) -> str:
        """Return a tracking token: 22 letters and digits holding 128 random bits."""

    def unique(self) -> str:
        """Return a short id that does not meet another one."""


FUNCTION_BYTES_MAX = 10_240
"""How large the edge function may be (CloudFront's quota)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionCode:
    """The edge function as it stands at one stage."""

    source: str
    etag: str
    """Opaque; names this version in the next call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a trial run of the edge function came to."""

    outcome: object
    """The request or the response that it returned, as plain JSON values; None where it failed."""
    error: str = ""
    """Why it failed; empty where it ran."""
    utilisation: int | None = None
    """Per cent of the time that it may take (TestFunction: ComputeUtilization); None: nobody measured."""


class Edge(Protocol):
    """What stands in front of the site: the function that viewers' requests run through, and a cache.

    The function has two stages: what is written goes to the development stage, what is published is live. A
    write names the version that it replaces and raises Conflict where somebody else changed it meanwhile.
    """

    def live(self) -> FunctionCode | None:
        """Return what viewers get; None where nothing was ever published. Raises NotFound, Unreachable."""

    def draft(self) -> FunctionCode:
        """Return what stands at the development stage.

        Raises NotFound where the function was never made, Unreachable.
        """

    def update(self, source: str, base: FunctionCode) -> FunctionCode:
        """Replace the draft `base` by `source` and return it. Viewers notice nothing.

        Raises Conflict, Unusable where the service refuses it (above FUNCTION_BYTES_MAX, no JavaScript),
        Unreachable, OutcomeUnknown.
        """

    def test(self, draft: FunctionCode, event: object) -> Trial:
        """Run `draft` on an event without a viewer.

        `event` is a viewer-request event as plain JSON values. Raises Conflict where the draft is another one
        by now, Unreachable, Unusable where the event is refused.
        """

    def publish(self, draft: FunctionCode) -> None:
        """Let viewers get `draft`. Raises Conflict, Unreachable, OutcomeUnknown."""

    def settled(self) -> bool:
        """Tell whether what was published last has reached viewers everywhere. Raises Unreachable."""

    def invalidate(self, paths: tuple[str, ...], reference: str) -> str:
        """Let the cache forget `paths` and return the id of that request.

        Paths start with `/` and may end with `*`. The same `reference` with the same paths returns the
        earlier request. Raises Conflict for other paths under it, Unreachable, also where too many are under
        way, Unusable for a path that cannot be.
        """

    def invalidated(self, request_id: str) -> bool:
        """Tell whether that request is done. Raises NotFound, Unreachable."""


class Keys(Protocol):
    """Where the edge looks up the key that dashboard links and sessions are signed with."""

    def current(self) -> SessionKey | None:
        """Return the key that the edge believes; None where it has none. Raises Unreachable, Unusable."""

    def replace(self, key: SessionKey) -> None:
        """Let the edge believe `key` and no other; may be repeated.

        `k.<kid>` is written before `kid` is, then other keys are removed. Raises Unreachable, Conflict,
        OutcomeUnknown.
        """
