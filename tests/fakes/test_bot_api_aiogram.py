"""aiogram's models as second judge: of the updates that our fake makes, and of the calls that we send."""

import asyncio
import importlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from bot.telegram.client import TelegramClient
from bot.telegram.keyboard import AskContact, Button, NoMoreAsking
from tests.fakes.bot_api import FakeBotApi, FakeUser
from tests.fakes.fixtures import bot_api

__all__ = ["bot_api"]


@pytest.fixture(scope="session")
def judge() -> Any:
    """aiogram, which takes seconds to import."""
    return importlib.import_module("aiogram")


@pytest.fixture
def dana(bot_api: FakeBotApi) -> FakeUser:
    return bot_api.user(1001, "Dana", phone="+16025550142")


def strange(found: object, place: str = "") -> Iterator[str]:
    """Yield each field that aiogram does not know, however deep it lies."""
    if isinstance(found, BaseModel):
        for name in found.model_extra or {}:
            yield f"{place}.{name}"
        for name, value in found:
            yield from strange(value, f"{place}.{name}")
    elif isinstance(found, list):
        for value in found:
            yield from strange(value, place)


def test_every_update_of_the_fake_is_one_for_aiogram(judge: Any, bot_api: FakeBotApi, dana: FakeUser) -> None:
    group = bot_api.group("Yard")

    async def posted() -> None:
        client = await TelegramClient(bot_api.token, bot_api.url).start()
        await client.post(dana.id, "<b>#1</b>", [[Button("Next", "1|next 1")]])
        await client.stop()

    asyncio.run(posted())
    said = dana.say("/start abc")
    dana.edit(said, "new Mark 600")
    dana.reply(dana.last, "next")
    dana.tap(dana.last, "Next")
    dana.share_contact()
    dana.share_contact("+16025550199", whose=5)
    dana.send_photo(b"\xff\xd8", caption="#1", reply_to=dana.last)
    dana.send_file(b"\xff\xd8", "image/jpeg")
    dana.send_location(33.4, -111.9)
    dana.say("/jobs@quickdump_bot", group)
    dana.block()
    dana.unblock()
    updates = bot_api.mailbox.pending
    kinds = {key for update in updates for key in update if key != "update_id"}
    assert kinds == {"message", "edited_message", "callback_query", "my_chat_member"}
    for update in updates:
        read = judge.types.Update.model_validate(update)
        assert list(strange(read)) == [], update


CALLS = {
    "sendMessage": "SendMessage",
    "editMessageText": "EditMessageText",
    "editMessageReplyMarkup": "EditMessageReplyMarkup",
    "answerCallbackQuery": "AnswerCallbackQuery",
    "setMyCommands": "SetMyCommands",
    "deleteMyCommands": "DeleteMyCommands",
    "setWebhook": "SetWebhook",
    "deleteWebhook": "DeleteWebhook",
    "getWebhookInfo": "GetWebhookInfo",
    "getMe": "GetMe",
    "getFile": "GetFile",
    "getUpdates": "GetUpdates",
}
"""Every method that we call, with aiogram's name for it."""


def test_every_call_that_we_send_is_one_for_aiogram(judge: Any, bot_api: FakeBotApi, dana: FakeUser) -> None:
    async def everything() -> None:
        client = await TelegramClient(bot_api.token, bot_api.url).start()
        rows = [[Button("Next", "1|next 1"), Button("Map", "m")]]
        said = dana.say("hello")
        card = await client.post(dana.id, "<b>#1</b> &lt;x&gt;", rows, reply_to=said.message_id)
        await client.post(dana.id, "number?", AskContact("Share"), html=False)
        await client.post(dana.id, "thanks", NoMoreAsking(), html=False)
        await client.edit(dana.id, card, "<b>#1</b>", rows)
        await client.edit_buttons(dana.id, card)
        await client.edit(dana.id, card, "again", [[Button("Next", "n")]])
        await client.answer(dana.tap(dana.received[0], "Next").query_id, "done", alert=True)
        await client.set_commands([("jobs", "list")], dana.id)
        await client.set_commands([], dana.id)
        await client.webhook_url()
        await client.username()
        photo = dana.send_photo(b"\xff\xd8").extra["photo"][0]["file_id"]
        await client.download(photo)
        await client.updates(None, 0)
        await client.set_webhook("https://example.com/telegram", "secret")
        await client.delete_webhook()
        await client.stop()

    asyncio.run(everything())
    assert bot_api.violations == []
    assert {call.method for call in bot_api.calls} == set(CALLS)
    for call in bot_api.calls:
        kind = getattr(judge.methods, CALLS[call.method])
        read = kind.model_validate({name: _plain(value) for name, value in call.parameters.items()})
        assert list(strange(read)) == [], call


def _plain(value: Any) -> Any:
    """Return a parameter as a value: objects, lists and flags come as JSON in a form."""
    is_json = isinstance(value, str) and value.startswith(("{", "[", "true", "false"))
    return json.loads(value) if is_json else value
