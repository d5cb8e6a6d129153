"""How updates reach a bot: by polling, or by its webhook."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.fakes.bot_api import FakeBotApi, FakeUser
from tests.fakes.receiver import UpdateReceiver

DANA = 1001


def call(fake: FakeBotApi, method: str, **given: Any) -> dict[str, Any]:
    response = httpx.post(f"{fake.url}/bot{fake.token}/{method}", json=given, timeout=10)
    body: dict[str, Any] = response.json()
    assert body["ok"] == response.is_success
    assert body.get("error_code", 200) == response.status_code
    return body


def refused(fake: FakeBotApi, method: str, **given: Any) -> str:
    body = call(fake, method, **given)
    assert not body["ok"], body
    return f"{body['error_code']} {body['description']}"


@pytest.fixture
def dana(bot_api: FakeBotApi) -> FakeUser:
    return bot_api.user(DANA, "Dana", phone="+16025550142")


@pytest.fixture
def receiver() -> Iterator[UpdateReceiver]:
    receiver = UpdateReceiver()
    receiver.server.start()
    yield receiver
    receiver.server.stop()


def test_what_people_do_arrives_as_updates_in_order(bot_api: FakeBotApi, dana: FakeUser) -> None:
    said = dana.say("new Mark 600")
    dana.edit(said, "new Mark 650")
    dana.reply(said, "gate code 4411")
    dana.share_contact()
    dana.share_contact("+16025550199", whose=7)
    dana.send_photo(b"jpeg", "pile")
    first, edited, reply, own, other, photo = call(bot_api, "getUpdates")["result"]

    assert first["message"]["text"] == "new Mark 600"
    assert edited["edited_message"]["text"] == "new Mark 650"
    assert "edit_date" in edited["edited_message"]
    assert reply["message"]["reply_to_message"]["message_id"] == said.message_id
    assert own["message"]["contact"]["user_id"] == DANA
    assert other["message"]["contact"]["user_id"] == 7
    file_id = photo["message"]["photo"][-1]["file_id"]
    path = call(bot_api, "getFile", file_id=file_id)["result"]["file_path"]
    assert httpx.get(f"{bot_api.url}/file/bot{bot_api.token}/{path}").content == b"jpeg"
    ids = [update["update_id"] for update in (first, edited, reply, own, other, photo)]
    assert ids == list(range(ids[0], ids[0] + 6))


def test_an_offset_confirms_the_updates_before_it(bot_api: FakeBotApi, dana: FakeUser) -> None:
    for number in range(4):
        dana.say(str(number))
    first = call(bot_api, "getUpdates", limit=2)["result"]
    again = call(bot_api, "getUpdates", limit=2)["result"]
    rest = call(bot_api, "getUpdates", offset=first[-1]["update_id"] + 1)["result"]
    assert first == again
    assert [update["message"]["text"] for update in rest] == ["2", "3"]
    assert [u["message"]["text"] for u in call(bot_api, "getUpdates", offset=-1)["result"]] == ["3"]
    assert call(bot_api, "getUpdates", offset=rest[-1]["update_id"] + 1)["result"] == []


async def test_a_long_poll_answers_when_an_update_comes(bot_api: FakeBotApi, dana: FakeUser) -> None:
    polled = asyncio.create_task(asyncio.to_thread(call, bot_api, "getUpdates", timeout=9))
    await asyncio.to_thread(bot_api.until, lambda: bot_api.mailbox._poll == 1)
    dana.say("hello")
    assert (await polled)["result"][0]["message"]["text"] == "hello"


async def test_two_pollers_are_a_conflict(bot_api: FakeBotApi, dana: FakeUser) -> None:
    older = asyncio.create_task(asyncio.to_thread(call, bot_api, "getUpdates", timeout=9))
    await asyncio.to_thread(bot_api.until, lambda: bot_api.mailbox._poll == 1)
    newer = asyncio.create_task(asyncio.to_thread(call, bot_api, "getUpdates", timeout=9))
    assert "terminated by other getUpdates request" in (await older)["description"]
    dana.say("hello")
    assert len((await newer)["result"]) == 1


async def test_a_webhook_ends_the_poll_and_forbids_the_next(bot_api: FakeBotApi) -> None:
    poll = asyncio.create_task(asyncio.to_thread(call, bot_api, "getUpdates", timeout=9))
    await asyncio.to_thread(bot_api.until, lambda: bot_api.mailbox._poll == 1)
    assert call(bot_api, "setWebhook", url="https://example.com/x")["description"] == "Webhook was set"
    assert "terminated by setWebhook request" in (await poll)["description"]
    assert "while webhook is active" in refused(bot_api, "getUpdates")
    assert call(bot_api, "deleteWebhook")["description"] == "Webhook was deleted"
    assert call(bot_api, "deleteWebhook")["description"] == "Webhook is already deleted"
    assert call(bot_api, "getUpdates")["ok"]


def test_kinds_that_the_bot_does_not_want_do_not_come(bot_api: FakeBotApi, dana: FakeUser) -> None:
    call(bot_api, "getUpdates", allowed_updates=["message"])
    dana.edit(dana.say("a"), "b")
    assert [set(u) - {"update_id"} for u in call(bot_api, "getUpdates")["result"]] == [{"message"}]
    call(bot_api, "getUpdates", allowed_updates=[])
    dana.edit(dana.say("a"), "b")
    assert len(call(bot_api, "getUpdates")["result"]) == 3


def test_a_webhook_gets_the_secret_and_what_waited_for_it(
    bot_api: FakeBotApi, dana: FakeUser, receiver: UpdateReceiver
) -> None:
    dana.say("early")
    call(bot_api, "setWebhook", url=receiver.url, secret_token="s-3", allowed_updates=["message"])
    dana.say("late")
    bot_api.settle()
    assert receiver.texts == ["early", "late"]
    assert receiver.secrets == ["s-3", "s-3"]
    assert call(bot_api, "getWebhookInfo")["result"] == {
        "url": receiver.url,
        "has_custom_certificate": False,
        "pending_update_count": 0,
        "max_connections": 40,
        "ip_address": "127.0.0.1",
        "allowed_updates": ["message"],
    }


def test_what_a_webhook_does_not_take_comes_again_before_the_next_of_its_chat(
    bot_api: FakeBotApi, dana: FakeUser, receiver: UpdateReceiver
) -> None:
    sam = bot_api.user(2, "Sam")
    receiver.refuses["one"] = [500, 404]
    call(bot_api, "setWebhook", url=receiver.url)
    dana.say("one")
    dana.say("two")
    sam.say("sam")
    bot_api.settle()

    assert [text for text in receiver.texts if text != "sam"] == ["one", "one", "one", "two"]
    assert receiver.texts.count("sam") == 1
    tries = [delivery.status for delivery in bot_api.mailbox.deliveries if delivery.update_id == 700_000_001]
    assert tries == [500, 404, 200]
    info = call(bot_api, "getWebhookInfo")["result"]
    assert info["last_error_message"] == "Wrong response from the webhook: 404 Not Found"


def test_a_webhook_that_is_down_gets_its_updates_when_it_is_back(
    bot_api: FakeBotApi, dana: FakeUser, receiver: UpdateReceiver
) -> None:
    call(bot_api, "setWebhook", url="http://127.0.0.1:1/")
    dana.say("hello")
    bot_api.until(lambda: bot_api.mailbox.deliveries)
    assert call(bot_api, "getWebhookInfo")["result"]["pending_update_count"] == 1
    call(bot_api, "setWebhook", url=receiver.url)
    bot_api.settle()
    assert receiver.texts == ["hello"]


def test_pending_updates_can_be_dropped(
    bot_api: FakeBotApi, dana: FakeUser, receiver: UpdateReceiver
) -> None:
    dana.say("lost")
    call(bot_api, "setWebhook", url=receiver.url, drop_pending_updates=True)
    dana.say("kept")
    bot_api.settle()
    assert receiver.texts == ["kept"]


def test_an_update_can_come_a_second_time(
    bot_api: FakeBotApi, dana: FakeUser, receiver: UpdateReceiver
) -> None:
    call(bot_api, "setWebhook", url=receiver.url)
    dana.say("hello")
    update = bot_api.mailbox.pending[0] if bot_api.mailbox.pending else receiver.updates[0]
    bot_api.settle()
    bot_api.mailbox.put_again(update, DANA)
    bot_api.settle()
    assert receiver.updates == [update, update]


def test_setting_the_same_webhook_again_says_so(bot_api: FakeBotApi) -> None:
    again = {"url": "https://example.com/", "secret_token": "x"}
    assert call(bot_api, "setWebhook", **again)["description"] == "Webhook was set"
    assert call(bot_api, "setWebhook", **again)["description"] == "Webhook is already set"
    assert call(bot_api, "setWebhook", url="")["description"] == "Webhook was deleted"
