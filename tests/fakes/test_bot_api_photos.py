"""Photos and keyboards in the fake Bot API."""

from typing import Any

import httpx
import pytest

from tests.fakes.bot_api import FakeBotApi, FakeUser

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


@pytest.mark.usefixtures("dana")
def test_a_photo_is_sent_once_and_again_by_its_id(bot_api: FakeBotApi) -> None:
    address = f"{bot_api.url}/bot{bot_api.token}/sendPhoto"
    form = {"chat_id": str(DANA), "photo": "attach://pile", "caption": "<i>pile</i>", "parse_mode": "HTML"}
    sent = httpx.post(address, data=form, files={"pile": b"jpeg"}).json()["result"]
    file_id = sent["photo"][0]["file_id"]
    assert sent["caption"] == "pile"
    assert bot_api.world.files[file_id].content == b"jpeg"
    assert call(bot_api, "sendPhoto", chat_id=DANA, photo=file_id)["ok"]


def test_a_photo_is_not_edited_as_text_and_a_message_can_be_deleted(
    bot_api: FakeBotApi, dana: FakeUser
) -> None:
    sent = dana.send_photo(b"jpeg")
    photo = call(bot_api, "sendPhoto", chat_id=DANA, photo=sent.extra["photo"][0]["file_id"])["result"]
    where = {"chat_id": DANA, "message_id": photo["message_id"]}
    assert (
        refused(bot_api, "editMessageText", **where, text="x") == "400 Bad Request: message can't be edited"
    )
    assert call(bot_api, "deleteMessage", **where)["ok"]
    assert bot_api.messages == [sent]
    assert dana.received == []


def test_keyboards_under_the_text_field_are_read(bot_api: FakeBotApi, dana: FakeUser) -> None:
    ask = {"keyboard": [[{"text": "Share", "request_contact": True}, "No"]], "one_time_keyboard": True}
    call(bot_api, "sendMessage", chat_id=DANA, text="phone?", reply_markup=ask)
    assert dana.last.markup
    assert dana.last.markup["keyboard"] == [[{"text": "Share", "request_contact": True}, {"text": "No"}]]
    call(bot_api, "sendMessage", chat_id=DANA, text="thanks", reply_markup={"remove_keyboard": True})
    assert "reply_markup" not in dana.last.as_json()
