"""An HTTP server that answers for DynamoDB as a test says, or not at all; it keeps nothing."""

import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from typing_extensions import override


@dataclass(frozen=True)
class Refused:
    """An answer with DynamoDB's code for it, and the reasons of a cancelled transaction."""

    status: int
    code: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Said:
    """An answer that all is well, with what it says."""

    body: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Cut:
    """An answer that all is well, of which nothing comes behind its headers, or not even all of these."""

    headers: bool = True


Answer = Refused | Said | Cut | None
"""None: the connection is closed without an answer."""


@dataclass
class LossyDynamo:
    """What it was asked, and what it answers next."""

    url: str = ""
    asked: list[str] = field(default_factory=list)
    """The names of the operations, in the order in which they came."""
    bodies: list[dict[str, Any]] = field(default_factory=list)
    answers: deque[Answer] = field(default_factory=deque)
    """After them, every answer is an empty one that all is well."""


@contextmanager
def lossy_dynamo() -> Iterator[LossyDynamo]:
    """Serve on a free port of loopback, until the block ends."""
    served = LossyDynamo()

    class Handler(_Handler):
        dynamo = served

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        served.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield served
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    dynamo: LossyDynamo

    def do_POST(self) -> None:
        self.dynamo.asked.append(self.headers["X-Amz-Target"].partition(".")[2])
        self.dynamo.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        answer = self.dynamo.answers.popleft() if self.dynamo.answers else Said()
        if answer is None:
            self.close_connection = True
            return
        if isinstance(answer, Cut):
            self.send_response(200)
            if answer.headers:
                self.send_header("Content-Length", "2")
            self.end_headers()
            self.close_connection = True
            return
        status, said = (200, answer.body) if isinstance(answer, Said) else (answer.status, _spelled(answer))
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, *_: object) -> None:
        """Say nothing: a test looks at `asked`."""


def _spelled(refused: Refused) -> dict[str, Any]:
    said: dict[str, Any] = {"__type": f"com.amazonaws.dynamodb.v20120810#{refused.code}"}
    if refused.reasons:
        said["CancellationReasons"] = [{"Code": reason} for reason in refused.reasons]
    return said
