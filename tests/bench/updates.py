"""What one update from Telegram costs us in CPU, beside what python-telegram-bot itself takes for one."""

import asyncio
import json
import time
from typing import Any

from telegram import Update
from telegram.ext import Application, ApplicationBuilder, MessageHandler, filters
from telegram.request import BaseRequest
from typing_extensions import override

from bot.bootstrap import build
from bot.settings import Settings
from bot.telegram.client import TelegramClient
from bot.telegram.inbox import TelegramInbox
from bot.telegram.webhook import take
from core.cards import CardKeeper
from tests.bench.figure import Figure, median
from tests.bench.place import Place

UPDATES = 300
JOBS = 100
ME = {"id": 1, "is_bot": True, "first_name": "Quickdump", "username": "quickdump_bot"}
OWN_MS_MAX = 2.0


def measure(place: Place) -> list[Figure]:
    """Return our CPU for an update that looks and one that changes, and PTB's to parse and dispatch one."""
    del place
    ptb_ms = asyncio.run(_ptb())
    looks_ms, changes_ms = asyncio.run(_ours())
    return [
        Figure(name="PTB: parse and dispatch, ms of CPU an update", value=ptb_ms),
        Figure(name="an update that looks, ms of CPU", value=looks_ms, at_most=OWN_MS_MAX),
        Figure(
            name="an update that changes a job among 100, ms of CPU", value=changes_ms, at_most=OWN_MS_MAX
        ),
        Figure(name="an update that looks / PTB's own parse and dispatch", value=looks_ms / ptb_ms),
        Figure(name="an update that changes / PTB's own parse and dispatch", value=changes_ms / ptb_ms),
    ]


def an_update(number: int, text: str) -> bytes:
    """Return an update as Telegram posts it."""
    user = {"id": 1001, "is_bot": False, "first_name": "Ana", "language_code": "en"}
    chat = {"id": 1001, "first_name": "Ana", "type": "private"}
    message = {"message_id": number, "from": user, "chat": chat, "date": 1795453200, "text": text}
    return json.dumps({"update_id": 700_000_000 + number, "message": message}).encode()


class SilentClient(TelegramClient):
    """A client whose messages go nowhere: what the network takes is not ours."""

    @override
    async def post(self, *_what: object, **_how: object) -> int:
        return 1


async def _ours() -> tuple[float, float]:
    places = {"state": "memory://", "site": "memory://"}
    system = build(
        Settings.model_validate({**places, "telegram_bot_token": "1:x", "telegram_webhook_secret": "s"})
    )
    system.ensure_state()
    client = SilentClient("1:x")

    class NoCards(CardKeeper):
        @override
        def take(self, card: object) -> None:
            del card

    keeper = NoCards(system.dispatcher, _NoChat(), lambda _card, _state: NotImplemented)
    inbox = TelegramInbox(system.desk, client, keeper, system.objects, (1001,))

    async def handled(number: int, text: str) -> float:
        started = time.process_time()
        if not await take(inbox, an_update(number, text), _keep):
            raise SystemExit(f"the bench expected {text!r} to be taken")
        return time.process_time() - started

    for number in range(1, JOBS + 1):
        await handled(number, f"new Mark{number} Soderblom {100 + number}")
    looks = [await handled(1000 + n, f"show {n % JOBS + 1}") for n in range(UPDATES)]
    changes = [await handled(2000 + n, f"edit {n % JOBS + 1} price {200 + n}") for n in range(UPDATES)]
    return median(looks) * 1000, median(changes) * 1000


class _NoChat:
    async def post(self, **_: object) -> int:
        return 1

    async def edit(self, **_: object) -> None:
        return

    def edit_wait_s(self, chat: int) -> float:
        del chat
        return 0.0


async def _keep(_raw: bytes, why: str) -> None:
    raise SystemExit(f"an update was kept aside: {why}")


class _Offline(BaseRequest):
    @property
    @override
    def read_timeout(self) -> float | None:
        return None

    @override
    async def initialize(self) -> None:
        return

    @override
    async def shutdown(self) -> None:
        return

    @override
    async def do_request(self, *_what: object, **_how: object) -> tuple[int, bytes]:
        return 200, json.dumps({"ok": True, "result": ME}).encode()


async def _ptb() -> float:
    async def nothing(_update: Update, _context: object) -> None:
        return

    builder = (
        ApplicationBuilder().token("1:x").updater(None).request(_Offline()).get_updates_request(_Offline())
    )
    application: Application[Any, Any, Any, Any, Any, Any] = builder.build()
    application.add_handler(MessageHandler(filters.TEXT, nothing))
    await application.initialize()
    spent = []
    for number in range(UPDATES):
        raw = an_update(number, "show 1")
        started = time.process_time()
        await application.process_update(Update.de_json(json.loads(raw), application.bot))
        spent.append(time.process_time() - started)
    await application.shutdown()
    return median(spent) * 1000
