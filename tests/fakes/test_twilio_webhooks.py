"""The webhooks that the fake Messages API calls, and what people write to it."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import Response
from twilio.request_validator import RequestValidator

from tests.fakes.faults import Hang
from tests.fakes.serving import LocalServer
from tests.fakes.twilio import AUTH_TOKEN, NUMBER, FakeTwilio, sign

CUSTOMER = "+16025550142"


class Receiver:
    """A webhook that keeps what it got; `answers` are the next answers, then 200."""

    def __init__(self) -> None:
        self.got: list[tuple[str, list[tuple[str, str]], dict[str, str]]] = []
        self.answers: list[Response] = []
        self.server = LocalServer(self._app)

    async def _app(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        form = parse_qsl((await request.body()).decode(), keep_blank_values=True)
        self.got.append((str(request.url.path), form, dict(request.headers)))
        response = self.answers.pop(0) if self.answers else Response("<Response/>", media_type="text/xml")
        await response(scope, receive, send)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    receiver.server.start()
    yield receiver
    receiver.server.stop()


def create(fake: FakeTwilio, callback: str | None = None) -> httpx.Response:
    form = {"To": CUSTOMER, "From": NUMBER, "Body": "On the way."}
    address = f"{fake.url}/2010-04-01/Accounts/{fake.account_sid}/Messages.json"
    more = {"StatusCallback": callback} if callback else {}
    return httpx.post(address, data=form | more, auth=(fake.account_sid, fake.auth_token))


def test_status_callbacks_are_signed_and_may_come_out_of_order_or_twice(
    twilio_api: FakeTwilio, receiver: Receiver
) -> None:
    address = f"{receiver.server.url}/twilio/status/m1"
    create(twilio_api, callback=address)
    text = twilio_api.sent[0]
    twilio_api.call_back(text, "undelivered", 30003)
    twilio_api.progress(text, "sent", "undelivered", error_code=30003)

    forms = [dict(form) for _path, form, _headers in receiver.got]
    assert [form["MessageStatus"] for form in forms] == ["undelivered", "sent", "undelivered"]
    assert (forms[0]["ErrorCode"], forms[0]["MessageSid"], forms[0]["To"]) == ("30003", text.sid, CUSTOMER)
    for _path, form, headers in receiver.got:
        assert RequestValidator(AUTH_TOKEN).validate(address, dict(form), headers["x-twilio-signature"])
    assert [posted.status for posted in text.callbacks] == [200, 200, 200]


def test_it_can_deliver_by_itself(twilio_api: FakeTwilio, receiver: Receiver) -> None:
    twilio_api.delivers_by_itself = True
    create(twilio_api, callback=f"{receiver.server.url}/s")
    twilio_api.until(lambda: len(twilio_api.sent[0].callbacks) == 2)
    assert twilio_api.sent[0].status == "delivered"
    assert [posted["MessageStatus"] for posted in twilio_api.sent[0].callbacks] == ["sent", "delivered"]
    assert receiver.got[-1][1][-1][0] == "RawDlrDoneDate"


def test_an_inbound_text_is_posted_signed_with_its_blank_fields(
    twilio_api: FakeTwilio, receiver: Receiver
) -> None:
    twilio_api.sms_url = f"{receiver.server.url}/twilio/sms?x=1#rc=3&rp=all"
    tries = twilio_api.phone(CUSTOMER).text("gate code 4411?")
    _path, form, headers = receiver.got[0]

    assert [posted.body for posted in tries] == ["<Response/>"]
    assert dict(form) | {"Body": "gate code 4411?", "From": CUSTOMER, "To": NUMBER, "ToCity": ""} == dict(
        form
    )
    assert headers["i-twilio-idempotency-token"] == dict(form)["MessageSid"]
    address = f"{receiver.server.url}/twilio/sms?x=1"
    assert RequestValidator(AUTH_TOKEN).validate(address, dict(form), headers["x-twilio-signature"])


@pytest.mark.parametrize(
    ("overrides", "answers", "tries"),
    [
        ("", [500, 500], 1),
        ("#rc=2&rp=5xx", [500, 500], 3),
        ("#rc=2&rp=5xx", [404], 1),
        ("#rc=2&rp=4xx,5xx", [404, 503], 3),
        ("#rc=5&rp=all", [403, 500], 3),
        ("#rc=1&rp=all", [500, 500, 500], 2),
    ],
)
def test_an_inbound_text_is_posted_again_only_as_the_address_asks(
    twilio_api: FakeTwilio, receiver: Receiver, overrides: str, answers: list[int], tries: int
) -> None:
    receiver.answers = [Response(status_code=status) for status in answers]
    twilio_api.sms_url = f"{receiver.server.url}/twilio/sms{overrides}"
    assert len(twilio_api.phone(CUSTOMER).text("hi")) == tries == len(receiver.got)
    assert len({headers["i-twilio-idempotency-token"] for _, _, headers in receiver.got}) == 1


def test_what_is_not_taken_goes_to_the_fallback(twilio_api: FakeTwilio, receiver: Receiver) -> None:
    receiver.answers = [Response(status_code=500)]
    twilio_api.sms_url = f"{receiver.server.url}/twilio/sms"
    twilio_api.sms_fallback_url = f"{receiver.server.url}/fallback"
    assert twilio_api.phone(CUSTOMER).text("hi")[-1].taken
    assert dict(receiver.got[1][1])["ErrorCode"] == "11200"


def test_a_receiver_that_is_down_or_silent_is_no_answer(twilio_api: FakeTwilio) -> None:
    twilio_api.sms_url = "http://127.0.0.1:1/x#rc=1"
    assert [posted.status for posted in twilio_api.phone(CUSTOMER).text("hi")] == [None, None]
    hang = Hang()
    with FakeTwilio() as silent:
        silent.fault("*", hang)
        twilio_api.sms_url = f"{silent.url}/x#rt=50&rc=2"
        assert [posted.status for posted in twilio_api.phone(CUSTOMER).text("hi")] == [None]


def test_an_inbound_text_can_come_twice(twilio_api: FakeTwilio, receiver: Receiver) -> None:
    twilio_api.sms_url = f"{receiver.server.url}/twilio/sms"
    twilio_api.phone(CUSTOMER).text("hi")
    twilio_api.receive_again(twilio_api.texts[0])
    assert receiver.got[0][1] == receiver.got[1][1]


def test_stop_blocks_answers_and_is_still_posted(twilio_api: FakeTwilio, receiver: Receiver) -> None:
    twilio_api.sms_url = f"{receiver.server.url}/twilio/sms"
    phone = twilio_api.phone(CUSTOMER)
    phone.text(" Stop ")
    assert "unsubscribed" in phone.last.body
    assert dict(receiver.got[0][1])["Body"] == " Stop "
    assert create(twilio_api).json()["code"] == 21610
    phone.text("HELP")
    assert create(twilio_api).json()["code"] == 21610
    phone.text("START")
    assert "re-subscribed" in phone.last.body
    assert create(twilio_api).status_code == 201


def test_please_stop_is_only_a_text(twilio_api: FakeTwilio) -> None:
    twilio_api.phone(CUSTOMER).text("please stop messaging me")
    assert twilio_api.phone(CUSTOMER).received == []
    assert create(twilio_api).status_code == 201


@given(
    st.lists(
        st.tuples(st.sampled_from("abcABC"), st.text(st.characters(codec="utf-8"))), unique_by=lambda f: f[0]
    )
)
def test_signatures_are_those_that_twilios_own_library_takes(form: list[tuple[str, str]]) -> None:
    address = "https://hooks.example.com/twilio/sms?a=%20b"
    assert RequestValidator("token").validate(address, dict(form), sign("token", address, form))
