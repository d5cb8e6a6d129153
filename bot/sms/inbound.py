"""Texts that come in: carrier words first, then whatever their sender may say."""

import base64
import binascii
import logging
import re
from collections.abc import Mapping
from typing import Self

from bot.desk import Desk, Line
from bot.desk.by_text import ask_by_text, do_silently, take_note
from bot.desk.identity import by_phone
from bot.grammar.carrier_words import CarrierWord, classify
from bot.grammar.customer import read_customer
from bot.grammar.normalise import without_invisible
from bot.sms.account import MEDIA_MAX
from bot.sms.refusals import refusal_of
from bot.texts.customer import pictures
from core.domain import commands as c
from core.domain.delivery import reported
from core.domain.people import Actor
from core.domain.record import Value
from core.domain.state import State

log = logging.getLogger(__name__)

BASE64_LENGTH_MIN = 60
"""Shorter words may be base64 by chance; only texts of several parts ever come so."""

_SID = re.compile(r"[A-Za-z0-9]{10,64}")
_ERROR_CODE = re.compile(r"[0-9]{1,6}")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_MEDIA = re.compile(r"/Media/(ME[0-9a-fA-F]{32})(?:$|[/?#])")
_SENDER_LENGTH_MAX = 64
_PROVIDERS_WORDS: Mapping[str, CarrierWord] = {"STOP": "opt_out", "START": "opt_in", "HELP": "help"}
"""Twilio's `OptOutType` (Advanced Opt-Out): it has acted already, whatever the words were."""


class Inbound(Value):
    """One text from somebody."""

    message_sid: str
    phone: str
    """As the provider names the sender: a number in E.164, a short code, or a name."""
    text: str
    media: tuple[str, ...] = ()
    """The ids of its pictures at the provider. Their addresses stay there: they may be open to anybody."""

    word: CarrierWord | None = None
    """What the provider took it for, where the account has words of its own for STOP, START and HELP."""

    @classmethod
    def of(cls, fields: Mapping[str, str]) -> Self | None:
        """Return the text that these form fields hold, or None where they hold none."""
        message_sid, phone = fields.get("MessageSid", ""), fields.get("From", "")
        has_sender = phone.strip() and len(phone) <= _SENDER_LENGTH_MAX
        if not _SID.fullmatch(message_sid) or not has_sender or "Body" not in fields:
            return None
        return cls(
            message_sid=message_sid,
            phone=phone,
            text=decoded(fields["Body"]),
            media=_media_of(fields),
            word=_PROVIDERS_WORDS.get(fields.get("OptOutType", "")),
        )


class SmsInbox:
    """Puts texts and reports where they belong. All methods raise StoreError where nothing could be kept."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def take(self, inbound: Inbound) -> None:
        """Do what a text asks for, once: Twilio may send the same one again."""
        if not _E164.fullmatch(inbound.phone):
            # A short code or a name is some machine's: it is no customer, and can't be answered.
            log.warning("a text from a sender without a number is left alone: %s", inbound.message_sid)
            await take_note(self._desk, cause_of(inbound.message_sid))
            return
        state = await self._hears(inbound.phone, await self._desk.dispatcher.read())
        first, *others = _lines(inbound, by_phone(inbound.phone, state))
        await self._take(first, inbound.word or classify(first.text), state)
        for line in others:
            await ask_by_text(self._desk, line)

    async def _take(self, line: Line, word: CarrierWord | None, state: State) -> None:
        # Carrier words belong to the number, whoever holds it.
        number = Actor.customer(line.actor.phone or "")
        words = line.text.strip() or "STOP"
        match word:
            case "help":
                # The provider has answered it.
                await take_note(self._desk, line.cause)
            case "opt_out":
                await do_silently(self._desk, c.OptOutByCustomer(words=words), number, line.cause)
            case "opt_in" if line.actor.role is None or _has_opted_out(number, state):
                await do_silently(self._desk, c.OptInByCustomer(words=words), number, line.cause)
            case "opt_in":
                # To staff who never opted out it is the provider's word, and no command.
                await take_note(self._desk, line.cause)
            case "ask" | None:
                await ask_by_text(self._desk, line)

    async def _hears(self, phone: str, state: State) -> State:
        """Forget what was known against a number that texts us: it can."""
        if state.texting.bad_number(phone) is None:
            return state
        _, state = await self._desk.dispatcher.submit(
            lambda state: (state.with_texting(bad_numbers=state.texting.without_bad(phone)), None)
        )
        return state

    async def report(self, message_id: str, provider_id: str, word: str, code: str | None) -> None:
        """Record what became of a text of ours."""
        now = self._desk.dispatcher.clock.now()
        code = code if code is not None and _ERROR_CODE.fullmatch(code) else None
        remedy = refusal_of(int(code)).remedy if code is not None else None
        await self._desk.dispatcher.submit(
            lambda state: (reported(state, message_id, provider_id, word, code, now, remedy=remedy), None)
        )


def cause_of(message_sid: str) -> str:
    """Return the cause of what a text does."""
    return f"sms:{message_sid}"


def decoded(body: str) -> str:
    """Return the words of a body; Twilio sends a text of several parts in base64 at times.

    Only what is surely base64 is taken for it: long, whole, and words in UTF-8.
    """
    bare = "".join(body.split())
    if len(bare) < BASE64_LENGTH_MIN or len(bare) % 4 or not _BASE64.fullmatch(bare):
        return body
    try:
        words = base64.b64decode(bare, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return body
    return words if all(letter.isprintable() or letter.isspace() for letter in words) else body


def _media_of(fields: Mapping[str, str]) -> tuple[str, ...]:
    count = fields.get("NumMedia", "0")
    found = range(min(int(count), MEDIA_MAX)) if count.isdecimal() and count.isascii() else range(0)
    matches = (_MEDIA.search(fields.get(f"MediaUrl{number}", "")) for number in found)
    return tuple(match[1] if match else "" for match in matches)


def _lines(inbound: Inbound, actor: Actor) -> list[Line]:
    """Return what a text says, as lines: its words, and that there are pictures.

    Pictures stand under the words that a person reads anyway; beside a word that is a command, they are
    something that he has to read for itself.
    """
    cause = cause_of(inbound.message_sid)
    text = without_invisible(inbound.text, line_break="\n")
    line = Line(text=text, actor=actor, cause=cause)
    if not inbound.media or actor.role is not None:
        return [line]
    seen = pictures(inbound.media)
    if not text.strip():
        return [line.model_copy(update={"text": seen})]
    for_a_person = isinstance(read_customer(text), c.WriteToDispatcher)
    if for_a_person:
        return [line.model_copy(update={"text": f"{text}\n{seen}"})]
    return [line, line.model_copy(update={"text": seen, "cause": f"{cause}:media"})]


def _has_opted_out(number: Actor, state: State) -> bool:
    opt_out = state.opt_outs.get(number.phone or "")
    return opt_out is not None and opt_out.ended_at is None
