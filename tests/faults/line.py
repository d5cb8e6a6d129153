"""A line to AWS: boto3 speaks HTTP into it, moto answers, and what arrives is as a script says.

Below it are the bytes of HTTP, but no socket, no thread and no waiting: so boto3, botocore with its retries,
urllib3 and Python's own HTTP client are the real ones, and a seed still reproduces a run.
"""

import functools
import io
import random
import socket
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import botocore.endpoint
import pytest
from boto3.session import Session
from botocore.awsrequest import AWSHTTPConnection, AWSHTTPConnectionPool, AWSPreparedRequest
from botocore.compat import HTTPHeaders
from moto.core.models import botocore_stubber
from typing_extensions import override
from urllib3.exceptions import NewConnectionError

import core.adapters.dynamodb.clients
import core.adapters.s3
from core.adapters.aws_requests import session
from tests.faults.faulty_objects import PutFault
from tests.faults.wire import Way
from tests.virtual_time import travel

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_NOT_REACHED = 0.3
"""How many of the refused requests never leave."""

_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class SentAgain(BaseException):
    """boto3 has sent a write once more by itself. No Exception: boto3 would take it for one of its own."""


class Cut(Enum):
    """How an answer does not come."""

    CLOSED = auto()
    """The connection closes without a word."""
    RESET = auto()
    TIMEOUT = auto()
    SHORT = auto()
    """The connection closes in the middle of the answer."""
    FAULT = auto()
    """The server says that something went wrong inside it."""
    NO_SERVER = auto()
    """Something in between says that it got no answer."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it left."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes

    @property
    def operation(self) -> str:
        """The operation of DynamoDB that it asks for; empty for S3."""
        return self.headers.get("x-amz-target", "").partition(".")[2]

    @property
    def writes(self) -> bool:
        """Whether it may change something."""
        if self.operation:
            return self.operation not in {"GetItem", "BatchGetItem", "Query"}
        return self.method not in {"GET", "HEAD"}

    @property
    def attempt(self) -> str:
        """What boto3 says of how often it has sent it: `attempt=1; max=2`."""
        return self.headers.get("amz-sdk-request", "attempt=1")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A status, and AWS's code for it."""

    status: int
    code: str
    reasons: tuple[str, ...] = ()
    """Why a transaction was cancelled."""


REFUSED = {
    "s3": (Refusal(503, "SlowDown"), Refusal(429, "TooManyRequests"), Refusal(403, "RequestTimeTooSkewed")),
    "dynamodb": (
        Refusal(400, "ThrottlingException"),
        Refusal(400, "ProvisionedThroughputExceededException"),
        Refusal(400, "TransactionCanceledException", ("None", "ThrottlingError")),
        Refusal(400, "ExpiredTokenException"),
    ),
}
CONFLICTS = {
    "s3": (Refusal(409, "ConditionalRequestConflict"), Refusal(412, "PreconditionFailed")),
    "dynamodb": (
        Refusal(400, "TransactionCanceledException", ("TransactionConflict", "None")),
        Refusal(400, "TransactionCanceledException", ("None", "TransactionConflict")),
    ),
}


