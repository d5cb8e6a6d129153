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


@pytest.mark.parametrize("word", sorted(GONE))
@pytest.mark.parametrize("status", [MessageStatus.SENDING, MessageStatus.UNKNOWN])
def test_a_report_proves_that_a_text_in_doubt_was_taken(status: MessageStatus, word: str) -> None:
    message = _after(_with(status), word).messages["m1"]
    assert (message.status, message.provider_id, message.claim) == (MessageStatus.SENT, "SM1", None)
    assert (message.why, message.settled_at) == (None, NOON)


@pytest.mark.parametrize("word", sorted(LOST))
@pytest.mark.parametrize("code", ["30003", None])
def test_a_text_that_reached_nobody_has_failed_with_the_providers_code(word: str, code: str | None) -> None:
    message = _after(_with(MessageStatus.SENT), word, code).messages["m1"]
    assert (message.status, message.code) == (MessageStatus.FAILED, code or word)


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (a_state(), "delivered"),
        (_with(MessageStatus.UNKNOWN, "chat"), "delivered"),
        (_with(MessageStatus.UNKNOWN), "receiving"),
        (_with(MessageStatus.SENT), "delivered"),
        (_with(MessageStatus.PENDING), "delivered"),
        (_with(MessageStatus.DROPPED), "delivered"),
        (_with(MessageStatus.FAILED), "delivered"),
        (_with(MessageStatus.FAILED), "undelivered"),
    ],
)
def test_what_is_no_news_leaves_the_very_same_state(state: State, word: str) -> None:
    assert _after(state, word) is state


@given(reports=st.lists(st.sampled_from([*sorted(GONE), *sorted(LOST)]), min_size=1, max_size=8))
def test_in_any_order_a_text_that_reached_nobody_has_failed(reports: list[str]) -> None:
    state = _with(MessageStatus.SENDING)
    for word in reports:
        state = _after(state, word)
    lost = any(word in LOST for word in reports)
    assert state.messages["m1"].status is (MessageStatus.FAILED if lost else MessageStatus.SENT)
