import dataclasses
import logging
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from bot.sms import transport
from bot.sms.account import TwilioAccount
from bot.sms.texter import TRIAL_PREFIX, TwilioTexter
from core.domain.remedy import Remedy
from core.ports import ProviderText, Texter, TextNotSent, TextOutcomeUnknown, TextsNotListed
from tests.fakes.faults import CLOSE_AFTER, CLOSE_BEFORE, Answer, Hang, answer, bad_gateway
from tests.fakes.twilio import MESSAGING_SERVICE_SID, NUMBER, FakeTwilio

CUSTOMER = "+16025550142"


def account_of(fake: FakeTwilio) -> TwilioAccount:
    return TwilioAccount(
        account_sid=fake.account_sid, auth_token=fake.auth_token, sender=NUMBER, api_url=fake.url + "/"
    )


@pytest.fixture
def texter(twilio_api: FakeTwilio) -> Iterator[TwilioTexter]:
    texter = TwilioTexter(account_of(twilio_api))
    yield texter
    texter.close()


def send(texter: Texter, to: str = CUSTOMER, body: str = "On the way.") -> str:
    return texter.send(to=to, body=body, message_id="m1")


def refused(texter: Texter, **what: str) -> tuple[str, bool, float | None]:
    with pytest.raises(TextNotSent) as caught:
        send(texter, **what)
    return caught.value.code, caught.value.permanent, caught.value.retry_after_s


def test_a_text_goes_out_with_all_that_belongs_to_it(twilio_api: FakeTwilio) -> None:
    account = dataclasses.replace(account_of(twilio_api), webhook_url="https://hooks.example.com/")
    texter = TwilioTexter(account)
    sid = texter.send(to=CUSTOMER, body="On the way.", message_id="12/created:1")
    texter.close()

    sent = twilio_api.sent[0]
    assert (sent.sid, sent.to, sent.sender, sent.body) == (sid, CUSTOMER, NUMBER, "On the way.")
    assert sent.status_callback == "https://hooks.example.com/twilio/status/12%2Fcreated%3A1"
    assert sent.validity_period_s == 3600


def test_without_a_public_address_no_callback_is_asked_for(
    twilio_api: FakeTwilio, texter: TwilioTexter
) -> None:
    send(texter)
    assert twilio_api.sent[0].status_callback is None


def test_a_messaging_service_picks_the_number(twilio_api: FakeTwilio) -> None:
    account = dataclasses.replace(
        account_of(twilio_api), sender=None, messaging_service_sid=MESSAGING_SERVICE_SID
    )
    texter = TwilioTexter(account)
    send(texter)
    texter.close()
    assert (twilio_api.sent[0].status, twilio_api.sent[0].messaging_service_sid) == (
        "accepted",
        MESSAGING_SERVICE_SID,
    )


def test_an_account_has_a_sender_or_a_service_and_not_both() -> None:
    with pytest.raises(ValueError, match="a sender or a messaging service"):
        TwilioTexter(TwilioAccount(account_sid="AC1", auth_token="t"))
    with pytest.raises(ValueError, match="and not both"):
        TwilioTexter(
            TwilioAccount(account_sid="AC1", auth_token="t", sender="+1", messaging_service_sid="MG1")
        )


@pytest.mark.parametrize("code", [21211, 21408, 21610, 21612, 21614, 21635, 30450])
def test_what_is_refused_for_good_is_permanent(
    twilio_api: FakeTwilio, texter: TwilioTexter, code: int
) -> None:
    twilio_api.refuse(CUSTOMER, code)
    assert refused(texter) == (str(code), True, None)
    assert not twilio_api.sent


@pytest.mark.parametrize(("code", "wait_s"), [(21611, 60), (63038, 24 * 3600)])
def test_what_passes_is_waited_for(
    twilio_api: FakeTwilio, texter: TwilioTexter, code: int, wait_s: int
) -> None:
    twilio_api.refuse(CUSTOMER, code)
    assert refused(texter) == (str(code), False, wait_s)


def test_who_opted_out_at_the_provider_gets_no_text(twilio_api: FakeTwilio, texter: TwilioTexter) -> None:
    twilio_api.phone(CUSTOMER).text("stop")
    assert refused(texter) == ("21610", True, None)


def test_a_number_that_is_none_is_refused(texter: TwilioTexter) -> None:
    assert refused(texter, to="6025550142") == ("21211", True, None)


def test_a_body_too_long_is_refused(twilio_api: FakeTwilio, texter: TwilioTexter) -> None:
    assert refused(texter, body="x" * 1601) == ("21617", True, None)
    twilio_api.violations.clear()


@pytest.mark.parametrize(("asked_s", "wait_s"), [(7, 7), (None, 1)])
def test_too_many_requests_wait_as_long_as_asked(
    twilio_api: FakeTwilio, texter: TwilioTexter, asked_s: int | None, wait_s: int
) -> None:
    twilio_api.too_many_requests(asked_s)
    assert refused(texter) == ("20429", False, wait_s)
    assert send(texter)


def test_an_old_answers_retry_after_is_not_taken_for_a_new_one(
    twilio_api: FakeTwilio, texter: TwilioTexter
) -> None:
    twilio_api.too_many_requests(7)
    twilio_api.fault("create", CLOSE_BEFORE)
    twilio_api.refuse(CUSTOMER, 21611)
    refused(texter)
    with pytest.raises(TextOutcomeUnknown):
        send(texter)
    assert refused(texter)[2] == 60


def test_a_wrong_token_is_for_an_admin(twilio_api: FakeTwilio) -> None:
    texter = TwilioTexter(dataclasses.replace(account_of(twilio_api), auth_token="wrong"))
    assert refused(texter) == ("20003", False, 300)
    texter.close()


