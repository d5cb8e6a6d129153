"""Marks: what a release fills in, and that nothing in it can break out of its place."""

from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.pages.errors import PageError
from core.pages.marks import fill
from core.pages.markup import Markup, element

HOSTILE = '"><script>alert(1)</script>&amp;\' onload=x data-fill="name"'


def test_the_text_between_the_tags_is_replaced_and_the_mark_goes_away() -> None:
    page = '<p class="business" id="b" data-fill="name">Your pickup</p>'
    assert fill(page, {"name": "Acme & Sons"}, "x") == '<p class="business" id="b">Acme &amp; Sons</p>'


def test_an_attribute_is_set_added_or_left_out() -> None:
    page = '<a href="/old" data-fill-href="link" data-fill-lang="lang" data-fill="name">x</a>'
    assert fill(page, {"link": "/new?a&b", "lang": None, "name": "y"}, "x") == '<a href="/new?a&amp;b">y</a>'
    assert fill('<i data-fill-title="t">z</i>', {"t": 'a"b'}, "x") == '<i title="a&quot;b">z</i>'


def test_markup_goes_in_as_it_is() -> None:
    assert fill('<div data-fill="m"></div>', {"m": Markup("<b>x</b>")}, "x") == "<div><b>x</b></div>"


@given(st.text() | st.just(HOSTILE))
def test_no_value_breaks_out_of_its_place(value: str) -> None:
    page = '<p data-fill="name">a</p><meta content="" data-fill-content="name"><i>end</i>'
    filled = fill(page, {"name": value}, "x")
    start, _, rest = filled.partition("</p>")
    assert unescape(start.removeprefix("<p>")) == value
    assert not set("<>") & set(start.removeprefix("<p>"))
    attribute = rest.removeprefix('<meta content="').removesuffix('"><i>end</i>')
    assert unescape(attribute) == value
    assert not set('<>"') & set(attribute)


@pytest.mark.parametrize(
    "page",
    [
        '<p data-fill="unknown">x</p>',
        '<p data-fill-title="unknown">x</p>',
        '<p data-fill="name"><b>x</b></p>',
        '<p data-fill="name">x</div>',
        "<p data-fill='name'>x</p>",
        '<p data-fill="">x</p>',
        "<p data-fill-href=name>x</p>",
    ],
)
def test_a_place_that_nothing_fills_or_a_broken_mark_is_an_error_that_names_the_file(page: str) -> None:
    with pytest.raises(PageError, match=r"book/page\.html"):
        fill(page, {"name": "y"}, "book/page.html")


def test_an_element_escapes_its_text_and_its_attributes() -> None:
    made = element("p", "<i>", element("b", "&"), class_="x", data_is='"', hidden=True, lang=None, open=False)
    assert made == '<p class="x" data-is="&quot;" hidden>&lt;i&gt;<b>&amp;</b></p>'
    assert element("input", value="a") == '<input value="a">'
