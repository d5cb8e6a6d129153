"""Staff by text: what they may do, and what they may not, since a text's sender can be forged."""

import pytest

from core.domain.flow import Status
from tests.fakes.twilio import FakePhone, FakeTwilio
from tests.journey.desk import done_by_admin
from tests.journey.service import Service
from tests.journey.test_sms import service, texted

__all__ = ["service"]


@pytest.fixture
def joe(service: Service, twilio_api: FakeTwilio) -> FakePhone:
    """A driver's phone."""
    done_by_admin(service, "invite driver Joe 602-555-0199")
    return twilio_api.phone("+16025550199")


@pytest.fixture
def dora(service: Service, twilio_api: FakeTwilio) -> FakePhone:
    """A dispatcher's phone."""
    done_by_admin(service, "invite dispatcher Dora 602-555-0188")
    return twilio_api.phone("+16025550188")


def test_a_driver_works_by_text(service: Service, joe: FakePhone, mark: FakePhone) -> None:
    assert texted(service, joe, "jobs")[0].startswith("1 open\n#1 Mark")
    done_by_admin(service, "ready 1")
    service.later(10)
    (moved,) = texted(service, joe, "next")
    assert moved.startswith("#1 is in transit now (was: ready for pickup).")
    assert service.job().driver == "joe"
    (eta,) = texted(service, joe, "eta 25")
    assert eta.startswith("#1 ETA 10:")
    (back,) = texted(service, joe, "undo")
    assert back.startswith("#1 is back to: ready for pickup")
    assert service.job().status is Status.READY_FOR_PICKUP
    assert mark.number == service.job().phone


def test_a_dispatcher_takes_a_job_down_by_text(service: Service, dora: FakePhone) -> None:
    (answer,) = texted(service, dora, "new Lena Ortiz 250")
    assert answer.startswith("#2 Lena")
    assert service.job(2).history[0].by == "dora"


@pytest.mark.parametrize(
    "line",
    [
        "assign 1 joe",
        "link 1",
        "revoke 1",
        "cancel 1",
        "edit 1 price 5",
        "find mark",
        "history 1",
        "unassign 1",
    ],
)
def test_what_a_forger_could_misuse_is_not_done_by_text(
    service: Service, dora: FakePhone, joe: FakePhone, line: str
) -> None:
    before = service.job()
    (answer,) = texted(service, dora, line)
    assert answer.startswith("That can't be done by SMS, whose sender can be forged.")
    assert service.job() == before
    assert joe.number


@pytest.mark.parametrize("line", ["invite driver Eve", "remove joe", "people", "deploy", "texts off"])
def test_an_admin_is_no_admin_by_text(service: Service, twilio_api: FakeTwilio, line: str) -> None:
    done_by_admin(service, "invite admin Ada 602-555-0177")
    people = service.state.people
    (answer,) = texted(service, twilio_api.phone("+16025550177"), line)
    assert "can't be done by SMS" in answer
    assert service.state.people == people


def test_staff_who_are_customers_too_speak_as_staff(service: Service, joe: FakePhone) -> None:
    done_by_admin(service, "new Joe Baker 80 602-555-0199")
    (answer,) = texted(service, joe, "jobs")
    assert "#2 Joe" in answer
    texted(service, joe, "ok")
    assert service.job(2).status is Status.PENDING_CONFIRMATION


def test_a_carrier_word_of_a_driver_is_no_command(service: Service, joe: FakePhone, mark: FakePhone) -> None:
    assert texted(service, joe, "stop") == []
    assert texted(service, joe, "jobs") == []
    assert service.state.opted_out(joe.number, service.clock.now())
    assert not service.state.opted_out(mark.number, service.clock.now())


def test_a_question_by_text_names_the_whole_lines_to_choose_from(service: Service, joe: FakePhone) -> None:
    done_by_admin(service, "new Mark Twain 80")
    (question,) = texted(service, joe, "ready mark")
    assert question == (
        "Several jobs fit 'mark'. Which one?\n"
        "#1 Mark - Soderblom - $600 - waiting for the customer's OK\n"
        "#2 Mark - Twain - $80 - waiting for the customer's OK\n"
        "Send one of:\n"
        "ready 1\n"
        "ready 2"
    )


def test_a_doubt_by_text_comes_with_the_lines_that_settle_it(service: Service, dora: FakePhone) -> None:
    (question,) = texted(service, dora, "new Lena Ortiz 250 today 9am")
    lines = question.split("\n")
    assert lines[:2] == ["Nothing was made yet. That time has passed today. When is it?", "Send one of:"]
    (made,) = texted(service, dora, lines[2])
    assert made.startswith("#2 Lena")
    assert service.job(2).when is not None


def test_who_was_removed_is_a_stranger_by_text(service: Service, joe: FakePhone) -> None:
    done_by_admin(service, "remove joe")
    (answer,) = texted(service, joe, "next 1")
    assert answer == "Mesa Hauling: we have no pickup under this number. A person will read your text."
    assert service.job().status is Status.PENDING_CONFIRMATION


def test_two_machines_that_answer_each_other_come_to_an_end(service: Service, joe: FakePhone) -> None:
    for _ in range(25):
        joe.text("what")
    service.settled()
    assert len([m for m in service.state.messages.values() if m.kind == "reply"]) == 20
