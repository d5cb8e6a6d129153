"""Buttons under a message."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

CALLBACK_DATA_BYTES_MAX = 64
BUTTONS_IN_A_ROW = 3
CHARACTERS_IN_A_ROW = 30
"""About as many as the labels of one row have room for on a small phone."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Button:
    """A button that sends `data` back. Raises ValueError where that is too long."""

    label: str
    data: str

    def __post_init__(self) -> None:
        if not fits_a_button(self.data):
            raise ValueError(
                f"the data of button {self.label!r} must have 1 to {CALLBACK_DATA_BYTES_MAX} bytes in UTF-8",
            )


Keyboard = Sequence[Sequence[Button]]
"""Rows of buttons."""


@dataclass(frozen=True, slots=True)
class AskContact:
    """Below the chat, the one button that shares the person's own number."""

    label: str


@dataclass(frozen=True, slots=True)
class NoMoreAsking:
    """Takes away what stands below the chat."""


def fits_a_button(data: str) -> bool:
    """Tell whether `data` can be what a button sends."""
    return 1 <= len(data.encode()) <= CALLBACK_DATA_BYTES_MAX


def rows_of(buttons: Iterable[tuple[str, str]]) -> Keyboard:
    """Return (label, command) buttons in rows that fit a phone; a command that is too long is left out."""
    rows: list[list[Button]] = []
    for label, command in buttons:
        if not fits_a_button(command):
            _log.warning("a button is left out: its command has %d bytes", len(command.encode()))
            continue
        if not rows or not _has_room(rows[-1], label):
            rows.append([])
        rows[-1].append(Button(label, command))
    return rows


def markup_of(
    keyboard: Keyboard | AskContact | NoMoreAsking,
) -> ReplyKeyboardMarkup | ReplyKeyboardRemove | InlineKeyboardMarkup | None:
    """Return the Bot API's form of a keyboard; None for an empty one."""
    match keyboard:
        case AskContact():
            button = KeyboardButton(keyboard.label, request_contact=True)
            return ReplyKeyboardMarkup([[button]], resize_keyboard=True, one_time_keyboard=True)
        case NoMoreAsking():
            return ReplyKeyboardRemove()
        case _:
            return inline_markup_of(keyboard)


def inline_markup_of(keyboard: Keyboard) -> InlineKeyboardMarkup | None:
    """Return the Bot API's form of buttons under a message; None where there are none."""
    rows = [
        [InlineKeyboardButton(button.label, callback_data=button.data) for button in row] for row in keyboard
    ]
    return InlineKeyboardMarkup(rows) if rows else None


def _has_room(row: list[Button], label: str) -> bool:
    taken = sum(len(button.label) for button in row)
    return len(row) < BUTTONS_IN_A_ROW and taken + len(label) <= CHARACTERS_IN_A_ROW
