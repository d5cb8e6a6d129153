"""What came in from Telegram, as a typed value: the only form in which an update goes on from here."""

import json
from typing import Literal

from telegram import CallbackQuery, Chat, ChatMemberUpdated, Document, Message, PhotoSize, Update, User

from core.domain.record import Value

ChatKind = Literal["private", "group", "supergroup"]


class MalformedUpdate(Exception):
    """These bytes are no update of the Bot API. Keep them aside; the service would only send them again."""


class Replied(Value):
    """The message that somebody replied to."""

    message_id: int
    text: str
    """Its text or caption; empty where it had none."""
    from_bot: bool


class Tap(Value):
    """A tap on a button."""

    callback_id: str
    data: str
    """What the button sends; a modified client can send anything."""
    message_id: int | None
    """The message with the button; None where the service no longer knows it."""
    message_text: str
    replied_text: str
    """The text that the message with the button replied to; empty where there was none."""


class ContactCard(Value):
    """A contact that somebody shared."""

    phone: str
    """As the service gives it, with a leading +."""
    own: bool
    """Whether it is the sender's own card: anybody can forward somebody else's."""


class Photo(Value):
    """A photo in its largest size."""

    file_id: str
    size_bytes: int | None


class Incoming(Value):
    """One update, from a person, in a private chat or a group."""

    update_id: int
    chat_id: int
    chat_kind: ChatKind
    user_id: int
    first_name: str
    message_id: int | None = None
    text: str | None = None
    """A message's text, or a photo's caption."""
    reply_to: Replied | None = None
    tap: Tap | None = None
    contact: ContactCard | None = None
    photo: Photo | None = None
    edited: bool = False
    """Whether it is a later version of an earlier message; live locations come so too."""
    blocked: bool | None = None
    """True where the person has blocked the bot just now, False where he has unblocked it."""

    @property
    def is_private(self) -> bool:
        """Whether nobody else reads the chat."""
        return self.chat_kind == "private"


def parse_update(raw: bytes) -> Incoming | None:
    """Read an update; return None where it is of a kind that dispatching has no use for.

    Raises MalformedUpdate.
    """
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise MalformedUpdate("the update is not JSON") from error
    if not isinstance(data, dict) or type(data.get("update_id")) is not int:
        raise MalformedUpdate("the update is not a JSON object with an update_id")
    try:
        return _incoming(Update.de_json(data, None))
    except _UNREADABLE as error:
        # The parser builds its objects from whatever the fields are; a wrong one fails in many ways.
        raise MalformedUpdate(f"the update cannot be read: {type(error).__name__}: {error}") from error


_UNREADABLE = (TypeError, ValueError, KeyError, AttributeError, OverflowError, OSError, RecursionError)


def _incoming(update: Update) -> Incoming | None:
    if update.callback_query is not None:
        return _tapped(update.update_id, update.callback_query)
    if update.my_chat_member is not None:
        return _membership(update.update_id, update.my_chat_member)
    message = update.message or update.edited_message
    if message is None or message.from_user is None or message.from_user.is_bot:
        return None
    return _written(update.update_id, message, edited=update.message is None)


def _written(update_id: int, message: Message, *, edited: bool) -> Incoming | None:
    user = message.from_user
    kind = _kind(message.chat)
    if user is None or kind is None:
        return None
    replied = message.reply_to_message
    return Incoming(
        update_id=update_id,
        chat_id=message.chat.id,
        chat_kind=kind,
        user_id=user.id,
        first_name=user.first_name,
        message_id=message.message_id,
        text=message.text if message.text is not None else message.caption,
        reply_to=None if replied is None else _replied(replied),
        contact=_contact(message, user),
        photo=_photo(message),
        edited=edited,
    )


def _tapped(update_id: int, query: CallbackQuery) -> Incoming | None:
    message = query.message
    chat = None if message is None else message.chat
    kind = "private" if chat is None else _kind(chat)
    if query.data is None or kind is None:
        return None
    readable = message if isinstance(message, Message) else None
    replied = None if readable is None else readable.reply_to_message
    return Incoming(
        update_id=update_id,
        # Without its message a tap still names its person, whose private chat has the same id.
        chat_id=query.from_user.id if chat is None else chat.id,
        chat_kind=kind,
        user_id=query.from_user.id,
        first_name=query.from_user.first_name,
        tap=Tap(
            callback_id=query.id,
            data=query.data,
            message_id=None if message is None else message.message_id,
            message_text="" if readable is None else _text(readable),
            replied_text="" if replied is None else _text(replied),
        ),
    )


def _membership(update_id: int, change: ChatMemberUpdated) -> Incoming | None:
    kind = _kind(change.chat)
    if kind is None:
        return None
    return Incoming(
        update_id=update_id,
        chat_id=change.chat.id,
        chat_kind=kind,
        user_id=change.from_user.id,
        first_name=change.from_user.first_name,
        blocked=change.new_chat_member.status in {"kicked", "left"},
    )


def _replied(message: Message) -> Replied:
    sender = message.from_user
    return Replied(
        message_id=message.message_id,
        text=_text(message),
        from_bot=sender is not None and sender.is_bot,
    )


def _contact(message: Message, sender: User) -> ContactCard | None:
    card = message.contact
    if card is None:
        return None
    digits = "".join(character for character in card.phone_number if character.isdecimal())
    return ContactCard(phone=f"+{digits}", own=card.user_id == sender.id)


def _photo(message: Message) -> Photo | None:
    """Return a photo in its largest size, or a picture that was sent as a file, as it was taken."""
    largest = max(message.photo, key=lambda size: size.width * size.height, default=None)
    document = message.document
    is_picture = document is not None and (document.mime_type or "").startswith("image/")
    file: PhotoSize | Document | None = document if largest is None and is_picture else largest
    if file is None:
        return None
    return Photo(file_id=file.file_id, size_bytes=file.file_size)


def _text(message: Message) -> str:
    return message.text or message.caption or ""


def _kind(chat: Chat) -> ChatKind | None:
    match chat.type:
        case "private" | "group" | "supergroup" as kind:
            return kind
        case _:
            return None
