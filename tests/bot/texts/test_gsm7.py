import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.texts.gsm7 import ALPHABET, LOOK_ALIKES, gsm7_clean
from bot.texts.segments import segments_of


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("“Mark’s” couch – 2nd floor…", '"Mark\'s" couch - 2nd floor...'),
        ("François Núñez, José", "Francois Nuñez, José"),
        (unicodedata.normalize("NFD", "José Ramírez"), "José Ramirez"),
        ("Call\u00a0us\tnow", "Call us now"),
        ("a\u200bb\ufeff\u202ec\u2069", "abc"),
        ("`side` door ½ №5 ﬁ", "'side' door 1/2 No5 fi"),
        ("Ｆｕｌｌ width", "Full width"),
        ("Łódź, đ, œuvre", "Lodz, d, oeuvre"),
        ("line one\u2028", "line one"),
    ],
)
def test_look_alikes_become_plain(text: str, cleaned: str) -> None:
    assert gsm7_clean(text) == cleaned


@pytest.mark.parametrize("text", ["Señor Muñoz: 40 € {a} ~ Ω à", "", "plain"])
def test_what_fits_stays_as_it_is(text: str) -> None:
    assert gsm7_clean(text) == text


@pytest.mark.parametrize("text", ["on the way 🚚 – José", "Иван’s couch", "done ✓", "☎️ “hi”", "日本", "\x00"])
def test_a_text_that_cannot_fit_is_left_alone(text: str) -> None:
    assert gsm7_clean(text) == text


@given(st.text(max_size=200))
def test_cleaning_fits_or_changes_nothing_and_is_done_once(text: str) -> None:
    cleaned = gsm7_clean(text)
    assert cleaned == text or set(cleaned) <= ALPHABET
    assert gsm7_clean(cleaned) == cleaned


@given(
    st.text(st.sampled_from(sorted(LOOK_ALIKES)) | st.characters(codec="ascii", exclude_categories=["Cc"]))
)
def test_look_alikes_never_make_a_text_ucs2(text: str) -> None:
    assert segments_of(gsm7_clean(text)).encoding == "GSM-7"


def test_the_table_holds_only_what_needs_a_stand_in() -> None:
    assert not set(LOOK_ALIKES) & ALPHABET
    assert all(set(stand_in) <= ALPHABET for stand_in in LOOK_ALIKES.values())
