"""`quickdump say`: one line, one answer, one pass of the relay."""

import asyncio
import json
import logging
import secrets

from bot.desk import Desk, Line
from bot.terminal.speaker import speaker
from bot.texts.reply import Attachment, Reply
from core.ports import StoreError
from core.relay import Relay

log = logging.getLogger(__name__)

PASS_S = 5.0
"""How long `say` gives the relay before it ends; what is left goes out with the next pass."""


async def say(desk: Desk, relay: Relay, text: str, *, speaks_as: str, cause: str) -> Reply:
    """Put one line to the desk, then send what is due. Raises UnknownSpeaker, StoreError."""
    state = await desk.dispatcher.read()
    actor = speaker(speaks_as, state, desk.business.region)
    line = Line(text=text, actor=actor, cause=cause, waits=True, secret=secrets.token_urlsafe(24))
    reply = await desk.ask(line)
    try:
        await asyncio.wait_for(relay.once(), PASS_S)
    except (StoreError, TimeoutError) as error:
        log.warning("the relay could not finish its pass: %s", error)
    return reply


def as_json(reply: Reply) -> str:
    """Return a reply as the one object that `say --json` prints."""
    return json.dumps(
        {
            "ok": reply.ok,
            "reply": reply.text,
            "job": reply.job.model_dump(mode="json") if reply.job else None,
            "buttons": [button.model_dump() for button in reply.buttons],
            "messages": [message.model_dump(mode="json") for message in reply.messages],
            **({"attachment": _attachment(reply.attachment)} if reply.attachment else {}),
        },
        ensure_ascii=False,
    )


def _attachment(file: Attachment) -> dict[str, str]:
    text = file.content.decode("utf-8-sig", "replace")
    return {"name": file.name, "content_type": file.content_type, "text": text}


def as_text(reply: Reply) -> str:
    """Return a reply as a person at a terminal reads it, its buttons as lines to type."""
    lines = [reply.text] if reply.text else []
    if reply.buttons:
        lines.append("  " + "   ".join(f"[{button.label}: {button.command}]" for button in reply.buttons))
    return "\n".join(lines) or "(no answer: a person reads it)"