@dataclass
class Line:
    """What goes over one process's line; `service` is `s3` or `dynamodb`."""

    service: str
    way: Way
    chance: random.Random
    fates: deque[PutFault] = field(default_factory=deque)
    """What becomes of the next writes."""
    fails: deque[bool] = field(default_factory=deque)
    """Whether the next reads fail: each one that boto3 sends, so that its second try may go well."""
    late: list[tuple[PutFault, Request]] = field(default_factory=list)

    def script(self, puts: Iterable[PutFault], gets: Iterable[bool] = ()) -> None:
        """Let the next writes and reads go so, and those after them well."""
        self.fates, self.fails = deque(puts), deque(gets)

    def land_all(self) -> None:
        """Let everything arrive that is still on its way."""
        self._land(PutFault.LATE, PutFault.VERY_LATE)

    def answer(self, request: Request) -> "Arriving":
        """Carry a request out, or not, and return what comes back."""
        self.way.there(harmless=not request.writes)
        arriving = self._written(request) if request.writes else self._read(request)
        self.way.back()
        return arriving

    def reached(self) -> bool:
        """Tell whether a new connection comes about; where it does not, a request never leaves."""
        refused = (
            bool(self.fates) and self.fates[0] is PutFault.REFUSED and self.chance.random() < _NOT_REACHED
        )
        if refused:
            self.fates.popleft()
        return not refused

    def _read(self, request: Request) -> "Arriving":
        fails = bool(self.fails) and self.fails.popleft()
        answer = asked_of_moto(request)
        self._land(PutFault.LATE)
        return self._cut(answer) if fails else Arriving(answer)

    def _written(self, request: Request) -> "Arriving":
        if not request.attempt.startswith("attempt=1"):
            raise SentAgain(request.attempt)
        fate = self.fates.popleft() if self.fates else PutFault.NONE
        match fate:
            case PutFault.NONE:
                return Arriving(asked_of_moto(request))
            case PutFault.REFUSED:
                return Arriving(refused(self.chance.choice(REFUSED[self.service])))
            case PutFault.CONFLICT:
                return Arriving(refused(self.chance.choice(CONFLICTS[self.service])))
            case PutFault.ECHO:
                asked_of_moto(request)
                return Arriving(asked_of_moto(request))
            case PutFault.LOST_AFTER:
                return self._cut(asked_of_moto(request))
            case PutFault.LATE | PutFault.VERY_LATE:
                self.late.append((fate, request))
            case _:
                assert fate is PutFault.LOST_BEFORE, f"nobody can write on top on this line: {fate}"
        return self._cut(b"")

    def _cut(self, answer: bytes) -> "Arriving":
        match self.chance.choice(list(Cut)):
            case Cut.CLOSED:
                return Arriving(b"")
            case Cut.RESET:
                return Arriving(b"", ConnectionResetError(104, "Connection reset by peer"))
            case Cut.TIMEOUT:
                return Arriving(b"", TimeoutError("timed out"))
            case Cut.SHORT:
                return Arriving(answer[: self.chance.randrange(len(answer))] if answer else b"")
            case Cut.FAULT:
                code = "InternalError" if self.service == "s3" else "InternalServerError"
                return Arriving(refused(Refusal(500, code)))
            case Cut.NO_SERVER:
                status = self.chance.choice([502, 503, 504])
                return Arriving(_spelled(status, {"Content-Type": "text/html"}, b"<p>sorry"))

    def _land(self, *fates: PutFault) -> None:
        due = [request for fate, request in self.late if fate in fates]
        self.late = [(fate, request) for fate, request in self.late if fate not in fates]
        for request in due:
            asked_of_moto(request)


class Arriving(io.RawIOBase):
    """The bytes that arrive, and what happens after them: the end, or an error."""

    def __init__(self, answer: bytes, ending: OSError | None = None) -> None:
        super().__init__()
        self._left = memoryview(answer)
        self._ending = ending

    @override
    def readable(self) -> bool:
        return True

    @override
    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Fill a buffer, as a socket does."""
        room = memoryview(buffer).cast("B")
        some = self._left[: len(room)]
        if not some and self._ending is not None:
            raise self._ending
        room[: len(some)] = some
        self._left = self._left[len(some) :]
        return len(some)


class _Socket:
    """What Python's HTTP client takes for a socket."""

    def __init__(self, line: Line, host: str) -> None:
        self._line = line
        self._host = host
        self._sent = bytearray()

    def sendall(self, some: bytes) -> None:
        self._sent += some

    def makefile(self, _mode: str, _buffering: int | None = None) -> io.BufferedIOBase:
        """Return what arrives after all that was sent so far."""
        request, whole = _understood(self._host, bytes(self._sent))
        if not whole:
            return io.BytesIO(_CONTINUE)
        return io.BufferedReader(self._line.answer(request))

    def fileno(self) -> int:
        """Return something that can always be read: whoever waits for an answer never has to."""
        return _READABLE.fileno()

    def settimeout(self, _seconds: float | None) -> None: ...

    def close(self) -> None: ...


