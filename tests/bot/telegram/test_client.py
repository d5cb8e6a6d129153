import logging

import pytest

from bot.telegram.client import TelegramClient, plain
from bot.telegram.failures import Failed, TelegramFailed
from bot.telegram.incoming import parse_update
from bot.telegram.keyboard import Button
from tests.fakes.bot_api import FakeBotApi, FakeUser
from tests.fakes.faults import Answer

KEYBOARD = [
    [Button("Next", "v1:12:next"), Button("Map", "m")],
    [Button("Undo", "u")],
]


async def test_a_message_goes_out_as_html_without_previews(client: TelegramClient, dana: FakeUser) -> None:
    asked = dana.say("new Mark 600")
    message_id = await client.post(dana.id, "<b>#12</b> Mark &lt;3", KEYBOARD, reply_to=asked.message_id)
    assert dana.last.message_id == message_id
    assert (dana.last.text, dana.last.entities[0]["type"]) == ("#12 Mark <3", "bold")
    assert dana.last.buttons == (("Next", "Map"), ("Undo",))
    assert dana.last.reply_to is asked
    assert dana.last.shown == {
        "link_preview_options": {"is_disabled": True}, "parse_mode": "HTML",
    }  # fmt: skip


async def test_plain_text_is_shown_as_it_stands(client: TelegramClient, dana: FakeUser) -> None:
    await client.post(dana.id, "<script>&amp;", html=False)
    assert dana.last.text == "<script>&amp;"


async def test_html_that_is_not_sound_goes_out_plain(
    client: TelegramClient, bot_api: FakeBotApi, dana: FakeUser
) -> None:
    await client.post(dana.id, "<b>#12</b> <script>Mark &amp; Co", KEYBOARD)
    assert (dana.last.text, dana.last.entities) == ("#12 Mark & Co", [])
    assert dana.last.buttons == (("Next", "Map"), ("Undo",))
    await client.edit(dana.id, dana.last.message_id, "<b>done")
    assert dana.last.text == "done"
    assert [call.method for call in bot_api.refusals] == ["sendMessage", "editMessageText"]


@pytest.mark.parametrize(
    ("html", "words"),
    [("<b>a</b> &lt;b&gt;", "a <b>"), ("1 < 2 > 0", "1 < 2 > 0"), ('<a href="x">l</a>', "l"), ("", "")],
)
def test_the_words_of_a_html_text(html: str, words: str) -> None:
    assert plain(html) == words


async def test_a_reply_to_a_message_that_is_gone_is_sent_all_the_same(
    client: TelegramClient, dana: FakeUser
) -> None:
    await client.post(dana.id, "hello", reply_to=99)
    assert dana.last.reply_to is None


async def test_an_edit_may_be_repeated(client: TelegramClient, bot_api: FakeBotApi, dana: FakeUser) -> None:
    card = await client.post(dana.id, "one", KEYBOARD)
    for _ in range(2):
        await client.edit(dana.id, card, "two", [[Button("A", "a")]])
    for _ in range(2):
        await client.edit_buttons(dana.id, card)
    assert [(version.text, version.buttons) for version in dana.last.versions] == [
        ("one", (("Next", "Map"), ("Undo",))), ("two", (("A",),)), ("two", ()),
    ]  # fmt: skip
    assert len(bot_api.refusals) == 2


async def test_an_edit_of_a_message_that_is_gone_says_so(client: TelegramClient, dana: FakeUser) -> None:
    with pytest.raises(TelegramFailed, match="gone: Message to edit not found"):
        await client.edit(dana.id, 99, "x")


async def test_a_tap_is_answered(client: TelegramClient, dana: FakeUser) -> None:
    await client.post(dana.id, "card", KEYBOARD)
    quiet, toast, alert = (dana.tap(dana.last, "Next") for _ in range(3))
    assert await client.answer(quiet.query_id)
    assert await client.answer(toast.query_id, "x" * 300)
    assert await client.answer(alert.query_id, "No", alert=True)
    assert (quiet.answered, quiet.toast) == (True, None)
    assert toast.toast == "x" * 199 + "…"
    assert (alert.toast, alert.alert) == ("No", True)


async def test_a_tap_that_is_too_old_is_no_error(client: TelegramClient, dana: FakeUser) -> None:
    await client.post(dana.id, "card", KEYBOARD)
    tap = dana.tap(dana.last, "Next")
    tap.expired = True
    assert not await client.answer(tap.query_id, "Done")


