"""The edge: CloudFront, its function and its key."""

from dataclasses import dataclass
from typing import Protocol

from core.domain.session import SessionKey

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
