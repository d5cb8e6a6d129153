import socket
from typing import Any

import httpx
import pytest
from telegram.error import EndPointNotFound, TimedOut

from bot.telegram import client as client_module
from bot.telegram.client import TelegramClient
from bot.telegram.failures import NEVER_SENT, Failed, Failure, TelegramFailed, failure_of
from tests.fakes.bot_api import FakeBotApi, FakeUser
from tests.fakes.faults import CLOSE_AFTER, CLOSE_BEFORE, Hang, bad_gateway


async def failure(client: TelegramClient, chat_id: int, text: str = "x") -> Failure:
    with pytest.raises(TelegramFailed) as caught:
        await client.post(chat_id, text)
    return caught.value.failure


async def test_too_many_requests_name_the_time_to_wait(
    client: TelegramClient, bot_api: FakeBotApi, dana: FakeUser
) -> None:
    bot_api.too_many_requests("sendMessage", retry_after_s=7)
    found = await failure(client, dana.id)
    assert (found.kind, found.retry_after_s) == (Failed.TOO_MANY, 7)


@pytest.mark.parametrize(
    ("fault", "landed"),
    [(CLOSE_BEFORE, 0), (CLOSE_AFTER, 1), (bad_gateway(), 0)],
    ids=["before", "after", "502"],
)
async def test_a_lost_answer_is_unknown_and_tried_once(
    client: TelegramClient, bot_api: FakeBotApi, dana: FakeUser, fault: Any, landed: int
) -> None:
    bot_api.fault("sendMessage", fault)
    assert (await failure(client, dana.id)).kind is Failed.UNKNOWN
    assert len(dana.received) == landed


async def test_an_error_of_the_service_is_unknown(
    client: TelegramClient, bot_api: FakeBotApi, dana: FakeUser
) -> None:
    bot_api.internal_error("sendMessage")
    assert (await failure(client, dana.id)).kind is Failed.UNKNOWN


async def test_silence_is_unknown(
    bot_api: FakeBotApi, dana: FakeUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "ANSWER_WITHIN_S", 0.1)
    client = await TelegramClient(bot_api.token, bot_api.url).start()
    bot_api.fault("sendMessage", Hang(handled=True))
    found = await failure(client, dana.id)
    assert (found.kind, found.description) == (Failed.UNKNOWN, "ReadTimeout")
    await client.stop()


async def test_a_refused_connection_was_never_sent() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        client = await TelegramClient("1:x", f"http://127.0.0.1:{taken.getsockname()[1]}").start()
        found = await failure(client, 1)
        assert (found.kind, found.description) == (Failed.NOT_SENT, "ConnectError")
        await client.stop()


@pytest.mark.parametrize("cause", NEVER_SENT)
def test_what_did_not_leave_is_told_by_its_cause(cause: type[Exception]) -> None:
    error = TimedOut()
    error.__cause__ = cause("x")
    assert failure_of(error).kind is Failed.NOT_SENT


@pytest.mark.parametrize("cause", [httpx.ReadTimeout, httpx.WriteError, httpx.RemoteProtocolError, None])
def test_every_other_cause_leaves_it_unknown(cause: type[Exception] | None) -> None:
    error = TimedOut()
    error.__cause__ = cause("x") if cause else None
    assert failure_of(error).kind is Failed.UNKNOWN


async def test_who_blocked_the_bot_or_is_unknown_is_unreachable(
    client: TelegramClient, bot_api: FakeBotApi, dana: FakeUser
) -> None:
    bot_api.user(2, "Sam", started=False)
    dana.block()
    kinds = {(await failure(client, chat_id)).kind for chat_id in (dana.id, 2, 77)}
    assert kinds == {Failed.UNREACHABLE}


async def test_a_group_that_moved_names_its_new_id(client: TelegramClient, bot_api: FakeBotApi) -> None:
    group = bot_api.group("Crew")
    bigger = group.migrate()
    found = await failure(client, group.id)
    assert (found.kind, found.moved_to) == (Failed.MOVED, bigger.id)


async def test_a_wrong_token_is_for_an_admin(bot_api: FakeBotApi, dana: FakeUser) -> None:
    client = await TelegramClient("1:wrong", bot_api.url).start()
    assert (await failure(client, dana.id)).kind is Failed.UNAUTHORIZED
    await client.stop()


async def test_a_text_that_is_refused_is_refused_for_good(
    client: TelegramClient, bot_api: FakeBotApi, dana: FakeUser
) -> None:
    found = await failure(client, dana.id, "x" * 4097)
    assert (found.kind, found.description) == (Failed.REFUSED, "Message is too long")
    bot_api.violations.clear()


def test_an_error_of_another_kind_is_refused() -> None:
    assert failure_of(EndPointNotFound("x")).kind is Failed.REFUSED
