"""A desk over a store in memory that can be made to fail."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from bot.desk import Desk, Line
from bot.texts.reply import Reply
from core.adapters.document import DocumentStateStore
from core.adapters.memory import MemoryObjects
from core.archive import Archive, Archiver, Eraser
from core.dispatch import Dispatcher
from core.domain.business import Business
from core.domain.people import Actor, Role
from core.domain.state import State
from core.publish import Publisher
from tests.fakes.clock import FakeClock, FakeIds
from tests.faults.faulty_objects import FaultyObjects

DAYTIME = datetime(2026, 11, 24, 17, tzinfo=UTC)


async def no_pause(_: float) -> None:
    """Wait for nothing."""


@dataclass
class Office:
    """A desk, and what is behind it."""

    objects: FaultyObjects
    desk: Desk
    store: DocumentStateStore
    archiver: Archiver
    causes: Callable[[], str] = field(
        default_factory=lambda: map("cli:{}".format, itertools.count()).__next__
    )

    async def say(self, text: str, who: Actor | Role = Role.DISPATCHER, **rest: object) -> Reply:
        actor = Actor.bare(who) if isinstance(who, Role) else who
        line = Line(text=text, actor=actor, cause=self.causes()).model_copy(update=rest)
        return await self.desk.ask(line)

    @property
    def clock(self) -> FakeClock:
        clock = self.desk.dispatcher.clock
        assert isinstance(clock, FakeClock)
        return clock

    @property
    def state(self) -> State:
        return self.store.load().state


@pytest.fixture
def office() -> Office:
    objects = FaultyObjects(MemoryObjects())
    store = DocumentStateStore(objects, lambda _: None)
    store.create(State(revision=1, write_id="first"))
    business = Business(name="Acme", public_url="https://track.example.com")
    publisher = Publisher(MemoryObjects(), business)
    dispatcher = Dispatcher(store, publisher, business, FakeClock(DAYTIME), FakeIds(), pause=no_pause)
    archive = Archive(objects, business)
    archiver = Archiver(archive, dispatcher, publisher, timedelta(days=30))
    eraser = Eraser(archive, dispatcher, publisher)
    desk = Desk(dispatcher, pause=no_pause, archive=archive, eraser=eraser)
    return Office(objects=objects, desk=desk, store=store, archiver=archiver)
