"""`quickdump doctor`: names each part as fine, not configured, or broken with what to do."""

import asyncio
from itertools import islice
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from bot.bootstrap import System, build
from bot.channels import Channels, join_channels
from bot.finding import Finding
from bot.settings import Settings
from core.ports import Edge, Moved, NotFound, Recovery, StoreError, Unusable

VERSIONS_COUNTED_MAX = 1_000
"""A busy bucket keeps millions, and tells a thousand at a time."""


STAND_IN = "Nothing was deployed here yet"
"""What the function in cf/stack.yaml says until the first deploy."""


def examine(settings: Settings) -> list[Finding]:
    """Return what was found about each part. Asks providers, changes nothing but a scratch object."""
    channels = join_channels(settings)
    system = build(settings, texter=channels.texter, chat=channels.chat)
    return [
        _state(system),
        _restore(system),
        _site(system),
        _staging(settings),
        _telegram(settings, channels),
        _twilio(settings),
        _cloudfront(settings),
        _public_url(settings),
        _time_zone(settings),
    ]


def _state(system: System) -> Finding:
    address = system.settings.state
    try:
        snapshot = system.store.load()
        system.store.probe()
        concerns = system.concerns(snapshot)
    except NotFound:
        words = f"nothing in {address} yet: 'quickdump init' makes an empty state"
        trial = address.startswith("file://")
        return Finding("state", "fine" if trial else "broken", words)
    except StoreError as error:
        return Finding("state", "broken", str(error))
    state = snapshot.state
    if state.moved_to:
        return Finding("state", "broken", str(Moved(state.moved_to)))
    open_jobs = sum(1 for _ in state.open_jobs())
    words = f"{address}, {len(state.jobs)} jobs ({open_jobs} open)"
    return Finding("state", "fine", "; ".join([words, *concerns]))


def _restore(system: System) -> Finding:
    if isinstance(system.store, Recovery):
        return _recovery(system, system.store)
    try:
        versions = list(islice(system.restorer.versions(), VERSIONS_COUNTED_MAX))
    except Unusable as error:
        return Finding("restore", "not configured", str(error))
    except StoreError as error:
        return Finding("restore", "broken", str(error))
    if not versions:
        return Finding("restore", "fine", "nothing to go back to yet")
    last = system.business.local(versions[-1].written_at)
    count = f"{len(versions):,}{' or more' if len(versions) == VERSIONS_COUNTED_MAX else ''}"
    return Finding("restore", "fine", f"{count} states to go back to, at least to {last:%Y-%m-%d %H:%M}")


def _recovery(system: System, store: Recovery) -> Finding:
    try:
        window = store.window()
    except StoreError as error:
        return Finding("restore", "broken", str(error))
    if window is None:
        return Finding("restore", "not configured", "point-in-time recovery is off")
    first, last = map(system.business.local, window)
    return Finding("restore", "fine", f"to any second from {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M}")


def _site(system: System) -> Finding:
    address = system.settings.site
    try:
        system.site.get("index.html")
    except NotFound:
        return Finding("site", "fine", f"{address} is empty: 'quickdump serve' publishes the pages")
    except StoreError as error:
        return Finding("site", "broken", str(error))
    return Finding("site", "fine", address)


def _staging(settings: Settings) -> Finding:
    places = {"STATE": settings.state, "SITE": settings.site, "STAGING": settings.staging}
    for one, first in places.items():
        for other, second in places.items():
            if one < other and overlap(first, second):
                return Finding(
                    "staging", "broken", f"{one} and {other} overlap: give each a place of its own"
                )
    return Finding("staging", "fine", settings.staging)


def overlap(first: str, second: str) -> bool:
    """Tell whether one store's address lies inside the other's, so that one could wipe the other."""
    if first.partition("://")[0] != second.partition("://")[0] or first.startswith("memory://"):
        return False
    one, other = (PurePosixPath(address.partition("://")[2].strip("/") or ".") for address in (first, second))
    return one == other or one in other.parents or other in one.parents


