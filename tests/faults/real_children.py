"""The processes of the real fault run. They are forked from one that has imported everything already.

A process that is killed each second or two would otherwise spend its life with its imports.
"""

import asyncio
import multiprocessing
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from bot import serve as service
from bot.bootstrap import build
from bot.channels import join_channels
from bot.settings import Settings
from tests.fakes.clock import FakeClock
from tests.faults import real_writer
from tests.faults.real_writer import Diary

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.faults.real_children", "bot.sms.texter", "boto3"])


@dataclass(frozen=True, slots=True)
class Home:
    """Where a process lives: its folder, and its settings as the environment has them."""

    folder: Path
    settings: dict[str, str]

    def enter(self) -> None:
        """Be a process that was started there."""
        for name in Settings.model_fields:
            os.environ.pop(name.upper(), None)
        os.environ.update(self.settings)
        os.chdir(self.folder)
        log = os.open("log", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.dup2(log, sys.stdout.fileno())
        os.dup2(log, sys.stderr.fileno())


@dataclass(slots=True)
class Child:
    """A process that can be started again whenever it was killed."""

    work: Callable[..., None]
    arguments: tuple[Any, ...]
    process: BaseProcess | None = None

    def start(self) -> None:
        """Start it."""
        self.process = _FORKS.Process(target=self.work, args=self.arguments)
        self.process.start()

    def kill(self) -> None:
        """End it as a power cut would: with SIGKILL."""
        if self.process is not None:
            self.process.kill()
            self.process.join()

    def join(self) -> None:
        """Wait until it has ended by itself."""
        assert self.process is not None
        self.process.join()
        assert self.process.exitcode == 0, "see the log"

    @property
    def ended(self) -> int | None:
        """Its exit status, or None while it runs."""
        return self.process.exitcode if self.process is not None else None


def serve(home: Home, port: int) -> None:
    """Do as `quickdump serve --port PORT`."""
    home.enter()
    service.run(Settings.read(), host="127.0.0.1", port=port, sim=False)


def write(home: Home, writer: int, count: int, diary: Path) -> None:
    """Give commands until all are answered."""
    home.enter()
    asyncio.run(real_writer.write(writer, count, Diary(diary).read()))


def settle(home: Home, passes: int) -> None:
    """Send what is still owed, with a clock that is a minute later at each pass of the relay."""
    home.enter()
    asyncio.run(_settled(passes))


async def _settled(passes: int) -> None:
    settings = Settings.read()
    clock = FakeClock(datetime.now(UTC).replace(microsecond=0))  # noqa: TID251 - the others had the real one
    channels = join_channels(settings)
    system = build(settings, clock=clock, texter=channels.texter, chat=channels.chat)
    async with channels.reaching():
        for _ in range(passes):
            await system.relay.once()
            state = await system.dispatcher.read()
            if not any(message.is_open for message in state.messages.values()):
                return
            clock.advance(seconds=61)
    raise SystemExit(f"after {passes} minutes something is still owed")
