"""Telegram's channel when the store or the Bot API fails it."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import channels
from core.domain.flow import Status
from core.domain.state import State
from core.ports import OutcomeUnknown, Snapshot, Unreachable
from tests.fakes.bot_api import FakeBotApi, FakeUser
from tests.fakes.faults import CLOSE_AFTER, bad_gateway
from tests.journey.service import Service
from tests.journey.test_telegram import NEW, answered, hired
from tests.journey.test_telegram_doors import sent


@contextlib.contextmanager
def store_down(folder: Path) -> Iterator[None]:
    """Take the state's folder away for a while."""
    away = (folder / "state").rename(folder / "away")
    try:
        yield
    finally:
        away.rename(folder / "state")


def refuse_to_save(service: Service, monkeypatch: pytest.MonkeyPatch, times: int, error: Exception) -> None:
    """Let the next writes of jobs or people fail, before anything is written."""
    store, left = service.system.store, [error] * times
    save = store.save

    def failing(state: State, base: Snapshot) -> Snapshot:
        if left and (state.jobs != base.state.jobs or state.people != base.state.people):
            raise left.pop()
        return save(state, base)

    monkeypatch.setattr(store, "save", failing)


def statuses(telegram: FakeBotApi, update_id: int) -> list[int | None]:
    return [one.status for one in telegram.mailbox.deliveries if one.update_id == update_id]


def test_with_the_store_down_the_person_hears_that_nothing_was_changed(
    service: Service, bot_api: FakeBotApi, ana: FakeUser, tmp_path: Path
) -> None:
    card = answered(bot_api, ana, NEW)
    before = service.settled().jobs[1]
    with store_down(tmp_path):
        update = sent(bot_api, lambda: ana.say("ready 1"))
        assert ana.last.text.startswith("Nothing was changed: ")
        assert statuses(bot_api, update["update_id"]) == [200]
        tap = ana.tap(card, "Ready")
        bot_api.settle()
        assert tap.toast is not None
        assert tap.toast.startswith("Nothing was changed: ")
        assert tap.alert
    assert service.job() == before
    assert answered(bot_api, ana, "ready 1").text.startswith("#1 is ready for pickup now")


def test_who_cannot_be_told_that_nothing_was_changed_gets_it_done_later(
    service: Service, bot_api: FakeBotApi, ana: FakeUser, tmp_path: Path
) -> None:
    answered(bot_api, ana, NEW)
    service.settled()
    with store_down(tmp_path):
        bot_api.too_many_requests("sendMessage", times=1000)
        ana.say("ready 1")
        bot_api.until(lambda: bot_api.mailbox.deliveries[-1].status == 503)
    bot_api.faults._to_come.clear()
    bot_api.settle()
    assert ana.last.text.startswith("#1 is ready for pickup now")
    assert service.job().status is Status.READY_FOR_PICKUP


def test_an_answer_that_never_left_is_given_when_the_update_comes_again(
    service: Service, bot_api: FakeBotApi, ana: FakeUser
) -> None:
    answered(bot_api, ana, "people")
    bot_api.too_many_requests("sendMessage", times=2)
    update = sent(bot_api, lambda: ana.say(NEW))
    assert statuses(bot_api, update["update_id"]) == [503, 503, 200]
    assert ana.last.text.startswith("#1 Mark")
    assert list(service.state.jobs) == [1]


@pytest.mark.parametrize("fault", [CLOSE_AFTER, bad_gateway()])
def test_an_answer_that_may_have_been_read_is_not_given_twice(
    service: Service, bot_api: FakeBotApi, ana: FakeUser, fault: object
) -> None:
    answered(bot_api, ana, "people")
    bot_api.fault("sendMessage", fault)  # type: ignore[arg-type] # one of two kinds
    update = sent(bot_api, lambda: ana.say(NEW))
    assert statuses(bot_api, update["update_id"]) == [200]
    assert list(service.state.jobs) == [1]
    assert len(ana.received) <= 2


def test_a_write_that_did_not_happen_is_said(
    service: Service, bot_api: FakeBotApi, ana: FakeUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(bot_api, ana, NEW)
    refuse_to_save(service, monkeypatch, 1, Unreachable("the store is away"))
    assert answered(bot_api, ana, "ready 1").text.startswith("Nothing was changed: the store is away")
    assert service.job().status is Status.PENDING_CONFIRMATION


def test_a_write_whose_outcome_is_not_known_is_never_called_nothing(
    service: Service, bot_api: FakeBotApi, ana: FakeUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(bot_api, ana, NEW)
    refuse_to_save(service, monkeypatch, 2, OutcomeUnknown("the answer was lost"))
    said = answered(bot_api, ana, "ready 1").text
    assert "not known yet" in said
    assert "Nothing was changed" not in said


def test_a_newcomer_whose_joining_is_not_known_is_let_in_when_his_update_comes_again(
    service: Service, bot_api: FakeBotApi, ana: FakeUser, joe: FakeUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = answered(bot_api, ana, "invite driver Joe").text.rpartition("=")[2]
    refuse_to_save(service, monkeypatch, 1, OutcomeUnknown("the answer was lost"))
    update = sent(bot_api, lambda: joe.start(secret))
    assert statuses(bot_api, update["update_id"]) == [503, 200]
    welcomes = [message for message in joe.received if message.text.startswith("Welcome, Joe")]
    assert len(welcomes) == 1


def test_with_the_bot_api_down_at_the_start_the_service_serves_and_keeps_trying(
    tmp_path: Path, bot_api: FakeBotApi, ana: FakeUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels, "RETRY_S", (0.0, 0.01))
    bot_api.internal_error("getMe", times=3)
    bot_api.fault("setWebhook", bad_gateway(), times=2)
    with Service(tmp_path, telegram=bot_api) as service:
        assert service.state.jobs == {}
        bot_api.until(lambda: bot_api.mailbox.webhook.url)
        assert bot_api.mailbox.webhook.url == f"{service.url}/telegram"
        assert answered(bot_api, ana, NEW).text.startswith("#1 Mark")
    assert len(bot_api.faults.met) == 5


def test_a_block_that_could_not_be_written_down_is_written_down_later(
    service: Service, bot_api: FakeBotApi, ana: FakeUser, joe: FakeUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    hired(bot_api, ana, joe)
    refuse_to_save(service, monkeypatch, 1, Unreachable("the store is away"))
    joe.block()
    bot_api.settle()
    assert service.state.people["joe"].blocked_at is not None
    assert not any("store" in message.text for message in joe.received)


def test_a_stranger_hears_nothing_of_what_is_wrong_in_our_house(
    service: Service, bot_api: FakeBotApi, ana: FakeUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(bot_api, ana, "people")
    service.settled()
    store = service.system.store

    def failing(_state: State, _base: Snapshot) -> Snapshot:
        raise Unreachable("the store is away")

    monkeypatch.setattr(store, "save", failing)
    eve = bot_api.user(3003, "Eve")
    eve.say("hello")
    bot_api.settle()
    assert [message.text for message in eve.received] == [
        "This bot works for one business. Ask it for an invitation."
    ]
