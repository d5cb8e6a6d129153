"""Each sentence of the grammar, with a line that shows it."""

from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.grammar.new import Invalid, Question, Remark, Understood, canonical_line
from bot.grammar.normalise import plain
from core.domain.commands import CreateJob
from core.domain.events import When
from tests.bot.grammar.reading import in_short, read

TABLE = [
    # The verb
    ("new job Mark 12 Oak St 600", "Mark | 12 Oak St | 600"),
    ("new, Mark 12 Oak St 600", "Mark | 12 Oak St | 600"),
    ("/new@qdbot Mark 12 Oak St 600", "Mark | 12 Oak St | 600"),
    ("/new@otherbot Mark 12 Oak St 600", "none"),
    ("newton 12 Oak St 600", "none"),
    ("\u200bnew Mark 12 Oak St 600", "Mark | 12 Oak St | 600"),
    # Commas and order
    ("new Mark Soderblom, 600", "Mark | Soderblom | 600"),
    ("new ,Mark, 12 Oak St, 600,", "Mark | 12 Oak St | 600"),
    ("new Mark - 12 Oak St - 600", "Mark | 12 Oak St | 600"),
    ("new Mark / 12 Oak St / 600", "Mark | 12 Oak St | 600"),
    ("new Mark; 12 Oak St; 600", "Mark | 12 Oak St | 600"),
    ("new Mark | 12 Oak St | 600", "Mark | 12 Oak St | 600"),
    ("new Mark 12 Oak St Apt 4, 600", "Mark | 12 Oak St Apt 4 | 600"),
    ("new Mary Ann Smith 12 Oak St, Tucson, $600", "Mary Ann Smith | 12 Oak St, Tucson | 600"),
    ("new 12 Oak St, Tucson, $600", "missing name"),
    ("new Mark, 600, 12 Oak St", "Mark | 12 Oak St | 600"),
    ("new Mark 12 Oak St 600!", "Mark | 12 Oak St | 600"),
    ("new Mark 9208 – 9214 S Cottage 300", "Mark | 9208-9214 S Cottage | 300"),
    # Name or place
    ("new Xavier N 5th St 365", "Xavier | N 5th St | 365"),
    ("new Mark Hwy 18 600", "Mark | Hwy 18 | 600"),
    ("new Mark Rt 9 600", "Mark | Rt 9 | 600"),
    ("new Mark Soderblom Ave Apt 3 600", "Mark | Soderblom Ave Apt 3 | 600"),
    ("new 7-Eleven 12 Oak St 300", "7-Eleven | 12 Oak St | 300"),
    ("new Mr Smith Oak St 300", "Mr Smith | Oak St | 300"),
    ("new Bob and Carol Oak St 300", "Bob and Carol | Oak St | 300"),
    ("new Bob & Carol Oak St 300", "Bob & Carol | Oak St | 300"),
    ("new Mark Main & 3rd 600", "Mark | Main & 3rd | 600"),
    ("new Mark @12 Oak St 600", "Mark | 12 Oak St | 600"),
    ("new Mark bob@example.com 12 Oak St 600", "Mark bob@example.com | 12 Oak St | 600"),
    ("new Mark 12 Oak St on the corner 600", "Mark | 12 Oak St On the Corner | 600"),
    ("new on Thomas Rd 600", "missing name"),
    ("new 7-Eleven, 12 Oak St, 300", "7-Eleven | 12 Oak St | 300"),
    ("new 5th Ave, 12 Oak St, $300", "missing name"),
    ("new Ann PO Box 12 300", "Ann | PO Box 12 | 300"),
    ("new mr. and mrs. smith 12 oak st 300", "Mr. and Mrs. Smith | 12 Oak St | 300"),
    # Amounts
    ("new Ann 12 Oak St ($300)", "Ann | 12 Oak St | 300"),
    ("new Mark 12 Oak St $ 600", "Mark | 12 Oak St | 600"),
    ("new Mark 12 Oak St 600$", "Mark | 12 Oak St | 600"),
    ("new Mark 12 Oak St USD 600", "Mark | 12 Oak St | 600"),
    ("new Mark 12 Oak St US$600", "Mark | 12 Oak St | 600"),
    ("new Mark 12 Oak St 600 cash flat", "Mark | 12 Oak St | 600"),
    ("new Mark 12 Oak St for 600 all in total", "Mark | 12 Oak St | 600"),
    ("new Mark 12 Oak St 1250.5", "Mark | 12 Oak St | 1250.5"),
    ("new Mark 12 Oak St 100000", "Mark | 12 Oak St | 100000"),
    ("new Mark 12 Oak St, Phoenix AZ 85001", "missing amount"),
    ("new Mark 12 Oak St 85001", "missing amount"),
    ("new Mark 12 Oak St Hwy 60", "missing amount"),
    ("new Mark 12 Oak St Apt 3", "missing amount"),
    ("new Mark 12 Oak St #3", "missing amount"),
    ("new Mark 12 Oak St $1.2k", "amount $1.2k"),
    ("new Mark 12 Oak St $600-700", "amount $600-700"),
    ("new Mark 12 Oak St €600", "amount €600"),
    ("new Mark 12 Oak St 600.505", "amount 600.505"),
    ("new Mark 12 Oak St 1,25", "amount 1,25"),
    ("new Mark 12 Oak St $6oo", "amount $6oo"),
    ("new Mark 12 Oak St -600", "amount -600"),
    ("new Mark 12 Oak St $100,001", "amount $100,001"),
    ("new Mark 12 Oak St $600 $500", "amount $600 and $500"),
    ("new Mark 12 Oak St $600 600 dollars", "Mark | 12 Oak St | 600"),
    # Phones
    ("new Mark 12 Oak St 602 555 0142 600", "Mark | 12 Oak St | 600 | +16025550142"),
    ("new Mark (602) 555-0142 12 Oak St 600", "Mark | 12 Oak St | 600 | +16025550142"),
    ("new Mark 12 Oak St 600 1-602-555-0142", "Mark | 12 Oak St | 600 | +16025550142"),
    ("new Mark 12 Oak St 600 416-555-0142", "phone 416-555-0142"),
    ("new Mark 12 Oak St 600 +1 416-555-0142", "Mark | 12 Oak St | 600 | +14165550142"),
    ("new Mark 12 Oak St 600 +44 20 7946 0958", "Mark | 12 Oak St | 600 | +442079460958"),
    ("new Mark 12 Oak St, 600, 555-0142", "phone 555-0142"),
    ("new Mark 12 Oak St 600 123-456-7890", "phone 123-456-7890"),
    (
        "new Mark 12 Oak St 600 cell 602-555-0142 ph: 602-555-0143",
        "Mark | 12 Oak St | 600 | +16025550142 | -- 602-555-0143",
    ),
    ("new Mark 12 Oak St 600 602-555-0142 ext 12", "Mark | 12 Oak St | 600 | +16025550142 | -- ext 12"),
    ("new Ann 12 Oak St 300 call 602-555-0142", "Ann | 12 Oak St | 300 | +16025550142"),
    ("new Ann 12 Oak St 300 (cell 602-555-0142)", "Ann | 12 Oak St | 300 | +16025550142"),
    # Days and times
    ("new Mark 12 Oak St 600 tues", "Mark | 12 Oak St | 600 | 11/24/2026"),
    ("new Mark 12 Oak St 600 monday", "Mark | 12 Oak St | 600 | 11/30/2026"),
    ("new Mark 12 Oak St 600 11/30", "Mark | 12 Oak St | 600 | 11/30/2026"),
    ("new Mark 12 Oak St 600 1/5 9-11", "Mark | 12 Oak St | 600 | 01/05/2027 09:00-11:00"),
    ("new Mark 12 Oak St 600 11/30/26 9 am", "Mark | 12 Oak St | 600 | 11/30/2026 09:00"),
    ("new Mark 12 Oak St 600 tomorrow 9a", "Mark | 12 Oak St | 600 | 11/24/2026 09:00"),
    ("new Mark 12 Oak St 600 tomorrow 9 - 11", "Mark | 12 Oak St | 600 | 11/24/2026 09:00-11:00"),
    ("new Mark 12 Oak St 600 tomorrow 9 to 11", "Mark | 12 Oak St | 600 | 11/24/2026 09:00-11:00"),
    ("new Mark 12 Oak St 600 tomorrow noon-2pm", "Mark | 12 Oak St | 600 | 11/24/2026 12:00-14:00"),
    ("new Mark 12 Oak St 600 tomorrow midnight", "Mark | 12 Oak St | 600 | 11/24/2026 00:00"),
    ("new Mark 12 Oak St 600 14:00", "Mark | 12 Oak St | 600 | 11/23/2026 14:00"),
    ("new Mark 12 Oak St 600 fri by 3pm", "Mark | 12 Oak St | 600 | 11/27/2026 -15:00"),
    ("new Mark 12 Oak St 600 fri 11-1pm", "Mark | 12 Oak St | 600 | 11/27/2026 11:00-13:00"),
    ("new Mark 12 Oak St 600 fri 8-7", "Mark | 12 Oak St | 600 | 11/27/2026 08:00-19:00"),
    ("new Mark 12 Oak St 600 2-4pm", "Mark | 12 Oak St | 600 | 11/23/2026 14:00-16:00"),
    ("new Mark on Friday at 12 Oak St 600", "Mark | 12 Oak St | 600 | 11/27/2026"),
    ("new Mark 12 Oak St Friday 9-11 300", "Mark | 12 Oak St | 300 | 11/27/2026 09:00-11:00"),
    ("new mon 9-11 Jones 12 Oak St 600", "Jones | 12 Oak St | 600 | 11/30/2026 09:00-11:00"),
    ("new Mark 12 Oak St 600 13/45", "when 13/45"),
    ("new Mark 12 Oak St 600 2/30", "when 2/30"),
    ("new Mark 12 Oak St 600 11/20/2026", "when 11/20/2026"),
    ("new Mark 12 Oak St 600 tomorrow friday", "when tomorrow and friday"),
    ("new Mark 12 Oak St 600 9am", "ask time_passed"),
    ("new Joe Friday 4410 E 5th St 300", "ask day_or_name"),
    ("new Mark Sun City 300", "Mark | Sun City | 300"),
    ("new Joe Friday 12 Oak St 300", "Joe Friday | 12 Oak St | 300"),
    ("new Thu Nguyen 12 Oak St 300", "Thu Nguyen | 12 Oak St | 300"),
    ("new Monday Jones 12 Oak St 600", "Monday Jones | 12 Oak St | 600"),
    ("new Mark 12 Friday Harbor Rd 300", "Mark | 12 Friday Harbor Rd | 300"),
    ("new Mark 12 1/2 Oak St 300", "Mark | 12 1/2 Oak St | 300"),
    ("new Mark 12½ Oak St 300", "Mark | 12½ Oak St | 300"),
    ("new Ann 12 Oak St 300 today at 2", "Ann | 12 Oak St | 300 | 11/23/2026 14:00"),
    ("new Ann tomorrow 12 Oak St 300", "Ann | 12 Oak St | 300 | 11/24/2026"),
    ("new Ann, Friday, 12 Oak St, 300", "Ann | 12 Oak St | 300 | 11/27/2026"),
    ("new Ann 12 Oak St 300 fri 25:00", "when 25:00"),
    ("new Ann 12 Oak St 300 next friday", "missing amount"),
    ("new Ann 12 Oak St 300 fri 6-8", "Ann | 12 Oak St | 300 | 11/27/2026 18:00-20:00"),
    # Notes
    ("new Mark 12 Oak St 300 — gate code 4411", "Mark | 12 Oak St | 300 | -- gate code 4411"),
    ("new Mark 12 Oak St 300 – bring dolly", "Mark | 12 Oak St | 300 | -- bring dolly"),
    ("new Mark 12 Oak St 300 --", "Mark | 12 Oak St | 300"),
    ("new Mark 12 Oak St 300 -- a -- b", "Mark | 12 Oak St | 300 | -- a -- b"),
    ("new Mark 12 Oak St 300 note: a\u200bb “c”", "Mark | 12 Oak St | 300 | -- ab “c”"),
    # Letters
    (
        "NEW BOB 12 NW OAK ST APT 3B, TUCSON AZ 85701 600 -- call first",
        "Bob | 12 NW Oak St Apt 3B, Tucson AZ 85701 | 600 | -- call first",
    ),
    ("NEW BOB 12 OAK CT 600", "Bob | 12 Oak Ct | 600"),
    ("new bob 12 calle de la luz, the yard 600", "Bob | 12 Calle de la Luz, The Yard | 600"),
    ("new jean-luc o'neal 12 3rd st apt 3b 600", "Jean-Luc O'neal | 12 3rd St Apt 3b | 600"),
    ("new LaToya McKenzie 12 Oak St, Tucson AZ, 600", "LaToya McKenzie | 12 Oak St, Tucson AZ | 600"),
    # The order of faults
    ("new Mark 12 Oak St $6oo 123-456-7890", "phone 123-456-7890"),
    ("new Mark $6oo", "amount $6oo"),
]


