"""What each method does to the world. Parameters are read and typed by now.

`getUpdates` and the methods about the webhook are in updates.py.
"""

import json
from collections.abc import Callable
from typing import Any

from tests.fakes.bot_api.html import parse_html, units
from tests.fakes.bot_api.refusals import (
    CAPTION_TOO_LONG,
    FILE_NOT_FOUND,
    MESSAGE_CANNOT_BE_EDITED,
    MESSAGE_TO_DELETE_NOT_FOUND,
    MESSAGE_TO_EDIT_NOT_FOUND,
    MESSAGE_TO_REPLY_NOT_FOUND,
    NOT_MODIFIED,
    QUERY_TOO_OLD,
    TEXT_EMPTY,
    TEXT_TOO_LONG,
)
from tests.fakes.bot_api.world import Chat, Message, World

TEXT_UNITS_MAX = 4096
CAPTION_UNITS_MAX = 1024
_HOW_SHOWN = ("link_preview_options", "disable_notification", "protect_content", "parse_mode")

Parameters = dict[str, Any]


def get_me(world: World, _given: Parameters) -> Any:
    return world.bot | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def get_chat(world: World, given: Parameters) -> Any:
    chat = world.chat(given["chat_id"])
    return chat.as_json() | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _GIFTS}


_GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"),
    False,
)


def send_message(world: World, given: Parameters) -> Any:
    chat = world.chat(given["chat_id"])
    text, entities = _formatted(given, "text", "entities")
    if not text:
        raise TEXT_EMPTY
    if units(text) > TEXT_UNITS_MAX:
        raise TEXT_TOO_LONG
    chat.check_writable()
    message = world.post(
        chat,
        world.bot,
        text=text,
        entities=entities,
        markup=given.get("reply_markup"),
        reply_to=_replied(chat, given),
        shown=_shown(given),
    )
    return message.as_json()


def send_photo(world: World, given: Parameters) -> Any:
    return _send_file(world, given, "photo", lambda file: [file | {"width": 90, "height": 90}])


def send_document(world: World, given: Parameters) -> Any:
    return _send_file(world, given, "document", lambda file: file)


def _send_file(world: World, given: Parameters, kind: str, shape: Callable[[Parameters], Any]) -> Any:
    chat = world.chat(given["chat_id"])
    caption, entities = _formatted(given, "caption", "caption_entities")
    if units(caption) > CAPTION_UNITS_MAX:
        raise CAPTION_TOO_LONG
    chat.check_writable()
    sent = given[kind]
    file = world.keep_file(sent, f"{kind}s", "bin") if isinstance(sent, bytes) else world.files.get(sent)
    if file is None:
        raise FILE_NOT_FOUND
    extra: Parameters = {kind: shape(file.as_json())}
    if caption:
        extra["caption"] = caption
    if entities:
        extra["caption_entities"] = entities
    message = world.post(
        chat,
        world.bot,
        extra=extra,
        markup=given.get("reply_markup"),
        reply_to=_replied(chat, given),
        shown=_shown(given),
    )
    return message.as_json()


def edit_message_text(world: World, given: Parameters) -> Any:
    message = _own_message(world, given)
    text, entities = _formatted(given, "text", "entities")
    if not text:
        raise TEXT_EMPTY
    if units(text) > TEXT_UNITS_MAX:
        raise TEXT_TOO_LONG
    if not message.text:
        raise MESSAGE_CANNOT_BE_EDITED
    # An edit without reply_markup takes the buttons away.
    return _edit(world, message, text, entities, given.get("reply_markup"))


def edit_message_reply_markup(world: World, given: Parameters) -> Any:
    message = _own_message(world, given)
    return _edit(world, message, message.text, message.entities, given.get("reply_markup"))


def delete_message(world: World, given: Parameters) -> Any:
    message = world.chat(given["chat_id"]).messages.get(given["message_id"])
    if message is None or message.deleted:
        raise MESSAGE_TO_DELETE_NOT_FOUND
    message.deleted = True
    return True


