"""`quickdump chat`: a conversation at the terminal."""

import sys
from collections.abc import Callable

from bot.desk import Desk
from bot.terminal.say import as_text, say
from bot.terminal.speaker import UnknownSpeaker
from core.relay import Relay

GREETING = "Type ? for the words, 'as driver' or 'as 602-555-0142' to speak as somebody else, Ctrl-D to end."


async def chat(desk: Desk, relay: Relay, speaks_as: str, new_cause: Callable[[], str]) -> None:
    """Answer line after line until the input ends."""
    _print(GREETING)
    while True:
        text = _read(f"{speaks_as}> ")
        if text is None:
            return
        if text.lower().startswith("as ") and len(text.split()) <= _NAME_WORDS_MAX:
            speaks_as = text[3:].strip()
            continue
        try:
            reply = await say(desk, relay, text, speaks_as=speaks_as, cause=new_cause())
        except UnknownSpeaker as error:
            _print(str(error))
            speaks_as = "admin"
        else:
            _print(as_text(reply))


_NAME_WORDS_MAX = 4


def _read(prompt: str) -> str | None:
    try:
        return input(prompt)
    except (EOFError, KeyboardInterrupt):
        return None


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")
