"""Prepare: the files of `web/` with the brand in their marked places and the booking pages spelt out.

The only thing that knows which of these files are released as they are and which are only made into others.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import JsonValue, TypeAdapter, ValidationError

from core.pages.booking import BookingPage, Language, Words, read_page
from core.pages.booking_form import FormWords, Speech, form_page, page_address
from core.pages.brand import Brand
from core.pages.errors import PageError
from core.pages.marks import fill

FRAME, WORDS = "book/page.html", "book/words.json"
STYLES = "assets/quickdump.css"
LANGUAGES: tuple[Language, ...] = ("en", "es")
_PAGE_FILE = re.compile(r"book/([^/]+)/page\.json")
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
    for key, body in prepared.items():
        if key.endswith(".html"):
            prepared[key] = _branded(key, body, brand)
    if FRAME in sources:
        prepared |= _booking_files(read_booking(sources), brand, taken=prepared)
    return prepared


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


def _branded(key: str, body: bytes, brand: Brand) -> bytes:
    places: dict[str, str | None] = {
        "business": brand.name,
        "mark": brand.mark,
        "phone": brand.phone,
        "phone_text": brand.phone_text,
        "phone_href": brand.phone_href,
        "review": brand.review_url,
    }
    try:
        return fill(body.decode(), places, key).encode()
    except UnicodeDecodeError as error:
        raise PageError(f"{key} is not UTF-8: {error}") from error


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
