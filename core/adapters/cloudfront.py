"""The edge at CloudFront: one function and one distribution's cache, through boto3.

Facts that the calls do not show:
    - The tag of an update's answer comes in a header that the service model misspells (`ETtag`), so the draft
      is read again after each update.
    - Without a stage some servers refuse, and others take another one than you think: it is always named.
    - boto3 sends a request again whose answer was lost, and then finds its own write in the way. So what
      stands there is read before a refusal is believed.
    - TestFunction wraps what the function returned in `request` or `response`, and a response has `cookies`
      there even where the function named none.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NoReturn

from core.adapters.aws_control import PATIENCE, code_of, explain, may_have_landed
from core.adapters.aws_requests import AWS_FAILURES, session
from core.ports import (
    FUNCTION_BYTES_MAX,
    Conflict,
    FunctionCode,
    NotFound,
    OutcomeUnknown,
    StoreError,
    Trial,
    Unreachable,
    Unusable,
)

if TYPE_CHECKING:
    from mypy_boto3_cloudfront import CloudFrontClient
    from mypy_boto3_cloudfront.literals import FunctionStageType
    from mypy_boto3_cloudfront.type_defs import FunctionSummaryTypeDef

EVENT_BYTES_MAX = 40_960
"""What TestFunction takes."""

_EVENT_PARTS = {"version", "context", "viewer", "request"}
_PATH = re.compile(r"/[^*\s]*\*?")
_STALE = {"PreconditionFailed", "InvalidIfMatchVersion"}
_REFUSED = {"InvalidArgument", "FunctionSizeLimitExceeded", "EntitySizeLimitExceeded"}
_NO_FUNCTION = "NoSuchFunctionExists"
_OTHER_PATHS = "InvalidationBatchAlreadyExists"


def open_edge(*, distribution_id: str, function: str) -> CloudFrontEdge:
    """Return the edge, with credentials and endpoint from boto3's own settings. Raises Unreachable."""
    try:
        client = session().client("cloudfront", config=PATIENCE)
    except (*AWS_FAILURES, ValueError) as error:
        raise Unreachable(explain(error, "use CloudFront")) from error
    return CloudFrontEdge(client, distribution_id=distribution_id, function=function)