async def test_menus_are_set_and_taken_away(
    client: TelegramClient, bot_api: FakeBotApi, dana: FakeUser
) -> None:
    await client.set_commands([("jobs", "Open jobs")], dana.id)
    assert bot_api.commands_for(dana.id) == [{"command": "jobs", "description": "Open jobs"}]
    await client.set_commands([], dana.id)
    assert bot_api.commands_for(dana.id) == []


async def test_the_webhook_is_set_with_its_secret_and_keeps_what_waits(
    client: TelegramClient, bot_api: FakeBotApi, dana: FakeUser
) -> None:
    dana.say("hello")
    await client.set_webhook("https://hooks.example.com/telegram", "s3cret")
    assert await client.webhook_url() == "https://hooks.example.com/telegram"
    assert bot_api.mailbox.webhook.secret_token == "s3cret"
    assert set(bot_api.mailbox.webhook_info()["allowed_updates"]) == {
        "message", "edited_message", "callback_query", "my_chat_member",
    }  # fmt: skip
    with pytest.raises(TelegramFailed, match="conflict"):
        await client.updates(None, 0)
    await client.delete_webhook()
    assert await client.webhook_url() == ""
    assert len(bot_api.mailbox.pending) == 1


async def test_updates_come_raw_and_are_confirmed_by_the_next_offset(
    client: TelegramClient, bot_api: FakeBotApi, dana: FakeUser
) -> None:
    dana.say("one")
    dana.say("two")
    first = [parse_update(raw) for raw in await client.updates(None, 0)]
    assert [incoming.text for incoming in first if incoming] == ["one", "two"]
    assert first[0]
    rest = [parse_update(raw) for raw in await client.updates(first[0].update_id + 1, 5)]
    assert [incoming.text for incoming in rest if incoming] == ["two"]
    assert len(bot_api.mailbox.pending) == 1


async def test_an_answer_to_a_poll_that_makes_no_sense_is_a_failure(
    client: TelegramClient, bot_api: FakeBotApi
) -> None:
    bot_api.fault("getUpdates", Answer(200, b'{"ok": true}'))
    bot_api.fault("getUpdates", Answer(200, b"<html>", "text/html"))
    for _ in range(2):
        with pytest.raises(TelegramFailed, match="makes no sense"):
            await client.updates(None, 0)


async def test_a_photo_is_downloaded(client: TelegramClient, dana: FakeUser) -> None:
    sent = dana.send_photo(b"jpeg")
    assert await client.download(sent.extra["photo"][-1]["file_id"]) == b"jpeg"


async def test_the_bot_knows_its_name(client: TelegramClient) -> None:
    assert await client.username() == "quickdump_bot"


async def test_a_client_is_made_and_closed_without_the_service() -> None:
    client = await TelegramClient("1:x", "http://127.0.0.1:1").start()
    with pytest.raises(TelegramFailed) as caught:
        await client.username()
    assert caught.value.failure.kind is Failed.NOT_SENT
    await client.stop()
    await client.start()
    await client.stop()


async def test_the_token_is_never_logged(
    client: TelegramClient, bot_api: FakeBotApi, dana: FakeUser, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger().setLevel(logging.INFO)
    await client.post(dana.id, "hello")
    await client.updates(None, 0)
    bot_api.internal_error("sendMessage")
    with pytest.raises(TelegramFailed) as caught:
        await client.post(dana.id, "hello")
    assert bot_api.token not in caplog.text + str(caught.value) + repr(caught.value.failure)


async def test_a_chat_of_which_there_was_too_much_is_left_alone_and_no_other(
    client: TelegramClient, bot_api: FakeBotApi, dana: FakeUser
) -> None:
    sam = bot_api.user(1002, "Sam")
    bot_api.too_many_requests("sendMessage", retry_after_s=60)
    with pytest.raises(TelegramFailed, match="too_many"):
        await client.post(dana.id, "one")
    calls = len(bot_api.calls)
    with pytest.raises(TelegramFailed) as caught:
        await client.post(dana.id, "two")
    assert caught.value.failure.kind is Failed.TOO_MANY
    assert 50 < (caught.value.failure.retry_after_s or 0) <= 60
    assert len(bot_api.calls) == calls, "the service is not even asked"
    assert client.lanes.wait_s(sam.id) == 0
    await client.post(sam.id, "three")
    assert [message.text for message in bot_api.messages if message.from_bot] == ["three"]
