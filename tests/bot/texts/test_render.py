"""Render: what staff get who have no Telegram is a text, and costs no more than it must."""

import pytest

from bot.texts.gsm7 import ALPHABET
from bot.texts.render import TEXT_LENGTH_MAX, render
from core.domain.commands import AssignDriver, DeclineJob, WriteToDispatcher
from core.domain.outbox import Message
from core.domain.state import State
from tests.builders import ANA, BUSINESS, DANA, DRIVER_JOE, JOE, MARK, a_job, a_state, ask

BY_TEXT = DANA.model_copy(update={"telegram_id": None})


def notice_to_dana(kind: str, state: State) -> Message:
    return next(m for m in state.messages.values() if (m.kind, m.to) == (kind, "dana"))


def written(words: str, dana: object = BY_TEXT) -> tuple[Message, State]:
    """Return what Dana hears of it when Mark writes this."""
    state = a_state(a_job(), people=(dana, JOE))  # type: ignore[arg-type] # a Person
    state, _ = ask(state, WriteToDispatcher(text=words), MARK)
    return notice_to_dana("customer_wrote", state), state


def test_a_notice_that_goes_by_text_is_in_plain_letters_and_has_no_buttons() -> None:
    state = a_state(a_job(), people=(BY_TEXT, JOE, ANA))
    state, _ = ask(state, AssignDriver(ref="1", driver="joe"))
    state, _ = ask(state, DeclineJob(ref="1"), DRIVER_JOE)
    words = render(notice_to_dana("declined", state), state, BUSINESS)
    assert words.body == "Joe Novak gave #1 back without a reason.\n#1 Mark Soderblom - Tempe - $600"
    assert set(words.body) <= ALPHABET
    assert words.buttons == ()


@pytest.mark.parametrize("length", [1_500, 1_600])
def test_no_notice_is_too_long_to_be_texted(length: int) -> None:
    message, state = written("x" * length)
    body = render(message, state, BUSINESS).body
    assert len(body) <= TEXT_LENGTH_MAX
    assert body.endswith("..." if length > 1_590 else "xxx")


def test_a_notice_in_a_chat_stays_as_it_is() -> None:
    message, state = written("Is it 3 · 4?", DANA)
    assert "3 · 4" in render(message, state, BUSINESS).body


def test_a_job_that_was_given_back_is_not_offered_to_who_gave_it_back() -> None:
    state = a_state(a_job(), people=(DANA, JOE, ANA))
    state, _ = ask(state, AssignDriver(ref="1", driver="joe"))
    state, _ = ask(state, DeclineJob(ref="1"), DRIVER_JOE)
    buttons = render(notice_to_dana("declined", state), state, BUSINESS).buttons
    assert [button.command for button in buttons] == ["assign 1 ana", "assign 1 ?"]
