"""Buttons of a reply on Telegram: what fits into 64 bytes, and what a tap meant."""

import hashlib
import re
from collections.abc import Iterable

from bot.telegram.incoming import Tap
from bot.telegram.keyboard import Keyboard, fits_a_button, rows_of
from bot.texts.reply import Button as ReplyButton
from bot.texts.reply import Reply
from core.domain.record import Value


class TappedCommand(Value):
    """A button that holds a whole command, with the revision of the job that it was made from."""

    command: str
    revision: int | None


class TappedOption(Value):
    """A button of a question whose command was too long: the question is asked again to find it."""

    index: int
    digest: str

    def finds(self, options: tuple[ReplyButton, ...]) -> str | None:
        """Return the command of this option, or None where the question would be another one now."""
        if self.index >= len(options):
            return None
        command = options[self.index].command
        return command if _digest(command) == self.digest else None


def keyboard_of(reply: Reply) -> Keyboard:
    """Return the buttons of a reply in rows that fit a phone."""
    revision = reply.job.revision if reply.job else None
    return rows_of(
        (button.label, _data(button, index, revision)) for index, button in enumerate(reply.buttons)
    )


def keyboard_with(buttons: Iterable[tuple[str, str]], revision: int | None) -> Keyboard:
    """Return (label, command) buttons of a job's card in rows that fit a phone.

    They carry the revision that they were made from, where there is room for it.
    """
    return rows_of(
        (label, data if fits_a_button(data := _bound(command, revision)) else command)
        for label, command in buttons
    )


def read_tap(tap: Tap) -> TappedCommand | TappedOption | None:
    """Return what a tap asks for; None for data that is none of ours (a modified client can send any)."""
    if option := re.fullmatch(r"\?(\d{1,2})\|([0-9a-f]{12})", tap.data):
        return TappedOption(index=int(option[1]), digest=option[2])
    if command := re.fullmatch(r"(?:(\d{1,12})\|)?([^|]{1,64})", tap.data):
        return TappedCommand(command=command[2], revision=int(command[1]) if command[1] else None)
    return None


def _bound(command: str, revision: int | None) -> str:
    return command if revision is None else f"{revision}|{command}"


def _data(button: ReplyButton, index: int, revision: int | None) -> str:
    data = _bound(button.command, revision)
    return (
        data if fits_a_button(data) and "|" not in button.command else f"?{index}|{_digest(button.command)}"
    )


def _digest(command: str) -> str:
    return hashlib.sha256(command.encode()).hexdigest()[:12]
