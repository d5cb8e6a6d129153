"""The fake Bot API, asked over HTTP without any bot library."""

from typing import Any

import httpx
import pytest

from tests.fakes.bot_api import FakeBotApi, FakeUser

DANA = 1001
X_TO_DANA = {"chat_id": DANA, "text": "x"}
URL = "https://example.com/"
LONG_TOAST = "x" * 201
LONG_TOAST_REFUSED = "text must have 0 to 200 characters, not 201"
NO_HTTPS = "bad webhook: An HTTPS URL must be provided for webhook"
NOT_AN_ACTION = (
    "action must be one of typing, upload_photo, record_video, upload_video, record_voice, upload_voice, "
    "upload_document, choose_sticker, find_location, record_video_note, upload_video_note, not 'thinking'"
)


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


def buttons(*rows: list[str]) -> dict[str, Any]:
    return {
        "inline_keyboard": [
            [{"text": label, "callback_data": label.lower()} for label in row] for row in rows
        ]
    }


def test_a_message_comes_back_whole(bot_api: FakeBotApi, dana: FakeUser) -> None:
    question = dana.say("/jobs today")
    sent = call(
        bot_api,
        "sendMessage",
        chat_id=DANA,
        text=" <b>#12</b> &lt;Mark&gt; 🚚 <a href='https://example.com/t'>link</a> ",
        parse_mode="HTML",
        reply_markup=buttons(["Next", "Undo"]),
        reply_parameters={"message_id": question.message_id},
    )["result"]

    assert sent["text"] == "#12 <Mark> 🚚 link"
    assert sent["entities"] == [
        {"offset": 0, "length": 3, "type": "bold"},
        {"offset": 14, "length": 4, "type": "text_link", "url": "https://example.com/t"},
    ]
    assert sent["from"]["is_bot"] is True
    assert sent["chat"] == {"id": DANA, "first_name": "Dana", "type": "private"}
    assert sent["date"] == bot_api.world.now_s
    assert sent["reply_to_message"]["text"] == "/jobs today"
    assert sent["reply_markup"]["inline_keyboard"][0][1] == {"text": "Undo", "callback_data": "undo"}
    assert dana.last.buttons == (("Next", "Undo"),)


