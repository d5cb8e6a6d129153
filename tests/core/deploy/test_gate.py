"""The gate lets the function pass, and finds each thing that CloudFront would refuse."""

import pytest

from bot.edge.function import FUNCTION_FILE
from core.deploy.gate import faults
from core.ports import FUNCTION_BYTES_MAX

HANDLER = "function handler(event) { return event.request; }\n"


def test_the_function_of_this_repository_passes() -> None:
    assert faults(FUNCTION_FILE.read_text("utf-8")) == ()


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("for (const a of b) {}", "line 2: for-of"),
        ("class A {}", "class"),
        ("const a = class {};", "class"),
        ("f(...a);", "spread"),
        ("function f(...a) {}", "rest parameter"),
        ("a?.b;", "optional chaining"),
        ("a ||= b;", "logical assignment"),
        ("a ??= b;", "??"),
        ("const {a} = b;", "destructuring"),
        ("let [a] = b;", "destructuring"),
        ("[a, b] = c;", "destructuring"),
        ("({ a } = b);", "destructuring"),
        ("function f({ a }) {}", "destructuring"),
        ("const f = ([a]) => a;", "destructuring"),
        ("function f(a = 1) {}", "default parameter"),
        ("const f = (a = 1) => a;", "default parameter"),
        ("function* f() {}", "generator"),
        ("const f = async () => 1;", "async closure"),
        ("const f = async function () {};", "async closure"),
        ("new Map();", "missing global Map"),
        ("eval(a);", "missing global eval"),
        ("const f = setTimeout;", "missing global setTimeout"),
        ("require(a);", "missing global require"),
        ("const a = { b: URL };", "missing global URL"),
        ("a.at(1);", "missing method at()"),
        ("crypto['timingSafeEqual'](a, b);", "missing method timingSafeEqual()"),
        ("export default a;", "export"),
        ("import('fs');", "dynamic import"),
        ("import fs from 'fs';", "import of fs"),
        ("async function f() { g(await h()); }", "await inside the arguments of a call"),
        ("async function f() { g(a, [await h()]); }", "await inside the arguments of a call"),
        ("const a = 1n;", "line 2: Unexpected token"),
        ("`${a?.b}`;", "line 2: "),
        ("a b", "line 2: Unexpected"),
        ("request.headers.host = { value: 'x' };", "header host, which is read-only"),
        ("request.headers['host'].value = 'x';", "header host, which is read-only"),
        ("event.request.headers['content-length'].value = '1';", "content-length, which is read-only"),
        ("headers.via = { value: '1' };", "header via, which is read-only"),
        ("delete request.headers.host;", "header host, which is read-only"),
        ("request.headers['x-real-ip'] = { value: '1' };", "x-real-ip, which is forbidden"),
        ("request.headers['x-amz-cf-id'] = { value: '1' };", "x-amz-cf-id, which is forbidden"),
        ("response.headers.connection = { value: '1' };", "connection, which is forbidden"),
        ("request.headers[name] = { value: '1' };", "name is computed"),
        ("response.headers['Location'] = { value: '/' };", "small letters"),
        ("const r = { headers: { 'x-cache': { value: '1' } } };", "x-cache, which is forbidden"),
        ("request.method = 'GET';", "method, which is read-only"),
        ("event.request.method = 'GET';", "method, which is read-only"),
        ("//" + "x" * FUNCTION_BYTES_MAX, "10,240 are allowed"),
    ],
)
def test_what_the_runtime_refuses_is_found(source: str, fault: str) -> None:
    found = faults(HANDLER + source)
    assert any(fault in one for one in found), found


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("", "exactly one function handler"),
        ("const handler = (event) => event.request;", "exactly one function handler"),
        (HANDLER * 2, "handler"),
        ("function handler(event) { event.request; }", "missing return"),
        ("function handler(event) { if (event.a) { return event.request; } }", "missing return"),
        ("function handler(event) { if (event.a) { return 1; } else { event; } }", "missing return"),
        ("function handler(event) { while (event.a) { return 1; } }", "missing return"),
        ("function handler(event) { try { return 1; } catch (e) { event; } }", "missing return"),
        ("function handler(event) { if (event.a) { return; } return event.request; }", "returns nothing"),
        ("function handler(event) { [].map(function () { return 1; }); }", "missing return"),
    ],
)
def test_a_handler_that_gives_no_answer_is_found(source: str, fault: str) -> None:
    found = faults(source)
    assert any(fault in one for one in found), found


@pytest.mark.parametrize(
    "source",
    [
        "// a class of things, for (a of b), ...",
        "/* f(await g()) */",
        "const a = 'class ... ?.';",
        'const a = "it\'s a Map";',
        "const a = /^(?:class|[/...]?.)$/;",
        "async function f() { if (await g()) { h(1); } }",
        "async function f() { const a = await g(); return await h(a); }",
        "async function f() { (await g()).map(h); }",
        "const a = b ? .5 : 1;",
        "const f = (a) => a === 1;",
        "for (let i = 0; i < a.length; i++) {}",
        "const a = { b: 1, Map: 2, at: 3 };",
        "a[b] = { c: 1 };",
        "a.Map = 1;",
        "import cf from 'cloudfront';",
        "response.headers.location = { value: '/' };",
        "const host = request.headers.host.value;",
        "if (request.method === 'HEAD') { f(); }",
        "response.cookies[name] = { value: '1' };",
    ],
)
def test_what_the_runtime_takes_is_left_alone(source: str) -> None:
    assert faults(HANDLER + source) == ()


@pytest.mark.parametrize(
    "body",
    [
        "if (event.a) { return 1; } else { return 2; }",
        "try { return 1; } catch (e) { return 2; }",
        "try { f(); } finally { return 2; }",
        "throw new Error('x');",
        "if (event.a) { return 1; }\n return 2;",
        "[].map(function () { return; }); return 2;",
    ],
)
def test_a_handler_that_always_answers_passes(body: str) -> None:
    assert faults(f"function handler(event) {{ {body} }}") == ()


def test_a_function_of_just_the_size_passes() -> None:
    assert faults(HANDLER + "//" + "x" * (FUNCTION_BYTES_MAX - len(HANDLER) - 2)) == ()
