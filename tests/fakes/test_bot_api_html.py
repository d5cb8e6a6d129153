"""The fake Bot API's reading of HTML."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.bot_api.html import parse_html, units
from tests.fakes.bot_api.refusals import Refusal


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("plain", "plain", []),
        ("<b>a<i>b</i></b>c", "abc", [("bold", 0, 2), ("italic", 1, 1)]),
        ("🚚<code>x</code>", "🚚x", [("code", 2, 1)]),
        (
            "<STRONG>a</strong > <u>b</u><s>c</s>",
            "a bc",
            [("bold", 0, 1), ("underline", 2, 1), ("strikethrough", 3, 1)],
        ),
        ('<span class="tg-spoiler">x</span><b></b>', "x", [("spoiler", 0, 1)]),
        ("<blockquote expandable>q</blockquote>", "q", [("blockquote", 0, 1)]),
        ("&lt;b&gt; &amp;amp; &quot;&#65;&#x42; &copy; &", '<b> &amp; "AB &copy; &', []),
        ("a > b", "a > b", []),
        ("<a href='https://x.example/?a=1&amp;b=2'>l</a>", "l", [("text_link", 0, 1)]),
    ],
)
def test_sound_html_becomes_text_and_entities(
    source: str, text: str, entities: list[tuple[str, int, int]]
) -> None:
    found, marks = parse_html(source)
    assert (found, [(mark["type"], mark["offset"], mark["length"]) for mark in marks]) == (text, entities)


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("é<script>x</script>", 'Unsupported start tag "script" at byte offset 2'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        (
            "<a href>x</a>",
            'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0',
        ),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<a ", "Unclosed start tag at byte offset 0"),
        ("<br>", 'Unsupported start tag "br" at byte offset 0'),
    ],
)
def test_unsound_html_gets_the_services_complaint(source: str, complaint: str) -> None:
    with pytest.raises(Refusal, match=re.escape(f"can't parse entities: {complaint}")):
        parse_html(source)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    assert parse_html(f"<b>{html.escape(text, quote=False)}</b>")[0] == text


@given(st.text("<>/ab &;\"'=c", max_size=30))
def test_any_text_is_read_or_refused(source: str) -> None:
    try:
        text, entities = parse_html(source)
    except Refusal:
        return
    assert all(e["offset"] >= 0 and e["offset"] + e["length"] <= units(text) for e in entities)
