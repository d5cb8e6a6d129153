"""Telegram's subset of HTML: text with tags -> plain text and entities, or the service's own complaint.

The tags are those of https://core.telegram.org/bots/api#html-style; the complaints are worded as in the
service (tdlib/td, MessageEntity.cpp). Offsets and lengths of entities count UTF-16 units; complaints count
bytes.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.bot_api.refusals import Refusal, bad_request

_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}

_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|(lt|gt|amp|quot)(?![A-Za-z]));?")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_ATTRIBUTE = re.compile(r"""\s*([^\s=>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9.-]+)(?=[\s>])))?""")
_BARE_ATTRIBUTES = {("blockquote", "expandable")}
_CODE_POINT_MAX = 0x10FFFF


def units(text: str) -> int:
    """Return the number of UTF-16 units, in which the Bot API counts."""
    return len(text.encode("utf-16-le")) // 2


def parse_html(source: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the plain text and its entities. Raises Refusal: 400 "can't parse entities"."""
    return _Parser(source).parse()


@dataclass
class _Open:
    tag: str
    argument: str
    offset: int
    text_from: int


@dataclass
class _Parser:
    source: str
    at: int = 0
    text: str = ""
    open: list[_Open] = field(default_factory=list)
    entities: list[dict[str, Any]] = field(default_factory=list)

    def parse(self) -> tuple[str, list[dict[str, Any]]]:
        while self.at < len(self.source):
            if self.source[self.at] != "<":
                self._character()
            elif self.source.startswith("</", self.at):
                self._end_tag()
            else:
                self._start_tag()
        if self.open:
            raise _complaint(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        self.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
        return self.text, self.entities

    def _character(self) -> None:
        reference = _REFERENCE.match(self.source, self.at)
        character = _decoded(reference) if reference else None
        if reference and character:
            self.text += character
            self.at = reference.end()
        else:
            self.text += self.source[self.at]
            self.at += 1

    def _start_tag(self) -> None:
        begin = self._bytes_before()
        name = re.compile(r"<([^\s>]*)").match(self.source, self.at)
        assert name, "a start tag begins with <"
        tag = name[1].lower()
        self.at = name.end()
        if self.at == len(self.source):
            raise _complaint(f"Unclosed start tag at byte offset {begin}")
        if tag not in _TYPES:
            raise _complaint(f'Unsupported start tag "{tag}" at byte offset {begin}')
        argument = self._attributes(tag, begin)
        if tag == "span" and argument != "tg-spoiler":
            raise _complaint(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        self.open.append(_Open(tag, argument, units(self.text), len(self.text)))

    def _attributes(self, tag: str, begin: int) -> str:
        wanted = {"a": "href", "code": "class", "span": "class", "tg-emoji": "emoji-id"}.get(tag)
        argument = ""
        while True:
            rest = re.compile(r"\s*>").match(self.source, self.at)
            if rest:
                self.at = rest.end()
                return argument
            attribute = _ATTRIBUTE.match(self.source, self.at)
            if not attribute or not self.source[self.at :].strip():
                raise _complaint(f"Unclosed start tag at byte offset {begin}")
            values = [value for value in attribute.groups()[1:] if value is not None]
            if re.compile(r"\s*=").match(self.source, attribute.end()):
                raise _complaint(f"Unclosed start tag at byte offset {begin}")
            if not values and (tag, attribute[1].lower()) not in _BARE_ATTRIBUTES:
                raise _complaint(
                    f'Expected equal sign in declaration of an attribute of the tag "{tag}" '
                    f"at byte offset {begin}",
                )
            if attribute[1] == wanted:
                argument = values[0]
            self.at = attribute.end()

    def _end_tag(self) -> None:
        begin = self._bytes_before()
        if not self.open:
            raise _complaint(f"Unexpected end tag at byte offset {begin}")
        found = re.compile(r"</([^\s>]*)\s*>").match(self.source, self.at)
        if not found:
            raise _complaint(f"Unclosed end tag at byte offset {begin}")
        expected = self.open.pop()
        name = found[1].lower()
        if name not in {"", expected.tag}:
            raise _complaint(
                f'Unmatched end tag at byte offset {begin}, expected "</{expected.tag}>", found "</{name}>"',
            )
        self.at = found.end()
        self._close(expected)

    def _close(self, tag: _Open) -> None:
        length = units(self.text) - tag.offset
        if length == 0:
            return
        entity: dict[str, Any] = {"offset": tag.offset, "length": length, "type": _TYPES[tag.tag]}
        if tag.tag == "a":
            url = tag.argument or self.text[tag.text_from :]
            if not re.match(r"(https?://|tg://|mailto:|tel:)?[^\s.]+\S*", url):
                return
            entity["url"] = url
        if tag.tag == "tg-emoji":
            entity["custom_emoji_id"] = tag.argument
        self.entities.append(entity)

    def _bytes_before(self) -> int:
        return len(self.source[: self.at].encode())


def _decoded(reference: re.Match[str]) -> str | None:
    if reference[3]:
        return _NAMED[reference[3]]
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    return chr(number) if 0 < number < _CODE_POINT_MAX else None


def _complaint(reason: str) -> Refusal:
    return bad_request(f"can't parse entities: {reason}")
