"""The cards on the simulator's phones: posted as answers and notices, edited in place by the real keeper."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from bot.bootstrap import System, build, simulated_chat
from bot.settings import Settings
from bot.simulator.chat import MESSAGES_MAX, SimulatedChat
from core.ports import TextNotSent
from tests.bot.simulator.desk_clock import DeskClock
from tests.bot.simulator.page import FIRST, HOST, Page, page_of


@pytest.fixture
def system(clock: DeskClock) -> System:
    settings = Settings(state="memory://", site="memory://", staging="memory://")
    system = build(settings, origin=f"http://{HOST}", clock=clock, chat=SimulatedChat())
    system.ensure_state()
    return system


@pytest_asyncio.fixture
async def page(system: System) -> AsyncIterator[Page]:
    async with page_of(system) as page:
        yield page


async def rest(system: System) -> None:
    """Let what is owed go out, and the keeper come to the cards."""
    assert system.cards is not None
    for _ in range(3):
        await system.relay.once()
        await system.cards.once()


def cards(news: dict[str, Any]) -> dict[int, dict[str, Any]]:
    return {card["message"]: card for card in news["cards"]}


async def test_an_answer_is_the_jobs_card_and_is_edited_when_the_job_moves_on(
    page: Page, system: System, clock: DeskClock
) -> None:
    first = await page.say("dispatcher", FIRST)
    await rest(system)
    assert cards(await page.news()) == {}, "it tells how it stands in words of its own"
    clock.pass_by(20)
    await page.say("driver", "ready 1")
    await rest(system)
    card = cards(await page.news())[first["message"]]
    assert card["pane"] == "dispatcher"
    assert card["text"].split("\n")[1].startswith("Ready for pickup, by Driver")
    assert [button["label"] for button in card["buttons"]] == ["Picked up", "Edit", "Undo", "Cancel job"]


async def test_a_newer_card_takes_the_buttons_from_the_one_before(page: Page, system: System) -> None:
    first = await page.say("dispatcher", FIRST)
    newer = await page.say("dispatcher", "show 1")
    await rest(system)
    shown = cards(await page.news())
    assert shown[first["message"]]["buttons"] == []
    assert newer["message"] not in shown


@pytest.mark.parametrize("line", ["jobs", "ready 99", "edit 1"])
async def test_what_is_no_card_is_only_an_answer(page: Page, line: str) -> None:
    await page.say("dispatcher", FIRST)
    assert (await page.say("dispatcher", line))["message"] is None


async def test_a_notice_that_is_a_card_is_edited_as_one(page: Page, system: System, clock: DeskClock) -> None:
    await page.say("dispatcher", FIRST)
    await page.say("dispatcher", "assign 1 driver")
    await rest(system)
    clock.pass_by(5)
    (offer,) = [message for message in (await page.news())["messages"] if message["pane"] == "driver"]
    assert [button["label"] for button in offer["buttons"]] == ["Accept", "Decline"]
    await page.say("driver", "accept 1")
    await rest(system)
    (offer,) = [message for message in (await page.news())["messages"] if message["pane"] == "driver"]
    assert (offer["buttons"], offer["edits"] > 0) == ([], True)
    assert "no answer yet" not in offer["text"]


async def test_after_a_restart_old_cards_are_given_up(page: Page, system: System) -> None:
    await page.say("dispatcher", FIRST)
    await rest(system)
    assert system.cards is not None
    assert len(system.store.load().state.cards) == 1
    system.chat._said.clear()  # type: ignore[union-attr] # it is the simulator's
    await page.say("driver", "ready 1")
    await rest(system)
    places = [card.message for card in system.store.load().state.cards.values() if card.chat == 1]
    assert places == []


async def test_after_a_restart_the_newest_answer_is_the_card_whatever_was_one_before(
    system: System, page: Page
) -> None:
    await page.say("dispatcher", FIRST)
    await rest(system)
    place = system.store.load().state.cards["1:1"].message
    assert isinstance(system.chat, SimulatedChat)
    system.chat._said.clear()
    newer = await page.say("dispatcher", "show 1")
    await rest(system)
    assert system.store.load().state.cards["1:1"].message == newer["message"] > place


def test_a_trials_chat_numbers_its_messages_above_those_of_the_one_before() -> None:
    now = datetime.now(UTC).timestamp()  # noqa: TID251 - it is the real clock that is looked at
    numbers = [next(simulated_chat()._numbers) for _ in range(2)]
    assert now - 1 <= numbers[0] <= numbers[1]


async def test_a_chat_remembers_so_many_messages_and_no_more() -> None:
    chat = SimulatedChat()
    for _ in range(MESSAGES_MAX + 1):
        await chat.post(chat=1, body="x")
    assert len(chat.all_said()) == MESSAGES_MAX
    with pytest.raises(TextNotSent) as gone:
        await chat.edit(chat=1, message=1, body="y", buttons=(), revision=None)
    assert gone.value.permanent
