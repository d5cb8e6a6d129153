"""The brand from the settings: what an owner may give, and what is said of what he may not."""

from pathlib import Path

import pytest

from bot.brand import LOGO_BYTES_MAX, brand_of
from bot.settings import Settings, SettingsError
from core.site import plan_release, read_sources


def test_name_number_colour_and_logo_reach_every_page(tmp_path: Path) -> None:
    logo = tmp_path / "Logo.SVG"
    logo.write_bytes(b'<svg xmlns="http://www.w3.org/2000/svg"/>')
    settings = Settings(
        business_name="Soderblom & Sons",
        business_phone="+16025550100",
        brand_color="#AA2200",
        brand_logo=logo,
        review_url="https://reviews.example/x",
    )
    files = {file.key: file for file in plan_release(read_sources(), brand_of(settings)).files}
    (logo_key,) = [key for key in files if key.startswith("assets/logo.")]
    (styles,) = [file.body.decode() for key, file in files.items() if key.startswith("assets/quickdump.")]
    assert "--brand:#aa2200;" in styles
    assert files[logo_key].content_type == "image/svg+xml"
    for key, file in files.items():
        if key.endswith(".html"):
            page = file.body.decode()
            assert "Soderblom &amp; Sons" in page, key
            assert f'<img src="/{logo_key}" alt=""' in page, key
            assert f'<link rel="icon" href="/{logo_key}">' in page, key
    track = files["track/index.html"].body.decode()
    for address in ("https://reviews.example/x", "tel:+16025550100", "sms:+16025550100"):
        assert f'href="{address}"' in track


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("logo.gif", b"GIF", "must be an .svg, .png, .jpg or .webp"),
        ("logo.png", b"x" * (LOGO_BYTES_MAX + 1), "at most"),
        (None, b"", "can't be read"),
    ],
)
def test_a_logo_that_cannot_be_used_is_named(
    tmp_path: Path, name: str | None, body: bytes, words: str
) -> None:
    path = tmp_path / (name or "nothing.svg")
    if name is not None:
        path.write_bytes(body)
    with pytest.raises(SettingsError, match="BRAND_LOGO") as raised:
        brand_of(Settings(brand_logo=path))
    assert words in str(raised.value)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("BRAND_COLOR", "red; } *"),
        ("REVIEW_URL", "javascript:alert(1)"),
        ("REVIEW_URL", "http://reviews.example"),
        ("ORIGIN_SECRET", "short"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError, match=variable):
        Settings.read()
