"""The fake Bot API itself: takes requests, checks them against the table, answers, and remembers."""

import itertools
import json
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Self

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from tests.fakes.bot_api.calls import CALLS, commands_key
from tests.fakes.bot_api.methods import METHODS, find_method
from tests.fakes.bot_api.people import FakeGroup, FakeUser
from tests.fakes.bot_api.readers import read_fields
from tests.fakes.bot_api.refusals import UNAUTHORIZED, Refusal, too_many_requests
from tests.fakes.bot_api.updates import Mailbox
from tests.fakes.bot_api.world import Chat, Message, World
from tests.fakes.faults import Fault, FaultScript, Faulty, answer
from tests.fakes.serving import LocalServer

TOKEN = "7000000001:AAFakeTokenOfTheFakeBotApi_0123456789"
WAIT_AT_MOST_S = 10.0


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it came, and what was answered."""

    method: str
    parameters: dict[str, Any]
    refusal: Refusal | None = None


class FakeBotApi:
    """A Telegram Bot API on loopback. Use it as a context manager, or `start` and `stop` it."""

    def __init__(self, token: str = TOKEN, username: str = "quickdump_bot") -> None:
        self.token = token
        bot_id = int(token.partition(":")[0])
        self.world = World({"id": bot_id, "is_bot": True, "first_name": "Quickdump", "username": username})
        self.calls: list[Call] = []
        """Every call that was handled, in order."""
        self.violations: list[str] = []
        """What no sound client does: unknown or malformed parameters, broken limits."""
        self.faults = FaultScript()
        self._lock = threading.RLock()
        self._news = threading.Condition(self._lock)
        routes = [
            Route("/bot{token}/{method}", self._answer, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", self._file, methods=["GET"]),
        ]
        self._server = LocalServer(Faulty(Starlette(routes=routes), self.faults, _operation))
        self.mailbox = Mailbox(self._lock, lambda: self.world.now_s, self._news.notify_all, self._spawn)
        self._group_ids = itertools.count(1)

    @property
    def url(self) -> str:
        """The address without a path, as TELEGRAM_API_URL takes it."""
        return self._server.url

    @property
    def refusals(self) -> list[Call]:
        """The calls that were refused."""
        return [call for call in self.calls if call.refusal]

    def start(self) -> Self:
        """Take requests."""
        self._server.start()
        return self

    def stop(self) -> None:
        """End everything that is under way."""
        self.faults.release_all()
        self._server.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_problem: object) -> None:
        self.stop()

    # who is there

    def user(self, user_id: int, first_name: str, *, started: bool = True, **more: Any) -> FakeUser:
        """Return a new person; `more` are phone, last_name, username, language_code."""
        user = FakeUser(user_id, first_name, Chat(user_id, "private"), self.world, self.mailbox, **more)
        account = user.account
        user.chat.person = {n: account[n] for n in ("first_name", "last_name", "username") if n in account}
        user.chat.started = started
        with self._lock:
            self.world.chats[user_id] = user.chat
        return user

    def group(self, title: str, kind: str = "group") -> FakeGroup:
        """Return a new group that the bot is in; `kind` is `group` or `supergroup`."""
        number = next(self._group_ids)
        chat_id = -1_001_000_000_000 - number if kind == "supergroup" else -4_000_000 - number
        chat = Chat(chat_id, "supergroup" if kind == "supergroup" else "group", title)
        with self._lock:
            self.world.chats[chat_id] = chat
        return FakeGroup(chat, self.group)

    # what a test scripts

    def fault(self, method: str, fault: Fault, times: int = 1) -> None:
        """Let the next calls of a method (or of `*`) meet a fault."""
        self.faults.add(method, fault, times)

    def too_many_requests(self, method: str, retry_after_s: int = 3, times: int = 1) -> None:
        """Let the next calls of a method be answered with 429."""
        refusal = too_many_requests(retry_after_s)
        self.fault(method, answer(429, refusal.as_json()), times)

    def internal_error(self, method: str, times: int = 1) -> None:
        """Let the next calls of a method be answered with 500."""
        self.fault(method, answer(500, Refusal(500, "Internal Server Error").as_json()), times)

    def advance(self, seconds: int) -> None:
        """Move the fake's clock on."""
        with self._lock:
            self.world.now_s += seconds

    # what a test asks

    @property
    def messages(self) -> list[Message]:
        """All messages of all chats, oldest first."""
        with self._lock:
            return list(self.world.all_messages())

    def commands_for(self, chat_id: int | None = None, language: str = "") -> list[dict[str, str]]:
        """Return the commands that were set for a chat, or by default."""
        scope = None if chat_id is None else {"type": "chat", "chat_id": chat_id}
        return self.world.commands.get(commands_key(scope, language), [])

    def until(self, happened: Callable[[], object], within_s: float = WAIT_AT_MOST_S) -> None:
        """Wait until `happened()`, asked after every change. It blocks: from async code, use a thread."""
        with self._news:
            if not self._news.wait_for(happened, within_s):
                raise AssertionError(
                    f"did not happen within {within_s} s; calls: {self.calls[-5:]}, "
                    f"deliveries: {self.mailbox.deliveries[-5:]}, webhook: {self.mailbox.webhook}",
                )

    def settle(self, within_s: float = WAIT_AT_MOST_S) -> None:
        """Wait until the bot has taken every update. Blocks: from async code, in a thread."""
        self.until(lambda: not self.mailbox.pending, within_s)

    # how it answers

    def _spawn(self, work: Coroutine[Any, Any, None]) -> object:
        return self._server.spawn(work)

    async def _answer(self, request: Request) -> Response:
        name: str = request.path_params["method"]
        given: dict[str, Any] = {}
        try:
            if request.path_params["token"] != self.token:
                raise UNAUTHORIZED
            name = find_method(name)
            given = await _parameters(request)
            result, description = await self._do(name, read_fields(METHODS[name], given, name))
        except Refusal as refusal:
            self._note(Call(name, given, refusal.with_traceback(None)))
            retry = {"Retry-After": str(v)} if (v := (refusal.parameters or {}).get("retry_after")) else None
            return JSONResponse(refusal.as_json(), refusal.code, retry)
        self._note(Call(name, given))
        return JSONResponse(
            {"ok": True, "result": result} | ({"description": description} if description else {})
        )

    async def _do(self, name: str, given: dict[str, Any]) -> tuple[Any, str]:
        match name:
            case "getUpdates":
                return await self.mailbox.get_updates(given), ""
            case "setWebhook":
                return self.mailbox.set_webhook(given)
            case "deleteWebhook":
                return self.mailbox.delete_webhook(given)
            case "getWebhookInfo":
                return self.mailbox.webhook_info(), ""
            case _:
                with self._lock:
                    return CALLS[name](self.world, given), ""

    def _note(self, call: Call) -> None:
        with self._lock:
            self.calls.append(call)
            if call.refusal and call.refusal.violation:
                self.violations.append(f"{call.method}: {call.refusal.description} ({call.parameters})")
            self._news.notify_all()

    async def _file(self, request: Request) -> Response:
        path: str = request.path_params["path"]
        file = next((file for file in self.world.files.values() if file.path == path), None)
        if request.path_params["token"] != self.token or file is None:
            return JSONResponse(Refusal(404, "Not Found").as_json(), 404)
        return Response(file.content, media_type="application/octet-stream")


async def _parameters(request: Request) -> dict[str, Any]:
    given: dict[str, Any] = dict(request.query_params)
    kind = request.headers.get("content-type", "").partition(";")[0]
    if kind == "application/json":
        try:
            body = json.loads(await request.body() or b"{}")
        except ValueError:
            raise Refusal(400, "Bad Request: can't parse JSON object", violation=True) from None
        return {**given, **body}
    async with request.form() as form:
        fields = {name: await _field(value) for name, value in form.multi_items()}
    return given | _with_files(fields)


async def _field(value: UploadFile | str) -> bytes | str:
    return await value.read() if isinstance(value, UploadFile) else value


def _with_files(fields: dict[str, Any]) -> dict[str, Any]:
    # `attach://name` stands for the file that comes under that name.
    attached = {n: v.removeprefix("attach://") for n, v in fields.items() if str(v).startswith("attach://")}
    plain = {name: value for name, value in fields.items() if name not in attached.values()}
    return plain | {name: fields[file] for name, file in attached.items() if file in fields}


def _operation(scope: Scope) -> str:
    path: str = scope["path"]
    return "file" if path.startswith("/file/") else path.rpartition("/")[2]
