"""Aftermath: each way in which a text can fail has its consequence, once."""

from datetime import timedelta
from typing import Any

import pytest

from core.domain.aftermath import ALERT_AGAIN, LATER_TRY, aftermath
from core.domain.events import OptedOut
from core.domain.flow import Status
from core.domain.gate import Drop, verdict
from core.domain.outbox import Message, MessageStatus
from core.domain.remedy import Remedy
from core.domain.state import State
from tests.builders import BUSINESS, JOE, MARKS_PHONE, NOON, a_job, a_job_at, a_message, a_state


def failed(remedy: Remedy | None, code: str = "30003", **fields: Any) -> Message:
    return a_message(
        **{"status": MessageStatus.FAILED, "code": code, "remedy": remedy, "settled_at": NOON, **fields}
    )


def after(message: Message, state: State | None = None, at: Any = NOON) -> State:
    state = (state or a_state(a_job())).with_message(message)
    return aftermath(state, message, at)


def notices(state: State) -> list[tuple[str, str]]:
    return sorted((m.kind, m.to) for m in state.messages.values() if m.channel == "chat")


def test_an_opt_out_that_only_the_provider_knew_is_written_down_and_told() -> None:
    state = after(failed(Remedy.OPTED_OUT, "21610"))
    assert state.opted_out(MARKS_PHONE, NOON)
    (event,) = state.log
    assert isinstance(event, OptedOut)
    assert (event.by, event.words) == ("provider", "refused, 21610")
    assert notices(state) == [("opted_out", "alex"), ("opted_out", "dana")]


def test_an_opt_out_that_was_known_is_no_news() -> None:
    once = after(failed(Remedy.OPTED_OUT, "21610"))
    again = after(failed(Remedy.OPTED_OUT, "21610", id="m2"), once)
    assert (again.log, notices(again)) == (once.log, notices(once))


def test_a_number_that_gets_no_texts_is_remembered_and_no_other_text_is_tried() -> None:
    state = after(failed(Remedy.NUMBER, "30006"))
    bad = state.texting.bad_number(MARKS_PHONE)
    assert bad is not None
    assert bad.code == "30006"
    assert notices(state) == [("text_failed", "alex"), ("text_failed", "dana")]
    assert verdict(a_message(id="m2"), state, BUSINESS, NOON) == Drop(why="bad_number")


def test_what_may_get_through_later_is_tried_once_more_and_nobody_is_bothered_yet() -> None:
    state = after(failed(Remedy.RETRY_ONCE))
    again = state.messages["m1-again"]
    assert (again.status, again.not_before, again.body) == (MessageStatus.PENDING, NOON + LATER_TRY, None)
    assert not notices(state)


def test_after_the_second_try_the_dispatchers_hear_of_it() -> None:
    state = after(failed(Remedy.RETRY_ONCE, id="m1-again", again=True))
    assert list(state.messages) == [
        "m1-again",
        "m1-again-text_failed-alex",
        "m1-again-text_failed-dana",
    ]


def test_a_text_that_the_job_has_left_behind_is_not_tried_again() -> None:
    state = after(failed(Remedy.RETRY_ONCE), a_state(a_job_at(Status.IN_TRANSIT)))
    assert notices(state) == [("text_failed", "alex"), ("text_failed", "dana")]
    assert "m1-again" not in state.messages


@pytest.mark.parametrize("remedy", [Remedy.ACCOUNT, Remedy.CONTENT])
def test_admins_hear_once_a_day_of_what_only_they_can_mend(remedy: Remedy) -> None:
    state = after(failed(remedy, "30007"))
    assert notices(state) == [("text_failed", "alex"), ("text_failed", "dana"), ("texts_refused", "alex")]
    state = after(failed(remedy, "30007", id="m2"), state)
    assert [notice for notice in notices(state) if notice[0] == "texts_refused"] == [
        ("texts_refused", "alex")
    ]
    later = NOON + ALERT_AGAIN
    state = after(failed(remedy, "30007", id="m3", created_at=later), state, later)
    assert [kind for kind, _ in notices(state)].count("texts_refused") == 2


def test_a_wrong_password_is_told_while_the_text_still_waits() -> None:
    state = after(failed(Remedy.ACCOUNT, "20003", status=MessageStatus.PENDING))
    assert notices(state) == [("texts_refused", "alex")]


@pytest.mark.parametrize("status", [MessageStatus.SENT, MessageStatus.DROPPED, MessageStatus.UNKNOWN])
def test_what_went_well_or_is_not_known_has_no_aftermath(status: MessageStatus) -> None:
    message = failed(None, status=status)
    state = a_state(a_job(), messages={"m1": message})
    assert aftermath(state, message, NOON) is state


def test_doing_it_again_changes_nothing_more() -> None:
    for remedy in (None, *Remedy):
        message = failed(remedy)
        once = after(message)
        assert aftermath(once, message, NOON + timedelta(seconds=1)).messages == once.messages


def test_a_driver_without_telegram_who_opted_out_is_known_too() -> None:
    joe = JOE.model_copy(update={"telegram_id": None})
    message = failed(Remedy.OPTED_OUT, "21610", channel="chat", to="joe", kind="assigned")
    state = after(message, a_state(a_job(), people=[joe]))
    assert joe.phone is not None
    assert state.opted_out(joe.phone, NOON)
