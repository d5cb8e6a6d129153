"""A house for the use cases: one business in memory, with everything that a test may want to reach."""

import asyncio
from collections.abc import Awaitable, Callable

from core.adapters.document import DocumentStateStore
from core.adapters.memory import MemoryObjects
from core.dispatch import Dispatcher, Outcome
from core.domain.commands import Command
from core.domain.outbox import Message
from core.domain.people import Actor
from core.domain.state import State
from core.handover import Words
from core.ports import ObjectStore
from core.publish import Publisher
from core.relay import Relay
from tests.builders import BUSINESS, DISPATCHER, NOON, a_state
from tests.fakes.clock import FakeClock, FakeIds
from tests.fakes.ports import WAITED_AT_MOST_S, FakeCarrier, ScriptedStore


class Pauses:
    """An injected pause that takes no time and remembers how long it would have been."""

    def __init__(self) -> None:
        self.lengths_s: list[float] = []

    async def __call__(self, length_s: float) -> None:
        self.lengths_s.append(length_s)
        await asyncio.sleep(0)


class House:
    """One business: its objects, a dispatcher and a relay. `another()` is a second process on them."""

    def __init__(
        self,
        state: State | None = None,
        *,
        objects: ObjectStore | None = None,
        site: ObjectStore | None = None,
        clock: FakeClock | None = None,
        ids: FakeIds | None = None,
        commits_per_second: float | None = None,
        pause: Callable[[float], Awaitable[None]] | None = None,
    ) -> None:
        self.objects = objects if objects is not None else MemoryObjects()
        self.site = site if site is not None else MemoryObjects()
        self.clock = clock or FakeClock(NOON)
        self.ids = ids or FakeIds()
        self.store = ScriptedStore(DocumentStateStore(self.objects, lambda _s: None))
        if objects is None:
            self.store.create(state or a_state())
        self.publisher = Publisher(self.site, BUSINESS, self.objects)
        self.pauses = Pauses()
        self.dispatcher = Dispatcher(
            self.store,
            self.publisher,
            BUSINESS,
            self.clock,
            self.ids,
            commits_per_second=commits_per_second,
            pause=pause or self.pauses,
        )
        self.sms, self.chat = FakeCarrier(), FakeCarrier(repeatable=True)
        self.relay = self.a_relay()

    def another(self) -> "House":
        """Return a second process that works on the same objects."""
        return House(objects=self.objects, site=self.site, clock=self.clock, ids=self.ids)

    def a_relay(self) -> Relay:
        """Return a relay as it starts."""
        return Relay(
            self.dispatcher,
            self.publisher,
            {"sms": self.sms.carrier, "chat": self.chat.carrier},
            self.words,
        )

    @staticmethod
    def words(message: Message, _state: State) -> Words:
        """Return words that show which message it is."""
        return Words(body=f"{message.kind} for {message.to}")

    def stored(self) -> State:
        """Return what lies in the store now, past every cache."""
        return DocumentStateStore(self.objects, lambda _s: None).load().state

    async def do(self, command: Command, actor: Actor = DISPATCHER, *, cause: str | None = None) -> Outcome:
        """Let `actor` give `command`, with a cause of its own."""
        return await self.dispatcher.handle(command, actor, cause or f"tg:{self.ids.unique()}")

    def owed(self) -> dict[str, Message]:
        """Return what lies in the outbox now."""
        return dict(self.stored().messages)


async def arrived(store: ScriptedStore) -> None:
    """Wait until a write stands at the gate."""
    assert await asyncio.to_thread(store.gate.arrived.wait, WAITED_AT_MOST_S)


async def turns(count: int = 5) -> None:
    """Let every task that can go on do so."""
    for _ in range(count):
        await asyncio.sleep(0)
