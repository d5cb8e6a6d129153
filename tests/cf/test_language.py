"""The function stays inside the language that CloudFront takes, and the gate sees what is outside of it."""

import pytest

from bot.edge.function import FUNCTION_FILE
from tests.cf.language import BYTES_MAX, faults


def test_the_function_is_inside_the_language_and_the_size() -> None:
    source = FUNCTION_FILE.read_text("utf-8")
    assert len(source.encode()) < BYTES_MAX
    assert faults(source) == []


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("for (const a of b) {}", "for-of"),
        ("class A {}", "class"),
        ("f(...a);", "spread or rest"),
        ("a?.b;", "optional chaining"),
        ("a ||= b;", "logical assignment"),
        ("a ??= b;", "logical assignment"),
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
        ("new Map();", "missing global"),
        ("eval(a);", "missing global"),
        ("a.at(1);", "missing method"),
        ("export default a;", "export"),
        ("require(a);", "require"),
        ("import fs from 'fs';", "import of fs"),
        ("f(await g());", "await inside the arguments of a call"),
        ("f(a, [await g()]);", "await inside the arguments of a call"),
        ("const a = 1n;", "big integer"),
        ("`${a?.b}`;", "optional chaining"),
        ("/" * 2 + "x" * BYTES_MAX, "larger than 10240 bytes"),
    ],
)
def test_what_the_runtime_refuses_is_found(source: str, fault: str) -> None:
    assert any(fault in found for found in faults(source)), faults(source)


@pytest.mark.parametrize(
    "source",
    [
        "// a class of things, for (a of b), ...",
        "/* f(await g()) */",
        "const a = 'class ... ?.';",
        'const a = "it\'s a Map";',
        "const a = /^(?:class|[/...]?.)$/;",
        "if (await f()) { g(1); }",
        "const a = await f();\nreturn await g(a);",
        "const a = b ? .5 : 1;",
        "const f = (a) => a === 1;",
        "for (let i = 0; i < a.length; i++) {}",
        "const a = { b: 1 };",
        "a[b] = { c: 1 };",
        "import cf from 'cloudfront';",
    ],
)
def test_what_the_runtime_takes_is_left_alone(source: str) -> None:
    assert faults(source) == []