@pytest.mark.parametrize(("text", "expected"), TABLE, ids=[text for text, _ in TABLE])
def test_a_line_is_read_as_the_grammar_says(text: str, expected: str) -> None:
    assert in_short(read(text)) == expected


def test_a_toll_free_number_is_kept_and_said_to_be_one() -> None:
    reading = read("new Mark 12 Oak St 600 800-555-0142")
    assert isinstance(reading, Understood)
    assert reading.job.phone == "+18005550142"
    assert reading.remarks == (Remark.TOLL_FREE,)


@pytest.mark.parametrize(
    ("text", "part", "limit"),
    [
        ("new " + "x" * 997, "line", 1000),
        ("new " + "x" * 61 + ", 12 Oak St, 600", "name", 60),
        ("new Mark, 12 " + "x" * 120 + ", $600", "location", 120),
        ("new Mark, 12 Oak St, 600 -- " + "x" * 501, "note", 500),
    ],
)
def test_what_is_too_long_is_named_with_its_length(text: str, part: str, limit: int) -> None:
    reading = read(text)
    assert isinstance(reading, Invalid)
    assert (reading.fault, reading.value, reading.limit) == ("too_long", part, limit)
    assert reading.length > limit


@pytest.mark.parametrize("length", [60, 120, 500])
def test_what_is_just_long_enough_is_taken(length: int) -> None:
    lines = {
        60: "new " + "X" * 60 + ", 12 Oak St, 600",
        120: "new Mark, 12 " + "X" * 117 + ", $600",
        500: "new Mark, 12 Oak St, 600 -- " + "x" * 500,
    }
    assert isinstance(read(lines[length]), Understood)


