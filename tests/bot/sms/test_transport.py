from concurrent.futures import ThreadPoolExecutor

from bot.sms.transport import Transport
from tests.fakes.faults import answer
from tests.fakes.twilio import FakeTwilio


def test_each_thread_hears_only_of_its_own_answer(twilio_api: FakeTwilio) -> None:
    transport = Transport()
    twilio_api.fault("*", answer(429, {}, ("Retry-After", "7")))
    twilio_api.fault("*", answer(429, {}, ("Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT")))

    def ask() -> int:
        return int(transport.request("GET", twilio_api.url).status_code)

    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(1) as other:
        assert [one.submit(ask).result(), other.submit(ask).result()] == [429, 429]
        assert one.submit(lambda: transport.retry_after_s).result() == 7
        assert other.submit(lambda: transport.retry_after_s).result() is None
    assert transport.retry_after_s is None
    transport.close()
