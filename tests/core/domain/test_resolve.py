"""Resolve: which job somebody means by a number, an id, words or nothing."""

import pytest
from hypothesis import given

from core.domain.errors import UnknownJob, WhichJob
from core.domain.flow import Status
from core.domain.people import Actor, Role
from core.domain.resolve import CANDIDATES_MAX, resolve
from core.domain.state import State
from tests.builders import DISPATCHER, DRIVER_ANA, DRIVER_JOE, OTHER_PHONE, a_job, a_job_at, a_state
from tests.strategies import words

JOBS = (
    a_job(number=12, job_id="mark_soderblom_20260302"),
    a_job(number=13, customer_name="José Ángel", location="Mesa Verde", job_id="jose_angel_mesa_20260302"),
    a_job(number=14, customer_name="Markus Young", location="12 Main St", phone=OTHER_PHONE),
    a_job_at(Status.COMPLETE, number=15, customer_name="Zoe Quinn", job_id="zoe_quinn_tempe_20260302"),
    a_job(number=16, customer_name="王小明", location="Chandler", phone=None),
)
STATE = a_state(*JOBS)


@pytest.mark.parametrize(
    ("ref", "number"),
    [
        ("12", 12),
        ("#12", 12),
        (" 12 ", 12),
        ("012", 12),
        ("mark_soderblom_20260302", 12),
        ("MARK_SODERBLOM_20260302", 12),
        ("soderblom", 12),
        ("mark sod", 12),
        ("SODERBLOM tempe", 12),
        ("jose", 13),
        ("José", 13),
        ("angel mesa", 13),
        ("Ángel", 13),
        ("markus", 14),
        ("main 12", 14),
        ("main 0177", 14),
        ("王小明", 16),
    ],
)
def test_a_ref_means_the_one_job_that_it_fits(ref: str, number: int) -> None:
    assert resolve(STATE, ref, DISPATCHER).number == number


def test_a_finished_job_is_found_by_its_number_and_its_id() -> None:
    assert resolve(STATE, "15", DISPATCHER).number == 15
    assert resolve(STATE, "zoe_quinn_tempe_20260302", DISPATCHER).number == 15


@pytest.mark.parametrize(
    "ref",
    ["99", "#99", "0", "zoe", "oderblom", "nobody", "mark nobody", "99999999999999999999", "…", "_", "017"],
)
def test_what_fits_no_open_job_is_unknown(ref: str) -> None:
    with pytest.raises(UnknownJob):
        resolve(STATE, ref, DISPATCHER)


def test_words_that_fit_several_jobs_are_a_question_with_those_jobs() -> None:
    with pytest.raises(WhichJob) as asked:
        resolve(STATE, "mark", DISPATCHER)
    assert asked.value.ref == "mark"
    assert [job.number for job in asked.value.candidates] == [12, 14]


def test_a_number_is_never_taken_for_the_start_of_an_address() -> None:
    # "16 Main St" would fit the words, but who types 99 means job 99.
    state = a_state(a_job(location="99 Main St"))
    with pytest.raises(UnknownJob):
        resolve(state, "99", DISPATCHER)


def test_a_question_offers_no_more_jobs_than_fit_a_phone() -> None:
    state = a_state(*(a_job(number=number) for number in range(1, 20)))
    with pytest.raises(WhichJob) as asked:
        resolve(state, "mark", DISPATCHER)
    assert len(asked.value.candidates) == CANDIDATES_MAX
    with pytest.raises(WhichJob) as asked:
        resolve(state, None, DISPATCHER)
    assert len(asked.value.candidates) == CANDIDATES_MAX


def test_a_driver_with_one_open_job_leaves_it_out() -> None:
    state = a_state(
        a_job(driver="joe"), a_job(number=2, driver="ana"), a_job_at(Status.COMPLETE, number=3, driver="joe")
    )
    assert resolve(state, None, DRIVER_JOE).number == 1
    assert resolve(state, "", DRIVER_JOE).number == 1
    assert resolve(state, None, DRIVER_ANA).number == 2


def test_a_driver_with_several_open_jobs_is_asked_which() -> None:
    state = a_state(a_job(driver="joe"), a_job(number=2, driver="joe"), a_job(number=3))
    with pytest.raises(WhichJob) as asked:
        resolve(state, None, DRIVER_JOE)
    assert [job.number for job in asked.value.candidates] == [1, 2]


def test_a_driver_without_a_job_means_the_only_one_that_nobody_drives() -> None:
    state = a_state(a_job(driver="joe"), a_job(number=2))
    assert resolve(state, None, DRIVER_ANA).number == 2


def test_a_driver_for_whom_there_is_nothing_is_told_so_without_candidates() -> None:
    with pytest.raises(WhichJob) as asked:
        resolve(a_state(a_job(driver="joe")), None, DRIVER_ANA)
    assert asked.value.candidates == ()


@pytest.mark.parametrize("actor", [DISPATCHER, Actor.bare(Role.ADMIN)])
def test_whoever_is_no_driver_names_the_job_even_where_there_is_only_one(actor: Actor) -> None:
    with pytest.raises(WhichJob) as asked:
        resolve(a_state(a_job()), None, actor)
    assert [job.number for job in asked.value.candidates] == [1]


@given(ref=words)
def test_whatever_is_typed_finds_a_job_or_is_refused(ref: str) -> None:
    state: State = STATE
    try:
        found = resolve(state, ref, DISPATCHER)
    except (UnknownJob, WhichJob):
        return
    assert found.number in state.jobs
