"""The table of methods and their parameters, as the Bot API's documentation lists them (version 10.0)."""

from string import ascii_letters, digits
from typing import Any

from tests.fakes.bot_api.objects import (
    BOT_COMMAND,
    LINK_PREVIEW_OPTIONS,
    MESSAGE_ENTITY,
    REPLY_PARAMETERS,
    UPDATE_KINDS,
    any_markup,
    bot_command_scope,
    inline_markup,
)
from tests.fakes.bot_api.readers import (
    Fields,
    array,
    boolean,
    chat_id,
    integer,
    may,
    need,
    not_played,
    one_of,
    serialized,
    string,
)
from tests.fakes.bot_api.refusals import Refusal, malformed

_NOT_PLAYED = may(not_played)
_PARSE_MODE = may(one_of("HTML"))
_ALLOWED_UPDATES = may(serialized(array(one_of(*UPDATE_KINDS))))
_LANGUAGE = may(string(0, 2))
_SECRET_CHARACTERS = frozenset(ascii_letters + digits + "_-")


def _secret_token(value: Any, name: str) -> str:
    token: str = string()(value, name)
    if len(token) > 256:
        raise malformed("secret token is too long")
    if not token or not set(token) <= _SECRET_CHARACTERS:
        raise malformed("secret token contains unallowed characters")
    return token


def _anything(value: Any, _name: str) -> Any:
    return value


_TO_A_CHAT: Fields = {
    "business_connection_id": _NOT_PLAYED,
    "chat_id": need(chat_id),
    "message_thread_id": _NOT_PLAYED,
    "direct_messages_topic_id": _NOT_PLAYED,
    "disable_notification": may(boolean),
    "protect_content": may(boolean),
    "allow_paid_broadcast": _NOT_PLAYED,
    "message_effect_id": _NOT_PLAYED,
    "suggested_post_parameters": _NOT_PLAYED,
    "reply_parameters": may(serialized(REPLY_PARAMETERS)),
    "reply_markup": may(serialized(any_markup)),
}

_AN_EDIT: Fields = {
    "business_connection_id": _NOT_PLAYED,
    "chat_id": need(chat_id),
    "message_id": need(integer(1)),
    "inline_message_id": _NOT_PLAYED,
    "reply_markup": may(serialized(inline_markup)),
}

_FORMATTED: Fields = {
    "text": need(string()),
    "parse_mode": _PARSE_MODE,
    "entities": may(serialized(array(MESSAGE_ENTITY))),
    "link_preview_options": may(serialized(LINK_PREVIEW_OPTIONS)),
}

_COMMANDS_FOR: Fields = {"scope": may(serialized(bot_command_scope)), "language_code": _LANGUAGE}

METHODS: dict[str, Fields] = {
    "getMe": {},
    "getUpdates": {
        "offset": may(integer()),
        "limit": may(integer(1, 100)),
        "timeout": may(integer(0, 50)),
        "allowed_updates": _ALLOWED_UPDATES,
    },
    "setWebhook": {
        "url": need(string()),
        "certificate": _NOT_PLAYED,
        "ip_address": _NOT_PLAYED,
        "max_connections": may(integer(1, 100)),
        "allowed_updates": _ALLOWED_UPDATES,
        "drop_pending_updates": may(boolean),
        "secret_token": may(_secret_token),
    },
    "deleteWebhook": {"drop_pending_updates": may(boolean)},
    "getWebhookInfo": {},
    "sendMessage": {**_TO_A_CHAT, **_FORMATTED},
    "editMessageText": {**_AN_EDIT, **_FORMATTED},
    "editMessageReplyMarkup": _AN_EDIT,
    "deleteMessage": {"chat_id": need(chat_id), "message_id": need(integer(1))},
    "answerCallbackQuery": {
        "callback_query_id": need(string(1)),
        "text": may(string(0, 200)),
        "show_alert": may(boolean),
        "url": _NOT_PLAYED,
        "cache_time": may(integer(0)),
    },
    "setMyCommands": {"commands": need(serialized(array(BOT_COMMAND, 1, 100))), **_COMMANDS_FOR},
    "deleteMyCommands": _COMMANDS_FOR,
    "getMyCommands": _COMMANDS_FOR,
    "sendChatAction": {
        "business_connection_id": _NOT_PLAYED,
        "chat_id": need(chat_id),
        "message_thread_id": _NOT_PLAYED,
        "action": need(
            one_of(
                "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
                "upload_document", "choose_sticker", "find_location", "record_video_note",
                "upload_video_note",
            ),
        ),
    },
    "getFile": {"file_id": need(string(1))},
    "sendPhoto": {
        **_TO_A_CHAT,
        "photo": need(_anything),
        "caption": may(string()),
        "parse_mode": _PARSE_MODE,
        "caption_entities": may(serialized(array(MESSAGE_ENTITY))),
        "show_caption_above_media": may(boolean),
        "has_spoiler": may(boolean),
    },
    "sendDocument": {
        **_TO_A_CHAT,
        "document": need(_anything),
        "thumbnail": _NOT_PLAYED,
        "caption": may(string()),
        "parse_mode": _PARSE_MODE,
        "caption_entities": may(serialized(array(MESSAGE_ENTITY))),
        "disable_content_type_detection": may(boolean),
    },
    "getChat": {"chat_id": need(chat_id)},
}  # fmt: skip

BY_LOWER_NAME = {name.lower(): name for name in METHODS}


def find_method(name: str) -> str:
    """Return the method's own spelling (the service does not mind the case). Raises Refusal: 404."""
    try:
        return BY_LOWER_NAME[name.lower()]
    except KeyError:
        raise Refusal(404, "Not Found: method not found", violation=True) from None
