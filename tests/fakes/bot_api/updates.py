"""The bot's mailbox: updates wait here until a webhook took them or `getUpdates` confirmed them."""

import asyncio
import itertools
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import httpx

from tests.fakes.bot_api.objects import UPDATE_KINDS
from tests.fakes.bot_api.refusals import OTHER_POLLER, WEBHOOK_ACTIVE, WEBHOOK_WAS_SET, Refusal, malformed

NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
WEBHOOK_PORTS = frozenset({80, 88, 443, 8443})
ANSWER_WITHIN_S = 60.0
"""How long the service waits for a webhook's answer."""
REPEAT_AFTER_S = 0.05
"""The service waits longer from failure to failure; a test has no time for that."""
FIRST_UPDATE_ID = 700_000_001


@dataclass(frozen=True, slots=True)
class Delivery:
    """One try to hand an update to the webhook."""

    update_id: int
    status: int | None
    """None where there was no answer."""


@dataclass(eq=False)
class Webhook:
    """Where updates go."""

    url: str = ""
    secret_token: str | None = None
    max_connections: int = 40
    last_error: str | None = None
    last_error_at: int | None = None


@dataclass(eq=False)
class _Waiting:
    update_id: int
    lane: int
    """Updates of one lane (a chat) go out one after another."""
    body: dict[str, Any]


@dataclass(eq=False)
class Mailbox:
    """Updates that the bot has not taken yet. `changed` is called, under the lock, after every change."""

    lock: threading.RLock
    now_s: Callable[[], int]
    changed: Callable[[], None]
    spawn: Callable[[Coroutine[Any, Any, None]], object]
    webhook: Webhook = field(default_factory=Webhook)
    deliveries: list[Delivery] = field(default_factory=list)
    _allowed: tuple[str, ...] = ()
    _waiting: dict[int, _Waiting] = field(default_factory=dict)
    _lanes: set[int] = field(default_factory=set)
    _ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(FIRST_UPDATE_ID))
    _poll: int = 0
    _poll_ended_by: Refusal | None = None
    _news: asyncio.Event | None = None

    @property
    def pending(self) -> list[dict[str, Any]]:
        """The updates that the bot has not taken yet, oldest first."""
        with self.lock:
            return [waiting.body for waiting in self._waiting.values()]

    def put(self, kind: str, lane: int, content: dict[str, Any]) -> int | None:
        """Queue an update for the bot; return its id, or None where the bot does not want this kind."""
        with self.lock:
            if kind not in (self._allowed or set(UPDATE_KINDS) - NOT_BY_DEFAULT):
                return None
            update_id = next(self._ids)
            body = {"update_id": update_id, kind: content}
            self._waiting[update_id] = _Waiting(update_id, lane, body)
            self.spawn(self._wake())
            return update_id

    def put_again(self, body: dict[str, Any], lane: int) -> None:
        """Queue an update that was queued before, as the service does when it missed an answer."""
        with self.lock:
            self._waiting[body["update_id"]] = _Waiting(body["update_id"], lane, body)
            self.spawn(self._wake())

    # getUpdates

    async def get_updates(self, given: dict[str, Any]) -> list[dict[str, Any]]:
        """Answer a poll: at once, when an update comes, or when its time is over. Raises Refusal: 409."""
        if self.webhook.url:
            raise WEBHOOK_ACTIVE
        with self.lock:
            self._allow(given)
            self._confirm(given.get("offset", 0))
        self._end_poll(OTHER_POLLER)
        mine = self._poll
        ends_at = asyncio.get_running_loop().time() + given.get("timeout", 0)
        self._news = self._news or asyncio.Event()
        while True:
            if self._poll != mine and self._poll_ended_by:
                raise self._poll_ended_by
            ready = self.pending[: given.get("limit", 100)]
            left_s = ends_at - asyncio.get_running_loop().time()
            if ready or left_s <= 0:
                return ready
            await _within(self._news, left_s)

    def _confirm(self, offset: int) -> None:
        ids = list(self._waiting)
        done = [i for i in ids if i < offset] if offset >= 0 else ids[:offset]
        for update_id in done:
            del self._waiting[update_id]
        self.changed()

    def _end_poll(self, reason: Refusal) -> None:
        self._poll += 1
        self._poll_ended_by = reason
        if self._news:
            self._news.set()
            self._news = asyncio.Event()

    # the webhook

    def set_webhook(self, given: dict[str, Any]) -> tuple[bool, str]:
        """Answer `setWebhook`: result and description. Raises Refusal: 400."""
        if not given["url"]:
            return self.delete_webhook(given)
        _check_address(given["url"])
        wanted = Webhook(given["url"], given.get("secret_token"), given.get("max_connections", 40))
        with self.lock:
            known = self.webhook
            same = (known.url, known.secret_token, known.max_connections) == (
                wanted.url,
                wanted.secret_token,
                wanted.max_connections,
            )
            self._allow(given)
            self._drop(given)
            if not same:
                self.webhook = wanted
        self._end_poll(WEBHOOK_WAS_SET)
        self.spawn(self._wake())
        return True, "Webhook is already set" if same else "Webhook was set"

    def delete_webhook(self, given: dict[str, Any]) -> tuple[bool, str]:
        """Answer `deleteWebhook`: result and description."""
        with self.lock:
            had_one = bool(self.webhook.url)
            self.webhook = Webhook()
            self._drop(given)
        return True, "Webhook was deleted" if had_one else "Webhook is already deleted"

    def webhook_info(self) -> dict[str, Any]:
        """Answer `getWebhookInfo`."""
        with self.lock:
            webhook = self.webhook
            info: dict[str, Any] = {
                "url": webhook.url,
                "has_custom_certificate": False,
                "pending_update_count": len(self._waiting),
            }
            if webhook.url:
                info |= {"max_connections": webhook.max_connections, "ip_address": "127.0.0.1"}
            if self._allowed:
                info["allowed_updates"] = list(self._allowed)
            if webhook.last_error is not None:
                info |= {"last_error_date": webhook.last_error_at, "last_error_message": webhook.last_error}
            return info

    def _allow(self, given: dict[str, Any]) -> None:
        # Left out: as before. An empty list: the default again.
        if "allowed_updates" in given:
            self._allowed = tuple(given["allowed_updates"])

    def _drop(self, given: dict[str, Any]) -> None:
        if given.get("drop_pending_updates"):
            self._waiting.clear()
            self.changed()

    async def _wake(self) -> None:
        if self._news:
            self._news.set()
            self._news = asyncio.Event()
        with self.lock:
            idle = {w.lane for w in self._waiting.values()} - self._lanes if self.webhook.url else set()
            self._lanes |= idle
        for lane in idle:
            self.spawn(self._deliver(lane))

    async def _deliver(self, lane: int) -> None:
        async with httpx.AsyncClient(timeout=ANSWER_WITHIN_S, trust_env=False) as client:
            while waiting := self._next_of(lane):
                if not await self._hand_over(client, waiting):
                    await asyncio.sleep(REPEAT_AFTER_S)

    def _next_of(self, lane: int) -> _Waiting | None:
        with self.lock:
            ready = (waiting for waiting in self._waiting.values() if waiting.lane == lane)
            found = next(ready, None) if self.webhook.url else None
            if found is None:
                self._lanes.discard(lane)
            return found

    async def _hand_over(self, client: httpx.AsyncClient, waiting: _Waiting) -> bool:
        webhook = self.webhook
        secret = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret_token} if webhook.secret_token else {}
        status: int | None = None
        try:
            response = await client.post(webhook.url, json=waiting.body, headers=secret)
            status = response.status_code
            problem = f"Wrong response from the webhook: {status} {HTTPStatus(status).phrase}"
        except httpx.TimeoutException:
            problem = "Read timeout expired"
        except httpx.TransportError:
            problem = "Connection refused"
        taken = status is not None and 200 <= status < 300
        with self.lock:
            self.deliveries.append(Delivery(waiting.update_id, status))
            if taken and self._waiting.get(waiting.update_id) is waiting:
                del self._waiting[waiting.update_id]
            if not taken:
                webhook.last_error, webhook.last_error_at = problem, self.now_s()
            self.changed()
        return taken


async def _within(event: asyncio.Event, left_s: float) -> None:
    try:
        async with asyncio.timeout(left_s):
            await event.wait()
    except TimeoutError:
        return


def _check_address(url: str) -> None:
    parts = urlsplit(url)
    if parts.hostname in {"127.0.0.1", "localhost"}:
        return  # the fake's own leave: a test's server has no certificate and no fixed port
    if parts.scheme != "https":
        raise malformed("bad webhook: An HTTPS URL must be provided for webhook")
    if (parts.port or 443) not in WEBHOOK_PORTS:
        raise malformed("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
