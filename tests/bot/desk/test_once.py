"""Once: the same message any number of times, in any order, on any process, changes nothing more."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk import Desk, Line
from bot.desk.by_text import ask_by_text
from core.domain.people import Actor
from tests.builders import DISPATCHER, MARK, a_state
from tests.core.house import House

DAY = (
    ("new Mark Soderblom 600 602-555-0142", DISPATCHER),
    ("ready 1", DISPATCHER),
    ("note 1 gate code 12", DISPATCHER),
    ("assign 1 joe", DISPATCHER),
    ("transit 1", DISPATCHER),
    ("undo 1", DISPATCHER),
    ("revoke 1", DISPATCHER),
    ("invite driver Pat", DISPATCHER),
)


def line(place: int, text: str, actor: Actor) -> Line:
    return Line(text=text, actor=actor, cause=f"tg:{place}")


async def first_lines(desks: Sequence[Desk], house: House, order: Sequence[int]) -> list[str]:
    """Say the whole day, then all of it again in this order, on one desk or the other; return the answers."""
    said = [line(place, text, actor) for place, (text, actor) in enumerate(DAY)]
    heard = []
    for each in said:
        reply = await desks[0].ask(each)
        heard.append(reply.text.split("\n", 1)[0])
        house.clock.advance(minutes=7)
    before = house.stored()
    for count, place in enumerate(order):
        reply = await desks[count % 2].ask(said[place])
        assert reply.text.split("\n", 1)[0] == heard[place]
        assert reply.ok
    assert house.stored() == before
    return heard


@given(order=st.lists(st.integers(0, len(DAY) - 2), max_size=12))
def test_a_repeated_command_changes_nothing_and_its_answer_begins_with_the_same_line(
    order: list[int],
) -> None:
    async def play() -> None:
        house = House(a_state())
        other = house.another()
        await first_lines([Desk(house.dispatcher), Desk(other.dispatcher)], house, order)

    asyncio.run(play())


async def test_many_repetitions_at_once_on_two_processes_are_one_command() -> None:
    house = House(a_state())
    other = house.another()
    desks = [Desk(house.dispatcher), Desk(other.dispatcher)]
    new = line(1, DAY[0][0], DISPATCHER)
    replies = await asyncio.gather(*(desks[count % 2].ask(new) for count in range(20)))
    assert {reply.text for reply in replies} == {replies[0].text}
    assert len(house.stored().jobs) == 1


async def test_a_cause_is_known_for_as_long_as_any_provider_repeats_and_then_forgotten() -> None:
    house = House(a_state())
    desk = Desk(house.dispatcher)
    new = line(1, DAY[0][0], DISPATCHER)
    await desk.ask(new)
    house.clock.advance(hours=47)
    await desk.ask(line(2, "note 1 x", DISPATCHER))
    assert (await desk.ask(new)).job is not None
    assert len(house.stored().jobs) == 1
    house.clock.advance(hours=2)
    await desk.ask(line(3, "note 1 y", DISPATCHER))
    assert set(house.stored().causes) == {"tg:2", "tg:3"}


async def test_a_refused_command_that_comes_again_is_decided_anew_and_done_once() -> None:
    house = House(a_state())
    desk = Desk(house.dispatcher)
    await desk.ask(line(1, DAY[0][0], DISPATCHER))
    early = line(2, "dumped 1", DISPATCHER)
    assert not (await desk.ask(early)).ok
    saves = house.store.saves
    assert not (await desk.ask(early)).ok
    assert house.store.saves == saves, "a refusal is never written"
    for place, text in ((3, "ready 1"), (4, "transit 1")):
        await desk.ask(line(place, text, DISPATCHER))
    for _ in range(3):
        assert (await desk.ask(early)).ok
    assert [event.cause for event in house.stored().jobs[1].history].count("tg:2") == 1


@pytest.mark.parametrize("text", ["STATUS", "OK", "hello there", "ESPANOL"])
async def test_a_text_is_answered_once_whatever_comes_of_it(text: str) -> None:
    house = House(a_state())
    other = house.another()
    desks = [Desk(house.dispatcher), Desk(other.dispatcher)]
    await desks[0].ask(line(1, DAY[0][0], DISPATCHER))
    written = Line(text=text, actor=MARK, cause="sms:SM1")
    await asyncio.gather(*(ask_by_text(desks[count % 2], written) for count in range(6)))
    once = house.stored()
    await desks[0].ask(line(2, "cancel 1", DISPATCHER))
    cancelled = house.stored()
    await ask_by_text(desks[1], written)
    assert house.stored() == cancelled
    answers = [m for m in once.messages.values() if m.cause == "sms:SM1" and m.channel == "sms"]
    assert len(answers) <= 1
