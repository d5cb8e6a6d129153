import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.incoming import ContactCard, Incoming, MalformedUpdate, Photo, Replied, Tap, parse_update
from tests.fakes.bot_api import FakeBotApi, FakeUser

PERSON = {"id": 5, "is_bot": False, "first_name": "Sam"}


def newest(fake: FakeBotApi) -> Incoming:
    incoming = parse_update(json.dumps(fake.mailbox.pending[-1]).encode())
    assert incoming
    return incoming


def test_a_text_is_read(bot_api: FakeBotApi, dana: FakeUser) -> None:
    message = dana.say("new Mark 600")
    incoming = newest(bot_api)
    assert incoming == Incoming(
        update_id=700_000_001,
        chat_id=1001,
        chat_kind="private",
        user_id=1001,
        first_name="Dana",
        message_id=message.message_id,
        text="new Mark 600",
    )


def test_a_text_in_a_group_names_both_chat_and_person(bot_api: FakeBotApi, dana: FakeUser) -> None:
    group = bot_api.group("Crew", "supergroup")
    dana.say("jobs", group)
    incoming = newest(bot_api)
    assert (incoming.chat_id, incoming.chat_kind, incoming.user_id) == (group.id, "supergroup", 1001)


def test_an_edited_text_is_marked(bot_api: FakeBotApi, dana: FakeUser) -> None:
    dana.edit(dana.say("new Mark 600"), "new Mark 650")
    assert (newest(bot_api).edited, newest(bot_api).text) == (True, "new Mark 650")


def test_a_reply_names_what_it_replies_to(bot_api: FakeBotApi, dana: FakeUser) -> None:
    question = bot_api.world.post(dana.chat, bot_api.world.bot, text="How much?")
    dana.reply(question, "600")
    assert newest(bot_api).reply_to == Replied(
        message_id=question.message_id, text="How much?", from_bot=True
    )


def test_a_tap_names_its_message_and_what_that_replied_to(bot_api: FakeBotApi, dana: FakeUser) -> None:
    asked = dana.say("new Mrk 600")
    keyboard = {"inline_keyboard": [[{"text": "Yes", "callback_data": "v1:y"}]]}
    card = bot_api.world.post(
        dana.chat, bot_api.world.bot, text="Did you mean Mark?", markup=keyboard, reply_to=asked
    )
    tap = dana.tap(card, "Yes")
    incoming = newest(bot_api)
    assert incoming.tap == Tap(
        callback_id=tap.query_id,
        data="v1:y",
        message_id=card.message_id,
        message_text="Did you mean Mark?",
        replied_text="new Mrk 600",
    )
    assert (incoming.chat_id, incoming.user_id, incoming.text) == (1001, 1001, None)


def tapped(**fields: Any) -> bytes:
    query = {"id": "1", "from": PERSON, "chat_instance": "1", "data": "v1:y"} | fields
    return json.dumps({"update_id": 1, "callback_query": query}).encode()


def test_a_tap_on_a_message_that_the_service_forgot_is_read() -> None:
    chat = {"id": 5, "type": "private", "first_name": "Sam"}
    forgotten = parse_update(tapped(message={"message_id": 9, "date": 0, "chat": chat}))
    without = parse_update(tapped())
    assert forgotten
    assert forgotten.tap
    assert (forgotten.tap.message_id, forgotten.tap.message_text) == (9, "")
    assert without
    assert without.tap
    assert (without.tap.message_id, without.chat_id) == (None, 5)


def test_a_tap_without_data_is_none_of_ours() -> None:
    assert parse_update(tapped(data=None, game_short_name="x")) is None


def test_a_contact_is_own_only_where_the_ids_agree(bot_api: FakeBotApi, dana: FakeUser) -> None:
    dana.share_contact()
    assert newest(bot_api).contact == ContactCard(phone="+16025550142", own=True)
    dana.share_contact("+1 (602) 555-0199", whose=7)
    assert newest(bot_api).contact == ContactCard(phone="+16025550199", own=False)


def test_a_photo_comes_with_its_caption(bot_api: FakeBotApi, dana: FakeUser) -> None:
    dana.send_photo(b"jpeg", "12")
    incoming = newest(bot_api)
    assert (incoming.text, incoming.photo) == (
        "12",
        Photo(file_id="file-1", size_bytes=4),
    )


