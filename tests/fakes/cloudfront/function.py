"""The function at its two stages, and its trial runs."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.edge.event import Event
from bot.edge.function import EdgeFunction, EdgeFunctionError
from tests.fakes.cloudfront.refusal import Refused

SIZE_MAX = 10_240
EVENT_MAX = 40_960
NOW = datetime(2026, 11, 23, 21, 50, tzinfo=UTC)
STAGES = {"DEVELOPMENT", "LIVE"}


class FixedClock:
    def now(self) -> datetime:
        return NOW


@dataclass
class Function:
    """One function. Its tag changes with each update, and only then."""

    name: str
    config: str
    """The XML of its configuration, kept as it was sent."""
    keys: dict[str, str]
    """What its key-value store holds."""
    draft: str = ""
    live: str | None = None
    associated: bool = True
    utilisation: int = 12
    revision: int = 1
    live_revision: int = 0
    updated: list[str] = field(default_factory=list)

    def etag(self, stage: str) -> str:
        return f"E{stage[:1]}{self.revision if stage == 'DEVELOPMENT' else self.live_revision:012d}"

    def source(self, stage: str) -> str:
        """Return the code at a stage; the stage has to be named."""
        if stage not in STAGES:
            raise Refused(400, "InvalidArgument", "The parameter Stage is missing or unknown.")
        if stage == "LIVE":
            if self.live is None:
                raise Refused(404, "NoSuchFunctionExists", "The function was never published.")
            return self.live
        return self.draft

    def status(self, stage: str) -> str:
        self.source(stage)
        if stage == "DEVELOPMENT":
            return "UNPUBLISHED" if self.live != self.draft else "UNASSOCIATED"
        return "DEPLOYED" if self.associated else "UNASSOCIATED"

    def update(self, if_match: str, source: bytes, config: str) -> None:
        self.must_match(if_match)
        if len(source) > SIZE_MAX:
            raise Refused(413, "FunctionSizeLimitExceeded", "The function is larger than 10 KB.")
        try:
            self.engine(source.decode()).load()
        except EdgeFunctionError as error:
            raise Refused(400, "InvalidArgument", f"The function code is not valid: {error}") from error
        self.draft, self.config = source.decode(), config
        self.updated.append(self.draft)
        self.revision += 1

    def publish(self, if_match: str) -> None:
        self.must_match(if_match)
        self.live = self.draft
        self.live_revision = self.revision

    def test(self, if_match: str, stage: str, event: bytes) -> dict[str, str]:
        """Return the parts of a test's result."""
        self.must_match(if_match, "InvalidIfMatchVersion", 400)
        if len(event) > EVENT_MAX:
            raise Refused(400, "InvalidArgument", "The event object is too large.")
        asked: Event = json.loads(event)
        part: dict[str, Any] = {}
        error = ""
        try:
            engine = self.engine(self.source(stage))
            engine.run(asked)
            outcome = engine.run_raw(asked)
            assert isinstance(outcome, dict)
            part = (
                {"response": {"cookies": {}, **outcome}} if "statusCode" in outcome else {"request": outcome}
            )
        except EdgeFunctionError as failed:
            error = str(failed)
        return {
            "ComputeUtilization": str(self.utilisation),
            "FunctionErrorMessage": error,
            "FunctionOutput": json.dumps(part),
        }

    def must_match(self, if_match: str, code: str = "PreconditionFailed", status: int = 412) -> None:
        if if_match != self.etag("DEVELOPMENT"):
            raise Refused(status, code, "The If-Match version is not the current one.")

    def engine(self, source: str) -> EdgeFunction:
        return EdgeFunction(source, keys=lambda: self.keys, clock=FixedClock())
