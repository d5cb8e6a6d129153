import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.texts.gsm7 import ALPHABET, EXTENSION
from bot.texts.segments import Segments, segments_of
from tests.fakes.twilio.segments import count_segments

LINES = [
    json.loads(line) for line in (Path(__file__).parent / "data" / "segments.jsonl").read_text().splitlines()
]
FITTING = st.text(st.sampled_from(sorted(ALPHABET)), min_size=1, max_size=700)
ANY = st.text(min_size=1, max_size=300)


@pytest.mark.parametrize("line", LINES, ids=[str(number) for number in range(len(LINES))])
def test_a_text_is_counted_as_the_provider_counts_it(line: dict[str, object]) -> None:
    assert segments_of(str(line["text"])) == Segments(line["encoding"], line["segments"])  # type: ignore[arg-type] # JSON


def test_an_empty_text_has_no_segment() -> None:
    assert segments_of("") == Segments("GSM-7", 0)


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("я" * 70, 1),
        ("я" * 71, 2),
        ("я" * 135, 3),
    ],
)
def test_the_borders_are_those_of_the_standard(text: str, segments: int) -> None:
    assert segments_of(text).count == segments


@given(st.one_of(FITTING, ANY))
def test_two_counters_agree(text: str) -> None:
    assert segments_of(text).count == count_segments(text)


@given(FITTING)
def test_a_text_of_the_alphabet_is_gsm7(text: str) -> None:
    assert segments_of(text).encoding == "GSM-7"


def test_the_alphabet_has_its_size() -> None:
    # 128 codes without the escape, and ten extensions (3GPP TS 23.038, 6.2.1).
    assert (len(ALPHABET - EXTENSION), len(EXTENSION)) == (127, 10)
