"""Delivery: the provider's later reports on a text, in any order and more than once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.delivery import GONE, LOST, reported
from core.domain.outbox import Claim, MessageStatus
from core.domain.state import State
from tests.builders import NOON, a_message, a_state


def _after(state: State, word: str, code: str | None = None) -> State:
    return reported(state, "m1", "SM1", word, code, NOON)


def _with(status: MessageStatus, channel: str = "sms") -> State:
    claim = Claim(by="relay", until=NOON) if status is MessageStatus.SENDING else None
    return a_state(messages={"m1": a_message(status=status, claim=claim, channel=channel)})


IN_DOUBT = [MessageStatus.SENDING, MessageStatus.UNKNOWN]
BELIEVED_NOT_SENT = [MessageStatus.PENDING, MessageStatus.HELD, MessageStatus.DROPPED, MessageStatus.FAILED]
ANY_WORD = st.sampled_from([*sorted(GONE), *sorted(LOST), "receiving"])


@pytest.mark.parametrize("word", sorted(GONE))
@pytest.mark.parametrize("status", [*IN_DOUBT, *BELIEVED_NOT_SENT])
def test_a_report_proves_that_a_text_was_taken_whatever_was_believed(
    status: MessageStatus, word: str
) -> None:
    message = _after(_with(status), word).messages["m1"]
    assert (message.status, message.provider_id, message.claim) == (MessageStatus.SENT, "SM1", None)
    assert (message.why, message.doubt, message.code) == (None, None, None)


def test_a_notice_that_went_as_a_text_is_reported_on_like_any_text() -> None:
    message = _after(_with(MessageStatus.UNKNOWN, "chat"), "delivered").messages["m1"]
    assert (message.status, message.delivery) == (MessageStatus.SENT, "delivered")


@pytest.mark.parametrize("word", sorted(LOST))
@pytest.mark.parametrize("code", ["30003", None])
def test_a_text_that_reached_nobody_has_failed_with_the_providers_code(word: str, code: str | None) -> None:
    message = _after(_with(MessageStatus.SENT), word, code).messages["m1"]
    assert (message.status, message.code, message.delivery) == (MessageStatus.FAILED, code or word, word)


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (a_state(), "delivered"),
        (_with(MessageStatus.UNKNOWN), "receiving"),
        (_with(MessageStatus.SENT), "queued"),
        (_with(MessageStatus.SENT), "sent"),
        (_after(_with(MessageStatus.SENT), "delivered"), "delivered"),
        (_after(_with(MessageStatus.SENT), "delivered"), "sending"),
        (_after(_with(MessageStatus.SENT), "undelivered"), "delivered"),
        (_after(_with(MessageStatus.SENT), "undelivered"), "undelivered"),
    ],
)
def test_what_is_no_news_leaves_the_very_same_state(state: State, word: str) -> None:
    assert _after(state, word) is state


@given(
    reports=st.lists(ANY_WORD, min_size=1, max_size=8).flatmap(
        lambda words: st.tuples(st.just(words), st.permutations(words))
    )
)
def test_reports_come_to_the_same_in_any_order(reports: tuple[list[str], list[str]]) -> None:
    ends = []
    for words in reports:
        state = _with(MessageStatus.SENDING)
        for word in words:
            state = _after(state, word)
        ends.append(state.messages["m1"])
    assert ends[0] == ends[1]
    if any(word in LOST for word in reports[0]):
        assert ends[0].status is MessageStatus.FAILED


@given(reports=st.lists(ANY_WORD, max_size=8))
def test_a_repetition_of_all_reports_changes_nothing(reports: list[str]) -> None:
    state = _with(MessageStatus.SENDING)
    for word in reports:
        state = _after(state, word)
    settled = state
    for word in reports:
        settled = _after(settled, word)
    assert settled is state
