"""What follows the stack: an empty state, the session key, and where Telegram and Twilio call."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.bootstrap import build
from bot.channels import join_channels, twilio_account
from bot.settings import Settings
from bot.texts import provisioning as words
from core.domain.session import session_key
from core.ports import Keys, StoreError


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of one part."""

    part: str
    words: str
    failed: bool = False


def settle(settings: Settings, keys: Keys) -> Iterator[Settled]:
    """Set each part up, and yield what became of it; a part that fails does not stop the others.

    Each may be repeated. `settings.session_key` is set.
    """
    parts: dict[str, Callable[[], str]] = {
        "state": lambda: _state(settings),
        "session key": lambda: _session_key(settings, keys),
        "telegram": lambda: _telegram(settings),
        "twilio": lambda: _twilio(settings),
    }
    for part, work in parts.items():
        try:
            yield Settled(part=part, words=work())
        except (StoreError, SettlingError) as error:
            yield Settled(part=part, words=str(error), failed=True)


class SettlingError(Exception):
    """A part could not be set up; the message says why and what to do."""


def _state(settings: Settings) -> str:
    made = build(settings).create_state()
    return words.STATE_MADE if made else words.STATE_THERE


def _session_key(settings: Settings, keys: Keys) -> str:
    if settings.session_key is None:
        raise SettlingError("SESSION_KEY is not set")
    wanted = session_key(settings.session_key.get_secret_value(), build(settings).store.load().state)
    if keys.current() == wanted:
        return words.KEY_THERE
    keys.replace(wanted)
    return words.KEY_PUT


def _telegram(settings: Settings) -> str:
    client = join_channels(settings).telegram
    if client is None:
        return words.TELEGRAM_NOT_SET
    if settings.webhook_url is None or settings.telegram_webhook_secret is None:
        return words.TELEGRAM_POLLS
    from bot.telegram.failures import TelegramFailed  # noqa: PLC0415 - only where Telegram is configured

    url, secret = f"{settings.webhook_url}/telegram", settings.telegram_webhook_secret.get_secret_value()

    async def point() -> None:
        await client.start()
        try:
            await client.set_webhook(url, secret)
        finally:
            await client.stop()

    try:
        asyncio.run(point())
    except TelegramFailed as failed:
        raise SettlingError(words.telegram_failed(failed.failure.description)) from failed
    return words.calls(url)


def _twilio(settings: Settings) -> str:
    account = twilio_account(settings)
    if account is None:
        return words.TWILIO_NOT_SET
    if account.webhook_url is None:
        raise SettlingError(words.TWILIO_NEEDS_WEBHOOK)
    from bot.sms.numbers import NumbersError, point_to_us  # noqa: PLC0415 - only where Twilio is configured

    try:
        return words.calls(point_to_us(account))
    except NumbersError as error:
        raise SettlingError(str(error)) from error
