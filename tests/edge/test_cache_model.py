"""What CloudFront's cache does to a customer who waits, with the template's times and our own headers."""

from dataclasses import replace
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.publish import VIEW_CACHE_CONTROL
from core.site import IMMUTABLE, REVALIDATE
from tests.edge.cache_model import NEGATIVE_TTL_S, Answer, Cache, Policy, Viewers, directives_of, polls
from tests.edge.figures import COMMAND, page
from tests.edge.house import OPTIMIZED, PAGE_FILE, a_view, by_header, poll_s

S_MAXAGE_S = 2.0
moments = st.floats(0, 60, allow_nan=False)


# --- the rules of the documents ---


@pytest.mark.parametrize(
    ("header", "fresh_s"),
    [
        (VIEW_CACHE_CONTROL, 2),
        (REVALIDATE, 0),
        ("no-store", 0),
        ("private, max-age=60", 0),
        ("public, max-age=60", 60),
        ("public, max-age=60, s-maxage=2", 2),
        (IMMUTABLE, 86_400),
        ("", 0),
    ],
)
def test_a_page_is_kept_as_its_header_says_and_not_longer(header: str, fresh_s: float) -> None:
    assert by_header().ttl_s(Answer(200, cache_control=header)) == fresh_s


def test_an_asset_is_kept_for_a_year() -> None:
    assert OPTIMIZED.ttl_s(Answer(200, cache_control=IMMUTABLE)) == 31_536_000


def test_those_who_ask_at_once_share_one_request() -> None:
    cache = a_view()
    answers = [cache.get(at) for at in (10.0, 10.01, 10.02, 10.04)]
    assert cache.requests == 1
    assert {there for there, _ in answers} == {10.05}


# --- what it means for a customer ---


@given(born=moments, lead=st.floats(0, 20, allow_nan=False), pause=st.floats(0.06, 10, allow_nan=False))
def test_a_link_that_was_opened_too_early_never_stays_not_found(
    born: float, lead: float, pause: float
) -> None:
    cache = a_view(born=born)
    cache.get(max(0.0, born - lead))
    _, answer = cache.get(max(born, born - lead + pause) + 0.06)
    assert answer.status == 200


def test_what_is_not_there_is_a_404_and_asked_for_anew_each_time() -> None:
    cache = a_view(born=5.0)
    assert [cache.get(at)[1].status for at in (0.0, 1.0, 4.9, 5.0)] == [404, 404, 404, 200]
    assert cache.requests == 4


def test_were_the_page_for_it_kept_a_minute_a_fresh_link_would_stay_not_found_as_long() -> None:
    kept = Answer(404, cache_control="public, max-age=60")
    cache = a_view(born=0.5, policy=replace(by_header(), error_pages={403: kept}))
    cache.get(0.0)
    assert cache.get(60.0)[1].status == 404
    assert cache.get(60.1)[1].status == 200


def test_with_cloudfronts_own_error_times_it_would_for_ten_seconds() -> None:
    cache = a_view(born=0.5, policy=Policy())
    cache.get(0.0)
    assert cache.get(9.9)[1].status == 403
    assert cache.get(0.05 + NEGATIVE_TTL_S)[1].status == 200


@given(
    changed=st.floats(100, 130, allow_nan=False),
    others=st.lists(moments, max_size=5),
    every_s=st.sampled_from([poll_s()[0], poll_s()[2]]),
    phase=st.floats(0, 15, allow_nan=False),
)
def test_a_change_is_seen_within_a_poll_and_two_seconds(
    changed: float, others: list[float], every_s: float, phase: float
) -> None:
    mine = polls(phase, 200, every_s)
    cache = a_view(changed=changed)
    seen = Viewers(cache, [mine, *(polls(other, 200, every_s) for other in others)]).seen()[0]
    first = next(there for there, answer in seen if answer.version == 2)
    # An answer on its way as the state changes, and one that is waited for.
    assert first - changed <= every_s + S_MAXAGE_S + 2 * cache.latency_s


@given(changed=moments)
def test_nobody_sees_an_older_state_after_a_newer_one(changed: float) -> None:
    seen = Viewers(a_view(changed=changed), [polls(start, 60, 4) for start in (0, 0.5, 1.1, 3)]).seen()
    for got in seen:
        versions = [answer.version for _, answer in got]
        assert versions == sorted(versions)


def test_a_page_that_many_load_again_and_again_costs_one_request_in_two_seconds() -> None:
    cache = a_view()
    Viewers(cache, [polls(start / 100, 60, 0.5) for start in range(40)]).seen()
    assert cache.requests <= 60 / S_MAXAGE_S + 1


def test_while_the_bucket_fails_the_last_state_is_shown_for_a_minute() -> None:
    def origin(at: float) -> Answer:
        return Answer(503) if at >= 10 else Answer(200, version=1, cache_control=VIEW_CACHE_CONTROL)

    cache = Cache(by_header(), origin)
    assert cache.get(9.0)[1].status == 200
    assert cache.get(60.0)[1] == Answer(200, version=1, cache_control=VIEW_CACHE_CONTROL)
    assert cache.get(80.0)[1].status == 503


# --- what a bad header would cost ---


def test_a_view_without_a_header_would_be_a_day_old_under_the_common_policy() -> None:
    cache = a_view(changed=60, header="", policy=OPTIMIZED)
    cache.get(0.0)
    assert cache.get(86_000.0)[1].version == 1
    assert cache.get(86_401.0)[1].version == 2


@pytest.mark.parametrize(("header", "worst_s"), [("public, max-age=60", 60), ("public, s-maxage=300", 300)])
def test_a_longer_header_would_be_felt_whole(header: str, worst_s: float) -> None:
    cache = a_view(changed=0.2, header=header)
    seen = Viewers(cache, [polls(0, 400, 4)]).seen()[0]
    late = next(there for there, answer in seen if answer.version == 2) - 0.2
    assert worst_s - 4 <= late <= worst_s + 4


def test_polls_come_as_often_as_the_page_says() -> None:
    fast, fast_for, slow = poll_s()
    assert (fast, fast_for, slow) == (4.0, 300.0, 15.0)
    assert median([fast, slow]) > S_MAXAGE_S  # else one viewer's polls would be answered from the cache


def test_directives_are_read() -> None:
    assert directives_of(VIEW_CACHE_CONTROL) == {
        "public": "",
        "max-age": "0",
        "s-maxage": "2",
        "stale-if-error": "60",
    }


def test_the_page_of_figures_is_what_the_model_works_out() -> None:
    assert PAGE_FILE.read_text("utf-8") == page(), f"run {COMMAND}"
