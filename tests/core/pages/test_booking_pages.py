"""Booking pages: one small JSON file makes a page in two languages; a bad one says what is wrong with it."""

import json
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import pytest
from typing_extensions import override

from core.pages import Brand, PageError, prepare
from core.pages.prepare import read_booking
from core.site import SiteError, plan_release, read_sources

BRAND = Brand(name="Acme <Hauling>", phone="+16025550100")


def words(text: str) -> dict[str, str]:
    return {"en": text, "es": f"{text} (es)"}


def a_document(**changes: Any) -> dict[str, Any]:
    """Return a page of one choice and one text."""
    return {
        "title": words("Piano moving"),
        "lead": words("We carry it."),
        "price": 100,
        "price_words": words("From $100"),
        "fields": [
            {
                "kind": "choice",
                "name": "floor",
                "label": words("Which floor?"),
                "options": [
                    {"value": "ground", "label": words("Ground"), "price": 0},
                    {"value": "first", "label": words("First"), "price": 49.5},
                ],
            },
            {"kind": "text", "name": "about", "label": words("Anything else?"), "required": False},
        ],
    } | changes


def sources_with(document: object, name: str = "piano") -> dict[str, bytes]:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return read_sources() | {f"book/{name}/page.json": body}


def test_a_new_page_is_one_folder_with_one_file() -> None:
    files = {file.key: file.body.decode() for file in plan_release(sources_with(a_document()), BRAND).files}
    english, spanish = files["book/piano/index.html"], files["book/piano-es/index.html"]
    assert '<h1 class="spaced">Piano moving</h1>' in english
    assert '<h1 class="spaced">Piano moving (es)</h1>' in spanish
    assert '<html lang="es">' in spanish
    assert 'href="/book/piano-es/" lang="es" hreflang="es">Español' in english
    assert 'href="/book/piano/" lang="en" hreflang="en">English' in spanish
    assert "Acme &lt;Hauling&gt;" in english
    assert "Anything else? (optional)" in english


def test_what_pages_are_made_of_is_not_released() -> None:
    keys = {file.key for file in plan_release(read_sources(), BRAND).files}
    assert not {key for key in keys if key.endswith(".json") or key == "book/page.html"}
    assert {
        f"book/{name}/index.html" for name in ("junk-removal", "dumpster", "appliance", "terms", "privacy")
    } <= keys


def test_the_box_for_texts_is_never_ticked_and_says_all_that_carriers_ask_for() -> None:
    for key, body in prepare(read_sources(), BRAND).items():
        if key.startswith("book/") and b'id="consent"' in body:
            read = read_html(body.decode())
            (box,) = [attributes for tag, attributes in read.tags if attributes.get("id") == "consent"]
            assert not {"checked", "required"} & set(box)
            assert "Acme <Hauling>" in read.text
            for word in ("STOP", "HELP", "/book/terms/", "/book/privacy/"):
                assert word in read.text + str(read.tags)


def test_prices_are_the_pages_own() -> None:
    page = read_booking(sources_with(a_document())).pages["piano"]
    assert page.price_of({"floor": "ground"}) == Decimal(100)
    assert page.price_of({"floor": "first"}) == Decimal("149.5")
    assert page.price_of({"floor": "roof", "about": "first"}) == Decimal(100)


def test_a_closed_page_says_so_and_has_no_form() -> None:
    body = prepare(sources_with(a_document(open=False)), BRAND)["book/piano/index.html"].decode()
    assert "No online bookings right now" in body
    assert "<form" not in body


TWICE = [a_document()["fields"][1]] * 2
LONG = [{"kind": "text", "name": name, "label": words("x"), "length_max": 300} for name in ("a", "b")]
SAME = [{"value": "a", "label": words("a")}] * 2
ODD_CHOICE = {"kind": "choice", "name": "x", "label": words("x"), "options": SAME}


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"price": -1}, "price"),
        ({"price": "free"}, "price"),
        ({"price": 1.005}, "price"),
        ({"title": {"en": "x"}}, "title.es"),
        ({"lead": {"en": "", "es": "y"}}, "lead.en"),
        ({"surprise": 1}, "surprise"),
        ({"fields": [{"kind": "photo", "name": "x"}]}, "fields.0"),
        ({"fields": TWICE}, "'about' is taken"),
        ({"fields": [{"kind": "text", "name": "phone", "label": words("x")}]}, "'phone' is taken"),
        ({"fields": [{"kind": "text", "name": "Über", "label": words("x")}]}, "fields.0.text.name"),
        ({"fields": [ODD_CHOICE]}, "same value"),
        ({"fields": LONG}, "note holds 500"),
    ],
)
def test_a_page_that_cannot_be_used_names_its_file_and_its_fault(changes: dict[str, Any], fault: str) -> None:
    with pytest.raises(SiteError, match=r"book/piano/page\.json") as raised:
        plan_release(sources_with(a_document(**changes)), BRAND)
    assert fault in str(raised.value)


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b'"x"'])
def test_a_file_that_is_no_page_is_named(body: bytes) -> None:
    with pytest.raises(PageError, match=r"book/piano/page\.json"):
        prepare(sources_with(body), BRAND)


@pytest.mark.parametrize("name", ["terms", "junk-removal-es", "Piano", "a_b"])
def test_a_name_that_is_taken_or_no_address_is_refused(name: str) -> None:
    with pytest.raises(PageError, match=name):
        prepare(sources_with(a_document(), name), BRAND)


def test_every_element_of_every_page_ends_where_it_has_to() -> None:
    for key, body in prepare(sources_with(a_document()), BRAND).items():
        if key.endswith(".html"):
            assert read_html(body.decode()).open == [], key


class Reader(HTMLParser):
    """Reads a page: its start tags, its text, and what was left open."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "link", "input", "img", "br"}:
            self.open.append(tag)

    @override
    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    @override
    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    @override
    def handle_data(self, data: str) -> None:
        self.text += data


def read_html(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader
