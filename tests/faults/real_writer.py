"""A command-line writer of the real fault run: gives command after command, as `quickdump chat` would.

It writes down what it asks before it asks it and what it was answered after that, so that whoever starts it
again after a kill goes on where it stopped, with the same cause for what was never answered.
"""

import asyncio
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.bootstrap import build
from bot.channels import join_channels
from bot.settings import Settings
from bot.terminal.say import say

STEPS = ("new", "ready", "transit", "dumped", "complete")
"""What each writer says about one job after the other."""

TRIES_MAX = 20
PAUSE_S = 0.2


@dataclass(slots=True)
class Diary:
    """What one writer asked and heard, in a file that outlives it."""

    path: Path
    asked: dict[int, str] = field(default_factory=dict)
    answered: dict[int, int] = field(default_factory=dict)
    """By place: the number of the job that it was about."""

    def read(self) -> "Diary":
        """Take in what is there; a last line that a kill cut short never was."""
        lines = self.path.read_text().splitlines(keepends=True) if self.path.exists() else []
        for line in lines:
            if not line.endswith("\n"):
                continue
            entry: dict[str, Any] = json.loads(line)
            if "asks" in entry:
                self.asked[entry["place"]] = entry["asks"]
            else:
                self.answered[entry["place"]] = entry["job"]
        if lines and not lines[-1].endswith("\n"):
            self.path.write_text("".join(lines[:-1]))
        return self

    def write(self, **entry: object) -> None:
        """Add a line, and have it on the disk."""
        with self.path.open("a") as file:
            file.write(json.dumps(entry) + "\n")
            file.flush()
            os.fsync(file.fileno())


def line_of(writer: int, place: int, diary: Diary) -> str:
    """Return what the writer says at this place of its list."""
    about, step = divmod(place, len(STEPS))
    if step == 0:
        phone = f"602-{200 + writer}-{about:04}"
        return f"new Customer W{writer}J{about} 600 {phone}"
    return f"{STEPS[step]} {diary.answered[about * len(STEPS)]}"


async def write(writer: int, count: int, diary: Diary) -> None:
    """Say everything that was not answered yet."""
    settings = Settings.read()
    channels = join_channels(settings)
    system = build(settings, texter=channels.texter, chat=channels.chat)
    async with channels.reaching():
        for place in range(count):
            if place in diary.answered:
                continue
            line = diary.asked.get(place) or line_of(writer, place, diary)
            if place not in diary.asked:
                diary.asked[place] = line
                diary.write(place=place, asks=line)
            cause = f"cli:w{writer}-{place}"
            reply = await say(system.desk, system.relay, line, speaks_as="admin", cause=cause)
            for _ in range(TRIES_MAX):
                if reply.kind not in {"down", "unknown"}:
                    break
                await asyncio.sleep(PAUSE_S)
                reply = await say(system.desk, system.relay, line, speaks_as="admin", cause=cause)
            if reply.kind != "done" or reply.job is None:
                raise SystemExit(f"writer {writer}, {line!r}: {reply.kind}: {reply.text}")
            diary.answered[place] = reply.job.number
            diary.write(place=place, job=reply.job.number)
