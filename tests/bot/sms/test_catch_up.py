"""Which of the texts that nobody took are still meant."""

from datetime import UTC, datetime, timedelta

from bot.sms.catch_up import still_meant
from bot.sms.mailbox import Received

NOON = datetime(2026, 11, 24, 19, tzinfo=UTC)
MARK, ANA = "+16025550142", "+16025550177"


def listed(*texts: tuple[str, str]) -> list[Received]:
    return [
        Received(message_sid=f"SM{i}", phone=phone, text=words, created_at=NOON + timedelta(minutes=i))
        for i, (phone, words) in enumerate(texts)
    ]


def test_of_stops_and_starts_of_one_number_the_last_one_is_meant() -> None:
    texts = listed(
        (MARK, "STOP"), (ANA, "START"), (MARK, "the gate"), (MARK, "Start"), (ANA, "stop."), (MARK, "OK")
    )
    assert [text.text for text in still_meant(texts)] == ["the gate", "Start", "stop.", "OK"]
