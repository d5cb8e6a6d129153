"""A strict fake of Twilio's Messages API, over real HTTP on loopback.

    with FakeTwilio() as twilio:
        # any client that talks to twilio.url with twilio.account_sid and twilio.auth_token
        customer = twilio.phone("+16025550142")
        twilio.progress(twilio.sent[-1], "sent", "delivered")   # posts the status callbacks, signed
        twilio.sms_url = "http://127.0.0.1:8000/twilio/sms#rc=3&rp=all"
        customer.text("STOP")                        # posts it, signed; answers; blocks the number
        assert not twilio.violations

It checks each request against the documented rules and answers with the service's codes. It is stricter
than the service: an unknown parameter is refused, and what a sound client could have known to be wrong is
kept in `violations`. It knows texts only, and pictures that come in: no media that go out, no scheduling,
no templates, no rate limits by itself.
"""

from tests.fakes.twilio.exchange import ACCOUNT_SID, AUTH_TOKEN, MESSAGING_SERVICE_SID, NUMBER
from tests.fakes.twilio.phone import FakePhone
from tests.fakes.twilio.server import FakeTwilio
from tests.fakes.twilio.signing import sign
from tests.fakes.twilio.texts import Posted, Text

__all__ = [
    "ACCOUNT_SID",
    "AUTH_TOKEN",
    "MESSAGING_SERVICE_SID",
    "NUMBER",
    "FakePhone",
    "FakeTwilio",
    "Posted",
    "Text",
    "sign",
]
