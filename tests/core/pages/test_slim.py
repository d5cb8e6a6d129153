"""Slim: what a browser reads stays the same."""

import pytest
import quickjs

from core.pages.slim import slim_css, slim_js
from core.site import read_sources

SCRIPTS = sorted(key for key in read_sources() if key.endswith(".js"))


def test_comments_on_lines_of_their_own_and_indentation_go() -> None:
    text = "/** Says.\n * @param {string} a\n */\nfunction f(a) {\n  // why\n  return a; // here\n}\n\n\n"
    text += 'f("/* x */");\n'
    assert slim_js(text) == 'function f(a) {\nreturn a; // here\n}\nf("/* x */");\n'


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


def test_styles_lose_comments_and_indentation_only() -> None:
    assert slim_css("/* one */\na {\n  color: red;\n}\n\n/* two\n */\nb { x: y; }\n") == (
        "a {\ncolor: red;\n}\nb { x: y; }\n"
    )
