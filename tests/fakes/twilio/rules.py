"""The rules for creating and listing messages, as Twilio's documentation gives them."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from tests.fakes.twilio.errors import ApiError, wrong
from tests.fakes.twilio.texts import Text

BODY_CHARACTERS_MAX = 1600
VALIDITY_PERIOD_S_MAX = 36_000
PAGE_SIZE_MAX = 1000
_E164 = re.compile(r"\+[1-9]\d{6,14}")
_NORTH_AMERICAN = re.compile(r"\+1[2-9]\d{2}[2-9]\d{6}")

PLAYED = frozenset({"To", "From", "MessagingServiceSid", "Body", "StatusCallback", "ValidityPeriod"})
KNOWN_BUT_NOT_PLAYED = frozenset(
    {
        "AddressRetention", "ApplicationSid", "Attempt", "ContentRetention", "ContentSid", "ContentVariables",
        "FallbackFrom", "ForceDelivery", "MaxPrice", "MediaUrl", "MessageIntent", "PersistentAction",
        "ProvideFeedback", "RiskCheck", "ScheduleType", "SendAsMms", "SendAt", "ShortenUrls", "SmartEncoded",
        "TrafficType",
    },
)  # fmt: skip
LIST_FILTERS = frozenset(
    {"To", "From", "DateSent", "DateSent<", "DateSent>", "PageSize", "Page", "PageToken"}
)


@dataclass(frozen=True, slots=True)
class Order:
    """A text that the account is asked to send."""

    to: str
    body: str
    sender: str | None
    messaging_service_sid: str | None
    status_callback: str | None
    validity_period_s: int | None


def read_order(form: Iterable[tuple[str, str]], numbers: Iterable[str], services: Iterable[str]) -> Order:
    """Read the form of a POST. `numbers` and `services` are the account's own. Raises ApiError."""
    given = _single(form)
    to = given.get("To")
    if not to:
        raise wrong(21604, "A 'To' phone number is required.")
    if not is_phone_number(to):
        raise ApiError(400, 21211, f"Invalid 'To' Phone Number: {to}")
    sender, service = _sender(given, numbers, services)
    if to == sender:
        raise wrong(21266, "'To' and 'From' number cannot be the same")
    return Order(
        to=to,
        body=_body(given),
        sender=sender,
        messaging_service_sid=service,
        status_callback=_status_callback(given),
        validity_period_s=_validity_period(given),
    )


def is_phone_number(text: str) -> bool:
    """Tell whether `text` is a number in E.164 that could exist."""
    return bool((_NORTH_AMERICAN if text.startswith("+1") else _E164).fullmatch(text))


def _single(form: Iterable[tuple[str, str]]) -> dict[str, str]:
    given: dict[str, str] = {}
    for name, value in form:
        if name in KNOWN_BUT_NOT_PLAYED:
            raise wrong(20001, f"the fake does not play {name!r}")
        if name not in PLAYED:
            raise wrong(20001, f"unknown parameter {name!r}")
        if name in given:
            raise wrong(20001, f"parameter {name!r} came twice")
        given[name] = value
    return given


def _sender(
    given: dict[str, str], numbers: Iterable[str], services: Iterable[str]
) -> tuple[str | None, str | None]:
    sender, service = given.get("From"), given.get("MessagingServiceSid")
    if not sender and not service:
        raise wrong(21603, "A 'From' phone number is required.")
    if service and not re.fullmatch("MG[0-9a-f]{32}", service):
        raise wrong(21701, f"The Messaging Service {service} does not exist.")
    if service and service not in services:
        raise ApiError(400, 21701, f"The Messaging Service {service} does not exist.")
    if sender and not is_phone_number(sender):
        raise wrong(21212, f"Invalid From Number (caller ID): {sender}")
    if sender and sender not in numbers:
        raise ApiError(
            400,
            21606,
            f"The 'From' phone number provided ({sender}) is not a valid message-capable Twilio phone number "
            "for this destination/account",
        )
    return sender, service


def _body(given: dict[str, str]) -> str:
    body = given.get("Body", "")
    if not body.strip():
        raise wrong(21602, "Message body is required.")
    if len(body) > BODY_CHARACTERS_MAX:
        raise wrong(21617, "The concatenated message body exceeds the 1600 character limit")
    return body


def _status_callback(given: dict[str, str]) -> str | None:
    address = given.get("StatusCallback")
    if address is None:
        return None
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise wrong(21609, f"The 'StatusCallback' URL {address} is not a valid URL")
    return address


def _validity_period(given: dict[str, str]) -> int | None:
    text = given.get("ValidityPeriod")
    if text is None:
        return None
    if not text.isdecimal() or not 1 <= int(text) <= VALIDITY_PERIOD_S_MAX:
        raise wrong(20001, f"ValidityPeriod must be within 1 and {VALIDITY_PERIOD_S_MAX}, not {text}")
    return int(text)


def read_filters(query: Iterable[tuple[str, str]]) -> Callable[[Text], bool]:
    """Read the filters of a list. A text that was not sent yet has no date and fits no filter by date."""
    tests: list[Callable[[Text], bool]] = []
    for name, value in query:
        if name not in LIST_FILTERS:
            raise wrong(20001, f"unknown filter {name!r}")
        if name == "To":
            tests.append(lambda text, wanted=value: text.to == wanted)  # type: ignore[misc] # bound early
        elif name == "From":
            tests.append(lambda text, wanted=value: text.sender == wanted)  # type: ignore[misc] # the same
        elif name.startswith("DateSent"):
            tests.append(_date_filter(name, value))
    return lambda text: all(test(text) for test in tests)


def _date_filter(name: str, value: str) -> Callable[[Text], bool]:
    try:
        begin = datetime.fromisoformat(value)
    except ValueError:
        raise wrong(20001, f"{name} must be a date or a time, not {value!r}") from None
    begin = begin if begin.tzinfo else begin.replace(tzinfo=UTC)
    end = begin + timedelta(days=1) if len(value) == len("2026-11-23") else begin

    def fits(text: Text) -> bool:
        if text.sent_at is None:
            return False
        match name:
            case "DateSent>":
                return text.sent_at >= begin
            case "DateSent<":
                return text.sent_at <= end
            case _:
                return begin <= text.sent_at < end

    return fits
