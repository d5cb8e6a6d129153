"""A server that speaks just enough of S3 to fail as S3 and the way to it do."""

import contextlib
import io
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Answer:
    """An error answer: of S3, or of something in between, which has no code."""

    status: int
    code: str = ""


@dataclass(frozen=True)
class Drop:
    """The request is carried out, then the connection closes without a word."""


@dataclass(frozen=True)
class Silence:
    """The request is carried out, then nothing comes."""


@dataclass(frozen=True)
class Cut:
    """The request is carried out, and its answer ends in the middle."""

    behind: bytes
    """The last that comes."""

    def of(self, answer: bytes) -> bytes:
        """Return what comes of an answer."""
        before, there, _ = answer.partition(self.behind)
        assert there, f"the answer has no {self.behind!r}"
        return before + there


Fault = Answer | Drop | Silence | Cut


class FaultyS3(ThreadingHTTPServer):
    """Keeps objects by path, and what it was asked; the next answers are the faults that a test lined up."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.objects: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.faults: list[Fault] = []
        self.ended = threading.Event()

    @contextlib.contextmanager
    def serving(self) -> Iterator["FaultyS3"]:
        """Answer until the end of the block."""
        thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield self
        finally:
            self.ended.set()
            self.shutdown()
            thread.join()
            self.server_close()

    def forget(self) -> None:
        """Be as new."""
        self.objects.clear()
        self.asked.clear()
        self.faults = []


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FaultyS3

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._carry_out(lambda: self.server.objects.update({self.path: body}))

    def do_DELETE(self) -> None:
        self._carry_out(lambda: self.server.objects.pop(self.path, None))

    def do_GET(self) -> None:
        self._carry_out(lambda: None)

    def do_HEAD(self) -> None:
        self._carry_out(lambda: None)

    def _carry_out(self, change: Callable[[], object]) -> None:
        self.server.asked.append(self.command)
        fault = self.server.faults.pop(0) if self.server.faults else None
        if isinstance(fault, Answer):
            page = f"<Error><Code>{fault.code}</Code></Error>" if fault.code else "<p>sorry"
            self._answer(fault.status, page.encode())
            return
        change()
        if fault is None:
            self._answer(200, self.server.objects.get(self.path, b"") if self.command == "GET" else b"")
            return
        if isinstance(fault, Silence):
            self.server.ended.wait()
        if isinstance(fault, Cut):
            self._answer(
                200, self.server.objects.get(self.path, b"") if self.command == "GET" else b"", fault
            )
        self.close_connection = True

    def _answer(self, status: int, body: bytes, cut: Cut | None = None) -> None:
        line, self.wfile = self.wfile, io.BytesIO()
        self.send_response(status)
        self.send_header("ETag", '"1"')
        self.send_header("Last-Modified", "Mon, 02 Mar 2026 16:00:00 GMT")
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        whole, self.wfile = self.wfile.getvalue(), line
        self.wfile.write(cut.of(whole) if cut else whole)

    def log_message(self, *_args: object) -> None:  # type: ignore[explicit-override]  # typing has it from 3.12
        """Say nothing."""
