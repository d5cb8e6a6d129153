"""Where Twilio calls when a text comes in: set at the number, or at its messaging service."""

import httpx
from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from bot.sms.account import TwilioAccount, client_of
from bot.sms.transport import Transport

SMS_PATH = "/twilio/sms"
RETRIES = "#rc=3&rp=all"
"""Three more tries after any failure: by itself Twilio tries once more, and only where it could not connect.

"Webhooks: connection overrides". The part behind # is neither sent nor signed.
"""


class NumbersError(Exception):
    """Twilio could not be told; the message says why and what to do."""


def point_to_us(account: TwilioAccount) -> str:
    """Let Twilio bring texts to `account.webhook_url` and return the address; may be repeated.

    When all tries fail the fallback, which is the same address, gets one more round: a text is taken in once,
    however often it comes.

    Raises:
        NumbersError: it was refused, or not reached.
        ValueError: the account has no webhook address.
    """
    if account.webhook_url is None:
        raise ValueError("an account without a webhook address cannot be pointed to it")
    url = f"{account.webhook_url.rstrip('/')}{SMS_PATH}{RETRIES}"
    transport = Transport()
    try:
        _point(client_of(account, transport), account, url)
    except (TwilioException, httpx.HTTPError, httpx.InvalidURL) as error:
        raise NumbersError(
            f"Twilio could not be told where texts go ({_in_words(error)}): check TWILIO_ACCOUNT_SID and "
            "TWILIO_AUTH_TOKEN, then run this again"
        ) from error
    finally:
        transport.close()
    return url


def _point(client: Client, account: TwilioAccount, url: str) -> None:
    if account.messaging_service_sid is not None:
        client.messaging.v1.services(account.messaging_service_sid).update(
            inbound_request_url=url,
            inbound_method="POST",
            fallback_url=url,
            fallback_method="POST",
            use_inbound_webhook_on_number=False,
        )
        return
    found = client.incoming_phone_numbers.list(phone_number=account.sender, limit=1)
    if not found:
        raise NumbersError(
            f"{account.sender} is no number of the account {account.account_sid}: check TWILIO_FROM"
        )
    # An application, where one is set, would be asked instead of the address.
    found[0].update(
        sms_application_sid="",
        sms_url=url,
        sms_method="POST",
        sms_fallback_url=url,
        sms_fallback_method="POST",
    )


def _in_words(error: Exception) -> str:
    # Twilio's own words may hold the address that was called, and so the account; its status and code do not.
    status, code = getattr(error, "status", None), getattr(error, "code", None)
    return f"{status} {code or ''}".strip() if status else type(error).__name__