def _telegram(settings: Settings, channels: Channels) -> Finding:
    if channels.telegram is None:
        return Finding("telegram", "not configured", "TELEGRAM_BOT_TOKEN is not set")
    from bot.telegram.failures import TelegramFailed  # noqa: PLC0415 - only where Telegram is configured

    client = channels.telegram

    async def ask() -> tuple[str, str]:
        await client.start()
        try:
            return await client.username(), await client.webhook_url()
        finally:
            await client.stop()

    try:
        name, webhook = asyncio.run(ask())
    except TelegramFailed as failed:
        words = f"{failed.failure.description}: is TELEGRAM_BOT_TOKEN right, and is the network there?"
        return Finding("telegram", "broken", words)
    if settings.webhook_url and webhook != f"{settings.webhook_url}/telegram":
        return Finding("telegram", "fine", f"@{name}; 'quickdump serve' sets its webhook")
    return Finding("telegram", "fine", f"@{name}, {'webhook ' + webhook if webhook else 'long polling'}")


def _twilio(settings: Settings) -> Finding:
    if settings.twilio_account_sid is None:
        return Finding("twilio", "not configured", "TWILIO_ACCOUNT_SID is not set: nobody is texted")
    if settings.webhook_url is None:
        words = (
            "WEBHOOK_URL is not set: texts that come in are looked for every 20 s, and none is reported on"
        )
        return Finding("twilio", "fine", words)
    sender = settings.twilio_messaging_service_sid or settings.twilio_from
    return Finding(
        "twilio", "fine", f"texts come from {sender}; set its webhook to {settings.webhook_url}/twilio/sms"
    )


def _cloudfront(settings: Settings) -> Finding:
    ids = [settings.cloudfront_distribution_id, settings.cloudfront_function, settings.cloudfront_kvs_arn]
    if not any(ids):
        return Finding("cloudfront", "not configured", "pages are served by this process")
    if not all(ids):
        words = "CLOUDFRONT_DISTRIBUTION_ID, CLOUDFRONT_FUNCTION and CLOUDFRONT_KVS_ARN go together"
        return Finding("cloudfront", "broken", words)
    if settings.session_key is None:
        words = "SESSION_KEY is not set: dashboards would ask for a new link after each restart"
        return Finding("cloudfront", "broken", f"{words}; make one with 'openssl rand -hex 32'")
    from core.adapters.cloudfront import open_edge  # noqa: PLC0415 - imports boto3

    distribution_id, function = str(ids[0]), str(ids[1])
    try:
        edge = open_edge(distribution_id=distribution_id, function=function)
    except StoreError as error:
        return Finding("cloudfront", "broken", str(error))
    return of_the_edge(edge, f"{distribution_id}, {function}")


def of_the_edge(edge: Edge, name: str) -> Finding:
    """Return what was found about the function that viewers' requests run through."""
    try:
        live, settled = edge.live(), edge.settled()
    except StoreError as error:
        return Finding("cloudfront", "broken", str(error))
    if live is None:
        return Finding("cloudfront", "broken", f"{name}: nothing was published: run 'quickdump deploy'")
    if STAND_IN in live.source:
        return Finding("cloudfront", "fine", f"{name}; no page is shown before 'quickdump deploy'")
    if not settled:
        return Finding("cloudfront", "fine", f"{name}; what was published last is still on its way")
    return Finding("cloudfront", "fine", name)


def _public_url(settings: Settings) -> Finding:
    if settings.public_url is None:
        if settings.has_channel:
            words = "PUBLIC_URL is not set: customers would get links to this machine"
            return Finding("public url", "broken", words)
        return Finding("public url", "not configured", "links lead to this machine")
    if urlsplit(settings.public_url).scheme != "https" and settings.has_channel:
        return Finding("public url", "broken", f"{settings.public_url} is not https")
    return Finding("public url", "fine", settings.public_url)


def _time_zone(settings: Settings) -> Finding:
    if "timezone" not in settings.model_fields_set:
        return Finding("time zone", "not configured", f"TIMEZONE is not set: {settings.timezone} is taken")
    return Finding("time zone", "fine", settings.timezone)
