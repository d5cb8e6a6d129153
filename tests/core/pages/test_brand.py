"""Brand: whatever colour an owner likes, what stands on it can be read."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from core.pages.brand import READABLE, Brand, Logo, contrast, ink_on

colors = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)


def test_contrast_is_the_one_of_wcag() -> None:
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54
    assert contrast("#123a5e", "#123a5e") == 1


@given(colors)
def test_every_colour_carries_ink_that_can_be_read_on_it(color: str) -> None:
    assert contrast(ink_on(color), color) >= READABLE


@given(colors)
def test_the_rules_are_readable_in_light_and_dark(color: str) -> None:
    styles = Brand(color=color).styles()
    for rule in re.findall(r":root \{([^}]*)\}", styles):
        variables = dict(re.findall(r"(--[a-z-]+): (#[0-9a-f]{6})", rule))
        for ground in ("--brand", "--brand-hover"):
            assert contrast(variables[ground], variables["--brand-ink"]) >= READABLE


def test_the_default_colour_needs_no_rules() -> None:
    assert Brand().styles() == ""


@pytest.mark.parametrize("color", ["red", "#12345", "#12345g", "#123a5e; } body { display: none"])
def test_only_a_colour_is_a_colour(color: str) -> None:
    with pytest.raises(ValidationError):
        Brand(color=color)


@pytest.mark.parametrize(
    "url", ["http://example.com", "javascript:alert(1)", 'https://x/"onclick=', "https://a b"]
)
def test_only_https_praises(url: str) -> None:
    with pytest.raises(ValidationError):
        Brand(review_url=url)


def test_a_logo_takes_the_place_of_the_truck() -> None:
    assert Brand(logo=Logo(body=b"<svg/>", suffix=".svg")).mark.startswith(
        '<img src="/assets/logo.svg" alt=""'
    )
    assert Brand().mark.startswith("<svg")
