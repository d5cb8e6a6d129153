"""The objects that a bot may send, as the Bot API's documentation describes them (version 10.0)."""

import re
from typing import Any

from tests.fakes.bot_api.readers import (
    Fields,
    Reader,
    array,
    boolean,
    chat_id,
    integer,
    may,
    need,
    not_played,
    obj,
    one_of,
    string,
)
from tests.fakes.bot_api.refusals import BUTTON_DATA_INVALID, malformed

CALLBACK_DATA_BYTES_MAX = 64
BUTTONS_MAX = 100
"""Not documented; above it the service answers "reply markup is too long"."""

UPDATE_KINDS = (
    "message", "edited_message", "channel_post", "edited_channel_post", "business_connection",
    "business_message", "edited_business_message", "deleted_business_messages", "guest_message",
    "message_reaction", "message_reaction_count", "inline_query", "chosen_inline_result",
    "callback_query", "shipping_query", "pre_checkout_query", "purchased_paid_media", "poll",
    "poll_answer", "my_chat_member", "chat_member", "chat_join_request", "chat_boost",
    "removed_chat_boost", "managed_bot",
)  # fmt: skip

LINK_PREVIEW_OPTIONS = obj(
    {
        "is_disabled": may(boolean),
        "url": may(string()),
        "prefer_small_media": may(boolean),
        "prefer_large_media": may(boolean),
        "show_above_text": may(boolean),
    },
    "LinkPreviewOptions",
)

MESSAGE_ENTITY = obj(
    {
        "type": need(string(1)),
        "offset": need(integer(0)),
        "length": need(integer(0)),
        "url": may(string()),
        "user": may(not_played),
        "language": may(string()),
        "custom_emoji_id": may(string()),
    },
    "MessageEntity",
)

REPLY_PARAMETERS = obj(
    {
        "message_id": need(integer(1)),
        "chat_id": may(chat_id),
        "allow_sending_without_reply": may(boolean),
        "quote": may(not_played),
        "quote_parse_mode": may(not_played),
        "quote_entities": may(not_played),
        "quote_position": may(not_played),
    },
    "ReplyParameters",
)

BOT_COMMAND = obj(
    {"command": need(string(1, 32, r"[a-z0-9_]+")), "description": need(string(1, 256))},
    "BotCommand",
)

_SCOPES: dict[str, Fields] = {
    "default": {},
    "all_private_chats": {},
    "all_group_chats": {},
    "all_chat_administrators": {},
    "chat": {"chat_id": need(chat_id)},
    "chat_administrators": {"chat_id": need(chat_id)},
    "chat_member": {"chat_id": need(chat_id), "user_id": need(integer(1))},
}


def bot_command_scope(value: Any, name: str) -> dict[str, Any]:
    """Read for whom a list of commands is."""
    if not isinstance(value, dict) or value.get("type") not in _SCOPES:
        raise malformed("can't parse BotCommandScope: unsupported type specified")
    kind: str = value["type"]
    return obj({"type": need(string()), **_SCOPES[kind]}, "BotCommandScope")(value, name)  # type: ignore[no-any-return] # obj() reads a dict


_BUTTON_ACTIONS: Fields = {
    "url": may(string(1)),
    "callback_data": may(string()),
    "web_app": may(not_played),
    "login_url": may(not_played),
    "switch_inline_query": may(not_played),
    "switch_inline_query_current_chat": may(not_played),
    "switch_inline_query_chosen_chat": may(not_played),
    "copy_text": may(obj({"text": need(string(1, 256))}, "CopyTextButton")),
    "callback_game": may(not_played),
    "pay": may(not_played),
}

_INLINE_BUTTON = obj(
    {
        "text": need(string(1)),
        "icon_custom_emoji_id": may(not_played),
        "style": may(one_of("danger", "success", "primary")),
        **_BUTTON_ACTIONS,
    },
    "InlineKeyboardButton",
)

_KEYBOARD_BUTTON = obj(
    {
        "text": need(string(1)),
        "icon_custom_emoji_id": may(not_played),
        "style": may(one_of("danger", "success", "primary")),
        "request_contact": may(boolean),
        "request_location": may(boolean),
        "request_users": may(not_played),
        "request_chat": may(not_played),
        "request_poll": may(not_played),
        "web_app": may(not_played),
    },
    "KeyboardButton",
)


def _inline_button(value: Any, name: str) -> dict[str, Any]:
    button: dict[str, Any] = _INLINE_BUTTON(value, name)
    actions = [action for action in _BUTTON_ACTIONS if action in button]
    if len(actions) != 1:
        raise malformed("Text buttons are unallowed in the inline keyboard")
    if (
        "callback_data" in button
        and not 1 <= len(button["callback_data"].encode()) <= CALLBACK_DATA_BYTES_MAX
    ):
        raise BUTTON_DATA_INVALID
    if "url" in button and not re.match(r"(https?|tg)://", button["url"]):
        raise malformed(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    return button


def _keyboard_button(value: Any, name: str) -> dict[str, Any]:
    return {"text": value} if isinstance(value, str) else dict(_KEYBOARD_BUTTON(value, name))


INLINE_KEYBOARD = obj({"inline_keyboard": need(array(array(_inline_button)))}, "InlineKeyboardMarkup")

_MARKUPS: dict[str, Reader] = {
    "inline_keyboard": INLINE_KEYBOARD,
    "keyboard": obj(
        {
            "keyboard": need(array(array(_keyboard_button))),
            "is_persistent": may(boolean),
            "resize_keyboard": may(boolean),
            "one_time_keyboard": may(boolean),
            "input_field_placeholder": may(string(1, 64)),
            "selective": may(boolean),
        },
        "ReplyKeyboardMarkup",
    ),
    "remove_keyboard": obj(
        {"remove_keyboard": need(boolean), "selective": may(boolean)},
        "ReplyKeyboardRemove",
    ),
    "force_reply": obj(
        {
            "force_reply": need(boolean),
            "input_field_placeholder": may(string(1, 64)),
            "selective": may(boolean),
        },
        "ForceReply",
    ),
}


def inline_markup(value: Any, name: str) -> dict[str, Any]:
    """Read an inline keyboard."""
    markup: dict[str, Any] = INLINE_KEYBOARD(value, name)
    if sum(len(row) for row in markup["inline_keyboard"]) > BUTTONS_MAX:
        raise malformed("reply markup is too long")
    return markup


def any_markup(value: Any, name: str) -> dict[str, Any]:
    """Read any of the four kinds of reply markup."""
    kinds = [kind for kind in _MARKUPS if isinstance(value, dict) and kind in value]
    if len(kinds) != 1:
        raise malformed("object expected as reply markup")
    if kinds == ["inline_keyboard"]:
        return inline_markup(value, name)
    return dict(_MARKUPS[kinds[0]](value, name))
