"""Faults that a test scripts in the fake Bot API."""

import threading
from typing import Any

import httpx
import pytest

from tests.fakes.bot_api import FakeBotApi, FakeUser
from tests.fakes.faults import CLOSE_AFTER, CLOSE_BEFORE, Hang, bad_gateway

DANA = 1001


def call(fake: FakeBotApi, method: str, **given: Any) -> dict[str, Any]:
    response = httpx.post(f"{fake.url}/bot{fake.token}/{method}", json=given, timeout=10)
    body: dict[str, Any] = response.json()
    assert body["ok"] == response.is_success
    assert body.get("error_code", 200) == response.status_code
    return body


@pytest.fixture
def dana(bot_api: FakeBotApi) -> FakeUser:
    return bot_api.user(DANA, "Dana", phone="+16025550142")


def test_scripted_answers_come_instead_of_the_work(bot_api: FakeBotApi, dana: FakeUser) -> None:
    bot_api.too_many_requests("sendMessage", retry_after_s=7)
    bot_api.internal_error("sendMessage")
    bot_api.fault("sendMessage", bad_gateway())
    limited = call(bot_api, "sendMessage", chat_id=DANA, text="x")
    broken = call(bot_api, "sendMessage", chat_id=DANA, text="x")
    gateway = httpx.post(f"{bot_api.url}/bot{bot_api.token}/sendMessage")
    assert limited["parameters"] == {"retry_after": 7}
    assert limited["description"] == "Too Many Requests: retry after 7"
    assert broken["error_code"] == 500
    assert (gateway.status_code, gateway.headers["content-type"]) == (502, "text/html; charset=utf-8")
    assert dana.received == []
    assert call(bot_api, "sendMessage", chat_id=DANA, text="x")["ok"]


@pytest.mark.parametrize(("fault", "landed"), [(CLOSE_BEFORE, 0), (CLOSE_AFTER, 1)])
def test_a_closed_connection_may_or_may_not_have_sent(
    bot_api: FakeBotApi, dana: FakeUser, fault: Any, landed: int
) -> None:
    bot_api.fault("sendMessage", fault)
    with pytest.raises(httpx.RemoteProtocolError):
        call(bot_api, "sendMessage", chat_id=DANA, text="x")
    assert len(dana.received) == landed


@pytest.mark.parametrize("handled", [True, False])
def test_a_request_that_hangs_may_land_before_or_after(
    bot_api: FakeBotApi, dana: FakeUser, *, handled: bool
) -> None:
    hang = Hang(handled=handled)
    bot_api.fault("sendMessage", hang)
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(
            f"{bot_api.url}/bot{bot_api.token}/sendMessage", json={"chat_id": DANA, "text": "x"}, timeout=0.2
        )
    assert len(dana.received) == handled
    hang.release()
    bot_api.until(lambda: len(dana.received) == 1)


def test_waiting_in_vain_says_what_was_seen(bot_api: FakeBotApi) -> None:
    with pytest.raises(AssertionError, match="did not happen within"):
        bot_api.until(lambda: False, within_s=0.01)


def test_stopping_lets_go_of_all_that_hangs() -> None:
    hang = Hang()
    with FakeBotApi() as other:
        other.fault("getMe", hang)
        caller = threading.Thread(target=lambda: httpx.get(f"{other.url}/bot{other.token}/getMe"))
        caller.start()
        assert hang.arrived.wait(5)
    caller.join(5)
    assert not caller.is_alive()
