"""Carriers: the ways to people, made of the channels that are configured."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from bot.settings import Settings
from bot.simulator.chat import PHONES
from bot.texts.notices import repeated
from core.domain.cards import card_key, place_of
from core.domain.offers import BY_TEXT, goes_by_text
from core.domain.outbox import Message
from core.domain.people import Person, Role
from core.domain.state import State
from core.handover import Carrier, Unreached, Words
from core.ports import Chat, ProviderText, Texter, TextsNotListed


def carriers(
    settings: Settings, texter: Texter | None, chat: Chat | None
) -> dict[Literal["sms", "chat"], Carrier]:
    """Return the ways to people. Without any real channel the simulator's phones take everything."""
    if not settings.has_channel:
        return {"sms": _inbox(), "chat": _inbox() if chat is None else _on_phones(chat)}
    return {"sms": _by_sms(texter), "chat": _by_chat(chat, texter)}


def _inbox() -> Carrier:
    async def send(message: Message, words: Words, state: State) -> str:
        del words, state
        return f"inbox-{message.id}"

    return Carrier(send=send, repeatable=True)


def _on_phones(chat: Chat) -> Carrier:
    async def send(message: Message, words: Words, state: State) -> str:
        person = state.people.get(message.to)
        is_driver = (person.role if person else message.to) == Role.DRIVER
        phone = PHONES[Role.DRIVER if is_driver else Role.DISPATCHER]
        return await _posted(chat, phone, message, words, state)

    return Carrier(send=send, repeatable=True)


def _by_sms(texter: Texter | None) -> Carrier:
    async def send(message: Message, words: Words, state: State) -> str:
        del state
        if texter is None:
            raise Unreached("sms_not_configured")
        return await asyncio.to_thread(texter.send, to=message.to, body=words.body, message_id=message.id)

    async def listed(message: Message, state: State, since: datetime) -> Sequence[ProviderText]:
        del state
        return await _listed(texter, message.to, since)

    return Carrier(send=send, listed=listed)


async def _listed(texter: Texter | None, to: str, since: datetime) -> Sequence[ProviderText]:
    if texter is None:
        raise TextsNotListed("Twilio is not configured any more")
    return await asyncio.to_thread(texter.recent, to=to, since=since)


def _by_chat(chat: Chat | None, texter: Texter | None) -> Carrier:
    def by_text(message: Message, person: Person) -> bool:
        return chat is None or goes_by_text(message, person)

    async def send(message: Message, words: Words, state: State) -> str:
        person = state.people.get(message.to)
        if person is None or not person.active:
            raise Unreached("nobody_there")
        if texter is not None and person.phone is not None and by_text(message, person):
            return await asyncio.to_thread(
                texter.send, to=person.phone, body=words.body, message_id=message.id
            )
        if chat is not None and person.chat_id is not None and message.kind != BY_TEXT:
            body = repeated(words.body) if message.repeats else words.body
            worded = Words(body=body, buttons=words.buttons)
            return await _posted(chat, person.chat_id, message, worded, state)
        raise Unreached("not_reachable")

    async def listed(message: Message, state: State, since: datetime) -> Sequence[ProviderText] | None:
        person = state.people.get(message.to)
        if person is None or person.phone is None or not by_text(message, person):
            return None
        return await _listed(texter, person.phone, since)

    return Carrier(send=send, listed=listed)


async def _posted(chat: Chat, chat_id: int, message: Message, words: Words, state: State) -> str:
    """Post a message to somebody, as a reply to the card of its job where he has one; return its place."""
    job = state.jobs.get(message.job) if message.job is not None else None
    card = state.cards.get(card_key(job.number, chat_id)) if job is not None else None
    message_id = await chat.post(
        chat=chat_id,
        body=words.body,
        buttons=tuple((button.label, button.command) for button in words.buttons),
        revision=job.revision if job is not None else None,
        reply_to=card.message if card is not None else None,
    )
    return place_of(chat_id, message_id)
