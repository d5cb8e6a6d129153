"""The customer's side by text: the OK, the questions, the carrier's words, and what the dispatcher hears."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.domain.flow import Status
from core.domain.outbox import Message
from tests.fakes.twilio import FakePhone, FakeTwilio, Posted
from tests.journey.desk import done_by_admin
from tests.journey.service import Service

EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
NEW = "new Mark Soderblom 600 602-555-0142"


@pytest.fixture
def service(tmp_path: Path, twilio_api: FakeTwilio) -> Iterator[Service]:
    """A service with texts alone, and Mark's job in it; he was asked for his OK."""
    twilio_api.delivers_by_itself = True
    with Service(tmp_path, twilio=twilio_api) as running:
        done_by_admin(running, NEW)
        running.later(10)
        yield running


def texted(service: Service, phone: FakePhone, words: str) -> list[str]:
    """Let somebody text us, and return what we texted him since."""
    assert service.twilio is not None
    before = len(service.twilio.sent)
    for posted in phone.text(words):
        taken(posted)
    service.settled()
    return [text.body for text in service.twilio.sent[before:] if text.to == phone.number]


def taken(posted: Posted) -> None:
    assert (posted.status, posted.body) == (200, EMPTY)


def notices(service: Service) -> list[Message]:
    return [message for message in service.state.messages.values() if message.channel == "chat"]


def test_ok_confirms_and_is_answered_with_the_ready_text(service: Service, mark: FakePhone) -> None:
    link = f"{service.url}/track/{service.job().tracking_token}"
    assert texted(service, mark, "OK") == [
        f"Mesa Hauling: you're on the schedule, Mark. We text when we load. {link}"
    ]
    assert service.job().status is Status.READY_FOR_PICKUP
    assert service.job().history[-1].by == "customer"
    assert [notice.kind for notice in notices(service)] == ["confirmed"]


def test_a_second_ok_says_where_the_job_stands(service: Service, mark: FakePhone) -> None:
    texted(service, mark, "ok!")
    (answer,) = texted(service, mark, "Ok")
    assert "you're on the schedule." in answer
    assert len(service.job().history) == 2


def test_ok_with_two_pending_jobs_confirms_neither_and_lists_both(service: Service, mark: FakePhone) -> None:
    done_by_admin(service, "new Mark Twain 80 602-555-0142")
    service.later(10)
    (question,) = texted(service, mark, "OK")
    assert question == (
        "Mesa Hauling: you have 2 pickups to confirm. Reply OK 1 (Soderblom) or OK 2 (Twain)."
    )
    assert {service.job(n).status for n in (1, 2)} == {Status.PENDING_CONFIRMATION}
    texted(service, mark, "ok 2")
    assert service.job(1).status is Status.PENDING_CONFIRMATION
    assert service.job(2).status is Status.READY_FOR_PICKUP


def test_somebody_elses_ok_confirms_nothing(service: Service, twilio_api: FakeTwilio) -> None:
    stranger = twilio_api.phone("+16025550177")
    (answer,) = texted(service, stranger, "OK 1")
    assert answer == "Mesa Hauling: we have no pickup under this number. A person will read your text."
    assert service.job().status is Status.PENDING_CONFIRMATION


@pytest.mark.parametrize(
    ("word", "start"),
    [
        ("STATUS", "Mesa Hauling: your pickup waits for your OK. Reply OK to confirm. http"),
        ("estado", "Mesa Hauling: su recogida espera su OK. Responda OK. http"),
    ],
)
def test_a_customer_can_ask_where_his_job_stands(
    service: Service, mark: FakePhone, word: str, start: str
) -> None:
    before = service.job()
    (answer,) = texted(service, mark, word)
    assert answer.startswith(start)
    assert service.job() == before


def test_a_customer_can_have_spanish(service: Service, mark: FakePhone) -> None:
    (answer,) = texted(service, mark, "Español")
    assert answer.startswith("Mesa Hauling: desde ahora le escribimos en español.")
    assert texted(service, mark, "ok")[0].startswith("Mesa Hauling: su recogida queda programada, Mark.")
    (back,) = texted(service, mark, "INGLES")
    assert back.startswith("Mesa Hauling: from now on we write in English.")


@pytest.mark.parametrize("word", ["STOP", "Stop.", "cancel", "QUIT", "opt-out", "Unsubscribe", "revoke"])
def test_who_opts_out_gets_no_text_ever_again(
    service: Service, twilio_api: FakeTwilio, mark: FakePhone, word: str
) -> None:
    assert texted(service, mark, word) == []
    sent = len(twilio_api.sent)
    done_by_admin(service, "ready 1")
    done_by_admin(service, "next 1")
    done_by_admin(service, "new Mark Twain 80 602-555-0142")
    service.later(3600)
    assert texted(service, mark, "STATUS") == []
    assert len(twilio_api.sent) == sent
    assert [notice.kind for notice in notices(service)] == ["opted_out"]
    assert service.state.opted_out(mark.number, service.clock.now())


def test_a_text_that_waits_is_not_sent_to_who_opts_out(
    service: Service, twilio_api: FakeTwilio, mark: FakePhone
) -> None:
    done_by_admin(service, "ready 1")
    texted(service, mark, "STOP")
    service.later(10)
    assert len(twilio_api.sent) == 1
    assert [str(text.status) for text in service.texts_of()] == ["sent", "dropped"]


def test_start_lets_texts_go_again(service: Service, mark: FakePhone) -> None:
    texted(service, mark, "STOP")
    assert texted(service, mark, "START") == []
    assert not service.state.opted_out(mark.number, service.clock.now())
    (answer,) = texted(service, mark, "status")
    assert "your pickup waits for your OK" in answer


def test_help_is_the_carriers(service: Service, mark: FakePhone) -> None:
    before = service.state
    assert texted(service, mark, "HELP") == []
    # The report that the first text arrived may come in between: it is no answer.
    assert service.state.messages.keys() == before.messages.keys()
    assert service.job() == before.jobs[1]


@pytest.mark.parametrize("words", ["YES", "yes!", "The gate code is 4411", "please call me", "👍", "<b>&"])
def test_what_is_no_command_reaches_the_dispatcher(service: Service, mark: FakePhone, words: str) -> None:
    assert texted(service, mark, words) == []
    (notice,) = notices(service)
    assert notice.kind == "customer_wrote"
    assert notice.job == 1
    assert words in (notice.body or "")
    assert service.job().status is Status.PENDING_CONFIRMATION


def test_a_stranger_is_answered_once_a_day(service: Service, twilio_api: FakeTwilio) -> None:
    stranger = twilio_api.phone("+16025550177")
    assert len(texted(service, stranger, "how much for a couch")) == 1
    assert texted(service, stranger, "hello?") == []
    assert [notice.kind for notice in notices(service)] == ["stranger_wrote"]
    service.later(25 * 3600)
    assert len(texted(service, stranger, "still there?")) == 1
