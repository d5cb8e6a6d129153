"""The judge: what a form may hold, and that only the page's own copy of the rules counts."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.booking.judge import Faulty, judge, key_of, nanp, reference_of
from core.domain.commands import BookJob
from core.pages import Brand
from core.pages.booking_form import Speech
from core.pages.prepare import read_booking
from core.site import read_sources

BOOKING = read_booking(read_sources())
PAGE = BOOKING.pages["junk-removal"]
SPEECH = Speech(words=BOOKING.words, brand=Brand(name="Acme Hauling", phone="+16025550100"))
FIELDS = {
    "page": "junk-removal",
    "name": "Mark Soderblom",
    "phone": "602 555 0142",
    "address": "12 Oak St, Tempe",
    "zip": "85281",
    "load": "half",
    "items": "a sofa, two chairs",
    "when": "week",
    "consent": "yes",
}


def judged(**changes: str) -> BookJob | Faulty:
    return judge(PAGE, FIELDS | changes, SPEECH, "key-1234")


def errors(**changes: str) -> dict[str, str]:
    found = judged(**changes)
    assert isinstance(found, Faulty)
    return found.errors


@pytest.mark.parametrize(
    "typed",
    [
        "6025550142", "16025550142", "+16025550142", "602-555-0142", "602.555.0142", "602 555 0142",
        "(602) 555-0142", "(602)555-0142", "1-602-555-0142", "1 (602) 555-0142", "+1 602 555 0142",
        "+1 (602) 555-0142", "1.602.555.0142", "602/555-0142", " 602 555 0142 ", "602–555–0142",
        "602 5550142", "6 0 2 5 5 5 0 1 4 2", "+1-602-555-0142", "602·555·0142",
    ],
)  # fmt: skip
def test_twenty_spellings_of_a_number_are_one(typed: str) -> None:
    booking = judged(phone=typed)
    assert isinstance(booking, BookJob)
    assert booking.phone == "+16025550142"


@pytest.mark.parametrize(
    "typed",
    [
        "555-0142", "602555014", "60255501422", "26025550142", "+526025550142", "+44 20 7946 0958",
        "+5215512345678", "1602555014", "0025550142", "1125550142", "6021550142", "6020550142",
        "602-555-0142 ext 5", "602-555-CALL", "call me", "900 555 0142", "800 555 0142", "+86 138 0013 8000",
        "602 555 0142 / 602 555 0143", "<b>6025550142</b>",
    ],
)  # fmt: skip
def test_twenty_that_are_none_are_refused(typed: str) -> None:
    assert errors(phone=typed) == {"phone": SPEECH("phone_wrong")}


def test_a_booking_has_the_pages_price_and_a_note_for_the_dispatcher() -> None:
    booking = judged(price="1", amount_paid="1", reference="AAAAAA")
    assert isinstance(booking, BookJob)
    assert booking.amount_paid == Decimal(379)
    assert booking.location == "12 Oak St, Tempe, 85281"
    assert booking.note == (
        "How big is the load: Half the truck; What should we take: a sofa, two chairs; This week"
    )
    assert booking.reference == reference_of("key-1234")


def test_the_wording_of_the_consent_is_ours_with_its_version() -> None:
    booking = judged(consent_wording="anything")
    assert isinstance(booking, BookJob)
    assert booking.consent_wording == SPEECH.consent_wording
    assert booking.consent_wording.startswith("2026-11: Acme Hauling may text me")
    for box in ("", "no", "on", "true"):
        unticked = judged(consent=box)
        assert isinstance(unticked, BookJob)
        assert unticked.consent_wording is None


@pytest.mark.parametrize(
    ("changes", "field", "word"),
    [
        ({"name": ""}, "name", "name_empty"),
        ({"name": " \u200b\u202e "}, "name", "name_empty"),
        ({"name": "x" * 61}, "name", "name_long"),
        ({"phone": ""}, "phone", "phone_empty"),
        ({"address": ""}, "address", "address_empty"),
        ({"address": "x" * 101}, "address", "address_long"),
        ({"zip": ""}, "zip", "zip_empty"),
        ({"zip": "8528"}, "zip", "zip_wrong"),
        ({"zip": "85281-12"}, "zip", "zip_wrong"),
    ],
)
def test_each_fault_has_its_words(changes: dict[str, str], field: str, word: str) -> None:
    assert errors(**changes) == {field: SPEECH(word)}


def test_all_faults_are_said_together_in_the_order_of_the_form() -> None:
    found = judge(PAGE, {}, SPEECH, "key-1234")
    assert isinstance(found, Faulty)
    assert list(found.errors) == ["name", "phone", "address", "zip", "load", "items"]
    assert found.errors["load"] == "Choose one: How big is the load?"


def test_an_option_that_the_page_does_not_have_is_none() -> None:
    assert errors(load="the moon") == {"load": "Choose one: How big is the load?"}
    assert errors(items="x" * 301) == {"items": "What should we take? must be 300 characters or less"}


def test_spanish_customers_are_told_in_spanish_and_dispatchers_in_english() -> None:
    spanish = Speech(words=SPEECH.words, brand=SPEECH.brand, language="es")
    booking = judge(PAGE, FIELDS, spanish, "key-1234")
    assert isinstance(booking, BookJob)
    assert booking.language == "es"
    assert booking.note is not None
    assert "Half the truck" in booking.note
    assert "puede enviarme" in (booking.consent_wording or "")
    found = judge(PAGE, FIELDS | {"zip": ""}, spanish, "key-1234")
    assert isinstance(found, Faulty)
    assert found.errors == {"zip": "Escriba el código postal"}


@given(st.dictionaries(st.sampled_from([*FIELDS, "website"]), st.text(max_size=400)))
def test_whatever_is_typed_becomes_a_booking_that_fits_a_job_or_words(typed: dict[str, Any]) -> None:
    found = judge(PAGE, FIELDS | typed, SPEECH, "key-1234")
    if isinstance(found, BookJob):
        assert len(found.note or "") <= 500
        assert len(found.location) <= 120
        assert nanp(found.phone) == found.phone
    else:
        assert found.errors


def test_a_key_is_taken_from_the_header_the_form_or_the_contents() -> None:
    assert key_of(FIELDS, '"abcd-1234"', "2026-11-24") == "abcd-1234"
    assert key_of(FIELDS | {"key": "abcd-5678"}, None, "2026-11-24") == "abcd-5678"
    made = key_of(FIELDS, "bad key!", "2026-11-24")
    assert (
        key_of(FIELDS | {"key": "", "spent_ms": "9000", "name": " Mark  Soderblom"}, None, "2026-11-24")
        == made
    )
    assert key_of(FIELDS, None, "2026-11-25") != made
    assert key_of(FIELDS | {"items": "more"}, None, "2026-11-24") != made
