"""The edge's service on this machine: what CloudFront's API is for its function and its cache.

It keeps the function's two stages as objects, so that `deploy` and `rollback` work without an account, and
the local edge serves what was published here. It is as strict as the service that it stands for.
"""

import asyncio
import json
import logging
import re
import threading
from collections.abc import Callable, Mapping

from bot.edge.event import Event
from bot.edge.function import Answered, EdgeFunction, EdgeFunctionError, Forwarded
from core.ports import (
    FUNCTION_BYTES_MAX,
    Absent,
    Clock,
    Condition,
    Conflict,
    Edge,
    FunctionCode,
    Matches,
    NotFound,
    ObjectStore,
    StoreError,
    Trial,
    Unusable,
)

DRAFT_KEY = "edge/development.js"
LIVE_KEY = "edge/live.js"
EVENT_BYTES_MAX = 40_960
"""What TestFunction takes."""

FOLLOW_INTERVAL_S = 2.0
"""How soon the local edge runs a function that was published …"""
FOLLOW_FAR_INTERVAL_S = 30.0
"""… and where its stages lie afar, and each look costs something."""

log = logging.getLogger(__name__)

_NEVER_MADE = "none"
"""The tag of a draft that was never written."""
_PATH = re.compile(r"/[^*\s]*\*?")
_EVENT_PARTS = {"version", "context", "viewer", "request"}


class LocalEdgeService:
    """Keeps the stages of the edge function in `objects`. Threads and processes may share them.

    Args:
        objects: where the stages are kept; they lie under `edge/`.
        keys: the entries of the KeyValueStore, asked for at each trial run.
        clock: tells the function the time.
    """

    def __init__(self, objects: ObjectStore, *, keys: Callable[[], Mapping[str, str]], clock: Clock) -> None:
        self._objects = objects
        self._keys = keys
        self._clock = clock
        self._loaded: tuple[str, EdgeFunction] | None = None
        self._invalidations: dict[str, tuple[str, ...]] = {}
        self._lock = threading.Lock()

    def live(self) -> FunctionCode | None:
        """See Edge."""
        return self._stored(LIVE_KEY)

    def draft(self) -> FunctionCode:
        """See Edge; a draft that was never written is empty."""
        return self._stored(DRAFT_KEY) or FunctionCode(source="", etag=_NEVER_MADE)

    def update(self, source: str, base: FunctionCode) -> FunctionCode:
        """See Edge."""
        size = len(source.encode())
        if size > FUNCTION_BYTES_MAX:
            raise Unusable(f"the edge function has {size:,} bytes: {FUNCTION_BYTES_MAX:,} are allowed")
        try:
            self._function(source).load()
        except EdgeFunctionError as error:
            raise Unusable(f"the edge function cannot be read: {error}") from error
        condition: Condition = Absent() if base.etag == _NEVER_MADE else Matches(base.etag)
        return FunctionCode(source=source, etag=self._put(DRAFT_KEY, source, condition))

    def test(self, draft: FunctionCode, event: object) -> Trial:
        """See Edge."""
        checked = _event(event)
        now = self._current_draft(draft)
        try:
            return Trial(outcome=self._kept(now).trial(checked))
        except EdgeFunctionError as error:
            return Trial(outcome=None, error=str(error))

    def publish(self, draft: FunctionCode) -> None:
        """See Edge."""
        self._put(LIVE_KEY, self._current_draft(draft).source, None)

    def settled(self) -> bool:
        """See Edge: there is one place only."""
        return True

    def invalidate(self, paths: tuple[str, ...], reference: str) -> str:
        """See Edge: nothing is cached here, so it is done at once."""
        for path in paths:
            if not _PATH.fullmatch(path):
                raise Unusable(f"{path!r} cannot be invalidated: it starts with / and has * at its end only")
        with self._lock:
            if self._invalidations.setdefault(reference, paths) != paths:
                raise Conflict(f"other paths were invalidated under {reference!r}: take another reference")
        return reference

    def invalidated(self, request_id: str) -> bool:
        """See Edge."""
        if request_id not in self._invalidations:
            raise NotFound(f"there is no invalidation {request_id!r}")
        return True

    def _current_draft(self, draft: FunctionCode) -> FunctionCode:
        now = self.draft()
        if now.etag != draft.etag or now.etag == _NEVER_MADE:
            raise Conflict(
                "the edge function's draft was changed by somebody else: read it, then decide again"
            )
        return now

    def _kept(self, code: FunctionCode) -> EdgeFunction:
        """Return the function of `code`; a row of trial runs is made with one engine."""
        if self._loaded is None or self._loaded[0] != code.etag:
            self._loaded = (code.etag, self._function(code.source))
        return self._loaded[1]

    def _function(self, source: str) -> EdgeFunction:
        return EdgeFunction(source, keys=self._keys, clock=self._clock)

    def _put(self, key: str, source: str, condition: Condition) -> str:
        return self._objects.put(
            key, source.encode(), condition=condition, content_type="text/javascript; charset=utf-8"
        )

    def _stored(self, key: str) -> FunctionCode | None:
        try:
            found = self._objects.get(key)
        except NotFound:
            return None
        return FunctionCode(source=found.body.decode(), etag=found.etag) if found else None


class LiveFunction:
    """The function that the local edge runs: what was published, or what came with the code.

    Reading what was published is the work of `refresh`, which blocks; `run` never waits for it.
    """

    def __init__(
        self, service: Edge, source: str, *, keys: Callable[[], Mapping[str, str]], clock: Clock
    ) -> None:
        self._service = service
        self._keys = keys
        self._clock = clock
        self._source = source
        self._function = EdgeFunction(source, keys=keys, clock=clock)
        self.interval_s = FOLLOW_INTERVAL_S

    def run(self, event: Event) -> Answered | Forwarded:
        """See EdgeFunction."""
        return self._function.run(event)

    async def follow(self) -> None:
        """Take up what is published, until cancelled."""
        while True:
            try:
                await asyncio.to_thread(self.refresh)
            except StoreError as error:
                log.warning("it could not be looked which edge function is live: %s", error)
            await asyncio.sleep(self.interval_s)

    def refresh(self) -> None:
        """Take up what was published meanwhile. Raises Unreachable."""
        live = self._service.live()
        if live is not None and live.source != self._source:
            self._source = live.source
            self._function = EdgeFunction(live.source, keys=self._keys, clock=self._clock)


def _event(event: object) -> Event:
    """Return a trial's event as the function gets it. Raises Unusable."""
    try:
        text = json.dumps(event)
    except (TypeError, ValueError) as error:
        raise Unusable(f"a trial's event is no JSON: {error}") from error
    if len(text.encode()) > EVENT_BYTES_MAX:
        raise Unusable(f"a trial's event may have {EVENT_BYTES_MAX:,} bytes")
    if not isinstance(event, dict) or set(event) != _EVENT_PARTS:
        raise Unusable(f"a trial's event has {', '.join(sorted(_EVENT_PARTS))}, and nothing else")
    checked: Event = json.loads(text)
    return checked