@pytest.mark.parametrize(
    ("method", "given", "answer"),
    [
        ("sendMessage", {"chat_id": 5, "text": "x"}, "chat not found"),
        ("sendMessage", {"chat_id": "@nobody", "text": "x"}, "chat not found"),
        ("editMessageText", {"chat_id": DANA, "message_id": 99, "text": "x"}, "message to edit not found"),
        ("deleteMessage", {"chat_id": DANA, "message_id": 99}, "message to delete not found"),
        (
            "sendMessage",
            {**X_TO_DANA, "reply_parameters": {"message_id": 99}},
            "message to be replied not found",
        ),
        (
            "answerCallbackQuery",
            {"callback_query_id": "77"},
            "query is too old and response timeout expired or query ID is invalid",
        ),
        ("getFile", {"file_id": "nothing"}, "invalid file_id"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("dana")
def test_it_refuses_what_may_happen_to_a_sound_client(
    bot_api: FakeBotApi, method: str, given: dict[str, Any], answer: str
) -> None:
    assert refused(bot_api, method, **given) == f"400 Bad Request: {answer}"
    assert len(bot_api.refusals) == 1


@pytest.mark.parametrize(
    ("method", "given", "answer"),
    [
        ("sendMesage", {}, "method not found"),
        ("sendMessage", {"chat_id": DANA}, "message text is empty"),
        ("sendMessage", {"text": "x"}, "chat_id is empty"),
        ("sendMessage", {"chat_id": DANA, "text": "  \n "}, "message text is empty"),
        ("sendMessage", {"chat_id": DANA, "text": "x" * 4097}, "message is too long"),
        ("sendMessage", {"chat_id": DANA, "text": "🚚" * 2049}, "message is too long"),
        ("sendMessage", {"chat_id": "x", "text": "x"}, "chat_id must be an Integer, not 'x'"),
        ("sendMessage", {"chat_id": True, "text": "x"}, "chat_id must be an Integer, not True"),
        ("sendMessage", {"chat_id": DANA, "text": 5}, "text must be a String, not 5"),
        ("sendMessage", {**X_TO_DANA, "silent": True}, "sendMessage has no field 'silent'"),
        (
            "sendMessage",
            {**X_TO_DANA, "message_thread_id": 3},
            "the fake does not play 'message_thread_id'",
        ),
        (
            "sendMessage",
            {**X_TO_DANA, "reply_markup": {"inline_keyboard": [[{"text": "A"}]]}},
            "Text buttons are unallowed in the inline keyboard",
        ),
        (
            "sendMessage",
            {**X_TO_DANA, "reply_markup": {"inline_keyboard": [[{"text": "A", "callback_data": "é" * 33}]]}},
            "BUTTON_DATA_INVALID",
        ),
        ("sendMessage", {**X_TO_DANA, "reply_markup": "{"}, "can't parse reply_markup JSON object"),
        (
            "sendMessage",
            {**X_TO_DANA, "link_preview_options": {"disabled": True}},
            "LinkPreviewOptions has no field 'disabled'",
        ),
        ("answerCallbackQuery", {"callback_query_id": "1", "text": LONG_TOAST}, LONG_TOAST_REFUSED),
        ("setWebhook", {"url": "http://example.com/"}, NO_HTTPS),
        (
            "setWebhook",
            {"url": "https://example.com:444/"},
            "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
        ),
        ("setWebhook", {"url": URL, "secret_token": "a b"}, "secret token contains unallowed characters"),
        ("setWebhook", {"url": URL, "secret_token": "a" * 257}, "secret token is too long"),
        (
            "setMyCommands",
            {"commands": [{"command": "Jobs", "description": "x"}]},
            "command must match [a-z0-9_]+, not be 'Jobs'",
        ),
        (
            "setMyCommands",
            {"commands": [{"command": "jobs", "description": "x"}], "scope": {"type": "person"}},
            "can't parse BotCommandScope: unsupported type specified",
        ),
        ("sendChatAction", {"chat_id": DANA, "action": "thinking"}, NOT_AN_ACTION),
        ("getUpdates", {"limit": 101}, "limit must be within 1 and 100, not 101"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("dana")
def test_it_keeps_what_no_sound_client_does_as_a_violation(
    bot_api: FakeBotApi, method: str, given: dict[str, Any], answer: str
) -> None:
    assert refused(bot_api, method, **given).endswith(f": {answer}")
    assert len(bot_api.violations) == 1
    bot_api.violations.clear()


@pytest.mark.usefixtures("dana")
def test_the_limits_themselves_are_allowed(bot_api: FakeBotApi) -> None:
    longest = {"inline_keyboard": [[{"text": "A", "callback_data": "é" * 32}]]}
    assert call(bot_api, "sendMessage", chat_id=DANA, text="x" * 4096, reply_markup=longest)["ok"]
    tagged = "<b>" + "x" * 4096 + "</b>"
    assert call(bot_api, "sendMessage", chat_id=DANA, text=tagged, parse_mode="HTML")["ok"]
    assert call(bot_api, "setWebhook", url="https://example.com:8443/", secret_token="a_-9" * 64)["ok"]


def test_a_wrong_token_is_unauthorized(bot_api: FakeBotApi) -> None:
    response = httpx.get(f"{bot_api.url}/bot1:wrong/getMe")
    assert (response.status_code, response.json()["description"]) == (401, "Unauthorized")


def test_parameters_may_come_in_the_query_or_as_a_form(bot_api: FakeBotApi, dana: FakeUser) -> None:
    address = f"{bot_api.url}/bot{bot_api.token}/sendmessage"
    form = {"chat_id": str(DANA), "text": "form", "reply_markup": '{"inline_keyboard": []}'}
    assert httpx.get(address, params={"chat_id": DANA, "text": "query"}).json()["ok"]
    assert httpx.post(address, data=form).json()["ok"]
    assert [message.text for message in dana.received] == ["query", "form"]


def test_an_edit_changes_the_message_and_keeps_its_history(bot_api: FakeBotApi, dana: FakeUser) -> None:
    sent = call(bot_api, "sendMessage", chat_id=DANA, text="one", reply_markup=buttons(["A"]))["result"]
    where = {"chat_id": DANA, "message_id": sent["message_id"]}
    bot_api.advance(5)

    same = refused(bot_api, "editMessageText", **where, text="one", reply_markup=buttons(["A"]))
    edited = call(bot_api, "editMessageText", **where, text="two", reply_markup=buttons(["B"]))["result"]
    call(bot_api, "editMessageReplyMarkup", **where)

    assert same.startswith(
        "400 Bad Request: message is not modified: specified new message content and reply"
    )
    assert edited["edit_date"] == sent["date"] + 5
    assert [(v.text, v.buttons) for v in dana.last.versions] == [
        ("one", (("A",),)), ("two", (("B",),)), ("two", ()),
    ]  # fmt: skip


def test_the_bot_cannot_edit_what_somebody_else_said(bot_api: FakeBotApi, dana: FakeUser) -> None:
    said = dana.say("hello")
    answer = refused(bot_api, "editMessageText", chat_id=DANA, message_id=said.message_id, text="x")
    assert answer == "400 Bad Request: message can't be edited"


def test_who_blocked_the_bot_or_never_started_it_gets_nothing(bot_api: FakeBotApi, dana: FakeUser) -> None:
    bot_api.user(2, "Sam", started=False)
    dana.block()
    assert (
        refused(bot_api, "sendMessage", chat_id=DANA, text="x")
        == "403 Forbidden: bot was blocked by the user"
    )
    assert (
        refused(bot_api, "sendMessage", chat_id=2, text="x")
        == "403 Forbidden: bot can't initiate conversation with a user"
    )
    dana.unblock()
    assert call(bot_api, "sendMessage", chat_id=DANA, text="x")["ok"]
    changes = [update["my_chat_member"]["new_chat_member"]["status"] for update in bot_api.mailbox.pending]
    assert changes == ["kicked", "member"]


def test_a_group_that_moved_names_its_new_id(bot_api: FakeBotApi) -> None:
    group = bot_api.group("Crew")
    bigger = group.migrate()
    body = call(bot_api, "sendMessage", chat_id=group.id, text="x")
    assert body["parameters"] == {"migrate_to_chat_id": bigger.id}
    assert call(bot_api, "sendMessage", chat_id=bigger.id, text="x")["ok"]


def test_a_tap_is_answered_once_and_in_time(bot_api: FakeBotApi, dana: FakeUser) -> None:
    call(bot_api, "sendMessage", chat_id=DANA, text="card", reply_markup=buttons(["Next"]))
    tap = dana.tap(dana.last, "Next")
    query = call(bot_api, "getUpdates")["result"][0]["callback_query"]

    assert (query["data"], query["message"]["text"], query["from"]["id"]) == ("next", "card", DANA)
    assert "chat_instance" in query
    assert call(bot_api, "answerCallbackQuery", callback_query_id=query["id"], text="Done", show_alert=True)[
        "ok"
    ]
    assert (tap.toast, tap.alert) == ("Done", True)
    assert "query is too old" in refused(bot_api, "answerCallbackQuery", callback_query_id=query["id"])
    late = dana.tap(dana.last, "Next")
    late.expired = True
    assert "query is too old" in refused(bot_api, "answerCallbackQuery", callback_query_id=late.query_id)


def test_only_a_button_that_is_there_now_can_be_tapped(bot_api: FakeBotApi, dana: FakeUser) -> None:
    call(bot_api, "sendMessage", chat_id=DANA, text="card", reply_markup=buttons(["Next"]))
    call(bot_api, "editMessageText", chat_id=DANA, message_id=dana.last.message_id, text="done")
    with pytest.raises(LookupError, match="has no button 'Next'"):
        dana.tap(dana.last, "Next")


@pytest.mark.usefixtures("dana")
def test_commands_are_kept_by_scope(bot_api: FakeBotApi) -> None:
    jobs = [{"command": "jobs", "description": "Open jobs"}]
    scope = {"type": "chat", "chat_id": DANA}
    call(bot_api, "setMyCommands", commands=jobs, scope=scope)
    assert bot_api.commands_for(DANA) == call(bot_api, "getMyCommands", scope=scope)["result"] == jobs
    assert call(bot_api, "getMyCommands")["result"] == []
    call(bot_api, "deleteMyCommands", scope=scope)
    assert bot_api.commands_for(DANA) == []


def test_getme_and_getchat_and_actions(bot_api: FakeBotApi, dana: FakeUser) -> None:
    assert call(bot_api, "getMe")["result"]["is_bot"] is True
    assert call(bot_api, "getChat", chat_id=DANA)["result"]["first_name"] == "Dana"
    call(bot_api, "sendChatAction", chat_id=DANA, action="typing")
    assert dana.chat.actions == ["typing"]
