import logging

import pytest
from typing_extensions import override

from bot.telegram.chat import TelegramChat
from bot.telegram.client import TelegramClient
from bot.telegram.failures import Failed, Failure, TelegramFailed
from bot.telegram.keyboard import Button, rows_of
from core.ports import Chat, TextNotSent, TextOutcomeUnknown
from tests.fakes.bot_api import FakeBotApi, FakeUser
from tests.fakes.faults import CLOSE_AFTER


async def test_a_notice_is_posted_as_it_stands(client: TelegramClient, dana: FakeUser) -> None:
    chat: Chat = TelegramChat(client)
    sent = await chat.post(
        chat=dana.id, body="#12 <Mark> & Co\nready", buttons=(("Next", "next 12"), ("Undo", "undo 12"))
    )
    assert sent == dana.last.message_id
    assert dana.last.text == "#12 <Mark> & Co\nready"
    assert dana.last.buttons == (("Next", "Undo"),)
    assert dana.tap(dana.last, "Next").data == "next 12"


async def test_a_command_that_is_too_long_costs_its_button_and_not_the_message(
    client: TelegramClient, dana: FakeUser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    await TelegramChat(client).post(
        chat=dana.id, body="text him?", buttons=(("Send", "text 12 " + "é" * 29), ("No", "show 12"))
    )
    assert dana.last.buttons == (("No",),)
    assert "66 bytes" in caplog.text


def test_a_button_of_its_own_says_when_its_data_is_too_long() -> None:
    Button("A", "é" * 32)
    for data in ("", "é" * 33):
        with pytest.raises(ValueError, match="1 to 64 bytes"):
            Button("A", data)


@pytest.mark.parametrize(
    ("labels", "rows"),
    [
        ([], []),
        (["A", "B", "C", "D"], [["A", "B", "C"], ["D"]]),
        (["Pick up now", "Dumped already", "Cancel"], [["Pick up now", "Dumped already"], ["Cancel"]]),
        (["x" * 40, "y"], [["x" * 40], ["y"]]),
    ],
)
def test_buttons_stand_in_rows_that_fit_a_phone(labels: list[str], rows: list[list[str]]) -> None:
    keyboard = rows_of((label, "x") for label in labels)
    assert [[button.label for button in row] for row in keyboard] == rows


async def test_a_lost_answer_is_told_as_unknown(
    client: TelegramClient, bot_api: FakeBotApi, dana: FakeUser
) -> None:
    bot_api.fault("sendMessage", CLOSE_AFTER)
    with pytest.raises(TextOutcomeUnknown):
        await TelegramChat(client).post(chat=dana.id, body="x", buttons=())


async def test_who_blocked_the_bot_is_told_as_not_sent_for_good(
    client: TelegramClient, dana: FakeUser
) -> None:
    dana.block()
    with pytest.raises(TextNotSent) as caught:
        await TelegramChat(client).post(chat=dana.id, body="x", buttons=())
    assert (caught.value.code, caught.value.permanent) == ("unreachable", True)


class Failing(TelegramClient):
    """A client whose every message fails in one way."""

    def __init__(self, kind: Failed) -> None:
        super().__init__("1:x")
        self.kind = kind

    @override
    async def post(self, *_what: object, **_how: object) -> int:
        raise TelegramFailed(Failure(kind=self.kind, description="x", retry_after_s=7.0))


WAITS = {Failed.TOO_MANY: 7.0, Failed.NOT_SENT: 5.0, Failed.UNAUTHORIZED: 300.0, Failed.CONFLICT: 300.0}


@pytest.mark.parametrize("kind", set(Failed) - {Failed.UNKNOWN})
async def test_every_failure_has_its_word_in_the_port(kind: Failed) -> None:
    with pytest.raises(TextNotSent) as caught:
        await TelegramChat(Failing(kind)).post(chat=1, body="x", buttons=())
    told = caught.value
    assert (told.code, told.permanent, told.retry_after_s) == (kind, kind not in WAITS, WAITS.get(kind))
