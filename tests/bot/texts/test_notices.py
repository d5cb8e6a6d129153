"""Notices: what the staff hear by themselves."""

from bot.texts.notices import notice, notice_buttons
from core.domain.doubt import IN_DOUBT
from core.domain.flow import Status
from tests.builders import BUSINESS, a_job, a_message, a_state


def test_a_text_in_doubt_is_told_with_who_to_call() -> None:
    message = a_message(kind=IN_DOUBT, channel="chat", to="dana", step=Status.IN_TRANSIT)
    state = a_state(a_job())
    first, second = notice(message, state, BUSINESS).split("\n")
    assert first == (
        "It is not known whether Mark got the text 'in transit': call (602) 555-0142 if it matters."
    )
    assert second.startswith("#1")
    assert notice_buttons(message, state) == ()
