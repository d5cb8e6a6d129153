"""Fakes of the ports that a test scripts: a state store with a gate and faults, and ways to people."""

import threading
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.domain.outbox import Message
from core.domain.state import State
from core.handover import Carrier, Words
from core.ports import ProviderText, Snapshot, StateStore, StoreError

WAITED_AT_MOST_S = 30.0
"""A test that waits longer than this has gone wrong."""


class Gate:
    """Lets nobody through while it is closed; a thread that stands before it sets `arrived`."""

    def __init__(self) -> None:
        self.arrived = threading.Event()
        self._open = threading.Event()
        self._open.set()

    def close(self) -> None:
        self.arrived.clear()
        self._open.clear()

    def open(self) -> None:
        self._open.set()

    def pass_through(self) -> None:
        if not self._open.is_set():
            self.arrived.set()
            assert self._open.wait(WAITED_AT_MOST_S), "nobody opened the gate"


class ScriptedStore:
    """A state store that counts, waits at gates before it writes and after it read, fails as it is told."""

    def __init__(self, inner: StateStore) -> None:
        self.inner = inner
        self.gate = Gate()
        self.read_gate = Gate()
        self.saves = 0
        self.loads = 0
        self.save_faults: deque[StoreError | Exception | None] = deque()
        """What the next writes raise before they reach the store; None lets one through."""
        self.load_faults: deque[StoreError | Exception | None] = deque()
        self.before_save: Callable[[], None] = lambda: None
        self.after_save: Callable[[], None] = lambda: None

    def load(self, known: Snapshot | None = None) -> Snapshot:
        self.loads += 1
        _raise_next(self.load_faults)
        loaded = self.inner.load(known)
        self.read_gate.pass_through()
        return loaded

    def save(self, state: State, base: Snapshot) -> Snapshot:
        self.saves += 1
        self.gate.pass_through()
        self.before_save()
        _raise_next(self.save_faults)
        saved = self.inner.save(state, base)
        self.after_save()
        return saved

    def create(self, state: State) -> Snapshot:
        return self.inner.create(state)

    def probe(self) -> None:
        self.inner.probe()


def _raise_next(faults: deque[StoreError | Exception | None]) -> None:
    fault = faults.popleft() if faults else None
    if fault is not None:
        raise fault


class FakeCarrier:
    """A way to people that keeps what it was handed, lists it, and fails as it is told."""

    def __init__(self, *, repeatable: bool = False) -> None:
        self.handed: list[Message] = []
        self.faults: deque[BaseException | None] = deque()
        """What the next calls raise after they took the message; None lets one through."""
        self.texts: list[ProviderText] = []
        """What the provider lists, oldest first; what it is handed is put there by `lists_what_it_takes`."""
        self.lists_what_it_takes = True
        self.list_faults: deque[Exception | None] = deque()
        self.lists_read: list[str] = []
        self.on_send: Callable[[Message], Awaitable[None]] | None = None
        self.place: str | None = None
        """The provider's id of what is sent; None for one that is made from ours."""
        self.carrier = Carrier(send=self._send, listed=self._listed, repeatable=repeatable)

    async def _send(self, message: Message, words: Words, state: State) -> str:
        del state
        assert words.body
        self.handed.append(message)
        if self.lists_what_it_takes:
            self.texts.append(a_provider_text(message))
        if self.on_send is not None:
            await self.on_send(message)
        fault = self.faults.popleft() if self.faults else None
        if fault is not None:
            raise fault
        return self.place or f"SM-{message.id}"

    async def _listed(self, message: Message, state: State, since: datetime) -> list[ProviderText]:
        del state
        self.lists_read.append(message.to)
        fault = self.list_faults.popleft() if self.list_faults else None
        if fault is not None:
            raise fault
        mine = [text for text in self.texts if text.to == message.to and text.created_at >= since]
        return mine[::-1]


def a_provider_text(message: Message, **fields: Any) -> ProviderText:
    """Return the text that a provider lists once it took `message`."""
    values: dict[str, Any] = {
        "provider_id": f"SM-{message.id}",
        "to": message.to,
        "sender": None,
        "body": message.body,
        "inbound": False,
        "status": "sent",
        "created_at": message.not_before,
        "error_code": None,
    }
    return ProviderText(**{**values, **fields})


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """An edit that a chat was asked for."""

    chat: int
    message: int
    body: str | None
    buttons: tuple[tuple[str, str], ...]
    revision: int | None


class FakeChat:
    """A chat that keeps what it was asked for, and fails as it is told."""

    def __init__(self) -> None:
        self.edits: list[Edit] = []
        self.posts: list[tuple[int, str]] = []
        self.replies_to: list[int | None] = []
        self.faults: deque[Exception | None] = deque()
        """What the next calls raise after they took what was asked; None lets one through."""
        self.waits: dict[int, float] = {}

    async def post(
        self,
        *,
        chat: int,
        body: str,
        buttons: tuple[tuple[str, str], ...] = (),
        revision: int | None = None,
        reply_to: int | None = None,
    ) -> int:
        del buttons, revision
        self.posts.append((chat, body))
        self.replies_to.append(reply_to)
        self._fail()
        return 1000 + len(self.posts)

    async def edit(
        self,
        *,
        chat: int,
        message: int,
        body: str | None,
        buttons: tuple[tuple[str, str], ...],
        revision: int | None,
    ) -> None:
        self.edits.append(Edit(chat=chat, message=message, body=body, buttons=buttons, revision=revision))
        self._fail()

    def edit_wait_s(self, chat: int) -> float:
        return self.waits.get(chat, 0.0)

    def _fail(self) -> None:
        fault = self.faults.popleft() if self.faults else None
        if fault is not None:
            raise fault
