"""Texts that came while the service was away: taken in at its start, once, as if they had come by webhook."""

from pathlib import Path
from typing import Any

import pytest

from core.domain.flow import Status
from tests.fakes.clock import FakeClock
from tests.fakes.faults import bad_gateway
from tests.fakes.twilio import MESSAGING_SERVICE_SID, FakePhone, FakeTwilio
from tests.journey.desk import done_by_admin
from tests.journey.service import MORNING, Service
from tests.journey.test_sms import NEW


class Place:
    """Where one service after another runs, with texts alone."""

    def __init__(self, folder: Path, twilio: FakeTwilio) -> None:
        self.folder, self.twilio = folder, twilio
        self.clock = FakeClock(MORNING)

    def service(self, **settings: Any) -> Service:
        return Service(self.folder, twilio=self.twilio, clock=self.clock, **settings)


@pytest.fixture
def place(tmp_path: Path, twilio_api: FakeTwilio) -> Place:
    """A place where a service has run: Mark has a job, and was asked for his OK."""
    found = Place(tmp_path, twilio_api)
    with found.service() as first:
        done_by_admin(first, NEW)
        first.later(10)
        first.until(lambda state: state.texting.listening_since)
    return found


def test_what_was_texted_meanwhile_is_done_at_the_start_and_once(
    place: Place, mark: FakePhone, twilio_api: FakeTwilio
) -> None:
    mark.text("OK")
    mark.text("the gate is open", media=("image/jpeg",))
    place.clock.advance(seconds=3600)
    with place.service() as later:
        later.until(lambda state: any(m.kind == "customer_wrote" for m in state.messages.values()))
    with place.service() as once_more:
        done_by_admin(once_more, "show 1")
        state = once_more.settled()
    assert state.jobs[1].status is Status.READY_FOR_PICKUP
    assert len(state.jobs[1].history) == 2
    (written,) = [m for m in state.messages.values() if m.kind == "customer_wrote"]
    assert "the gate is open\n(a picture at Twilio: ME" in (written.body or "")
    assert not twilio_api.violations


def test_a_stop_that_was_missed_counts_but_not_where_a_start_came_after_it(
    place: Place, mark: FakePhone, twilio_api: FakeTwilio
) -> None:
    ana = twilio_api.phone("+16025550177")
    for phone, words in ((mark, "START"), (mark, "STOP"), (ana, "STOP"), (ana, "START")):
        twilio_api.moments.advance(1)
        phone.text(words)
    with place.service() as later:
        state = later.until(lambda state: state.opted_out(mark.number, later.clock.now()))
    assert not state.opted_out(ana.number, place.clock.now())


def test_what_is_older_than_causes_are_kept_is_left_alone(
    place: Place, mark: FakePhone, twilio_api: FakeTwilio
) -> None:
    mark.text("OK")
    place.clock.advance(seconds=47 * 3600 + 1)
    twilio_api.moments.advance(47 * 3600 + 1)
    mark.text("hello?")
    with place.service() as later:
        state = later.until(lambda state: any(m.kind == "customer_wrote" for m in state.messages.values()))
    assert state.jobs[1].status is Status.PENDING_CONFIRMATION


def test_what_came_before_the_first_start_is_nobodys_business(
    tmp_path: Path, twilio_api: FakeTwilio, mark: FakePhone
) -> None:
    mark.text("how much for a couch")
    twilio_api.moments.advance(60)
    place = Place(tmp_path, twilio_api)
    place.clock.advance(seconds=60)
    with place.service() as first:
        first.until(lambda state: state.texting.listening_since)
    mark.text("hello?")
    with place.service() as second:
        state = second.until(lambda state: state.log)
    assert [event.text for event in state.log] == ["hello?"]  # type: ignore[union-attr] # strangers' words


def test_with_a_messaging_service_its_numbers_are_looked_at(
    place: Place, mark: FakePhone, twilio_api: FakeTwilio
) -> None:
    mark.text("OK")
    with place.service(twilio_messaging_service_sid=MESSAGING_SERVICE_SID) as later:
        later.until(lambda state: state.jobs[1].status is Status.READY_FOR_PICKUP)
    assert not twilio_api.violations


def test_a_list_that_cannot_be_read_keeps_nobody_from_serving(
    place: Place, mark: FakePhone, twilio_api: FakeTwilio
) -> None:
    twilio_api.fault("list", bad_gateway())
    with place.service() as later:
        twilio_api.sms_url = f"{later.url}/twilio/sms"
        mark.text("OK")
        later.until(lambda state: state.jobs[1].status is Status.READY_FOR_PICKUP)


def test_without_a_public_address_texts_come_in_all_the_same(
    place: Place, mark: FakePhone, twilio_api: FakeTwilio
) -> None:
    mark.text("OK")
    with place.service(webhook_url=None) as later:
        later.until(lambda state: state.jobs[1].status is Status.READY_FOR_PICKUP)
    assert len(twilio_api.texts) >= 2
