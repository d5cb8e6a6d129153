"""Who is texted, when, and who is not: opt-outs, doubts, the night, bad numbers, the switch."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.domain.flow import Status
from core.domain.outbox import Message
from tests.fakes.clock import FakeClock
from tests.fakes.twilio import FakePhone, FakeTwilio
from tests.journey.desk import done_by_admin
from tests.journey.service import MORNING, Service
from tests.journey.test_sms import NEW, service, texted

__all__ = ["service"]

HOUR = 3600


@pytest.fixture
def night(tmp_path: Path, twilio_api: FakeTwilio) -> Iterator[Service]:
    """A service at 10 PM in Phoenix, with nothing in it."""
    twilio_api.delivers_by_itself = True
    clock = FakeClock(MORNING)
    clock.advance(seconds=12 * HOUR)
    with Service(tmp_path, twilio=twilio_api, clock=clock) as running:
        yield running


def notices(service: Service, kind: str) -> list[Message]:
    return [m for m in service.state.messages.values() if m.channel == "chat" and m.kind == kind]


def fates(service: Service) -> list[tuple[str, str, str | None]]:
    return [(text.kind, text.status.value, text.why) for text in service.texts_of()]


def test_an_opt_out_in_the_middle_of_a_job_ends_its_texts_and_not_the_job(
    service: Service, twilio_api: FakeTwilio, mark: FakePhone
) -> None:
    texted(service, mark, "OK")
    done_by_admin(service, "transit 1")
    assert texted(service, mark, "Cancel") == []
    sent = len(twilio_api.sent)
    service.later(60)
    reply = done_by_admin(service, "dumped 1")
    assert "Mark opted out of texts: call (602) 555-0142." in reply.text
    done_by_admin(service, "done 1")
    service.later(HOUR)
    assert len(twilio_api.sent) == sent
    assert service.job().status is Status.COMPLETE, "a carrier's word cancels no job"
    (told,) = notices(service, "opted_out")
    assert "(602) 555-0142 opted out of texts ('Cancel'). Call instead." in (told.body or "")
    assert "opted out of texts: call" in done_by_admin(service, "show 1").text


def test_a_wish_in_other_words_waits_for_the_dispatcher_who_says_no(
    service: Service, mark: FakePhone
) -> None:
    assert texted(service, mark, "please stop texting me so early") == []
    (asked,) = notices(service, "opt_out_asked")
    assert (asked.body or "").startswith(
        "#1 Mark, (602) 555-0142, wrote: 'please stop texting me so early'\nDoes that mean no more texts?"
    )
    assert [button.command for button in asked.buttons] == ["optout +16025550142", "optout +16025550142 no"]
    reply = done_by_admin(service, "ready 1")
    assert "Mark may have opted out: his texts wait until somebody says what he meant" in reply.text
    service.later(10)
    assert fates(service)[-1] == ("ready_for_pickup", "held", "opt_out_asked")
    assert "is texted as before; 1 text waited" in done_by_admin(service, "optout +16025550142 no").text
    service.later(1)
    assert fates(service)[-1] == ("ready_for_pickup", "sent", None)
    service.later(25 * HOUR)
    assert not [m for m in notices(service, "opt_out_counts") if m.status.value == "sent"]


def test_a_wish_that_nobody_answers_counts_after_a_day(
    service: Service, twilio_api: FakeTwilio, mark: FakePhone
) -> None:
    texted(service, mark, "no more texts please")
    done_by_admin(service, "ready 1")
    service.later(24 * HOUR)
    assert fates(service)[-1] == ("ready_for_pickup", "dropped", "opted_out")
    assert service.state.opted_out(mark.number, service.clock.now())
    (told,) = notices(service, "opt_out_counts")
    assert "it counts as an opt-out now. Call instead." in (told.body or "")
    assert len(twilio_api.sent) == 1
    texted(service, mark, "START")
    assert not service.state.opted_out(mark.number, service.clock.now())


def test_a_job_of_the_night_is_held_till_morning_and_not_told_where_it_was_cancelled(
    night: Service, twilio_api: FakeTwilio
) -> None:
    reply = done_by_admin(night, NEW)
    assert "Quiet hours: Mark will be texted at Tue, Nov 24, 8:00 AM." in reply.text
    done_by_admin(night, "new Ana Reyes 80 602-555-0177")
    night.later(10)
    assert fates(night) == [("created", "held", "quiet_hours")]
    done_by_admin(night, "cancel 1 no truck")
    night.later(11 * HOUR)
    assert fates(night) == [("created", "dropped", "cancelled")]
    assert [text.to for text in twilio_api.sent] == ["+16025550177"]


def test_a_text_of_the_night_goes_at_once_where_the_dispatcher_wants_it(
    night: Service, twilio_api: FakeTwilio
) -> None:
    reply = done_by_admin(night, NEW)
    assert [(b.label, b.command) for b in reply.buttons][-1] == ("Send now anyway", "send 1")
    night.later(10)
    assert "Mark will be texted now." in done_by_admin(night, "send 1").text
    night.later(1)
    assert [text.to for text in twilio_api.sent] == ["+16025550142"]


def test_an_answer_to_the_customers_own_words_waits_for_no_morning(
    night: Service, twilio_api: FakeTwilio, mark: FakePhone
) -> None:
    done_by_admin(night, NEW)
    assert texted(night, mark, "STATUS")[0].startswith("Mesa Hauling: your pickup waits for your OK.")
    texted(night, mark, "is tomorrow still fine?")
    done_by_admin(night, "text 1 Yes, we come at 9.")
    night.later(1)
    assert (
        twilio_api.sent[-1].body == "Mesa Hauling: Yes, we come at 9. Reply STOP to opt out, HELP for help."
    )


def test_a_landline_is_found_out_once_and_then_called(service: Service, twilio_api: FakeTwilio) -> None:
    twilio_api.refuse("+16025550188", 21614)
    done_by_admin(service, "new Lena Ortiz 250 602-555-0188")
    service.later(10)
    (failed,) = notices(service, "text_failed")
    assert failed.body == (
        "#2 Lena was not reached: text 'created' failed.\n"
        "(602) 555-0188 is no mobile number (Twilio 21614): call."
    )
    reply = done_by_admin(service, "ready 2")
    assert "(602) 555-0188 is no mobile number: call Lena." in reply.text
    service.later(HOUR)
    assert [text.to for text in twilio_api.sent] == ["+16025550142"]


def test_an_opt_out_that_only_the_provider_knows_is_learnt(service: Service, twilio_api: FakeTwilio) -> None:
    twilio_api.refuse("+16025550188", 21610)
    done_by_admin(service, "new Lena Ortiz 250 602-555-0188")
    service.later(10)
    assert service.state.opted_out("+16025550188", service.clock.now())
    assert "opted out of texts: call" in done_by_admin(service, "ready 2").text


def test_texts_off_stops_all_at_once_and_on_looks_at_each_again(
    service: Service, twilio_api: FakeTwilio, mark: FakePhone
) -> None:
    done_by_admin(service, "ready 1")
    off = done_by_admin(service, "texts off")
    assert off.text == "Texts are off: nothing goes out. 1 text waits; 'texts on' lets them go."
    assert (
        "Texts are off: Ana will be texted after 'texts on'."
        in done_by_admin(service, "new Ana Reyes 80 602-555-0177").text
    )
    mark.text("STATUS")
    service.later(HOUR)
    assert len(twilio_api.sent) == 1
    done_by_admin(service, "cancel 2")
    assert "Texts are off" in done_by_admin(service, "texts").text
    assert done_by_admin(service, "texts on").text.startswith("Texts are on. ")
    service.later(1)
    assert [text.to for text in twilio_api.sent[1:]] == ["+16025550142"], (
        "Ana's job is off, the answer too late"
    )
