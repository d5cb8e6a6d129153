"""A driver's whole day on a phone that only texts, beside his customer's."""

import pytest

from core.domain.flow import Status
from tests.fakes.twilio import FakePhone, FakeTwilio
from tests.journey.desk import done_by_admin
from tests.journey.service import Service
from tests.journey.test_sms import service, texted

__all__ = ["service"]


@pytest.fixture
def joe(service: Service, twilio_api: FakeTwilio) -> FakePhone:
    """A driver who is on nobody's Telegram."""
    done_by_admin(service, "invite driver Joe 602-555-0199")
    return twilio_api.phone("+16025550199")


def first_lines(texts: list[str]) -> list[str]:
    return [text.split("\n", 1)[0] for text in texts]


def test_a_drivers_day_by_text_alone(
    service: Service, twilio_api: FakeTwilio, joe: FakePhone, mark: FakePhone
) -> None:
    texted(service, mark, "ok")
    done_by_admin(service, "assign 1 joe")
    service.later(1)
    twilio_api.until(lambda: joe.received)
    assert joe.last.body.startswith("Mesa Hauling: yours is #1 Mark, Soderblom")

    day = [
        ("jobs mine", "1 yours"),
        ("show 1", "#1 Mark - Soderblom - $600"),
        ("eta 25", "#1 ETA 10:30 AM - 11:00 AM. The page shows it."),
        ("picked up", "#1 is in transit now (was: ready for pickup)."),
        ("note 1 two sofas more", "#1 note added: two sofas more"),
        ("dump", "#1 is dumped now (was: in transit)."),
        ("undo", "#1 is back to: in transit (was: dumped)."),
        ("dumped", "#1 is dumped now (was: in transit)."),
        ("done", "#1 is complete now (was: dumped)."),
        ("next", "There is no open job. 'new Mark Soderblom 600' makes one."),
    ]
    for words, answer in day:
        assert first_lines(texted(service, joe, words)) == [answer], words
    service.later(10)

    assert service.job().status is Status.COMPLETE
    assert {event.by for event in service.job().history[3:]} == {"joe"}
    told = [text.kind for text in service.texts_of() if text.status.value == "sent"]
    assert told == ["created", "ready_for_pickup", "eta", "in_transit", "dumped", "complete"]
    twilio_api.until(lambda: all(text.callbacks for text in twilio_api.sent))
    assert not twilio_api.violations
