"""What the commands of `quickdump` share: the parts joined, moments read, work run, faults told."""

import asyncio
import contextlib
import os
import sys
import uuid
from collections.abc import Coroutine
from datetime import datetime
from typing import TYPE_CHECKING, NoReturn, TypeVar
from zoneinfo import ZoneInfo

import click

from bot.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.bootstrap import System
    from bot.channels import Channels
    from bot.desk.desk import Probe
    from bot.finding import Finding

T = TypeVar("T")


def _log_in_as(_context: click.Context, _option: click.Parameter, profile: str | None) -> None:
    """Let boto3 take a profile, and not the bot's keys in `.env`, which it would believe sooner."""
    if profile:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            os.environ.pop(name, None)
        os.environ["AWS_PROFILE"] = profile


by_profile = click.option(
    "--profile",
    metavar="NAME",
    expose_value=False,
    callback=_log_in_as,
    help="The AWS profile to log in with, instead of the bot's keys.",
)
"""The option for what the bot's own keys may not do."""


def open_system(now: str | None = None) -> "tuple[System, Channels]":
    """Return the parts joined as the settings say, over a state that is there."""
    system, channels = join(Settings.read(), now)
    system.ensure_state()
    return system, channels


def join(settings: Settings, now: str | None = None) -> "tuple[System, Channels]":
    """Return the parts joined; `now` is the moment that they take for this one."""
    from bot.bootstrap import FixedClock, build  # noqa: PLC0415 - starts `--help` faster
    from bot.channels import join_channels  # noqa: PLC0415

    clock = FixedClock(moment_of(now, settings.timezone, "--now")) if now else None
    # What a command line sends goes the same ways as what the service sends: it works on the same outbox.
    channels = join_channels(settings)
    system = build(settings, clock=clock, texter=channels.texter, chat=channels.chat)
    system.desk.self_test = _self_test(system)
    return system, channels


def _self_test(system: "System") -> "Probe":
    async def run(cause: str) -> "Sequence[Finding]":
        from bot.selftest import SelfTest  # noqa: PLC0415 - its clients start slowly, and few ask for it

        return await SelfTest.of(system).run(cause)

    return run


def moment_of(text: str, zone: str, option: str) -> datetime:
    """Return the moment that somebody typed for `option`; without a zone it is the business's."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(
            f"'{text}' is no moment; write 2026-11-24T10:00:00-07:00", param_hint=option
        ) from error
    moment = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
    return moment.replace(microsecond=0)


def new_cause() -> str:
    """Return the id of a line that was typed just now."""
    return f"cli:{uuid.uuid4()}"  # noqa: TID251 - the command line is where a typed line gets its id


def run(work: Coroutine[object, object, T], channels: "Channels | None" = None) -> T:
    """Run `work` with the channels open for sending; Ctrl-C ends it without a word."""

    async def reaching() -> T:
        async with channels.reaching() if channels else contextlib.nullcontext():
            return await work

    try:
        return asyncio.run(reaching())
    except KeyboardInterrupt:
        sys.exit(130)


def fail(message: str) -> NoReturn:
    """End with one clear line and exit status 1."""
    sys.stderr.write(f"quickdump: {message}\n")
    sys.exit(1)
