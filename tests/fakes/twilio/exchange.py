"""What becomes of texts: they go on to a phone, come from one, and the webhooks are told."""

import concurrent.futures
import itertools
import threading
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any

from tests.fakes.twilio.carrier import reaction_to
from tests.fakes.twilio.phone import FakePhone
from tests.fakes.twilio.texts import FINAL, Moments, Posted, Text
from tests.fakes.twilio.webhooks import post

ACCOUNT_SID = "AC" + "0f" * 16
AUTH_TOKEN = "a1" * 16
NUMBER = "+16025550100"
MESSAGING_SERVICE_SID = "MG" + "5e" * 16
WAIT_AT_MOST_S = 20.0


class Exchange:
    """The texts of one account, and the phones at the other end."""

    def __init__(self, numbers: Iterable[str]) -> None:
        self.account_sid = ACCOUNT_SID
        self.auth_token = AUTH_TOKEN
        self.numbers = list(numbers)
        self.account_status = "active"
        self.messaging_services = {MESSAGING_SERVICE_SID: self.numbers[0]}
        self.sms_url: str | None = None
        """Where inbound texts are posted, with connection overrides behind `#` if wanted."""
        self.sms_fallback_url: str | None = None
        """Where an inbound text goes that `sms_url` did not take."""
        self.texts: list[Text] = []
        """Every text, in and out, oldest first."""
        self.opted_out: set[str] = set()
        self.moments = Moments()
        self._phones: dict[str, FakePhone] = {}
        self._sid_numbers = itertools.count(1)
        self._lock = threading.RLock()
        self._news = threading.Condition(self._lock)

    def spawn(self, work: Coroutine[Any, Any, Any]) -> "concurrent.futures.Future[Any]":
        """Run `work` in the server's loop."""
        raise NotImplementedError

    def phone(self, number: str) -> FakePhone:
        """Return the phone with this number."""
        return self._phones.setdefault(number, FakePhone(number, self._written))

    def progress(self, text: Text, *statuses: str, error_code: int | None = None) -> list[Posted]:
        """Let a text go through these statuses, each with its callback. It blocks, as `until` does."""
        posted = []
        for status in statuses:
            self._become(text, status, error_code)
            posted += self.call_back(text, status, error_code)
        return posted

    def call_back(self, text: Text, status: str, error_code: int | None = None) -> list[Posted]:
        """Post one status callback, whatever the status is now: for those out of order and doubled ones."""
        return self._wait(self.spawn(self._call_back(text, status, error_code)))

    # what a test asks

    @property
    def sent(self) -> list[Text]:
        """The texts that the client had sent, oldest first."""
        with self._lock:
            return [text for text in self.texts if text.direction == "outbound-api"]

    def until(self, happened: Callable[[], object], within_s: float = WAIT_AT_MOST_S) -> None:
        """Wait until `happened()`, asked after every change. It blocks: from async code, use a thread."""
        with self._news:
            if not self._news.wait_for(happened, within_s):
                raise AssertionError(f"did not happen within {within_s} s; texts: {self.texts[-5:]}")

    def _keep(self, direction: Any, **fields: Any) -> Text:
        with self._news:
            sid = f"{'MM' if fields.get('media') else 'SM'}{next(self._sid_numbers):032x}"
            now = self.moments.now
            text = Text(sid, self.account_sid, direction, created_at=now, updated_at=now, **fields)
            self.texts.append(text)
            self._news.notify_all()
            return text

    def _become(self, text: Text, status: str, error_code: int | None) -> None:
        with self._news:
            if text.status in FINAL:
                raise ValueError(f"{text.sid} is {text.status}: it becomes nothing else, not {status}")
            text.status, text.error_code, text.updated_at = status, error_code, self.moments.now
            if status in {"sent", "delivered"}:
                text.sent_at = text.sent_at or self.moments.now
            if status == "delivered":
                self.phone(text.to).received.append(text)
            self._news.notify_all()

    async def _deliver(self, text: Text) -> None:
        for status in ("sent", "delivered"):
            self._become(text, status, None)
            await self._call_back(text, status, None)

    async def _call_back(self, text: Text, status: str, error_code: int | None) -> list[Posted]:
        if text.status_callback is None:
            return []
        form = text.status_form(status, error_code)
        posted = await post(self.auth_token, text.status_callback, form, f"{text.sid}-{status}")
        with self._news:
            text.callbacks += posted
            self._news.notify_all()
        return posted

    def _written(self, phone: FakePhone, body: str, to: str | None, media: tuple[str, ...]) -> list[Posted]:
        number = to or self.numbers[0]
        reaction = reaction_to(body)
        text = self._keep(
            "inbound", to=number, sender=phone.number, body=body, status="received", media=media
        )
        text.sent_at = self.moments.now
        form = text.inbound_form()
        if reaction is not None:
            reply = self._keep(
                "outbound-reply", to=phone.number, sender=number, body=reaction.answer, status="queued"
            )
            self._become(reply, "delivered", None)
            change = {"STOP": self.opted_out.add, "START": self.opted_out.discard}.get(reaction.kind)
            if change is not None:
                change(phone.number)
        return self._wait(self.spawn(self._receive(form, text.sid)))

    def receive_again(self, text: Text) -> list[Posted]:
        """Post an inbound text once more, as Twilio does when it missed the answer."""
        return self._wait(self.spawn(self._receive(text.inbound_form(), text.sid)))

    async def _receive(self, form: Sequence[tuple[str, str]], sid: str) -> list[Posted]:
        if self.sms_url is None:
            return []
        tries = await post(self.auth_token, self.sms_url, form, sid)
        if tries[-1].taken or self.sms_fallback_url is None:
            return tries
        failed = [("ErrorCode", "11200"), ("ErrorUrl", tries[-1].address)]
        return tries + await post(self.auth_token, self.sms_fallback_url, [*form, *failed], sid)

    def _wait(self, posting: "concurrent.futures.Future[list[Posted]]") -> list[Posted]:
        return posting.result(WAIT_AT_MOST_S)