def test_a_question_holds_whole_commands() -> None:
    reading = read("new Mark 12 Oak St 600 9am")
    assert isinstance(reading, Question)
    for option in reading.options:
        again = read(canonical_line(option))
        assert isinstance(again, Understood)
        assert again.job == option


@given(st.text(max_size=1100))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    read("new " + text)
    read(text)


@given(st.text(alphabet="new $0123456789.,-/|;@ONatfri'½’–\n()+x", max_size=120))
def test_no_likely_text_makes_the_reader_fail(text: str) -> None:
    read("new " + text)


@given(st.text(max_size=200))
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert plain(plain(text)) == plain(text)


NAMES = st.sampled_from(
    ["Mark Soderblom", "Ana Lucía", "O'neal", "Bob and Carol", "Олег Іващенко", "Dr. Adebayo"]
)
PLACES = st.sampled_from(
    ["12 Oak St", "4410 E 5th St Apt 3B, Tucson", "Soderblom Ave", "The Old Sears Building"]
)
AMOUNTS = st.decimals(min_value=Decimal("0.01"), max_value=Decimal(100_000), places=2)
PHONES = st.sampled_from([None, "+16025550142", "+442079460958"])
NOTES = st.sampled_from([None, "gate code 4411", "a -- b, $40 tip"])
WHENS = st.none() | st.builds(
    When,
    date=st.dates(date(2026, 11, 24), date(2027, 11, 22)),
    start=st.sampled_from([None, time(9), time(9, 30), time(12)]),
    end=st.sampled_from([None, time(14), time(17, 45)]),
)


