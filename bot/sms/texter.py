"""The texter that hands texts to Twilio, with Twilio's own client."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice, takewhile
from typing import Any
from urllib.parse import quote

import httpx
from twilio.base.exceptions import TwilioException

from bot.sms.account import TwilioAccount, client_of
from bot.sms.refusals import refusal_of
from bot.sms.transport import Transport
from core.ports import ProviderText, TextNotSent, TextOutcomeUnknown, TextsNotListed

VALIDITY_PERIOD_S = 3600
"""A text that waits longer at the carrier is dropped: "five minutes away" must not come at night."""
STATUS_PATH = "/twilio/status/"
LISTED_MAX = 500
PAGE_SIZE = 100

NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)
"""Errors of httpx after which the request is known not to have left."""

_REQUEST_TIMEOUT = 408

TRIAL_PREFIX = "Sent from your Twilio trial account - "
"""What Twilio puts before every text of an account that has not been paid for yet."""


class TwilioTexter:
    """Implements `core.ports.Texter`. It may be used from several threads."""

    def __init__(self, account: TwilioAccount) -> None:
        self._account = account
        self._transport = Transport()
        self._messages = client_of(account, self._transport).messages

    def send(self, *, to: str, body: str, message_id: str) -> str:
        """Hand one text to Twilio and return its SID there. Takes at most 10 s.

        Raises TextNotSent where Twilio said no, or was not reached; TextOutcomeUnknown where it may have
        taken the text: a lost answer, a 5xx, an answer that makes no sense.
        """
        try:
            created = self._messages.create(to=to, body=body, **self._options(message_id))
        except NEVER_SENT as error:
            raise TextNotSent("unreachable", permanent=False) from error
        except TwilioException as error:
            raise self._meaning(error) from error
        except (httpx.HTTPError, ValueError) as error:
            raise TextOutcomeUnknown(f"no sound answer from Twilio: {type(error).__name__}") from error
        if not created.sid:
            raise TextOutcomeUnknown("Twilio's answer has no sid")
        return str(created.sid)

    def recent(self, *, to: str, since: datetime) -> list[ProviderText]:
        """Return Twilio's texts to a number (a customer's, or one of ours) since a moment, newest first.

        At most `LISTED_MAX`. It looks at when texts were created, as what Twilio has not sent yet has no
        other date. Raises TextsNotListed.
        """
        try:
            listed = islice(self._messages.stream(to=to, page_size=PAGE_SIZE), LISTED_MAX)
            return list(takewhile(lambda text: text.created_at >= since, _texts(listed)))
        except (TwilioException, httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise TextsNotListed(
                f"Twilio's list of texts could not be read: {type(error).__name__}"
            ) from error

    def close(self) -> None:
        """Let go of the connections."""
        self._transport.close()

    def _options(self, message_id: str) -> dict[str, object]:
        account = self._account
        options: dict[str, object] = {"validity_period": VALIDITY_PERIOD_S}
        if account.messaging_service_sid is not None:
            options["messaging_service_sid"] = account.messaging_service_sid
        else:
            options["from_"] = account.sender
        if account.webhook_url is not None:
            callback = f"{account.webhook_url.rstrip('/')}{STATUS_PATH}{quote(message_id, safe='')}"
            options["status_callback"] = callback
        return options

    def _meaning(self, error: TwilioException) -> TextNotSent | TextOutcomeUnknown:
        # There are two kinds of such errors, and only their fields are alike.
        status: int = getattr(error, "status", 0)
        code: int = getattr(error, "code", None) or status
        if not 400 <= status < 500 or status == _REQUEST_TIMEOUT:  # noqa: PLR2004 - HTTP's 4xx
            return TextOutcomeUnknown(f"Twilio answered {status} ({code})")
        refusal = refusal_of(code, status)
        wait_s = self._transport.retry_after_s or refusal.wait_s
        return TextNotSent(
            str(code),
            permanent=refusal.permanent,
            retry_after_s=None if refusal.permanent else wait_s,
            remedy=refusal.remedy,
        )


def _texts(listed: Iterator[Any]) -> Iterator[ProviderText]:
    # `Any`: the SDK ships no types; this is where its answers become ours.
    for instance in listed:
        yield ProviderText(
            provider_id=instance.sid,
            to=instance.to,
            sender=instance.from_,
            body=instance.body.removeprefix(TRIAL_PREFIX),
            inbound=instance.direction == "inbound",
            status=instance.status,
            created_at=instance.date_created,
            error_code=instance.error_code or None,
            remedy=refusal_of(int(instance.error_code)).remedy if instance.error_code else None,
        )
