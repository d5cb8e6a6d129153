"""Marks: the places of a page that are filled in when it is released.

A page stays whole, valid HTML that a browser shows as it is. What a release may change in it is marked:

    <p data-fill="business">Your pickup</p>             the text between the tags
    <meta content="" data-fill-content="business">      the value of the attribute `content`

The mark itself goes away. A place without a value is an error and so is a broken mark: nothing half-filled is
ever released.
"""

import re
from collections.abc import Mapping
from html import escape

from core.pages.errors import PageError
from core.pages.markup import html

_ELEMENT = re.compile(r'<(\w+)([^<>]*) data-fill="(\w+)"([^<>]*)>([^<]*)</\1>')
_START_TAG = re.compile(r'<[a-zA-Z][^<>]* data-fill-[a-z-]+="[^<>]*>')
_ATTRIBUTE_MARK = re.compile(r' data-fill-([a-z-]+)="(\w+)"')
_BROKEN = re.compile(r"\sdata-fill[^\s>]*")


def fill(page: str, values: Mapping[str, str | None], name: str) -> str:
    """Return the page with its marked places filled; `name` is the file's, for errors.

    Text is escaped; Markup goes in as it is, but never into an attribute. None leaves an attribute out.

    Raises:
        PageError: a place that `values` does not name, or a mark that could not be read.
    """

    def value(place: str) -> str | None:
        if place not in values:
            raise PageError(f"{name} marks a place {place!r} that nothing fills: {', '.join(sorted(values))}")
        return values[place]

    def element(match: re.Match[str]) -> str:
        tag, before, place, after, _ = match.groups()
        return f"<{tag}{before}{after}>{html(value(place) or '')}</{tag}>"

    def start_tag(match: re.Match[str]) -> str:
        tag = match[0]
        for mark in _ATTRIBUTE_MARK.finditer(match[0]):
            tag = _with_attribute(tag.replace(mark[0], "", 1), mark[1], value(mark[2]))
        return tag

    # Attributes first: what is filled in between tags is never looked at again.
    filled = _ELEMENT.sub(element, _START_TAG.sub(start_tag, page))
    if len(_BROKEN.findall(page)) != len(_ELEMENT.findall(page)) + len(_ATTRIBUTE_MARK.findall(page)):
        raise PageError(
            f'{name} has a mark that can\'t be read: write data-fill="place" on a tag without tags inside'
        )
    return filled


def _with_attribute(tag: str, attribute: str, value: str | None) -> str:
    tag = re.sub(rf' {attribute}="[^"]*"', "", tag)
    return tag if value is None else f'{tag[:-1]} {attribute}="{escape(value)}">'
