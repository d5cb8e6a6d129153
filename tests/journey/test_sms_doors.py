"""What the texts' webhooks hold against repetition, forgers and lost answers."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from bot.sms.signature import HEADER
from core.domain.events import CustomerWrote
from core.domain.flow import Status
from core.domain.outbox import Message
from tests.fakes.faults import CLOSE_AFTER, CLOSE_BEFORE, bad_gateway
from tests.fakes.twilio import AUTH_TOKEN, NUMBER, FakePhone, FakeTwilio, sign
from tests.journey.desk import done_by_admin
from tests.journey.service import Service
from tests.journey.test_sms import EMPTY, NEW, taken

FORM = {"MessageSid": "SM" + "0a" * 16, "From": "+16025550142", "To": NUMBER, "Body": "OK", "NumMedia": "0"}


@pytest.fixture
def service(tmp_path: Path, twilio_api: FakeTwilio) -> Iterator[Service]:
    """A service with texts alone, where nothing is reported by itself, and Mark's job in it."""
    with Service(tmp_path, twilio=twilio_api) as running:
        done_by_admin(running, NEW)
        yield running


def posted(
    service: Service, form: dict[str, str], *, path: str = "/twilio/sms", signed_over: str | None = None
) -> httpx.Response:
    """Post a form, signed over its own address unless another one is named."""
    address = service.url + path
    signature = sign(AUTH_TOKEN, signed_over or address, list(form.items()))
    headers = {HEADER: signature, "Content-Type": "application/x-www-form-urlencoded"}
    return httpx.post(address, content=urlencode(form), headers=headers)


def only_text(service: Service) -> Message:
    (text,) = service.texts_of()
    return text


@pytest.mark.parametrize("code", ["9" * 5_000, "²", "-1", "30003 "])
def test_a_code_that_is_none_is_not_kept(service: Service, code: str) -> None:
    service.later(10)
    text = only_text(service)
    form = {"MessageSid": text.provider_id or "", "MessageStatus": "failed", "ErrorCode": code}
    assert posted(service, form, path=f"/twilio/status/{text.id}").status_code == 204
    assert (only_text(service).status.value, only_text(service).code) == ("failed", "failed")


def test_what_steers_how_words_are_shown_does_not_come_in_with_them(service: Service) -> None:
    form = FORM | {"Body": "\u202egate\u202c\nis\x00 open\u200b"}
    assert posted(service, form).status_code == 200
    (event,) = service.state.log
    assert isinstance(event, CustomerWrote)
    assert event.text == "gate\nis open"


def test_a_text_that_comes_three_times_is_taken_once(
    service: Service, twilio_api: FakeTwilio, mark: FakePhone
) -> None:
    service.later(10)
    mark.text("OK")
    for words in ("status", "how long?"):
        mark.text(words)
    service.settled()
    before = service.state
    sent = len(twilio_api.sent)
    for text in [text for text in twilio_api.texts if text.direction == "inbound"]:
        for _ in range(2):
            for again in twilio_api.receive_again(text):
                taken(again)
    service.later(60)
    assert service.state.jobs == before.jobs
    assert list(service.state.messages) == list(before.messages)
    assert len(twilio_api.sent) == sent == 3


def test_an_opt_out_that_comes_again_after_an_opt_in_changes_nothing(
    service: Service, twilio_api: FakeTwilio, mark: FakePhone
) -> None:
    mark.text("STOP")
    mark.text("STOP")
    stops = [text for text in twilio_api.texts if text.body == "STOP"]
    mark.text("START")
    for stop in stops:
        # Also the second one, which changed nothing when it came.
        twilio_api.receive_again(stop)
    assert not service.state.opted_out(mark.number, service.clock.now())


@pytest.mark.parametrize("path", ["/twilio/sms", "/twilio/status/abc-1"])
def test_without_a_right_signature_nobody_gets_in(service: Service, path: str) -> None:
    before = service.state
    form = FORM | {"MessageStatus": "failed"}
    assert posted(service, form, path=path, signed_over="https://elsewhere.example/").status_code == 403
    assert httpx.post(service.url + path, data=form).status_code == 403
    assert httpx.post(service.url + path, content=b"\xff\xfe&&=").status_code == 403
    assert service.state == before


@pytest.mark.parametrize("missing", ["MessageSid", "From", "Body"])
def test_a_text_without_its_fields_is_no_text(service: Service, missing: str) -> None:
    before = service.state
    form = {name: value for name, value in FORM.items() if name != missing}
    assert posted(service, form).status_code == 400
    assert posted(service, {**form, missing: ""}).status_code == (200 if missing == "Body" else 400)
    assert service.state.jobs == before.jobs


@pytest.mark.parametrize("missing", ["MessageSid", "MessageStatus"])
def test_a_report_without_its_fields_is_no_report(service: Service, missing: str) -> None:
    form = {"MessageSid": FORM["MessageSid"], "MessageStatus": "sent"}
    del form[missing]
    assert posted(service, form, path="/twilio/status/abc-1").status_code == 400


