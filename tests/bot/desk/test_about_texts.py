"""What customers say about the right to text them, from words to what follows, on every channel alike."""

import json
from pathlib import Path
from typing import Any

import pytest

import tests.bot.grammar
from bot.desk.by_text import ask_by_text
from bot.desk.line import Line
from core.domain.people import Actor
from tests.bot.desk.conftest import DAYTIME, Office
from tests.builders import MARKS_PHONE

DATA = Path(tests.bot.grammar.__file__).parent / "data" / "opt_out.jsonl"
LINES = [json.loads(line) for line in DATA.read_text().splitlines()]
MARK = Actor.customer(MARKS_PHONE)


def standing(office: Office) -> tuple[bool, bool]:
    """Return whether Mark has opted out, and whether he may have."""
    opted_out = office.state.opted_out(MARKS_PHONE, DAYTIME)
    return opted_out, office.state.doubtful_until(MARKS_PHONE, DAYTIME) is not None


@pytest.mark.parametrize("line", LINES, ids=lambda line: line["text"])
async def test_each_example_has_the_consequence_that_is_marked(office: Office, line: dict[str, Any]) -> None:
    await office.say("new Mark Soderblom 600 602-555-0142")
    await office.say(line["text"], MARK)
    assert (
        standing(office)
        == {True: (True, False), "ask": (False, True), False: (False, False)}[line["opt_out"]]
    )


@pytest.mark.parametrize("line", LINES, ids=lambda line: line["text"])
async def test_by_text_it_is_the_same_and_nothing_answers_the_wish(
    office: Office, line: dict[str, Any]
) -> None:
    await office.say("new Mark Soderblom 600 602-555-0142")
    await ask_by_text(office.desk, Line(text=line["text"], actor=MARK, cause="sms:SM1"))
    assert (
        standing(office)
        == {True: (True, False), "ask": (False, True), False: (False, False)}[line["opt_out"]]
    )
    replies = [message for message in office.state.messages.values() if message.kind == "reply"]
    assert not replies or line["opt_out"] is False


async def test_start_is_told_to_the_dispatchers_too(office: Office) -> None:
    await office.say("STOP", MARK)
    assert standing(office) == (True, False)
    await office.say("START", MARK)
    assert standing(office) == (False, False)
    told = list(office.state.messages.values())[-1]
    assert (told.kind, told.to) == ("opted_in", "dispatcher")
