"""Brand: the business's name, number, colour and logo, as its pages show them."""

import re
from typing import Literal

from pydantic import field_validator

from core.domain.record import Value
from core.domain.views import phone_words
from core.pages.markup import Markup, element

DEFAULT_COLOR = "#123a5e"
READABLE = 4.5
"""The contrast that text needs (WCAG 2.2, 1.4.3)."""

_DARK_CARD, _WHITE, _INK = "#17202a", "#ffffff", "#0b1f33"
_STEPS = 20


class Logo(Value):
    """A drawing or picture that stands for the business."""

    body: bytes
    suffix: Literal[".svg", ".png", ".jpg", ".webp"]

    @property
    def key(self) -> str:
        """Where it lies in the site."""
        return f"assets/logo{self.suffix}"


class Brand(Value):
    """What of a business is written into its pages when they are released."""

    name: str = "Quickdump"
    phone: str | None = None
    color: str = DEFAULT_COLOR
    """`#rrggbb`. Buttons carry it; where it would be hard to read, a lighter shade of it."""
    logo: Logo | None = None
    review_url: str | None = None
    """Where a customer may praise a finished job; https only."""

    @field_validator("color")
    @classmethod
    def _is_hex(cls, value: str) -> str:
        if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
            raise ValueError("must be like #123a5e")
        return value.lower()

    @field_validator("review_url")
    @classmethod
    def _is_https(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"https://[^\s\"'<>\\]+", value):
            raise ValueError("must start with https://")
        return value

    @property
    def phone_text(self) -> str | None:
        """The number as people write it."""
        return phone_words(self.phone) if self.phone else None

    @property
    def phone_href(self) -> str | None:
        """The number as a link dials it."""
        return f"tel:{self.phone}" if self.phone else None

    @property
    def text_href(self) -> str | None:
        """The number as a link that opens a text to it."""
        return f"sms:{self.phone}" if self.phone else None

    @property
    def mark(self) -> Markup:
        """The sign at the head of every page: the logo, or our truck."""
        if self.logo is None:
            return _TRUCK
        return element("img", src=f"/{self.logo.key}", alt="", width="40", height="40")

    def styles(self) -> str:
        """Return the rules that go at the end of the stylesheet; none for the default colour."""
        if self.color == DEFAULT_COLOR:
            return ""
        dark = _lightened(self.color)
        return (
            f"\n:root {{ {_variables(self.color)} }}\n"
            f"@media (prefers-color-scheme: dark) {{ :root {{ {_variables(dark)} }} }}\n"
        )


_TRUCK = Markup(
    '<svg viewBox="0 0 32 32" aria-hidden="true"><path class="bed" d="M2,9h17l-2.5,11H4.2z"/>'
    '<path class="cab" d="M20,12.5h5l4.5,4.5v4H18.5z"/>'
    '<circle class="wheel" cx="9" cy="22" r="3.2"/>'
    '<circle class="wheel" cx="23.5" cy="22" r="3.2"/></svg>'
)


def _variables(color: str) -> str:
    return f"--brand: {color}; --brand-hover: {_neighbour(color)}; --brand-ink: {ink_on(color)};"


def contrast(one: str, other: str) -> float:
    """Return the contrast of two `#rrggbb` colours, 1 to 21 (WCAG 2.2)."""
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def ink_on(color: str) -> str:
    """Return the colour that is read best on `color`: white or dark ink."""
    return max((_WHITE, _INK, "#000000"), key=lambda ink: (contrast(ink, color) >= READABLE, ink == _WHITE))


def _lightened(color: str) -> str:
    """Return the shade of `color` that stands out on a dark page."""
    shades = (_mixed(color, _WHITE, step / _STEPS) for step in range(_STEPS + 1))
    return next(shade for shade in shades if contrast(shade, _DARK_CARD) >= READABLE)


def _neighbour(color: str) -> str:
    """Return a lighter shade of `color` on which the same ink can be read, or itself."""
    lighter = _mixed(color, _WHITE, 0.12)
    return lighter if contrast(lighter, ink_on(color)) >= READABLE else color


def _mixed(one: str, other: str, share: float) -> str:
    parts = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in parts)


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _luminance(color: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB
