"""A webhook that keeps the updates it gets."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tests.fakes.serving import LocalServer


class UpdateReceiver:
    """Takes updates of the Bot API; `refuses` names the answers to a text before it is taken."""

    def __init__(self) -> None:
        self.updates: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        self.refuses: dict[str, list[int]] = {}
        self.server = LocalServer(self._app)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"{self.server.url}/telegram"

    @property
    def texts(self) -> list[str]:
        """The texts of the messages, repetitions too."""
        return [update["message"]["text"] for update in self.updates]

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        update = json.loads(await request.body())
        self.updates.append(update)
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        refusals = self.refuses.get(update.get("message", {}).get("text", ""))
        await Response(status_code=refusals.pop(0) if refusals else 200)(scope, receive, send)
