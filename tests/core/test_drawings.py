"""Drawings: a card is drawn anew where something changed that it shows, and not for all that happens."""

from collections.abc import Callable

import pytest

from core.domain.cards import Card
from core.domain.commands import AddNote, AssignDriver, OptOutByCustomer, SwitchTexts, WriteToDispatcher
from core.domain.outbox import MessageStatus
from core.domain.people import Actor
from core.domain.state import State
from core.drawings import Drawing, Drawings
from core.handover import Words
from tests.builders import ADMIN, MARK, NOON, OTHER_PHONE, a_job, a_message, a_state, ask

CARDS = {
    card.key: card
    for card in (
        Card(job=number, chat=1002, message=50 + number, viewer="dana", revision=1, at=NOON)
        for number in (1, 2)
    )
}
STATE = a_state(a_job(), a_job(number=2, phone=OTHER_PHONE))


class Easel:
    """Drawings that remember for which jobs something was drawn."""

    def __init__(self) -> None:
        self.drew: list[int] = []
        self.drawings = Drawings(self.draw)

    def draw(self, card: Card, _state: State) -> Drawing:
        self.drew.append(card.job)
        return Drawing(words=Words(body=f"card {card.job}"))

    def look(self, state: State) -> list[int]:
        """Return the jobs whose cards were drawn for this state."""
        self.drew.clear()
        assert all(digest for _, _, digest in self.drawings.of(CARDS, state))
        return self.drew


def test_what_stays_as_it_is_is_drawn_once() -> None:
    easel = Easel()
    assert easel.look(STATE) == [1, 2]
    assert easel.look(STATE) == []


@pytest.mark.parametrize(
    ("changed", "drawn"),
    [
        (lambda state: ask(state, AddNote(ref="1", text="gate"))[0], [1]),
        (lambda state: ask(state, OptOutByCustomer(words="STOP"), MARK)[0], [1]),
        (lambda state: ask(state, WriteToDispatcher(text="hello"), MARK)[0], [1]),
        (lambda state: ask(state, WriteToDispatcher(text="hi"), Actor.customer("+16025550199"))[0], []),
        (lambda state: state.with_message(a_message()), [1]),
        (lambda state: state.with_message(a_message(channel="chat", to="dana")), []),
        (lambda state: ask(state, SwitchTexts(on=False), ADMIN)[0], [1, 2]),
        (lambda state: state.with_person(state.people["joe"].model_copy(update={"name": "J."})), [1, 2]),
        (lambda state: ask(state, AssignDriver(ref="2", driver="joe"))[0], [2]),
    ],
)
def test_what_a_card_shows_is_drawn_anew_when_it_changes(
    changed: Callable[[State], State], drawn: list[int]
) -> None:
    easel = Easel()
    easel.look(STATE)
    assert easel.look(changed(STATE)) == drawn


def test_a_card_waits_for_what_becomes_of_a_text_under_way() -> None:
    sending = STATE.with_message(a_message(status=MessageStatus.SENDING))
    assert Easel().look(sending) == [2]