@given(
    st.builds(
        CreateJob,
        customer_name=NAMES,
        location=PLACES,
        amount_paid=AMOUNTS,
        phone=PHONES,
        note=NOTES,
        when=WHENS,
    )
)
def test_a_canonical_line_reads_back_as_its_job(job: CreateJob) -> None:
    reading = read(canonical_line(job))
    assert isinstance(reading, Understood)
    assert reading.job == job


@given(
    st.integers(0, 99).map(lambda number: f"602555{100 + number:04}"),
    st.sampled_from(
        [
            "{a}-{b}-{c}",
            "({a}) {b}-{c}",
            "{a}.{b}.{c}",
            "{a} {b} {c}",
            "+1{a}{b}{c}",
            "1-{a}-{b}-{c}",
            "{a}{b}{c}",
        ]
    ),
    st.sampled_from(
        ["new {p} Mark 12 Oak St 600", "new Mark 12 Oak St 600 {p}", "new Mark, 12 Oak St, {p}, $600"]
    ),
)
def test_a_phone_is_found_however_it_is_written(digits: str, form: str, line: str) -> None:
    phone = form.format(a=digits[:3], b=digits[3:6], c=digits[6:])
    reading = read(line.format(p=phone))
    assert isinstance(reading, Understood)
    assert reading.job.phone == f"+1{digits}"
    assert (reading.job.customer_name, reading.job.location) == ("Mark", "12 Oak St")
