"""What the engine does with functions that fail, run away or answer nonsense."""

import threading
from datetime import UTC, datetime
from typing import cast

import pytest

from bot.edge.event import Event, viewer_request
from bot.edge.function import FUNCTION_FILE, Answered, EdgeFunction, EdgeFunctionError, Forwarded


class FixedClock:
    def now(self) -> datetime:
        return datetime(2026, 11, 23, 21, 50, tzinfo=UTC)


def function(source: str, keys: dict[str, str] | None = None) -> EdgeFunction:
    return EdgeFunction(source, keys=lambda: keys or {}, clock=FixedClock())


def visit(path: str = "/") -> Event:
    return viewer_request(
        method="GET",
        raw_path=path.encode(),
        raw_query=b"",
        headers=[(b"host", b"go.example.com")],
        ip="198.51.100.1",
    )


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("function handler(e) { throw new Error('broken'); }", "broken"),
        ("async function handler(e) { await 1; throw new Error('broken'); }", "broken"),
        ("function handler(e) { while (true) {} }", "interrupted"),
        ("async function handler(e) { while (true) { await 1; } }", "promise reactions"),
        ("async function handler(e) { await new Promise(function () {}); }", "promise reactions"),
        ("function handler(e) { return handler(e); }", "stack"),
        ("function handler(e) { const a = []; while (true) { a.push(new Array(1e5).fill(1)); } }", "memory"),
        ("function handler(e) { return 3; }", "neither request nor answer"),
        ("function handler(e) {}", "neither request nor answer"),
        ("function handler(e) { return e; }", "neither request nor answer"),
        ("function handler(e) { e.request.uri = 'index.html'; return e.request; }", "neither request nor"),
        ("function handler(e) { e.request.method = 'POST'; return e.request; }", "read-only"),
        ("function handler(e) { e.request.headers.host.value = 'x'; return e.request; }", "read-only"),
        ("function handler(e) { return { statusCode: 42 }; }", "neither request nor answer"),
        ("this is no program", "SyntaxError"),
    ],
)
def test_a_function_that_fails_is_named_and_does_not_hang(source: str, complaint: str) -> None:
    with pytest.raises(EdgeFunctionError, match=complaint):
        function(source).run(visit())


def test_after_a_failure_the_next_run_starts_afresh() -> None:
    broken_once = function(
        "let runs = 0; function handler(e) { runs += 1; if (e.request.uri === '/bad') { while (true) {} }"
        " return { statusCode: 200, body: { encoding: 'text', data: String(runs) } }; }"
    )
    with pytest.raises(EdgeFunctionError):
        broken_once.run(visit("/bad"))
    outcome = broken_once.run(visit())
    assert isinstance(outcome, Answered)
    assert outcome.body is not None
    assert outcome.body.data == "1"


def test_the_clock_is_given_and_stands_still() -> None:
    source = (
        "function handler(e) {"
        " return { statusCode: 200, body: { encoding: 'text', data: '' + Date.now() } }; }"
    )
    outcome = function(source).run(visit())
    assert isinstance(outcome, Answered)
    assert outcome.body is not None
    assert outcome.body.data == str(int(FixedClock().now().timestamp()) * 1000)


def test_keys_are_read_for_each_run() -> None:
    keys = {"kid": "one"}
    source = (
        "import cf from 'cloudfront';\n"
        "async function handler(e) { const kid = await cf.kvs().get('kid');"
        " return { statusCode: 200, body: { encoding: 'text', data: kid } }; }"
    )
    edge = function(source, keys)
    for kid in ("one", "two"):
        keys["kid"] = kid
        outcome = edge.run(visit())
        assert isinstance(outcome, Answered)
        assert outcome.body is not None
        assert outcome.body.data == kid


def test_threads_share_the_function_but_not_the_engine() -> None:
    edge = function(FUNCTION_FILE.read_text("utf-8"))
    uris: list[str] = []

    def work() -> None:
        uris.extend(cast("Forwarded", edge.run(visit("/book/phoenix"))).uri for _ in range(20))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert uris == ["/book/phoenix/index.html"] * 80