class CloudFrontEdge:
    """Implements `core.ports.Edge`. Threads may share it."""

    def __init__(self, client: CloudFrontClient, *, distribution_id: str, function: str) -> None:
        self._client = client
        self._distribution_id = distribution_id
        self._function = function

    def live(self) -> FunctionCode | None:
        """See Edge."""
        try:
            return self._code("LIVE")
        except NotFound:
            self._summary("DEVELOPMENT")  # raises where there is no function at all
            return None

    def draft(self) -> FunctionCode:
        """See Edge."""
        return self._code("DEVELOPMENT")

    def update(self, source: str, base: FunctionCode) -> FunctionCode:
        """See Edge. Its runtime and its key-value store stay as they are."""
        size = len(source.encode())
        if size > FUNCTION_BYTES_MAX:
            raise Unusable(f"the edge function has {size:,} bytes: {FUNCTION_BYTES_MAX:,} are allowed")
        what = f"update the edge function {self._function}"
        try:
            self._client.update_function(
                Name=self._function,
                IfMatch=base.etag,
                FunctionConfig=self._summary("DEVELOPMENT")["FunctionConfig"],
                FunctionCode=source.encode(),
            )
        except AWS_FAILURES as error:
            if code_of(error) not in _STALE:
                _fail(error, what, write=True)
        draft = self.draft()
        if draft.source != source:
            raise Conflict(f"cannot {what}: somebody else changed it meanwhile. Read it, then decide again.")
        return draft

    def test(self, draft: FunctionCode, event: object) -> Trial:
        """See Edge. The function meets the key-value store and the time that viewers meet."""
        body = _event(event)
        what = f"try the edge function {self._function}"
        try:
            result = self._client.test_function(
                Name=self._function, IfMatch=draft.etag, Stage="DEVELOPMENT", EventObject=body
            )["TestResult"]
        except AWS_FAILURES as error:
            if code_of(error) == "TestFunctionFailed":
                return Trial(outcome=None, error=explain(error, what))
            _fail(error, what)
        used = result.get("ComputeUtilization", "")
        utilisation = int(used) if used.isdecimal() else None
        failure = result.get("FunctionErrorMessage", "")
        if failure:
            return Trial(outcome=None, error=failure, utilisation=utilisation)
        try:
            outcome = _unwrapped(json.loads(result.get("FunctionOutput", "")))
        except ValueError:
            return Trial(outcome=None, error="it returned nothing that can be read", utilisation=utilisation)
        return Trial(outcome=outcome, utilisation=utilisation)

    def publish(self, draft: FunctionCode) -> None:
        """See Edge; may be repeated."""
        try:
            self._client.publish_function(Name=self._function, IfMatch=draft.etag)
        except AWS_FAILURES as error:
            _fail(error, f"publish the edge function {self._function}", write=True)

    def settled(self) -> bool:
        """See Edge. Raises Unusable where no behaviour runs the function: it would never get there."""
        status = self._summary("LIVE").get("Status", "")
        if status == "UNASSOCIATED":
            raise Unusable(
                f"no distribution runs the edge function {self._function}: run 'quickdump provision'"
            )
        return status == "DEPLOYED"

    def invalidate(self, paths: tuple[str, ...], reference: str) -> str:
        """See Edge."""
        for path in paths:
            if not _PATH.fullmatch(path):
                raise Unusable(f"{path!r} cannot be invalidated: it starts with / and has * at its end only")
        try:
            made = self._client.create_invalidation(
                DistributionId=self._distribution_id,
                InvalidationBatch={
                    "Paths": {"Quantity": len(paths), "Items": list(paths)},
                    "CallerReference": reference,
                },
            )["Invalidation"]
        except AWS_FAILURES as error:
            if code_of(error) == _OTHER_PATHS:
                raise Conflict(
                    f"other paths were invalidated under {reference!r}: take another one"
                ) from error
            _fail(error, f"invalidate pages of the distribution {self._distribution_id}")
        return made["Id"]

    def invalidated(self, request_id: str) -> bool:
        """See Edge."""
        try:
            found = self._client.get_invalidation(DistributionId=self._distribution_id, Id=request_id)
        except AWS_FAILURES as error:
            if code_of(error) == "NoSuchInvalidation":
                raise NotFound(f"there is no invalidation {request_id!r}") from error
            _fail(error, f"look at the invalidation {request_id}")
        return found["Invalidation"]["Status"] == "Completed"

    def _code(self, stage: FunctionStageType) -> FunctionCode:
        what = f"read the edge function {self._function}"
        try:
            answer = self._client.get_function(Name=self._function, Stage=stage)
            return FunctionCode(source=answer["FunctionCode"].read().decode(), etag=answer["ETag"])
        except AWS_FAILURES as error:
            _fail(error, what)

    def _summary(self, stage: FunctionStageType) -> FunctionSummaryTypeDef:
        try:
            return self._client.describe_function(Name=self._function, Stage=stage)["FunctionSummary"]
        except AWS_FAILURES as error:
            _fail(error, f"look at the edge function {self._function}")


def _fail(error: Exception, what: str, *, write: bool = False) -> NoReturn:
    """Raise what a failed call means; `write`: whether a lost answer leaves in doubt what stands there."""
    raise _meaning(error, what, write=write) from error


def _meaning(error: Exception, what: str, *, write: bool) -> StoreError:
    code = code_of(error)
    if code in _STALE:
        return Conflict(f"cannot {what}: somebody else changed it meanwhile. Read it, then decide again.")
    if code == _NO_FUNCTION:
        return NotFound(f"cannot {what}: there is none of this name. Is CLOUDFRONT_FUNCTION right?")
    if code == "NoSuchDistribution":
        return Unusable(f"cannot {what}: there is none. Is CLOUDFRONT_DISTRIBUTION_ID right?")
    if code in _REFUSED:
        return Unusable(explain(error, what))
    if write and may_have_landed(error):
        return OutcomeUnknown(f"tried to {what} and got no usable answer: read it to find out")
    return Unreachable(explain(error, what))


def _event(event: object) -> bytes:
    """Return a trial's event as it is sent. Raises Unusable."""
    if not isinstance(event, dict) or set(event) != _EVENT_PARTS:
        raise Unusable(f"a trial's event has {', '.join(sorted(_EVENT_PARTS))}, and nothing else")
    try:
        body = json.dumps(event).encode()
    except (TypeError, ValueError) as error:
        raise Unusable(f"a trial's event is no JSON: {error}") from error
    if len(body) > EVENT_BYTES_MAX:
        raise Unusable(f"a trial's event may have {EVENT_BYTES_MAX:,} bytes")
    return body


def _unwrapped(output: object) -> object:
    """Return the request or the response that the function returned. Raises ValueError."""
    match output:
        case {"request": dict(request), **others} if not others:
            return request
        case {"response": dict(response), **others} if not others:
            return {name: value for name, value in response.items() if (name, value) != ("cookies", {})}
        case _:
            raise ValueError("neither request nor response")