def answer_callback_query(world: World, given: Parameters) -> Any:
    tap = world.taps.get(given["callback_query_id"])
    if tap is None or tap.expired or tap.answered:
        raise QUERY_TOO_OLD
    tap.answered = True
    tap.toast = given.get("text")
    tap.alert = given.get("show_alert", False)
    return True


def set_my_commands(world: World, given: Parameters) -> Any:
    world.commands[_commands_key(world, given)] = given["commands"]
    return True


def delete_my_commands(world: World, given: Parameters) -> Any:
    world.commands.pop(_commands_key(world, given), None)
    return True


def get_my_commands(world: World, given: Parameters) -> Any:
    return world.commands.get(_commands_key(world, given), [])


def send_chat_action(world: World, given: Parameters) -> Any:
    chat = world.chat(given["chat_id"])
    chat.check_writable()
    chat.actions.append(given["action"])
    return True


def get_file(world: World, given: Parameters) -> Any:
    file = world.files.get(given["file_id"])
    if file is None:
        raise FILE_NOT_FOUND
    return file.as_json() | {"file_path": file.path}


CALLS: dict[str, Callable[[World, Parameters], Any]] = {
    "getMe": get_me,
    "getChat": get_chat,
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "editMessageText": edit_message_text,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "answerCallbackQuery": answer_callback_query,
    "setMyCommands": set_my_commands,
    "deleteMyCommands": delete_my_commands,
    "getMyCommands": get_my_commands,
    "sendChatAction": send_chat_action,
    "getFile": get_file,
}


def commands_key(scope: Parameters | None, language: str) -> str:
    """Return the key under which the commands of a scope and a language are kept."""
    return json.dumps([scope or {"type": "default"}, language], sort_keys=True)


def _commands_key(world: World, given: Parameters) -> str:
    scope = given.get("scope")
    if scope and "chat_id" in scope:
        world.chat(scope["chat_id"])
    return commands_key(scope, given.get("language_code", ""))


def _formatted(given: Parameters, text: str, entities: str) -> tuple[str, list[Parameters]]:
    source: str = given.get(text, "")
    if given.get("parse_mode") == "HTML":
        plain, found = parse_html(source)
    else:
        plain, found = source, list(given.get(entities, []))
    # The service cuts white space at both ends; entities move with the text.
    cut = units(plain) - units(plain.lstrip())
    stripped = plain.strip()
    room = units(stripped)
    moved = [e | {"offset": max(0, e["offset"] - cut)} for e in found]
    kept = [e | {"length": min(e["length"], room - e["offset"])} for e in moved if e["offset"] < room]
    return stripped, kept


def _shown(given: Parameters) -> Parameters:
    return {name: given[name] for name in _HOW_SHOWN if name in given}


def _replied(chat: Chat, given: Parameters) -> Message | None:
    reply = given.get("reply_parameters")
    if reply is None:
        return None
    message = chat.messages.get(reply["message_id"])
    if (message is None or message.deleted) and not reply.get("allow_sending_without_reply"):
        raise MESSAGE_TO_REPLY_NOT_FOUND
    return message


def _own_message(world: World, given: Parameters) -> Message:
    chat = world.chat(given["chat_id"])
    message = chat.messages.get(given["message_id"])
    if message is None or message.deleted:
        raise MESSAGE_TO_EDIT_NOT_FOUND
    chat.check_writable()
    if not message.from_bot:
        raise MESSAGE_CANNOT_BE_EDITED
    return message


def _edit(
    world: World,
    message: Message,
    text: str,
    entities: list[Parameters],
    markup: Parameters | None,
) -> Parameters:
    if markup == {"inline_keyboard": []}:
        markup = None
    if (text, entities, markup) == (message.text, message.entities, message.markup):
        raise NOT_MODIFIED
    message.text, message.entities, message.markup = text, entities, markup
    message.edited_at = world.now_s
    message.keep_version()
    return message.as_json()
