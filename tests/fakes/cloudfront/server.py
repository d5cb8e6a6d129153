"""The service over HTTP: reads what boto3 sends and answers what boto3 reads."""

import base64
import json
import re
from collections import deque
from datetime import UTC, datetime
from enum import Enum, auto
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Self
from xml.etree import ElementTree as ET

from boto3.session import Session
from botocore.config import Config
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from tests.fakes.cloudfront.function import Function
from tests.fakes.cloudfront.refusal import Refused
from tests.fakes.cloudfront.store import Store
from tests.fakes.serving import LocalServer, drop_connection

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest
    from mypy_boto3_cloudfront import CloudFrontClient
    from mypy_boto3_cloudfront_keyvaluestore import CloudFrontKeyValueStoreClient

_XMLNS = "http://cloudfront.amazonaws.com/doc/2020-05-31/"
_MADE_AT = datetime(2026, 11, 23, 21, 50, tzinfo=UTC).isoformat()
_ACCOUNT = "123456789012"
_IN_FLIGHT_MAX = 15


class Fault(Enum):
    """What becomes of a request instead of its answer."""

    LOST = auto()
    """It was carried out, and the connection ends."""
    TURNED_AWAY = auto()
    """A 503 before anything was done."""


class FakeCloudFront:
    """The service at `url`; `function`, `store` and `invalidations` are what it holds."""

    def __init__(self) -> None:
        self._server = LocalServer(self._answer)
        self.reset()

    def reset(self) -> None:
        """Begin anew: a function that was never published, an empty store, nothing invalidated."""
        arn = f"arn:aws:cloudfront::{_ACCOUNT}:key-value-store/11111111-2222-3333-4444-555555555555"
        self.store = Store(arn)
        self.function = Function(
            name="quickdump-track-rewrite",
            config=(
                "<Comment>Quickdump</Comment><Runtime>cloudfront-js-2.0</Runtime><KeyValueStoreAssociations>"
                f"<Quantity>1</Quantity><Items><KeyValueStoreAssociation><KeyValueStoreARN>{arn}"
                "</KeyValueStoreARN></KeyValueStoreAssociation></Items></KeyValueStoreAssociations>"
            ),
            keys=self.store.items,
        )
        self.distribution_id = "EDFDVBD6EXAMPLE"
        self.invalidations: dict[str, tuple[str, tuple[str, ...]]] = {}
        self.completed = True
        self.faults: deque[Fault | None] = deque()
        """What becomes of the next requests; None lets one through."""
        self.requests: list[str] = []

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()

    @cached_property
    def client(self) -> "CloudFrontClient":
        """A real client of it; making one takes longer than a test."""
        return _session().client("cloudfront", endpoint_url=self._server.url, config=_patient())

    @cached_property
    def store_client(self) -> "CloudFrontKeyValueStoreClient":
        """A real client of the store, with the signatures that it takes.

        The account stands in the name of its host: such names lead nowhere here.
        """
        port = self._server.url.rpartition(":")[2]
        client = _session().client(
            "cloudfront-keyvaluestore", endpoint_url=f"http://localhost:{port}", config=_patient()
        )

        def to_loopback(request: "AWSPreparedRequest", **_: object) -> None:
            assert "AWS4-ECDSA-P256-SHA256" in str(request.headers["Authorization"])
            request.url = request.url.replace(f"{_ACCOUNT}.localhost", "127.0.0.1")

        client.meta.events.register("before-send.cloudfront-keyvaluestore", to_loopback)
        return client

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = await request.body()
        self.requests.append(f"{request.method} {scope['path']}")
        fault = self.faults.popleft() if self.faults else None
        response = _refusal(Refused(503, "ServiceUnavailable", "Slow down."), scope["path"])
        if fault is not Fault.TURNED_AWAY:
            try:
                response = self._carried_out(request, body)
            except Refused as refused:
                response = _refusal(refused, scope["path"])
        if fault is Fault.LOST:
            await drop_connection(receive, send)
        else:
            await response(scope, receive, send)

    def _carried_out(self, request: Request, body: bytes) -> Response:
        path = request.scope["path"]
        if path.startswith("/key-value-stores/"):
            return self._of_the_store(request, path.removeprefix("/key-value-stores/"), body)
        parts = path.removeprefix("/2020-05-31/").split("/")
        if parts[0] == "distribution":
            return self._of_the_cache(request.method, parts[1:], body)
        if parts[1] != self.function.name:
            raise Refused(404, "NoSuchFunctionExists", "The specified function does not exist.")
        deed = "/".join([request.method, *parts[2:]])
        return self._of_the_function(deed, request, body)

    def _of_the_function(self, deed: str, request: Request, body: bytes) -> Response:
        function, if_match = self.function, request.headers.get("if-match", "")
        stage = request.query_params.get("Stage", "")
        match deed:
            case "GET":
                source = function.source(stage).encode()
                return Response(
                    source, headers={"ETag": function.etag(stage)}, media_type="application/octet-stream"
                )
            case "GET/describe":
                return _xml(self._summary(stage), {"ETag": function.etag(stage)})
            case "PUT":
                sent = ET.fromstring(body)  # noqa: S314 - boto3 wrote it
                config = _text_of(body, "FunctionConfig")
                function.update(if_match, base64.b64decode(_required(sent, "FunctionCode")), config)
                # The model looks for the tag in a header of another name: nobody can count on finding it.
                return _xml(self._summary("DEVELOPMENT"), {})
            case "POST/test":
                sent = ET.fromstring(body)  # noqa: S314 - as above
                result = function.test(
                    if_match, _required(sent, "Stage"), base64.b64decode(_required(sent, "EventObject"))
                )
                inner = "".join(f"<{name}>{_escaped(value)}</{name}>" for name, value in result.items())
                return _xml(f"<TestResult>{self._summary('DEVELOPMENT')}{inner}</TestResult>", {})
            case "POST/publish":
                function.publish(if_match)
                return _xml(self._summary("DEVELOPMENT"), {})
            case _:
                raise AssertionError(f"the fake has no {deed}")

    def _summary(self, stage: str) -> str:
        function = self.function
        return (
            f"<FunctionSummary><Name>{function.name}</Name><Status>{function.status(stage)}</Status>"
            f"<FunctionConfig>{function.config}</FunctionConfig><FunctionMetadata>"
            f"<FunctionARN>arn:aws:cloudfront::{_ACCOUNT}:function/{function.name}</FunctionARN>"
            f"<Stage>{stage}</Stage><CreatedTime>{_MADE_AT}</CreatedTime>"
            f"<LastModifiedTime>{_MADE_AT}</LastModifiedTime></FunctionMetadata></FunctionSummary>"
        )

    def _of_the_cache(self, method: str, parts: list[str], body: bytes) -> Response:
        if parts[0] != self.distribution_id:
            raise Refused(404, "NoSuchDistribution", "The specified distribution does not exist.")
        if method == "GET":
            if parts[2] not in self.invalidations:
                raise Refused(404, "NoSuchInvalidation", "The specified invalidation does not exist.")
            return _xml(self._invalidation(parts[2]), {})
        sent = ET.fromstring(body)  # noqa: S314 - as above
        paths = tuple(one.text or "" for one in sent.iter(f"{{{_XMLNS}}}Path"))
        return _xml(self._invalidation(self._invalidated(_required(sent, "CallerReference"), paths)), {}, 201)

    def _invalidated(self, reference: str, paths: tuple[str, ...]) -> str:
        """Return the request that has this reference, made now if there is none."""
        if any(not path.startswith("/") for path in paths):
            raise Refused(400, "InvalidArgument", "Your request contains invalid invalidation paths.")
        for known, (other, those) in self.invalidations.items():
            if other == reference:
                if those != paths:
                    raise Refused(400, "InvalidationBatchAlreadyExists", "It exists with other paths.")
                return known
        if not self.completed and len(self.invalidations) >= _IN_FLIGHT_MAX:
            raise Refused(400, "TooManyInvalidationsInProgress", "Too many are under way.")
        made = f"I{len(self.invalidations) + 1:013d}"
        self.invalidations[made] = (reference, paths)
        return made

    def _invalidation(self, name: str) -> str:
        reference, paths = self.invalidations[name]
        listed = "".join(f"<Path>{path}</Path>" for path in paths)
        status = "Completed" if self.completed else "InProgress"
        return (
            f"<Invalidation><Id>{name}</Id><Status>{status}</Status><CreateTime>{_MADE_AT}</CreateTime>"
            f"<InvalidationBatch><Paths><Quantity>{len(paths)}</Quantity><Items>{listed}</Items></Paths>"
            f"<CallerReference>{reference}</CallerReference></InvalidationBatch></Invalidation>"
        )

    def _of_the_store(self, request: Request, path: str, body: bytes) -> Response:
        store = self.store
        arn, _, deed = path.partition("/keys")
        if arn != store.arn:
            raise Refused(404, "ResourceNotFoundException", "The key value store does not exist.")
        counted = {"ItemCount": len(store.items), "TotalSizeInBytes": 0}
        if request.method == "POST":
            store.update(request.headers.get("if-match", ""), json.loads(body))
            self.function.keys = store.items
            return JSONResponse(counted, headers={"ETag": store.etag})
        if path.endswith("/keys"):
            items, token = store.page(request.query_params.get("NextToken"))
            return JSONResponse({"Items": items} | ({"NextToken": token} if token else {}))
        assert not deed
        described = {"KvsARN": arn, "Created": 1.7e9, "Status": "READY"}
        return JSONResponse(counted | described, headers={"ETag": store.etag})