def test_problems_in_the_newer_format_are_understood(twilio_api: FakeTwilio, texter: TwilioTexter) -> None:
    problem = {"type": "https://x.example", "title": "Limit", "status": 429, "code": 63018}
    twilio_api.fault("create", answer(429, problem, ("Retry-After", "2")))
    assert refused(texter) == ("63018", False, 2)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408])
def test_an_error_of_the_service_leaves_the_outcome_unknown(
    twilio_api: FakeTwilio, texter: TwilioTexter, status: int
) -> None:
    twilio_api.fault("create", answer(status, {"code": 20500, "message": "x", "status": status}))
    with pytest.raises(TextOutcomeUnknown):
        send(texter)
    assert not twilio_api.sent


@pytest.mark.parametrize(
    ("fault", "landed"),
    [
        (CLOSE_BEFORE, 0),
        (CLOSE_AFTER, 1),
        (bad_gateway(), 0),
        (Answer(201, b"{not json"), 0),
        (Answer(201, b'{"status": "queued"}'), 0),
        (Answer(302, b"", headers=(("Location", "http://127.0.0.1:1/"),)), 0),
    ],
)
def test_a_lost_or_senseless_answer_leaves_the_outcome_unknown_and_sends_once(
    twilio_api: FakeTwilio, texter: TwilioTexter, fault: Answer, landed: int
) -> None:
    twilio_api.fault("create", fault)
    with pytest.raises(TextOutcomeUnknown):
        send(texter)
    assert len(twilio_api.sent) == landed
    assert len(twilio_api.faults.met) == 1


def test_a_service_that_is_silent_leaves_the_outcome_unknown(
    twilio_api: FakeTwilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "ANSWER_WITHIN_S", 0.1)
    texter = TwilioTexter(account_of(twilio_api))
    twilio_api.fault("create", Hang())
    with pytest.raises(TextOutcomeUnknown, match="ReadTimeout"):
        send(texter)
    texter.close()


def test_the_time_limits_are_shorter_than_a_claim() -> None:
    assert transport.CONNECT_WITHIN_S == 3
    assert transport.CONNECT_WITHIN_S + transport.WRITE_WITHIN_S + transport.ANSWER_WITHIN_S <= 10


@pytest.mark.parametrize("scheme", ["http", "nothing"])
def test_who_cannot_be_reached_got_nothing(twilio_api: FakeTwilio, scheme: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        address = f"{scheme}://127.0.0.1:{taken.getsockname()[1]}"
        texter = TwilioTexter(dataclasses.replace(account_of(twilio_api), api_url=address))
        assert refused(texter) == ("unreachable", False, None)
        texter.close()


def test_texts_are_listed_for_a_number_since_a_moment_newest_first(
    twilio_api: FakeTwilio, texter: TwilioTexter
) -> None:
    send(texter, body="old")
    twilio_api.moments.advance(60)
    since = twilio_api.moments.now
    send(texter, body="one")
    send(texter, to="+16025550199", body="other")
    twilio_api.moments.advance(1)
    sid = send(texter, body="two")
    twilio_api.progress(twilio_api.sent[-1], "sent", "undelivered", error_code=30003)

    assert [text.body for text in texter.recent(to=CUSTOMER, since=since)] == ["two", "one"]
    assert texter.recent(to=CUSTOMER, since=since)[0] == ProviderText(
        provider_id=sid,
        to=CUSTOMER,
        sender=NUMBER,
        body="two",
        inbound=False,
        status="undelivered",
        created_at=since + timedelta(seconds=1),
        error_code=30003,
        remedy=Remedy.RETRY_ONCE,
    )


def test_what_twilio_puts_before_the_texts_of_a_trial_account_is_none_of_ours(
    twilio_api: FakeTwilio, texter: TwilioTexter
) -> None:
    send(texter, body=f"{TRIAL_PREFIX}On the way.")
    (text,) = texter.recent(to=CUSTOMER, since=twilio_api.moments.now)
    assert text.body == "On the way."


def test_inbound_texts_are_listed_too_over_all_pages(
    twilio_api: FakeTwilio, texter: TwilioTexter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sms.texter.PAGE_SIZE", 2)
    since = twilio_api.moments.now
    for number in range(5):
        twilio_api.phone(CUSTOMER).text(str(number))
    listed = texter.recent(to=NUMBER, since=since)
    assert [(text.body, text.inbound) for text in listed] == [(str(n), True) for n in (4, 3, 2, 1, 0)]


@pytest.mark.parametrize("fault", [CLOSE_BEFORE, bad_gateway(), Answer(200, b"[")])
def test_a_list_that_cannot_be_read_says_so(
    twilio_api: FakeTwilio, texter: TwilioTexter, fault: Answer
) -> None:
    twilio_api.fault("list", fault)
    with pytest.raises(TextsNotListed):
        texter.recent(to=CUSTOMER, since=twilio_api.moments.now)


def test_it_works_from_several_threads(twilio_api: FakeTwilio, texter: TwilioTexter) -> None:
    numbers = [f"+1602555{n:04}" for n in range(101, 121)]
    with ThreadPoolExecutor(4) as threads:
        sids = list(threads.map(lambda number: send(texter, to=number), numbers))
    assert {text.sid: text.to for text in twilio_api.sent} == dict(zip(sids, numbers, strict=True))


def test_secrets_hide(twilio_api: FakeTwilio, texter: TwilioTexter, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    send(texter)
    assert twilio_api.auth_token not in caplog.text + repr(account_of(twilio_api))