_READABLE, _WRITTEN = socket.socketpair()
_WRITTEN.send(b"1")


def plugged(client: Any, line: Line) -> None:
    """Let a client of boto3, as the product made it, speak into a line."""
    # What moto would answer past the line.
    client.meta.events.unregister("before-send", botocore_stubber)

    class Connection(AWSHTTPConnection):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            known = {name: kwargs[name] for name in ("host", "port", "timeout") if name in kwargs}
            super().__init__(*args, **known)

        @override
        def _new_conn(self) -> Any:
            if not line.reached():
                raise NewConnectionError(self, "Connection refused")
            return _Socket(line, self.host)

    class Pool(AWSHTTPConnectionPool):
        ConnectionCls = Connection

    manager = client._endpoint.http_session._manager
    manager.pool_classes_by_scheme = {"http": Pool, "https": Pool}


@contextmanager
def virtual_pauses() -> Iterator[None]:
    """Let botocore's pauses between its tries pass in virtual time, and its clients be made quickly."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.endpoint, "time", SimpleNamespace(sleep=travel))
        for module in (core.adapters.s3, core.adapters.dynamodb.clients):
            patch.setattr(module, "session", _session)
        yield


def asked_of_moto(request: Request) -> bytes:
    """Return the bytes of moto's answer."""
    headers = HTTPHeaders()
    for name, value in request.headers.items():
        headers[name] = value
    prepared = AWSPreparedRequest(request.method, request.url, headers, request.body, stream_output=False)
    answered = botocore_stubber.process_request(prepared)
    assert answered is not None, f"moto does not know {request.url}"
    status, told, body = answered
    return _spelled(status, dict(told), body if isinstance(body, bytes) else body.encode())


def refused(refusal: Refusal) -> bytes:
    """Return the bytes of a refusal, as S3 or DynamoDB spells it."""
    if "Exception" not in refusal.code and "ServerError" not in refusal.code:
        page = f"<Error><Code>{refusal.code}</Code><Message>no</Message></Error>"
        return _spelled(refusal.status, {"Content-Type": "application/xml"}, page.encode())
    reasons = ",".join(f'{{"Code": "{reason}"}}' for reason in refusal.reasons)
    said = (
        f'{{"__type": "com.amazonaws.dynamodb.v20120810#{refusal.code}", "CancellationReasons": [{reasons}]}}'
    )
    return _spelled(refusal.status, {"Content-Type": "application/x-amz-json-1.0"}, said.encode())


def _spelled(status: int, headers: dict[str, Any], body: bytes) -> bytes:
    named = {name.lower(): str(value) for name, value in headers.items()}
    if "content-length" not in named:
        named["content-length"] = str(len(body))
    lines = [f"HTTP/1.1 {status} said", *(f"{name}: {value}" for name, value in named.items()), "", ""]
    return "\r\n".join(lines).encode() + body


def _understood(host: str, sent: bytes) -> tuple[Request, bool]:
    """Return the request that was sent, and whether it is all there."""
    head, _, body = sent.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    if headers.get("transfer-encoding") == "chunked":
        whole = body.endswith(b"0\r\n\r\n")
        body = _unchunked(body) if whole else body
    else:
        whole = len(body) == int(headers.get("content-length", "0"))
    headers.pop("expect", None)
    return Request(method, f"https://{host}{path}", headers, body), whole


def _unchunked(body: bytes) -> bytes:
    found = b""
    while body:
        size, _, body = body.partition(b"\r\n")
        count = int(size, 16)
        found, body = found + body[:count], body[count + 2 :]
    return found


@functools.cache
def _session() -> Session:
    return session()
