"""Fakes of the ports that a test scripts: a state store with a gate and faults, and ways to people."""

import threading
from collections import deque
from collections.abc import Awaitable, Callable

from core.domain.outbox import Message
from core.domain.state import State
from core.handover import Carrier, Words
from core.ports import Snapshot, StateStore, StoreError

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
    """A state store that counts, waits at a gate before it writes, and fails as it is told."""

    def __init__(self, inner: StateStore) -> None:
        self.inner = inner
        self.gate = Gate()
        self.saves = 0
        self.loads = 0
        self.save_faults: deque[StoreError | Exception | None] = deque()
        """What the next writes raise before they reach the store; None lets one through."""
        self.load_faults: deque[StoreError | Exception | None] = deque()
        self.before_save: Callable[[], None] = lambda: None

    def load(self, known: Snapshot | None = None) -> Snapshot:
        self.loads += 1
        _raise_next(self.load_faults)
        return self.inner.load(known)

    def save(self, state: State, base: Snapshot) -> Snapshot:
        self.saves += 1
        self.gate.pass_through()
        self.before_save()
        _raise_next(self.save_faults)
        return self.inner.save(state, base)

    def create(self, state: State) -> Snapshot:
        return self.inner.create(state)

    def probe(self) -> None:
        self.inner.probe()


def _raise_next(faults: deque[StoreError | Exception | None]) -> None:
    fault = faults.popleft() if faults else None
    if fault is not None:
        raise fault


class FakeCarrier:
    """A way to people that keeps what it was handed, and fails as it is told."""

    def __init__(self, *, repeatable: bool = False) -> None:
        self.handed: list[Message] = []
        self.faults: deque[BaseException | None] = deque()
        """What the next calls raise after they took the message; None lets one through."""
        self.on_send: Callable[[Message], Awaitable[None]] | None = None
        self.carrier = Carrier(send=self._send, repeatable=repeatable)

    async def _send(self, message: Message, words: Words, state: State) -> str:
        del state
        assert words.body
        self.handed.append(message)
        if self.on_send is not None:
            await self.on_send(message)
        fault = self.faults.popleft() if self.faults else None
        if fault is not None:
            raise fault
        return f"SM-{message.id}"
