"""Prepare: the files of `web/` with the brand in their marked places and the booking pages spelt out.

The only thing that knows which of these files are released as they are and which are only made into others.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote

from pydantic import JsonValue, TypeAdapter, ValidationError

from core.domain.job import Language
from core.pages.booking import BookingPage, Words, read_page
from core.pages.booking_form import FormWords, Speech, form_page, page_address
from core.pages.brand import Brand
from core.pages.errors import PageError
from core.pages.marks import fill
from core.pages.slim import slim_css, slim_js

FRAME, WORDS = "book/page.html", "book/words.json"
STYLES = "assets/quickdump.css"
LANGUAGES: tuple[Language, ...] = ("en", "es")
_PAGE_FILE = re.compile(r"book/([^/]+)/page\.json")
_TEXTS = {".html", ".css", ".js"}
_ICON = 'href="/favicon.svg" type="image/svg+xml"'
_PLAIN_IN_DATA = "=:/'(),."
_WORDS = TypeAdapter(dict[str, Words])


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingPages:
    """All that booking forms are made of."""

    frame: str
    words: FormWords
    pages: Mapping[str, BookingPage]
    """By name."""


def prepare(sources: Mapping[str, bytes], brand: Brand) -> dict[str, bytes]:
    """Return the files that are released.

    Raises:
        PageError: a page that can't be filled or a `page.json` that can't be used.
    """
    prepared = {key: body for key, body in sources.items() if not _is_only_made_of(key)}
    if brand.logo is not None:
        prepared[brand.logo.key] = brand.logo.body
    if STYLES in prepared:
        prepared[STYLES] += brand.styles().encode()
    if FRAME in sources:
        prepared |= _booking_files(read_booking(sources), brand, taken=prepared)
    icon = _icon(sources, brand)
    return {key: _made(key, body, brand, icon) for key, body in prepared.items()}


def read_booking(sources: Mapping[str, bytes]) -> BookingPages:
    """Return the booking pages among these files. Raises PageError."""
    try:
        words = _WORDS.validate_python(_document(WORDS, sources))
    except ValidationError as error:
        raise PageError(f"{WORDS} must name each word in English and Spanish: {error}") from error
    pages = {
        match[1]: read_page(match[1], _document(key, sources))
        for key in sorted(sources)
        if (match := _PAGE_FILE.fullmatch(key))
    }
    return BookingPages(frame=sources[FRAME].decode(), words=words, pages=pages)


def _booking_files(booking: BookingPages, brand: Brand, taken: Mapping[str, bytes]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for language in LANGUAGES:
        speech = Speech(words=booking.words, brand=brand, language=language)
        for page in booking.pages.values():
            key = f"{page_address(page.name, language)[1:]}index.html"
            if key in files or key in taken:
                raise PageError(f"book/{page.name}: there is a {key} already, choose another name")
            files[key] = form_page(booking.frame, page, speech).encode()
    return files


def _made(key: str, body: bytes, brand: Brand, icon: str) -> bytes:
    suffix = PurePosixPath(key).suffix
    if suffix not in _TEXTS:
        return body
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise PageError(f"{key} is not UTF-8: {error}") from error
    match suffix:
        case ".css":
            return slim_css(text).encode()
        case ".js":
            return slim_js(text).encode()
        case _:
            return fill(text.replace(_ICON, f'href="{icon}"'), _places(brand), key).encode()


def _places(brand: Brand) -> dict[str, str | None]:
    return {
        "business": brand.name,
        "pickup": f"Your pickup – {brand.name}",
        "not_found": f"Page not found – {brand.name}",
        "mark": brand.mark,
        "phone": brand.phone,
        "phone_text": brand.phone_text,
        "phone_href": brand.phone_href,
        "text_href": brand.text_href,
        "review": brand.review_url,
    }


def _icon(sources: Mapping[str, bytes], brand: Brand) -> str:
    """Return the address of the page's icon: the logo, or ours inside the page, which saves a request."""
    if brand.logo is not None:
        return f"/{brand.logo.key}"
    drawing = sources.get("favicon.svg", b"<svg/>").decode().strip().replace('"', "'")
    return f"data:image/svg+xml,{quote(drawing, safe=_PLAIN_IN_DATA)}"


def _is_only_made_of(key: str) -> bool:
    return key in {FRAME, WORDS} or _PAGE_FILE.fullmatch(key) is not None


def _document(key: str, sources: Mapping[str, bytes]) -> JsonValue:
    if key not in sources:
        raise PageError(f"{key} is not there: booking pages need it")
    try:
        document: JsonValue = json.loads(sources[key])
    except ValueError as error:
        raise PageError(f"{key} is no JSON: {error}") from error
    return document
