"""Numbers and messaging services: where each says that inbound texts go.

https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
https://www.twilio.com/docs/messaging/api/service-resource
"""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.fakes.twilio.errors import not_found, wrong
from tests.fakes.twilio.exchange import Exchange

NUMBER_SID = "PN" + "7c" * 16
_OF_A_NUMBER = {"SmsUrl", "SmsMethod", "SmsFallbackUrl", "SmsFallbackMethod", "SmsApplicationSid"}
_OF_A_SERVICE = {
    "InboundRequestUrl",
    "InboundMethod",
    "FallbackUrl",
    "FallbackMethod",
    "UseInboundWebhookOnNumber",
}


def listed_numbers(exchange: Exchange, query: str) -> dict[str, Any]:
    """Return the account's numbers, or the one that was asked for; there is one."""
    asked = dict(parse_qsl(query)).get("PhoneNumber", exchange.numbers[0])
    found = [_number(exchange)] if asked == exchange.numbers[0] else []
    return {"incoming_phone_numbers": found, "page": 0, "page_size": 50, "next_page_uri": None}


def updated_number(exchange: Exchange, path: str, sid: str, body: str) -> dict[str, Any]:
    """Take new addresses for a number."""
    form = _form(body, _OF_A_NUMBER)
    if sid != NUMBER_SID:
        raise not_found(path)
    exchange.sms_url = form.get("SmsUrl", exchange.sms_url)
    exchange.sms_fallback_url = form.get("SmsFallbackUrl", exchange.sms_fallback_url)
    return _number(exchange)


def updated_service(exchange: Exchange, path: str, sid: str, body: str) -> dict[str, Any]:
    """Take new addresses for a messaging service."""
    form = _form(body, _OF_A_SERVICE)
    if sid not in exchange.messaging_services:
        raise not_found(path)
    if form.get("UseInboundWebhookOnNumber", "false") == "false":
        exchange.sms_url = form.get("InboundRequestUrl", exchange.sms_url)
        exchange.sms_fallback_url = form.get("FallbackUrl", exchange.sms_fallback_url)
    return {"sid": sid, "account_sid": exchange.account_sid, "inbound_request_url": exchange.sms_url}


def _number(exchange: Exchange) -> dict[str, Any]:
    return {
        "sid": NUMBER_SID,
        "account_sid": exchange.account_sid,
        "phone_number": exchange.numbers[0],
        "sms_url": exchange.sms_url,
        "sms_fallback_url": exchange.sms_fallback_url,
    }


def _form(body: str, known: set[str]) -> dict[str, str]:
    form = dict(parse_qsl(body, keep_blank_values=True))
    unknown = form.keys() - known
    if unknown:
        raise wrong(20001, f"unknown parameters: {', '.join(sorted(unknown))}")
    for name, value in form.items():
        if name.endswith("Url") and urlsplit(value).scheme not in {"http", "https"}:
            raise wrong(21502, f"{name} is not a valid URL")
        if name.endswith("Method") and value not in {"GET", "POST"}:
            raise wrong(21403, f"{name} is not a valid method")
    return form
