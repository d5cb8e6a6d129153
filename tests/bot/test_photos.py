"""Photos: made anew, within bounds, with nothing in them but the picture."""

import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot import photos
from bot.photos import BYTES_MAX, SIDE_MAX, NotAPhoto, cleaned

GPS, ORIENTATION = 0x8825, 0x0112


def a_photo(
    size: tuple[int, int] = (320, 240), kind: str = "JPEG", mode: str = "RGB", **more: object
) -> bytes:
    image = Image.new(mode, size, 128)
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def with_position() -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[GPS] = {1: "N", 2: (33.0, 25.0, 12.0), 3: "W", 4: (111.0, 56.0, 1.0)}
    exif[0x010F] = "SecretPhone"
    return a_photo((320, 240), exif=exif)


def test_where_a_photo_was_taken_is_gone_and_it_stands_upright() -> None:
    dirty = with_position()
    assert b"SecretPhone" in dirty
    clean = cleaned(dirty)
    image = Image.open(io.BytesIO(clean))
    assert image.format == "JPEG"
    assert image.size == (240, 320), "turned as the camera was held"
    assert not image.getexif()
    assert b"Exif" not in clean
    assert b"SecretPhone" not in clean


def test_what_hangs_behind_the_picture_is_gone() -> None:
    assert b"<script>" not in cleaned(a_photo() + b"<script>alert(1)</script>")
    assert b"hello" not in cleaned(a_photo(comment=b"hello"))


@pytest.mark.parametrize(("size", "kept"), [((4000, 3000), (1600, 1200)), ((10, 20), (10, 20))])
def test_a_large_photo_is_made_smaller_and_a_small_one_left(
    size: tuple[int, int], kept: tuple[int, int]
) -> None:
    assert Image.open(io.BytesIO(cleaned(a_photo(size)))).size == kept
    assert max(kept) <= SIDE_MAX


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("PNG", "RGBA"), ("PNG", "P"), ("PNG", "LA"), ("WEBP", "RGBA"), ("JPEG", "L"), ("JPEG", "CMYK")],
)
def test_every_usual_kind_becomes_a_jpeg(kind: str, mode: str) -> None:
    assert cleaned(a_photo(kind=kind, mode=mode)).startswith(b"\xff\xd8")


def test_the_same_photo_gives_the_same_bytes() -> None:
    assert cleaned(with_position()) == cleaned(with_position())


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "ICO", "PDF"])
def test_other_kinds_are_refused(kind: str) -> None:
    with pytest.raises(NotAPhoto, match="unreadable"):
        cleaned(a_photo(kind=kind))


@pytest.mark.parametrize(
    "content", [b"", b"x", b"\xff\xd8", b"<svg/>", with_position()[:400], a_photo()[:-300]]
)
def test_what_is_no_whole_photo_is_refused(content: bytes) -> None:
    with pytest.raises(NotAPhoto, match="unreadable"):
        cleaned(content)


def a_bomb(side: int) -> bytes:
    """Return a PNG of some bytes that claims to be `side` pixels wide and high."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("side", "why"), [(8_000, "too_large"), (60_000, "unreadable"), (2**31 - 1, "unreadable")]
)
def test_a_picture_that_claims_to_be_huge_is_never_unpacked(side: int, why: str) -> None:
    with pytest.raises(NotAPhoto, match=why):
        cleaned(a_bomb(side))


def test_a_file_that_is_too_large_is_not_even_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "_bounded", None)
    with pytest.raises(NotAPhoto, match="too_large"):
        cleaned(bytes(BYTES_MAX + 1))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 600))
def test_whatever_comes_it_is_a_photo_or_refused(noise: bytes, place: int) -> None:
    good = with_position()
    for content in (noise, good[:place] + noise + good[place:]):
        try:
            assert cleaned(content).startswith(b"\xff\xd8")
        except NotAPhoto:
            continue
