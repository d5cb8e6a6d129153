"""A small S3 on a raw HTTP server, which stores what it is sent and answers as a test says, or not at all."""

import hashlib
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from typing_extensions import override


class Drop(Enum):
    """How a connection ends without an answer."""

    BEFORE = auto()
    """The request was read, and nothing was stored."""
    AFTER = auto()
    """It was stored."""


Answer = Drop | tuple[int, str]
"""What comes instead of the right answer; a status and S3's code for it, which store nothing."""


@dataclass
class LossyS3:
    """What it holds, what it was asked, and what goes wrong next."""

    url: str = ""
    objects: dict[str, bytes] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    """`PUT /bucket/key`, in the order in which they came."""
    puts: deque[Answer] = field(default_factory=deque)
    """What becomes of the next PUTs; those after them go well."""

    def etag(self, path: str) -> str | None:
        body = self.objects.get(path)
        return None if body is None else f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'


@contextmanager
def lossy_s3() -> Iterator[LossyS3]:
    """Serve on a free port of loopback, until the block ends."""
    shop = LossyS3()

    class Handler(_Handler):
        s3 = shop

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        shop.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield shop
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    s3: LossyS3

    def do_GET(self) -> None:
        path = self._seen()
        body = self.s3.objects.get(path)
        if body is None:
            self._fail(404, "NoSuchKey")
        elif self.headers["If-None-Match"] == self.s3.etag(path):
            self._answer(304, b"")
        else:
            self._answer(200, body, self.s3.etag(path))

    def do_PUT(self) -> None:
        path = self._seen()
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answer = self.s3.puts.popleft() if self.s3.puts else None
        if isinstance(answer, tuple):
            self._fail(*answer)
        elif answer is Drop.BEFORE:
            self.close_connection = True
        elif not self._condition_holds(path):
            self._fail(412, "PreconditionFailed")
        else:
            self.s3.objects[path] = body
            if answer is Drop.AFTER:
                self.close_connection = True
            else:
                self._answer(200, b"", self.s3.etag(path))

    def do_DELETE(self) -> None:
        self.s3.objects.pop(self._seen(), None)
        self._answer(204, b"")

    @override
    def log_message(self, *_: object) -> None:
        """Say nothing: a test looks at `requests`."""

    def _seen(self) -> str:
        path = self.path.partition("?")[0]
        self.s3.requests.append(f"{self.command} {path}")
        return path

    def _condition_holds(self, path: str) -> bool:
        there = self.s3.etag(path)
        if self.headers["If-None-Match"] == "*":
            return there is None
        return self.headers["If-Match"] in {None, there}

    def _fail(self, status: int, code: str) -> None:
        self._answer(
            status, f"<Error><Code>{code}</Code><Message>as the test says</Message></Error>".encode()
        )

    def _answer(self, status: int, body: bytes, etag: str | None = None) -> None:
        self.send_response(HTTPStatus(status))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Last-Modified", "Thu, 23 May 2024 17:04:05 GMT")
        self.send_header("Content-Type", "application/octet-stream")
        if etag:
            self.send_header("ETag", etag)
        self.end_headers()
        self.wfile.write(body)
