"""What is heard of a text that waits for its hour: once a job, by dispatchers who could not know."""

from typing import Any

import pytest

from core.domain.aftermath import aftermath
from core.domain.cards import of_message
from core.domain.events import StepTaken
from core.domain.flow import Status
from core.domain.held import HELD, held_texts
from core.domain.outbox import Message, MessageStatus
from core.domain.state import State
from tests.builders import NOON, a_job, a_message, a_state

MORNING = NOON.replace(day=3)


def held(why: str = "quiet_hours", **fields: Any) -> Message:
    values = {"status": MessageStatus.HELD, "why": why, "not_before": MORNING, "cause": "tg:step"}
    return a_message(**{"kind": "ready_for_pickup", **values, **fields})


def after(message: Message, by: str = "joe", state: State | None = None) -> State:
    step = StepTaken(
        at=NOON,
        by=by,
        cause="tg:step",
        number=1,
        source=Status.PENDING_CONFIRMATION,
        target=Status.READY_FOR_PICKUP,
    )
    job = a_job(status=Status.READY_FOR_PICKUP)
    job = job.model_copy(update={"history": (*job.history, step)})
    state = (state or a_state(job)).with_message(message)
    return aftermath(state, message, NOON)


def heard(state: State) -> list[tuple[str, str]]:
    return [(m.kind, m.to) for m in state.messages.values() if m.channel == "chat"]


@pytest.mark.parametrize("by", ["joe", "customer", "driver"])
@pytest.mark.parametrize("why", ["quiet_hours", "daily_cap"])
def test_the_dispatchers_hear_of_a_text_that_somebody_else_brought_about(by: str, why: str) -> None:
    state = after(held(why), by)
    assert heard(state) == [(HELD, "alex"), (HELD, "dana")]
    notices = [message for message in state.messages.values() if message.kind == HELD]
    assert {notice.expires_at for notice in notices} == {MORNING}, "then it has gone"


@pytest.mark.parametrize("by", ["dana", "alex", "dispatcher", "admin"])
def test_who_dispatches_has_read_it_in_his_answer(by: str) -> None:
    assert heard(after(held(), by)) == []


@pytest.mark.parametrize("why", ["texts_off", "opt_out_asked"])
def test_what_no_button_lets_go_has_news_of_its_own(why: str) -> None:
    assert heard(after(held(why))) == []


def test_an_answer_to_the_customers_own_text_is_nobodys_errand() -> None:
    assert heard(after(held(kind="reply"))) == []


def test_a_job_is_told_of_once() -> None:
    state = after(held())
    assert heard(after(held(id="m2"), state=state)) == heard(state)
    assert [message.id for message in held_texts(1, after(held(id="m2"), state=state))] == ["m1", "m2"]


def test_what_told_of_it_is_the_jobs_card_from_then_on() -> None:
    state = after(held())
    notice = next(message for message in state.messages.values() if message.kind == HELD)
    sent = notice.model_copy(update={"status": MessageStatus.SENT, "provider_id": "tg:1002:77"})
    card = of_message(sent, state.jobs, NOON)
    assert card is not None
    assert (card.chat, card.message, card.job) == (1002, 77, 1)
