"""The edge function: runs `cf/qdn-track-rewrite.js` in an embedded engine and reads what it answers."""

import json
import re
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

import quickjs
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from bot.edge.event import Event, ViewerRequest
from core.ports import Clock

FUNCTION_FILE = Path(__file__).parents[2] / "cf" / "qdn-track-rewrite.js"
"""Found from the code's place, never from the working directory."""

TIME_LIMIT_S = 1.0
"""Processor time of one run, usually 50 µs; the engine counts that of the whole process, hence the room."""
MEMORY_LIMIT_BYTES = 16 * 1024 * 1024
"""CloudFront allows 2 MB; another engine needs another number for the same program."""
JOBS_MAX = 1000
"""Promise reactions in one run; the longest way through the function has about ten."""

_RUNTIME_FILE = Path(__file__).with_name("runtime.js")
_IMPORT = re.compile(r"^import (\w+) from '(\w+)';$", re.MULTILINE)


class EdgeFunctionError(Exception):
    """The function threw, ran too long, or answered what CloudFront would refuse: a 503 to the viewer."""


class Value(BaseModel):
    """One value of a header, a cookie or the query; percent-encoded in the query, as CloudFront has it."""

    model_config = ConfigDict(frozen=True)

    value: str
    attributes: str = ""


class Body(BaseModel):
    """The body of an answer that the function makes itself."""

    model_config = ConfigDict(frozen=True)

    encoding: Literal["text", "base64"]
    data: str


class Forwarded(BaseModel):
    """The request that goes on to the cache and the store."""

    model_config = ConfigDict(frozen=True)

    method: str
    uri: str = Field(pattern=r"^/")
    querystring: dict[str, Value]
    headers: dict[str, Value]
    cookies: dict[str, Value]


class Answered(BaseModel):
    """An answer that the function made itself."""

    model_config = ConfigDict(frozen=True)

    status: int = Field(alias="statusCode", ge=200, le=599)
    headers: dict[str, Value] = {}
    cookies: dict[str, Value] = {}
    body: Body | None = None


_OUTCOME: TypeAdapter[Answered | Forwarded] = TypeAdapter(Answered | Forwarded)


class EdgeFunction:
    """The very file that CloudFront runs, run here.

    Args:
        source: the JavaScript of the file.
        keys: called for each run, gives the entries of the KeyValueStore (`core.domain.session.key_entries`).
        clock: tells the function the time.

    Each thread gets an engine of its own, because engines must not be shared between threads; an engine in
    which a run failed is thrown away.
    """

    def __init__(self, source: str, *, keys: Callable[[], Mapping[str, str]], clock: Clock) -> None:
        self._program = _IMPORT.sub(r"const \1 = quickdumpModules.\2;", source)
        self._runtime = _RUNTIME_FILE.read_text("utf-8")
        self._keys = keys
        self._clock = clock
        self._engines = threading.local()

    def load(self) -> None:
        """Read the program without running it. Raises EdgeFunctionError where it is no JavaScript."""
        try:
            self._engine()
        except quickjs.JSException as error:
            raise EdgeFunctionError(f"the edge function failed: {error}") from error

    def run(self, event: Event) -> Answered | Forwarded:
        """Run the function on a viewer-request event and return its answer, or the request as it left it.

        Raises:
            EdgeFunctionError: it failed; CloudFront would answer 503.
        """
        return _judged(event, self.run_raw(event))

    def trial(self, event: Event) -> object:
        """Run as `run` does, and return the outcome as plain JSON values.

        Raises:
            EdgeFunctionError: it failed; CloudFront would answer 503.
        """
        raw = self.run_raw(event)
        _judged(event, raw)
        return raw

    def run_raw(self, event: Event) -> object:
        """Run the function on a viewer-request event and return its outcome as plain JSON values.

        Raises:
            EdgeFunctionError: it threw, or ran out of time or memory.
        """
        # A float, because the engine cuts integers to 32 bits.
        now_ms = float(int(self._clock.now().timestamp() * 1000))
        arguments = (json.dumps(event), json.dumps(dict(self._keys())), now_ms)
        try:
            engine = self._engine()
            engine.get("quickdumpRun")(*arguments)
            jobs = 0
            while jobs < JOBS_MAX and engine.execute_pending_job():
                jobs += 1
            outcome = engine.get("quickdumpOutcome")
        except (quickjs.JSException, quickjs.StackOverflow) as error:
            self._engines.engine = None
            raise EdgeFunctionError(f"the edge function failed: {error}") from error
        if outcome is None:
            self._engines.engine = None
            raise EdgeFunctionError(f"the edge function did not answer within {JOBS_MAX} promise reactions")
        parsed: dict[str, object] = json.loads(outcome)
        if "error" in parsed:
            self._engines.engine = None
            raise EdgeFunctionError(f"the edge function threw {parsed['error']}")
        return parsed["value"]

    def _engine(self) -> quickjs.Context:
        """Return this thread's engine with the function loaded."""
        engine = getattr(self._engines, "engine", None)
        if engine is None:
            engine = quickjs.Context()
            engine.set_memory_limit(MEMORY_LIMIT_BYTES)
            engine.set_time_limit(TIME_LIMIT_S)
            engine.eval(self._runtime)
            engine.eval(self._program)
            self._engines.engine = engine
        return engine


def _judged(asked: Event, raw: object) -> Answered | Forwarded:
    """Return an outcome as what it is. Raises EdgeFunctionError where CloudFront would refuse it."""
    try:
        outcome = _OUTCOME.validate_python(raw)
    except ValidationError as error:
        raise EdgeFunctionError(f"the edge function returned neither request nor answer: {error}") from error
    if isinstance(outcome, Forwarded):
        _refuse_changes(asked["request"], outcome)
    return outcome


def _refuse_changes(asked: ViewerRequest, forwarded: Forwarded) -> None:
    """Refuse what CloudFront answers with 502: a changed method or host ("edge-functions-restrictions")."""
    asked_host = asked["headers"].get("host", {"value": ""})["value"]
    host = forwarded.headers["host"].value if "host" in forwarded.headers else ""
    if (forwarded.method, host) != (asked["method"], asked_host):
        raise EdgeFunctionError("the edge function changed the method or the host, which are read-only")
