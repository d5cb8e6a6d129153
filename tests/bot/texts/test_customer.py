"""What customers read: short enough, in plain letters, true."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.texts.customer import STANDS, TEMPLATES, standing, status_text, which_to_confirm
from bot.texts.segments import segments_of
from core.domain.business import Business
from core.domain.events import EtaSet
from core.domain.flow import Status
from core.domain.job import Job, Language
from core.domain.outbox import Message
from core.domain.state import State

NOW = datetime(2026, 11, 24, 17, tzinfo=UTC)
BUSINESS = Business(
    name="Sonoran Hauling LLC.", phone="+16025550100", public_url="https://track.example123.co"
)
"""A brand of 20 characters, a domain of 20 characters with its token of 22: the longest that is usual."""

JOB_TEXTS = [
    kind
    for kind in TEMPLATES["en"]
    if kind not in {"texted", "which", "none", "status", "not_pending", "language"}
]
LANGUAGES: tuple[Language, ...] = ("en", "es")


def a_job(language: Language, status: Status = Status.READY_FOR_PICKUP) -> Job:
    eta = EtaSet(
        at=NOW,
        by="joe",
        cause="cli:1",
        number=1,
        start=NOW + timedelta(hours=5),
        end=NOW + timedelta(hours=6),
    )
    return Job(
        job_id="maximiliano_soderblom_20261124",
        number=1,
        tracking_token="A" * 22,
        customer_name="Maximiliano Soderblom",
        location="12 Oak St",
        amount_paid=Decimal(600),
        status=status,
        created_at=NOW,
        phone="+16025550142",
        language=language,
        history=(eta,),
    )


def a_message(kind: str) -> Message:
    return Message(
        id="m-1",
        kind=kind,
        channel="sms",
        to="+16025550142",
        job=1,
        cause="cli:1",
        created_at=NOW,
        not_before=NOW,
        expires_at=NOW + timedelta(hours=1),
    )


def texts() -> Iterator[tuple[str, Language, str]]:
    for language in LANGUAGES:
        for kind in JOB_TEXTS:
            yield kind, language, status_text(a_message(kind), a_job(language), State(), BUSINESS)
        for status in STANDS[language]:
            yield f"status {status}", language, standing(a_job(language, status), BUSINESS)
        yield "language", language, standing(a_job(language), BUSINESS, "language")


@pytest.mark.parametrize(("kind", "language", "text"), list(texts()), ids=lambda value: str(value)[:24])
def test_a_text_is_one_segment_even_with_long_names_and_the_first_text_words(
    kind: str, language: str, text: str
) -> None:
    segments = segments_of(text)
    assert segments.encoding == "GSM-7", (kind, language)
    assert segments.count == 1, (kind, language, len(text), text)


@given(name=st.text(min_size=1, max_size=60), brand=st.text(max_size=37).map("Ace{}".format))
def test_whatever_the_names_a_text_is_in_plain_letters_and_two_segments_at_the_very_most(
    name: str, brand: str
) -> None:
    business = BUSINESS.model_copy(update={"name": brand})
    for language in LANGUAGES:
        job = a_job(language).model_copy(update={"customer_name": name, "location": name})
        jobs = tuple(job.model_copy(update={"number": number}) for number in range(100, 106))
        texts = [status_text(a_message(kind), job, State(), business) for kind in JOB_TEXTS]
        for text in [*texts, standing(job, business), which_to_confirm(jobs, business)]:
            segments = segments_of(text)
            assert (segments.encoding, segments.count in {1, 2}) == ("GSM-7", True), text


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "arriving about 10:00-11:00 PM."), ("es", "llegamos entre 10:00 y 11:00 PM.")],
)
def test_an_expected_time_is_said_as_each_language_says_it(language: Language, words: str) -> None:
    assert words in status_text(a_message("eta"), a_job(language), State(), BUSINESS)


def test_a_name_in_another_script_is_left_out_and_not_half_of_the_text() -> None:
    job = a_job("en").model_copy(update={"customer_name": "李 Wei"})
    text = status_text(a_message("dumped"), job, State(), BUSINESS)
    assert text.startswith("Sonoran Hauling LLC.: your load was unloaded. Reply STOP")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_link_comes_last_with_nothing_after_it(language: Language) -> None:
    for kind in JOB_TEXTS:
        if kind != "cancelled":
            text = status_text(a_message(kind), a_job(language), State(), BUSINESS)
            assert text.endswith(f"/track/{'A' * 22}")


def test_the_first_text_to_a_number_says_how_to_end_them_and_later_ones_do_not() -> None:
    first = a_message("created")
    assert "STOP" in status_text(first, a_job("en"), State(messages={first.id: first}), BUSINESS)
    sent = first.model_copy(update={"status": "sent"})
    later = a_message("in_transit").model_copy(update={"id": "m-2"})
    state = State(messages={sent.id: sent, later.id: later})
    assert "STOP" not in status_text(later, a_job("en"), state, BUSINESS)


def test_a_revoked_link_is_given_to_nobody() -> None:
    job = a_job("en").model_copy(update={"link_revoked_at": NOW})
    assert "/track/" not in status_text(a_message("dumped"), job, State(), BUSINESS)


def test_an_ok_for_two_jobs_lists_both_with_what_to_reply() -> None:
    jobs = (a_job("en"), a_job("en").model_copy(update={"number": 2, "location": "4410 E 5th St, Tucson"}))
    text = which_to_confirm(jobs, BUSINESS)
    assert "OK 1 (12 Oak St) or OK 2 (4410 E 5th St)" in text
