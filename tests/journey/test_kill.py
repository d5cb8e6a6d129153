"""kill -9 of the server between any two steps of the conversation: nothing is lost and nothing doubled."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.fakes.bot_api import FakeBotApi, FakeUser
from tests.fakes.clock import FakeClock
from tests.fakes.faults import Hang
from tests.fakes.twilio import FakePhone, FakeTwilio
from tests.journey.served import Served
from tests.journey.service import Service

NEW = "new Mark Soderblom 600 602-555-0142"


@pytest.fixture
def served(tmp_path: Path, bot_api: FakeBotApi, twilio_api: FakeTwilio) -> Iterator[Served]:
    with Served(tmp_path, bot_api, twilio_api) as running:
        bot_api.until(lambda: bot_api.mailbox.webhook.url)
        yield running


def sent_once(twilio: FakeTwilio) -> None:
    """Check that no message of the outbox was handed over twice."""
    doubled = [
        address for address, count in Counter(t.status_callback for t in twilio.sent).items() if count > 1
    ]
    assert not doubled


@pytest.mark.timeout(300)
def test_it_is_killed_after_every_step(
    served: Served, bot_api: FakeBotApi, twilio_api: FakeTwilio, ana: FakeUser, mark: FakePhone
) -> None:
    def says(line: str) -> Callable[[], None]:
        def act() -> None:
            before = len(ana.received)
            ana.say(line)
            bot_api.settle(30)
            assert len(ana.received) > before, line

        return act

    def texts_ok() -> None:
        # Killed in the middle of handing it over, it stays claimed for a minute and is then unknown.
        served.until_text("created", "sent", "sending")
        (posted,) = mark.text("OK")
        assert posted.status == 200

    steps = [
        (says(NEW), "pending_confirmation"),
        (texts_ok, "ready_for_pickup"),
        (says("next 1"), "in_transit"),
        (says("undo 1"), "ready_for_pickup"),
        (says("next 1"), "in_transit"),
        (says("dumped 1"), "dumped"),
        (says("done 1"), "complete"),
    ]
    for count, (step, status) in enumerate(steps, 1):
        step()
        served.kill()
        (job,) = served.document["jobs"]
        assert (job["number"], job["status"], len(job["history"])) == (1, status, count)
        served.start()
    kinds = [text["kind"] for text in served.texts]
    assert kinds == ["created", "ready_for_pickup", "in_transit", "in_transit", "dumped", "complete"]
    assert len({text["id"] for text in served.texts}) == len(kinds)
    sent_once(twilio_api)
    assert served.document["next_number"] == 2


@pytest.mark.timeout(300)
def test_it_is_killed_before_it_could_answer_and_the_repetition_changes_nothing(
    served: Served, bot_api: FakeBotApi, twilio_api: FakeTwilio, ana: FakeUser
) -> None:
    for count, line in enumerate((NEW, "ready 1", "next 1"), 1):
        silence = Hang()
        bot_api.fault("sendMessage", silence)
        ana.say(line)
        assert silence.arrived.wait(20)
        served.kill()
        silence.release()
        served.start()
        bot_api.settle(30)
        (job,) = served.document["jobs"]
        assert len(job["history"]) == count
        assert len(served.texts) == count
    assert ana.last.text.startswith("#1 is in transit now")
    sent_once(twilio_api)


def test_a_text_that_was_being_sent_when_it_was_killed_is_found_in_the_providers_list(
    served: Served, bot_api: FakeBotApi, twilio_api: FakeTwilio, ana: FakeUser, tmp_path: Path
) -> None:
    silence = Hang(handled=True)
    twilio_api.fault("create", silence)
    ana.say(NEW)
    assert silence.arrived.wait(20)
    bot_api.settle(30)
    served.kill()
    silence.release()
    (text,) = served.texts
    assert text["status"] == "sending"
    now = datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - see Served
    twilio_api.sent[0].created_at = now
    later = FakeClock(now + timedelta(minutes=5))
    with Service(tmp_path, twilio=twilio_api, clock=later, quiet_hours=(0, 0)) as service:
        state = service.settled()
        (message,) = service.texts_of()
        assert message.status.value == "unknown"
        assert state.jobs[1].status.value == "pending_confirmation"
        service.later(30)
        state = service.until(lambda state: state.messages[message.id].status.value == "sent")
        assert state.messages[message.id].provider_id == twilio_api.sent[0].sid
        service.later(3600)
    assert len(twilio_api.sent) == 1
    sent_once(twilio_api)
