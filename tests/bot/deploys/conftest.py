"""A whole system over folders, with a clock that stands still, in a folder of its own."""

import itertools
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.bootstrap import System, build
from bot.desk import Line
from bot.settings import Settings
from bot.texts.reply import Reply
from core.domain.people import Actor, Person, Role
from core.domain.state import State
from tests.bot.deploys.chat import FakeChat
from tests.fakes.clock import FakeClock

STAFF = {
    "ann": Person(person_id="ann", name="Ann", role=Role.ADMIN, telegram_id=1001),
    "bob": Person(person_id="bob", name="Bob", role=Role.ADMIN, telegram_id=1002),
    "dana": Person(person_id="dana", name="Dana", role=Role.DISPATCHER, telegram_id=1003),
    "joe": Person(person_id="joe", name="Joe", role=Role.DRIVER, telegram_id=1004),
}
ORIGIN = "http://127.0.0.1:8000"


@dataclass
class Firm:
    """A firm whose staff is known, and what its people say."""

    clock: FakeClock
    chat: FakeChat
    system: System
    _causes: "itertools.count[int]" = field(default_factory=itertools.count)

    async def say(
        self, text: str, who: str = "ann", *, waits: bool = True, in_company: bool = False
    ) -> Reply:
        line = Line(
            text=text,
            actor=Actor.of(STAFF[who]).model_copy(update={"in_company": in_company}),
            cause=f"tg:{next(self._causes)}",
            waits=waits,
        )
        return await self.system.desk.ask(line)

    def again(self) -> "Firm":
        """The same firm in another process."""
        return Firm(self.clock, self.chat, _built(self.clock, self.chat))


def _built(clock: FakeClock, chat: FakeChat) -> System:
    # Nothing of the environment or of an .env file: all stores lie below the folder of the test.
    return build(Settings(), origin=ORIGIN, clock=clock, chat=chat)


@pytest.fixture
def firm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Firm:
    monkeypatch.chdir(tmp_path)
    clock, chat = FakeClock(), FakeChat()
    system = _built(clock, chat)
    system.store.create(State(revision=1, write_id="first", people=STAFF))
    return Firm(clock, chat, system)
