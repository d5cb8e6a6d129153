"""The mailbox: what has come in for us at Twilio, and whether the account works."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice, takewhile
from typing import Any

import httpx
from twilio.base.exceptions import TwilioException

from bot.sms.account import MEDIA_MAX, TwilioAccount, client_of
from bot.sms.transport import Transport
from core.domain.record import Instant, Value
from core.ports import TextsNotListed

LISTED_MAX = 500
"""How many texts to one number are looked at: more than a small fleet gets in two days."""
PAGE_SIZE = 100
NUMBERS_MAX = 50

UNANSWERED = (TwilioException, httpx.HTTPError, httpx.InvalidURL, ValueError)
"""What Twilio's client raises where there is no sound answer."""


class Received(Value):
    """A text to one of our numbers."""

    message_sid: str
    phone: str
    text: str
    media: tuple[str, ...] = ()
    """The ids of its pictures at Twilio."""
    created_at: Instant


class Mailbox:
    """Reads what Twilio keeps for one account. It blocks; it may be used from several threads."""

    def __init__(self, account: TwilioAccount) -> None:
        self._account = account
        self._transport = Transport()
        self._client = client_of(account, self._transport)

    def received(self, *, since: datetime) -> list[Received]:
        """Return the texts that came to our numbers since a moment, oldest first. Raises TextsNotListed."""
        try:
            found = [text for number in self._numbers() for text in self._received(number, since)]
        except UNANSWERED as error:
            raise TextsNotListed(
                f"Twilio's list of texts could not be read: {type(error).__name__}"
            ) from error
        return sorted(found, key=lambda text: text.created_at)

    def account_status(self) -> str:
        """Return Twilio's word for the state of the account (`active` …). Raises TextsNotListed."""
        try:
            return str(self._client.api.v2010.accounts(self._account.account_sid).fetch().status)
        except UNANSWERED as error:
            code = getattr(error, "code", None)
            raise TextsNotListed(f"{type(error).__name__}{f' {code}' if code else ''}") from error

    @property
    def date(self) -> str | None:
        """The `Date` of Twilio's newest answer in this thread, as it stood in the header."""
        return self._transport.date

    def close(self) -> None:
        """Let go of the connections."""
        self._transport.close()

    def _numbers(self) -> list[str]:
        """Return the numbers that texts come in to."""
        if self._account.sender is not None:
            return [self._account.sender]
        service = self._client.messaging.v1.services(self._account.messaging_service_sid)
        listed = service.phone_numbers.stream(page_size=PAGE_SIZE)
        return [number.phone_number for number in islice(listed, NUMBERS_MAX)]

    def _received(self, number: str, since: datetime) -> Iterator[Received]:
        # `Any`: the SDK ships no types; this is where its answers become ours.
        listed: Iterator[Any] = islice(
            self._client.messages.stream(to=number, page_size=PAGE_SIZE), LISTED_MAX
        )
        for text in takewhile(lambda text: text.date_created >= since, listed):
            if text.direction == "inbound":
                yield Received(
                    message_sid=text.sid,
                    phone=text.from_ or "",
                    text=text.body or "",
                    media=self._media(text) if str(text.num_media or "0") != "0" else (),
                    created_at=text.date_created,
                )

    def _media(self, text: Any) -> tuple[str, ...]:  # noqa: ANN401 - as above
        listed = self._client.messages(text.sid).media.stream(page_size=MEDIA_MAX)
        return tuple(media.sid for media in islice(listed, MEDIA_MAX))
