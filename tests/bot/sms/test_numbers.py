"""Where Twilio brings texts: told once, with retries, at the number or at the service."""

import pytest

from bot.sms.account import TwilioAccount
from bot.sms.numbers import NumbersError, point_to_us
from tests.fakes.faults import CLOSE_BEFORE
from tests.fakes.twilio import FakeTwilio

URL = "https://bot.example.com/twilio/sms#rc=3&rp=all"


def account_of(fake: FakeTwilio, **changes: str | None) -> TwilioAccount:
    fields = {
        "account_sid": fake.account_sid,
        "auth_token": fake.auth_token,
        "sender": fake.numbers[0],
        "api_url": fake.url,
        "webhook_url": "https://bot.example.com",
        **changes,
    }
    return TwilioAccount(**fields)  # type: ignore[arg-type] # a table of fields


def test_a_numbers_texts_come_to_us_with_retries_and_a_fallback(twilio_api: FakeTwilio) -> None:
    assert point_to_us(account_of(twilio_api)) == URL
    assert (twilio_api.sms_url, twilio_api.sms_fallback_url) == (URL, URL)


def test_so_do_a_messaging_services(twilio_api: FakeTwilio) -> None:
    service = next(iter(twilio_api.messaging_services))
    point_to_us(account_of(twilio_api, sender=None, messaging_service_sid=service))
    assert (twilio_api.sms_url, twilio_api.sms_fallback_url) == (URL, URL)


def test_it_may_be_repeated(twilio_api: FakeTwilio) -> None:
    point_to_us(account_of(twilio_api))
    point_to_us(account_of(twilio_api))
    assert twilio_api.sms_url == URL


def test_a_number_of_somebody_else_is_said(twilio_api: FakeTwilio) -> None:
    with pytest.raises(NumbersError, match="TWILIO_FROM"):
        point_to_us(account_of(twilio_api, sender="+16025550199"))


def test_a_wrong_token_is_said_without_showing_it(twilio_api: FakeTwilio) -> None:
    with pytest.raises(NumbersError, match="TWILIO_AUTH_TOKEN") as caught:
        point_to_us(account_of(twilio_api, auth_token="not-the-token"))
    assert "not-the-token" not in str(caught.value)


def test_a_service_that_cannot_be_reached_is_said(twilio_api: FakeTwilio) -> None:
    twilio_api.fault("settings", CLOSE_BEFORE)
    with pytest.raises(NumbersError, match="run this again"):
        point_to_us(account_of(twilio_api))