def _session() -> Session:
    return Session("test", "test", region_name="us-west-2")


def _patient() -> Config:
    return Config(retries={"total_max_attempts": 2, "mode": "standard"}, connect_timeout=5, read_timeout=5)


def _xml(inner: str, headers: dict[str, str], status: int = 200) -> Response:
    body = inner.replace(">", f' xmlns="{_XMLNS}">', 1)
    return Response(f'<?xml version="1.0"?>\n{body}', status, headers, media_type="text/xml")


def _refusal(refused: Refused, path: str) -> Response:
    if path.startswith("/key-value-stores/"):
        headers = {"x-amzn-errortype": refused.code}
        return JSONResponse({"Message": refused.message}, refused.status, headers)
    inner = f"<Type>Sender</Type><Code>{refused.code}</Code><Message>{_escaped(refused.message)}</Message>"
    return _xml(
        f"<ErrorResponse><Error>{inner}</Error><RequestId>r-1</RequestId></ErrorResponse>", {}, refused.status
    )


def _required(sent: ET.Element, name: str) -> str:
    found = sent.find(f".//{{{_XMLNS}}}{name}")
    assert found is not None, f"{name} was not sent"
    return found.text or ""


def _text_of(body: bytes, name: str) -> str:
    """Return what stands inside an element, as it was sent."""
    found = re.search(f"<{name}>(.*)</{name}>", body.decode(), re.DOTALL)
    assert found is not None, f"{name} was not sent"
    return found[1]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
