"""Taps: heard at once, even where what they lead to takes its time."""

import asyncio
from typing import Any, cast

from bot.desk import Desk, Line
from bot.telegram.answers import Answers
from bot.telegram.incoming import Incoming, Tap
from bot.telegram.taps import Taps
from bot.texts.reply import Reply
from bot.texts.taps import ON_IT
from tests.builders import BUSINESS, DANA, a_job
from tests.core.house import turns

DONE = Reply(kind="done", text="#1 is ready.\nMark will be texted.\nhttps://x", job=a_job(), is_card=True)
TAP = Tap(callback_id="c1", data="7|ready 1", message_id=50, message_text="#1", replied_text="")
UPDATE = Incoming(update_id=1, chat_id=1002, chat_kind="private", user_id=1002, first_name="Dana", tap=TAP)


class Heard:
    """Answers that are only written down, in order."""

    def __init__(self, *, shown: bool = True) -> None:
        self.said: list[tuple[str, Any]] = []
        self.shown = shown

    async def toast(self, _tap: Tap, text: str, *, alert: bool = False) -> bool:
        self.said.append(("alert" if alert else "toast", text))
        return self.shown

    async def say(self, _update: Incoming, reply: Reply, *_: object, told: bool = False) -> None:
        self.said.append(("message", (reply.text, told)))

    def redraw(self, _update: Incoming, message_id: int, *_: object) -> None:
        self.said.append(("redraw", message_id))

    async def without_buttons(self, _chat: int, message_id: int) -> None:
        self.said.append(("without buttons", message_id))


class SlowDesk:
    """A desk that answers when the test lets it."""

    def __init__(self, reply: Reply) -> None:
        self.business = BUSINESS
        self.gate = asyncio.Event()
        self.reply = reply

    async def ask(self, _line: Line) -> Reply:
        await self.gate.wait()
        return self.reply


async def tapped(reply: Reply, *, slow: bool = False, shown: bool = True) -> list[tuple[str, Any]]:
    desk, heard = SlowDesk(reply), Heard(shown=shown)
    if not slow:
        desk.gate.set()
    taps = Taps(cast("Desk", desk), cast("Answers", heard), patience_s=0.0 if slow else 30.0)
    tapping = asyncio.create_task(taps.tapped(UPDATE, TAP, DANA))
    await turns(10)
    if slow:
        assert heard.said == [("toast", ON_IT)], "the spinner ends before the work does"
        desk.gate.set()
    await tapping
    return heard.said


async def test_a_quick_tap_is_a_toast_with_what_came_of_it_and_an_edit() -> None:
    assert await tapped(DONE) == [("toast", "#1 is ready. Mark will be texted."), ("redraw", 50)]


async def test_a_slow_tap_is_heard_at_once_and_shown_when_it_is_done() -> None:
    assert await tapped(DONE, slow=True) == [("toast", ON_IT), ("redraw", 50)]


async def test_a_tap_whose_toast_came_too_late_is_answered_by_a_message() -> None:
    assert (await tapped(DONE, shown=False))[-1] == ("message", (DONE.text, False))


async def test_a_refusal_is_an_alert_and_the_card_as_it_stands() -> None:
    refused = Reply(kind="refused", text="Nothing was changed.\nNext can come: dumped.", job=a_job())
    assert await tapped(refused) == [
        ("alert", "Nothing was changed. Next can come: dumped."),
        ("redraw", 50),
    ]


async def test_a_refusal_that_comes_late_or_is_long_is_a_message_too() -> None:
    refused = Reply(kind="refused", text="No.", job=a_job())
    assert (await tapped(refused, slow=True))[-1] == ("message", ("No.", False))
    long = Reply(kind="refused", text="No. " * 60)
    assert (await tapped(long))[-1] == ("message", (long.text, True))


async def test_a_question_is_a_new_message() -> None:
    question = Reply(kind="question", text="Which one?")
    assert await tapped(question) == [("toast", "Which one?"), ("message", ("Which one?", True))]
