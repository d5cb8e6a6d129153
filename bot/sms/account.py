"""The account: whose texts these are, and Twilio's own client for it."""

from dataclasses import dataclass, field

from twilio.rest import Client

from bot.sms.transport import Transport

TWILIO_API = "https://api.twilio.com"

MEDIA_MAX = 10
"""Twilio takes ten pictures in one message at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TwilioAccount:
    """Where texts are sent from."""

    account_sid: str
    auth_token: str = field(repr=False)
    sender: str | None = None
    """A number of ours in E.164; or else `messaging_service_sid` is set."""
    messaging_service_sid: str | None = None
    api_url: str = TWILIO_API
    webhook_url: str | None = None
    """Our public origin. None: no status callbacks are asked for."""

    def __post_init__(self) -> None:
        """Raise ValueError unless there is exactly one way to send."""
        if (self.sender is None) == (self.messaging_service_sid is None):
            raise ValueError("a Twilio account needs a sender or a messaging service, and not both")


def client_of(account: TwilioAccount, transport: Transport) -> Client:
    """Return Twilio's client for `account`; it sends through `transport` and looks at no environment."""
    client = Client(
        account.account_sid,
        account.auth_token,
        http_client=transport,
        environment={"TWILIO_ACCOUNT_SID": account.account_sid},
    )
    origin = account.api_url.rstrip("/")
    client.api.base_url = origin
    if origin != TWILIO_API:
        # Another server answers for all of Twilio's.
        client.messaging.base_url = origin
    return client
