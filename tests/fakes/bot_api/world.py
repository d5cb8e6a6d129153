"""The world behind the fake Bot API: the bot, its chats, and the messages in them."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.fakes.bot_api.refusals import BLOCKED, CHAT_NOT_FOUND, KICKED, NEVER_STARTED, migrated

FIRST_MOMENT = 1_795_453_200
"""The clock of a new fake: 2026-11-23 17:00:00 UTC."""

ChatKind = Literal["private", "group", "supergroup"]


@dataclass(frozen=True, slots=True)
class Version:
    """What a message said at some time."""

    text: str
    buttons: tuple[tuple[str, ...], ...]


@dataclass(eq=False)
class Message:
    """A message in a chat, as it is now."""

    chat: "Chat"
    message_id: int
    date: int
    sender: dict[str, Any]
    text: str = ""
    entities: list[dict[str, Any]] = field(default_factory=list)
    markup: dict[str, Any] | None = None
    reply_to: "Message | None" = None
    edited_at: int | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    """Fields of other kinds of content: `contact`, `photo`, `caption` …"""
    shown: dict[str, Any] = field(default_factory=dict)
    """How it was sent: `link_preview_options`, `disable_notification` …"""
    versions: list[Version] = field(default_factory=list)
    """All that it said so far, oldest first."""
    deleted: bool = False

    @property
    def from_bot(self) -> bool:
        """Whether the bot sent it."""
        return bool(self.sender["is_bot"])

    @property
    def buttons(self) -> tuple[tuple[str, ...], ...]:
        """The labels of its inline buttons, row by row."""
        return tuple(tuple(button["text"] for button in row) for row in self._rows())

    def button(self, label: str) -> dict[str, Any]:
        """Return the inline button with this label. Raises LookupError where there is none."""
        for button in itertools.chain.from_iterable(self._rows()):
            if button["text"] == label:
                return dict(button)
        raise LookupError(
            f"message {self.message_id} ({self.text!r}) has no button {label!r}, only {self.buttons}"
        )

    def keep_version(self) -> None:
        """Add what it says now to its history."""
        self.versions.append(Version(self.text or self.extra.get("caption", ""), self.buttons))

    def as_json(self, *, with_reply: bool = True) -> dict[str, Any]:
        """Return the Message object of the Bot API."""
        body: dict[str, Any] = {
            "message_id": self.message_id,
            "from": self.sender,
            "chat": self.chat.as_json(),
            "date": self.date,
        }
        if self.edited_at is not None:
            body["edit_date"] = self.edited_at
        if self.reply_to is not None and with_reply:
            body["reply_to_message"] = self.reply_to.as_json(with_reply=False)
        if self.text:
            body["text"] = self.text
        if self.entities:
            body["entities"] = self.entities
        body |= self.extra
        if self.markup is not None and "inline_keyboard" in self.markup:
            body["reply_markup"] = self.markup
        return body

    def _rows(self) -> list[list[dict[str, Any]]]:
        rows: list[list[dict[str, Any]]] = (self.markup or {}).get("inline_keyboard", [])
        return rows


@dataclass(eq=False)
class Chat:
    """A private chat with the bot, or a group that it is in."""

    id: int
    kind: ChatKind
    title: str = ""
    person: dict[str, Any] = field(default_factory=dict)
    """The names of the other side of a private chat."""
    started: bool = True
    blocked: bool = False
    migrated_to: int | None = None
    messages: dict[int, Message] = field(default_factory=dict)
    actions: list[str] = field(default_factory=list)
    """What `sendChatAction` said, in order."""

    @property
    def from_bot(self) -> list[Message]:
        """The bot's messages that are there, oldest first."""
        return [message for message in self.messages.values() if message.from_bot and not message.deleted]

    def as_json(self) -> dict[str, Any]:
        """Return the Chat object of the Bot API."""
        names = self.person if self.kind == "private" else {"title": self.title}
        return {"id": self.id, **names, "type": self.kind}

    def check_writable(self) -> None:
        """Raise the Refusal that a bot gets which may not write here."""
        if self.migrated_to is not None:
            raise migrated(self.migrated_to)
        if self.blocked:
            raise BLOCKED if self.kind == "private" else KICKED
        if not self.started:
            raise NEVER_STARTED


@dataclass(eq=False)
class StoredFile:
    """A file that was sent in a chat."""

    file_id: str
    path: str
    content: bytes

    def as_json(self) -> dict[str, Any]:
        """Return the File object of the Bot API."""
        unique = self.file_id.removeprefix("file-")
        return {"file_id": self.file_id, "file_unique_id": f"unique-{unique}", "file_size": len(self.content)}


@dataclass(eq=False)
class Tap:
    """A tap on an inline button, and what the bot answered."""

    query_id: str
    data: str
    message: Message
    answered: bool = False
    toast: str | None = None
    alert: bool = False
    expired: bool = False


class World:
    """All that the fake remembers. Its lock is the server's: callers hold it."""

    def __init__(self, bot: dict[str, Any]) -> None:
        self.bot = bot
        self.now_s = FIRST_MOMENT
        self.chats: dict[int, Chat] = {}
        self.taps: dict[str, Tap] = {}
        self.files: dict[str, StoredFile] = {}
        self.commands: dict[str, list[dict[str, str]]] = {}
        """The bot's commands by scope and language, as JSON text of both."""
        self._ids = itertools.count(1)
        self._file_numbers = itertools.count(1)
        self._query_numbers = itertools.count(4_382_000_000_000_001)

    def chat(self, chat_id: int | str) -> Chat:
        """Return the chat. Raises Refusal: 400."""
        found = self.chats.get(chat_id) if isinstance(chat_id, int) else None
        if found is None:
            raise CHAT_NOT_FOUND
        return found

    def post(self, chat: Chat, sender: dict[str, Any], **fields: Any) -> Message:
        """Add a message to a chat."""
        message = Message(chat=chat, message_id=next(self._ids), date=self.now_s, sender=sender, **fields)
        message.keep_version()
        chat.messages[message.message_id] = message
        return message

    def keep_file(self, content: bytes, folder: str, extension: str) -> StoredFile:
        """Add a file."""
        number = next(self._file_numbers)
        file = StoredFile(f"file-{number}", f"{folder}/file_{number}.{extension}", content)
        self.files[file.file_id] = file
        return file

    def new_tap(self, message: Message, data: str) -> Tap:
        """Add a tap that is to be answered."""
        tap = Tap(str(next(self._query_numbers)), data, message)
        self.taps[tap.query_id] = tap
        return tap

    def all_messages(self) -> Iterator[Message]:
        """Yield every message that is there, in the order of sending."""
        messages = itertools.chain.from_iterable(chat.messages.values() for chat in self.chats.values())
        yield from sorted((m for m in messages if not m.deleted), key=lambda message: message.message_id)