def test_the_largest_size_of_a_photo_is_taken(bot_api: FakeBotApi, dana: FakeUser) -> None:
    dana.send_photo(b"jpeg")
    update = bot_api.mailbox.pending[-1]
    small = {"file_id": "small", "file_unique_id": "s", "width": 90, "height": 60}
    update["message"]["photo"].append(small)
    incoming = parse_update(json.dumps(update).encode())
    assert incoming
    assert incoming.photo
    assert incoming.photo.file_id == "file-1"


def test_blocking_and_unblocking_are_told(bot_api: FakeBotApi, dana: FakeUser) -> None:
    dana.block()
    assert (newest(bot_api).blocked, newest(bot_api).user_id) == (True, 1001)
    dana.unblock()
    assert newest(bot_api).blocked is False


CHANNEL = {"id": -1, "type": "channel", "title": "x"}


@pytest.mark.parametrize(
    "update",
    [
        {"update_id": 1},
        {"update_id": 1, "poll_answer": None},
        {"update_id": 1, "something_new": {"id": 5}},
        {"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": CHANNEL}},
        {"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": CHANNEL, "from": PERSON}},
        json.loads(tapped(message={"message_id": 1, "date": 1, "chat": CHANNEL})),
        {
            "update_id": 1,
            "my_chat_member": {
                "chat": CHANNEL, "from": PERSON, "date": 1,
                "old_chat_member": {"status": "member", "user": PERSON},
                "new_chat_member": {"status": "left", "user": PERSON},
            },
        },
        {
            "update_id": 1,
            "message": {
                "message_id": 1, "date": 1, "chat": {"id": -1, "type": "group", "title": "x"},
                "from": {"id": 5, "is_bot": True, "first_name": "Bot"}, "text": "new Mark 600",
            },
        },
    ],
)  # fmt: skip
def test_what_no_person_sent_is_none_of_ours(update: dict[str, Any]) -> None:
    assert parse_update(json.dumps(update).encode()) is None


NESTED = (
    b'{"update_id": 1, "message": '
    + b'{"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}, "reply_to_message": ' * 700
    + b"{}"
    + b"}" * 701
)


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"{", b"[]", b"5", b"null", b"\xff", b"{}",
        b'{"update_id": "x"}',
        b'{"update_id": true}', b'{"update_id": 1, "message": {}}',
        b'{"update_id": 1, "message": 5}', b'{"update_id": 1, "message": {"message_id": 1}}',
        b"[" * 5000, NESTED,
        b'{"update_id": 1, "message": {"message_id": 1, "date": "x", "chat": {"id": 1, "type": "private"}}}',
        b'{"update_id": 1, "message": {"message_id": 1, "date": 1e99, "chat": {"id": 1, "type": "private"}}}',
        b'{"update_id": 1, "callback_query": {"id": 1}}',
    ],
    ids=range(17),
)  # fmt: skip
def test_bytes_that_are_no_update_say_so(raw: bytes) -> None:
    with pytest.raises(MalformedUpdate):
        parse_update(raw)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
SOUND: dict[str, Any] = {
    "message_id": 1,
    "date": 1_795_453_200,
    "chat": {"id": 5, "type": "private", "first_name": "Sam"},
    "from": PERSON,
    "text": "x",
}
SPOILED = st.sampled_from(
    [
        *SOUND,
        "photo",
        "contact",
        "reply_to_message",
        "entities",
        "caption",
        "reply_markup",
        "location",
        "via_bot",
    ]
)


@given(name=SPOILED, value=JSON, kind=st.sampled_from(["message", "edited_message"]))
def test_a_message_with_any_field_spoiled_is_read_or_malformed(name: str, value: object, kind: str) -> None:
    raw = json.dumps({"update_id": 1, kind: SOUND | {name: value}}).encode()
    try:
        incoming = parse_update(raw)
    except MalformedUpdate:
        return
    assert incoming is None or incoming.update_id == 1


@given(st.dictionaries(st.sampled_from(["update_id", "message", "callback_query", "my_chat_member"]), JSON))
def test_any_json_is_read_or_malformed(update: dict[str, object]) -> None:
    try:
        parse_update(json.dumps(update).encode())
    except MalformedUpdate:
        return


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_malformed(raw: bytes) -> None:
    try:
        parse_update(raw)
    except MalformedUpdate:
        return


def test_a_picture_that_was_sent_as_a_file_is_a_photo_and_no_other_file_is(
    bot_api: FakeBotApi, dana: FakeUser
) -> None:
    dana.send_file(b"\xff\xd8 picture", "image/jpeg")
    photo = newest(bot_api).photo
    assert photo is not None
    assert photo.size_bytes == 10
    dana.send_file(b"%PDF", "application/pdf")
    assert newest(bot_api).photo is None
