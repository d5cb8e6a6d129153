"""Texts as Twilio keeps them: the Message resource, and the forms of the webhooks about it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Literal

from tests.fakes.twilio.segments import count_segments

API_VERSION = "2010-04-01"
FIRST_MOMENT = datetime(2026, 11, 23, 17, 0, 0, tzinfo=UTC)
"""The clock of a new fake."""

FINAL = frozenset({"delivered", "undelivered", "failed", "canceled", "read", "received"})
_REASONS = {
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30008: "Unknown error",
}


@dataclass(eq=False)
class Text:
    """A text that went through the account."""

    sid: str
    account_sid: str
    direction: Literal["outbound-api", "outbound-reply", "inbound"]
    to: str
    sender: str | None
    """None until a messaging service has picked a number."""
    body: str
    status: str
    created_at: datetime
    updated_at: datetime
    sent_at: datetime | None = None
    messaging_service_sid: str | None = None
    status_callback: str | None = None
    validity_period_s: int | None = None
    error_code: int | None = None
    media: tuple[str, ...] = ()
    """The kinds of its pictures: `image/jpeg` …"""
    callbacks: list["Posted"] = field(default_factory=list)
    """The status callbacks that were posted, with what the receiver answered."""

    @property
    def media_sids(self) -> list[str]:
        """The ids of its pictures."""
        return [f"ME{place:02x}{self.sid[4:]}" for place, _ in enumerate(self.media)]

    @property
    def path(self) -> str:
        """Its address below the API's."""
        return f"/{API_VERSION}/Accounts/{self.account_sid}/Messages/{self.sid}.json"

    def as_json(self) -> dict[str, Any]:
        """Return the Message resource."""
        return {
            "account_sid": self.account_sid,
            "api_version": API_VERSION,
            "body": self.body,
            "date_created": format_datetime(self.created_at),
            "date_sent": None if self.sent_at is None else format_datetime(self.sent_at),
            "date_updated": format_datetime(self.updated_at),
            "direction": self.direction,
            "error_code": self.error_code,
            "error_message": _REASONS.get(self.error_code or 0),
            "from": self.sender,
            "messaging_service_sid": self.messaging_service_sid,
            "num_media": str(len(self.media)),
            "num_segments": "0" if self.sender is None else str(count_segments(self.body)),
            "price": None,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": self.path.replace(".json", "/Media.json")},
            "tags": None,
            "to": self.to,
            "uri": self.path,
        }

    def media_json(self) -> list[dict[str, Any]]:
        """Return its Media resources."""
        return [
            {
                "sid": sid,
                "account_sid": self.account_sid,
                "parent_sid": self.sid,
                "content_type": kind,
                "date_created": format_datetime(self.created_at),
                "date_updated": format_datetime(self.created_at),
                "uri": self.path.replace(".json", f"/Media/{sid}.json"),
            }
            for sid, kind in zip(self.media_sids, self.media, strict=True)
        ]

    def status_form(self, status: str, error_code: int | None) -> list[tuple[str, str]]:
        """Return the form of the status callback."""
        form = [
            ("SmsSid", self.sid),
            ("SmsStatus", status),
            ("MessageStatus", status),
            ("To", self.to),
            ("MessageSid", self.sid),
            ("AccountSid", self.account_sid),
            ("From", self.sender or ""),
            ("ApiVersion", API_VERSION),
        ]
        if self.messaging_service_sid:
            form.append(("MessagingServiceSid", self.messaging_service_sid))
        if error_code is not None:
            form.append(("ErrorCode", str(error_code)))
        if status == "delivered":
            form.append(("RawDlrDoneDate", f"{self.updated_at:%y%m%d%H%M}"))
        return form

    def inbound_form(self) -> list[tuple[str, str]]:
        """Return the form of an inbound message, with the fields that are usually blank."""
        blank = [f"{side}{part}" for side in ("To", "From") for part in ("City", "Zip")]
        return [
            ("ToCountry", "US"),
            ("ToState", ""),
            ("SmsMessageSid", self.sid),
            ("NumMedia", str(len(self.media))),
            *(
                (f"MediaUrl{place}", f"https://api.twilio.com{self.path.removesuffix('.json')}/Media/{sid}")
                for place, sid in enumerate(self.media_sids)
            ),
            *((f"MediaContentType{place}", kind) for place, kind in enumerate(self.media)),
            *((name, "") for name in blank),
            ("SmsSid", self.sid),
            ("FromState", "AZ"),
            ("SmsStatus", "received"),
            ("Body", self.body),
            ("FromCountry", "US"),
            ("To", self.to),
            ("NumSegments", str(count_segments(self.body))),
            ("MessageSid", self.sid),
            ("AccountSid", self.account_sid),
            ("From", self.sender or ""),
            ("ApiVersion", API_VERSION),
        ]


@dataclass(frozen=True, slots=True)
class Posted:
    """One request to a webhook, and its answer."""

    address: str
    form: tuple[tuple[str, str], ...]
    status: int | None
    """None where there was no answer."""
    body: str = ""

    @property
    def taken(self) -> bool:
        """Whether the receiver took it."""
        return self.status is not None and self.status < 400

    def __getitem__(self, name: str) -> str:
        return dict(self.form)[name]


@dataclass(eq=False)
class Moments:
    """A clock that a test moves."""

    now: datetime = FIRST_MOMENT

    def advance(self, seconds: float) -> None:
        """Move on."""
        self.now += timedelta(seconds=seconds)
