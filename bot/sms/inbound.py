"""Texts that come in: carrier words first, then whatever their sender may say."""

import logging
import re
from collections.abc import Mapping
from typing import Self

from bot.desk import Desk, Line
from bot.desk.by_text import ask_by_text, do_silently
from bot.desk.identity import by_phone
from bot.grammar.carrier_words import classify
from bot.sms.refusals import refusal_of
from core.domain import commands as c
from core.domain.delivery import reported
from core.domain.people import Actor
from core.domain.record import Value

log = logging.getLogger(__name__)

_SID = re.compile(r"[A-Za-z0-9]{10,64}")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_SENDER_LENGTH_MAX = 64
_PICTURE = "(a picture)"


class Inbound(Value):
    """One text from somebody."""

    message_sid: str
    phone: str
    """As the provider names the sender: a number in E.164, a short code, or a name."""
    text: str

    @classmethod
    def of(cls, fields: Mapping[str, str]) -> Self | None:
        """Return the text that these form fields hold, or None where they hold none."""
        message_sid, phone = fields.get("MessageSid", ""), fields.get("From", "")
        has_sender = phone.strip() and len(phone) <= _SENDER_LENGTH_MAX
        if not _SID.fullmatch(message_sid) or not has_sender or "Body" not in fields:
            return None
        text = fields["Body"]
        if not text.strip() and fields.get("NumMedia", "0") not in {"", "0"}:
            text = _PICTURE
        return cls(message_sid=message_sid, phone=phone, text=text)


class SmsInbox:
    """Puts texts and reports where they belong. All methods raise StoreError where nothing could be kept."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def take(self, inbound: Inbound) -> None:
        """Do what a text asks for, once: Twilio may send the same one again."""
        if not _E164.fullmatch(inbound.phone):
            # A short code or a name is some machine's: it is no customer, and can't be answered.
            log.warning("a text from a sender without a number is left alone: %s", inbound.message_sid)
            return
        state = await self._desk.dispatcher.read()
        actor = by_phone(inbound.phone, state)
        line = Line(text=inbound.text, actor=actor, cause=f"sms:{inbound.message_sid}")
        match classify(inbound.text):
            case "opt_out":
                await do_silently(
                    self._desk, c.OptOutByCustomer(words=inbound.text.strip()), self._as_number(line)
                )
            case "opt_in":
                await self._opt_in(line)
            case "help":
                # The provider has answered it.
                return
            case "ask" if line.actor.role is None:
                await do_silently(self._desk, c.AskOptOut(words=inbound.text.strip()), line)
            case "ask" | None:
                await ask_by_text(self._desk, line)

    async def report(self, message_id: str, provider_id: str, word: str, code: str | None) -> None:
        """Record what became of a text of ours."""
        now = self._desk.dispatcher.clock.now()
        remedy = refusal_of(int(code)).remedy if code is not None and code.isdecimal() else None

        await self._desk.dispatcher.submit(
            lambda state: (
                reported(state, message_id, provider_id, word, code, now, remedy=remedy),
                None,
            )
        )

    async def _opt_in(self, line: Line) -> None:
        done = await do_silently(self._desk, c.OptInByCustomer(), self._as_number(line))
        if not done and line.actor.role is None:
            # YES to somebody who never opted out is an answer that a person should read.
            await ask_by_text(self._desk, line)

    @staticmethod
    def _as_number(line: Line) -> Line:
        """Return the line as its bare number's: carrier words belong to the number, whoever holds it."""
        return line.model_copy(update={"actor": Actor.customer(line.actor.phone or "")})