def test_a_query_is_signed_too(service: Service) -> None:
    assert posted(service, FORM, path="/twilio/sms?x=1%202").status_code == 200
    signed_over = f"{service.url}/twilio/sms"
    assert posted(service, FORM, path="/twilio/sms?x=2", signed_over=signed_over).status_code == 403


def test_a_short_code_is_taken_and_left_alone(service: Service) -> None:
    before = service.state
    answer = posted(service, FORM | {"From": "22000", "Body": "Your code is 123"})
    assert (answer.status_code, answer.text) == (200, EMPTY)
    assert (service.state.jobs, service.state.messages) == (before.jobs, before.messages)
    assert FORM["MessageSid"] in str(service.state.causes), "it is not looked at again"


def test_a_word_that_the_account_has_for_stop_counts_at_once(service: Service) -> None:
    assert posted(service, FORM | {"Body": "ALTO", "OptOutType": "STOP"}).status_code == 200
    assert service.state.opted_out(FORM["From"], service.clock.now())


def test_a_picture_without_words_reaches_the_dispatcher(service: Service) -> None:
    assert posted(service, FORM | {"Body": "", "NumMedia": "1"}).status_code == 200
    assert any(m.kind == "customer_wrote" for m in service.state.messages.values())


def test_a_lost_answer_is_unknown_until_a_report_proves_that_the_text_went(
    service: Service, twilio_api: FakeTwilio
) -> None:
    twilio_api.fault("create", CLOSE_AFTER)
    service.later(10)
    assert only_text(service).status.value == "unknown"
    service.later(3600)
    assert len(twilio_api.sent) == 1, "never sent again on a guess"
    (text,) = twilio_api.sent
    assert [one.status for one in twilio_api.progress(text, "sent")] == [204]
    settled = only_text(service)
    assert (settled.status.value, settled.provider_id) == ("sent", text.sid)


def test_a_text_that_was_lost_for_certain_goes_out_once_more(
    service: Service, twilio_api: FakeTwilio
) -> None:
    twilio_api.too_many_requests(times=2)
    service.later(10)
    assert only_text(service).status.value == "pending"
    service.later(60)
    service.later(60)
    assert only_text(service).status.value == "sent"
    assert len(twilio_api.sent) == 1


@pytest.mark.parametrize("fault", [CLOSE_BEFORE, bad_gateway()])
def test_what_may_have_been_taken_is_not_sent_again(
    service: Service, twilio_api: FakeTwilio, fault: object
) -> None:
    twilio_api.fault("create", fault)  # type: ignore[arg-type] # one of two kinds
    service.later(10)
    service.later(3600)
    assert only_text(service).status.value == "unknown"
    assert not twilio_api.sent


def test_a_text_that_reached_nobody_has_failed_whatever_comes_later(
    service: Service, twilio_api: FakeTwilio
) -> None:
    service.later(10)
    (text,) = twilio_api.sent
    twilio_api.progress(text, "sent")
    twilio_api.progress(text, "undelivered", error_code=30003)
    twilio_api.call_back(text, "sent")
    twilio_api.call_back(text, "queued")
    failed, again = service.texts_of()
    assert (failed.status.value, failed.code) == ("failed", "30003")
    assert (again.status.value, again.again) == ("pending", True)
    service.later(15 * 60)
    twilio_api.progress(twilio_api.sent[-1], "undelivered", error_code=30003)
    service.later(3600)
    assert len(twilio_api.sent) == 2, "one later try, no more"
    notice = next(m for m in service.state.messages.values() if m.kind == "text_failed")
    assert "The phone was off or out of reach, twice (Twilio 30003). Call (602) 555-0142." in (
        notice.body or ""
    )
    card = done_by_admin(service, "show 1").text
    assert "was refused by the provider (30003)" in card


def test_a_report_on_nothing_of_ours_is_taken_and_left_alone(service: Service) -> None:
    before = service.state
    form = {"MessageSid": FORM["MessageSid"], "MessageStatus": "failed"}
    for path in ("/twilio/status/nobody-1", "/twilio/status/%C3%A9", "/twilio/status/%00"):
        assert posted(service, form, path=path).status_code == 204
    assert service.state == before


def test_with_the_store_down_a_text_has_to_come_again(service: Service, tmp_path: Path) -> None:
    away = (tmp_path / "state").rename(tmp_path / "away")
    assert posted(service, FORM).status_code == 503
    form = {"MessageSid": FORM["MessageSid"], "MessageStatus": "failed"}
    assert posted(service, form, path="/twilio/status/x-1").status_code == 503
    away.rename(tmp_path / "state")
    assert posted(service, FORM).status_code == 200
    assert service.job().status is Status.READY_FOR_PICKUP
