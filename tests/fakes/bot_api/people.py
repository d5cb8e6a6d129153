"""The driver's side: people who write, tap and block, and groups that they meet in."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.bot_api.html import units
from tests.fakes.bot_api.updates import Mailbox
from tests.fakes.bot_api.world import Chat, Message, Tap, World

_CHAT_INSTANCE = "-5013405960317001344"


@dataclass(eq=False)
class FakeGroup:
    """A group that the bot is in."""

    chat: Chat
    _new_group: Callable[[str, str], "FakeGroup"]

    @property
    def id(self) -> int:
        """The chat's id."""
        return self.chat.id

    def migrate(self) -> "FakeGroup":
        """Become a supergroup, with a new id; the bot gets no say in it."""
        bigger = self._new_group(self.chat.title, "supergroup")
        self.chat.migrated_to = bigger.id
        return bigger


@dataclass(eq=False)
class FakeUser:
    """Somebody with a Telegram account. Everything that he does reaches the bot as an update."""

    id: int
    first_name: str
    chat: Chat
    """His private chat with the bot."""
    world: World
    mailbox: Mailbox
    phone: str | None = None
    last_name: str | None = None
    username: str | None = None
    language_code: str = "en"
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    @property
    def account(self) -> dict[str, Any]:
        """The User object of the Bot API."""
        names = {"last_name": self.last_name, "username": self.username, "language_code": self.language_code}
        known = {name: value for name, value in names.items() if value is not None}
        return {"id": self.id, "is_bot": False, "first_name": self.first_name, **known}

    @property
    def received(self) -> list[Message]:
        """The bot's messages in the private chat, oldest first, as they are now."""
        with self.mailbox.lock:
            return self.chat.from_bot

    @property
    def last(self) -> Message:
        """The newest message from the bot. Raises LookupError where there is none."""
        if not self.received:
            raise LookupError(f"the bot has sent nothing to {self.first_name}")
        return self.received[-1]

    def say(
        self, text: str, chat: Chat | FakeGroup | None = None, reply_to: Message | None = None
    ) -> Message:
        """Send a text, to the private chat unless another one is named."""
        return self._send(
            _chat_of(chat) or self.chat, reply_to=reply_to, text=text, entities=_commands_in(text)
        )

    def start(self, payload: str = "") -> Message:
        """Press Start, with the payload of a `t.me/<bot>?start=` link."""
        return self.say(f"/start {payload}".strip())

    def reply(self, message: Message, text: str) -> Message:
        """Send a text as a reply to a message, in its chat."""
        return self.say(text, message.chat, message)

    def edit(self, message: Message, text: str) -> None:
        """Change what he said before."""
        with self.mailbox.lock:
            if message.sender["id"] != self.id:
                raise ValueError(
                    f"{self.first_name} cannot edit a message of somebody else: {message.text!r}"
                )
            message.text, message.entities = text, _commands_in(text)
            message.edited_at = self.world.now_s
            message.keep_version()
            self.mailbox.put("edited_message", message.chat.id, message.as_json())

    def tap(self, message: Message, label: str) -> Tap:
        """Tap the button with this label. Raises LookupError where the message has none such now."""
        with self.mailbox.lock:
            return self.tap_data(message, message.button(label)["callback_data"])

    def tap_data(self, message: Message, data: str) -> Tap:
        """Send any callback data, as a modified client can (or an old keyboard that is still on a screen)."""
        with self.mailbox.lock:
            tap = self.world.new_tap(message, data)
            query = {
                "id": tap.query_id,
                "from": self.account,
                "message": message.as_json(),
                "chat_instance": _CHAT_INSTANCE,
                "data": data,
            }
            self.mailbox.put("callback_query", message.chat.id, query)
            return tap

    def share_contact(self, phone: str | None = None, *, whose: int | None = None) -> Message:
        """Send a contact card: his own with his own phone, unless `whose` is somebody else's id."""
        number = phone or self.phone
        if number is None:
            raise ValueError(f"{self.first_name} has no phone to share: give one")
        owner = self.id if whose is None else whose
        card = {"phone_number": number.lstrip("+"), "first_name": self.first_name, "user_id": owner}
        return self._send(self.chat, extra={"contact": card})

    def send_photo(self, content: bytes, caption: str = "", reply_to: Message | None = None) -> Message:
        """Send a photo to the private chat."""
        with self.mailbox.lock:
            size = self.world.keep_file(content, "photos", "jpg").as_json() | {"width": 1280, "height": 960}
        extra = {"photo": [size], **({"caption": caption} if caption else {})}
        return self._send(self.chat, reply_to=reply_to, extra=extra)

    def send_file(self, content: bytes, mime_type: str, file_name: str = "IMG_1.jpg") -> Message:
        """Send a file as it is to the private chat."""
        with self.mailbox.lock:
            file = self.world.keep_file(content, "documents", file_name.rpartition(".")[2]).as_json()
        document = {**file, "file_name": file_name, "mime_type": mime_type}
        return self._send(self.chat, extra={"document": document})

    def send_location(self, latitude: float, longitude: float) -> Message:
        """Send where he is."""
        return self._send(self.chat, extra={"location": {"latitude": latitude, "longitude": longitude}})

    def block(self) -> None:
        """Block the bot."""
        self._set_blocked(blocked=True)

    def unblock(self) -> None:
        """Unblock the bot."""
        self._set_blocked(blocked=False)

    def _set_blocked(self, *, blocked: bool) -> None:
        with self.mailbox.lock:
            self.chat.blocked = blocked
            member = {"status": "member", "user": self.world.bot}
            gone = {"status": "kicked", "user": self.world.bot, "until_date": 0}
            change = {
                "chat": self.chat.as_json(),
                "from": self.account,
                "date": self.world.now_s,
                "old_chat_member": member if blocked else gone,
                "new_chat_member": gone if blocked else member,
            }
            self.mailbox.put("my_chat_member", self.chat.id, change)

    def _send(self, chat: Chat, **fields: Any) -> Message:
        with self.mailbox.lock:
            if chat.blocked:
                raise ValueError(f"{self.first_name} has blocked the bot: unblock it before he writes")
            chat.started = True
            message = self.world.post(chat, self.account, **fields)
            self.mailbox.put("message", chat.id, message.as_json())
            return message


def _chat_of(place: Chat | FakeGroup | None) -> Chat | None:
    return place.chat if isinstance(place, FakeGroup) else place


def _commands_in(text: str) -> list[dict[str, Any]]:
    first = text.split(maxsplit=1)[0] if text.startswith("/") else ""
    if len(first) < 2:
        return []
    return [{"offset": 0, "length": units(first), "type": "bot_command"}]
