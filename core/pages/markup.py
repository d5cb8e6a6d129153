"""Markup: HTML made of elements; every text and every value in it is escaped."""

from html import escape

from typing_extensions import override


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()

    @override
    def __add__(self, other: str) -> "Markup":
        return Markup(str(self) + html(other))


def html(text: str) -> str:
    """Return `text` as HTML: escaped, unless it is Markup."""
    return str(text) if isinstance(text, Markup) else escape(text)


def joined(parts: "list[Markup] | tuple[Markup, ...]", between: str = "") -> Markup:
    """Return markup after markup."""
    return Markup(between.join(str(part) for part in parts))


def element(tag: str, /, *children: str, **attributes: str | bool | None) -> Markup:
    """Return `<tag …>children</tag>`; void elements have no end.

    `class_` is written as class, `aria_invalid` as aria-invalid. True is an attribute without a value; None
    and False leave it out.
    """
    start = "".join(_attribute(key, value) for key, value in attributes.items())
    if tag in _VOID:
        return Markup(f"<{tag}{start}>")
    return Markup(f"<{tag}{start}>{''.join(html(child) for child in children)}</{tag}>")


_VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})


def _attribute(key: str, value: str | bool | None) -> str:  # noqa: FBT001 - an attribute is or is not there
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(value)}"'
