"""Slim: what a browser reads stays the same."""

import pytest
import quickjs

from core.pages.slim import slim_css, slim_js
from core.site import read_sources

SCRIPTS = sorted(key for key in read_sources() if key.endswith(".js"))


def test_comments_on_lines_of_their_own_and_indentation_go() -> None:
    text = "/** Says.\n * @param {string} a\n */\nfunction f(a) {\n  // why\n  return a; // here\n}\n\n\n"
    text += 'f("/* x */");\n'
    assert slim_js(text) == 'function f(a) {\nreturn a;\n}\nf("/* x */");\n'


def test_a_text_over_several_lines_is_left_alone() -> None:
    text = "const a = `x\n  // no comment\n  y`;\n"
    assert slim_js(text) == text


def test_a_slim_script_still_says_the_same() -> None:
    text = 'let a = "https://x//y";\n  // gone\n  /* gone\n too */\nlet b = a.replace(/\\/\\*/, "");\n'
    text += '[a, b].join("|")'
    assert quickjs.Context().eval(slim_js(text)) == quickjs.Context().eval(text)


@pytest.mark.parametrize("key", SCRIPTS)
def test_every_script_of_the_site_can_be_slimmed_and_read(key: str) -> None:
    text = read_sources()[key].decode()
    slimmed = slim_js(text)
    assert len(slimmed) < len(text)
    body = "\n".join(line for line in slimmed.splitlines() if not line.startswith("import "))
    quickjs.Context().eval(f"(function () {{ {body.replace('export ', '')} }})")


def test_asides_and_types_go_and_whatever_might_be_a_text_stays() -> None:
    assert slim_js("go(); // as told\n") == "go();\n"
    assert slim_js("const a = /** @type {Map<string, {b: number}>} */ (b);\n") == "const a = (b);\n"
    for line in ('const a = "x // y";\n', "const a = 'x // y';\n", "const a = x.match(/ // y/);\n"):
        assert slim_js(line) == line


def test_a_rule_takes_one_line_without_comments_and_needless_space() -> None:
    text = "/* one */\na, b > c {\n  color: red;\n  top: 0.5rem;\n}\n\n/* two\n */\nb { x: y; }\n"
    assert slim_css(text) == "a,b>c{color:red;top:.5rem}\nb{x:y}\n"


def test_what_means_something_in_a_style_stays() -> None:
    assert slim_css("a :b{margin:-0.5em 10.05em 0;width:calc(0.1em + 2 * 1em)}") == (
        "a :b{margin:-.5em 10.05em 0;width:calc(.1em + 2 * 1em)}\n"
    )
    assert slim_css('a { content: "x ; }  0.5"; font: 1em/1 "A  B", c; }') == (
        'a{content:"x ; }  0.5";font:1em/1 "A  B",c}\n'
    )
    assert slim_css("@media (a: b) and (c) { d { --e: f g; } }") == "@media (a:b) and (c){d{--e:f g}\n}\n"
