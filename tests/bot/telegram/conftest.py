from collections.abc import AsyncIterator

import pytest

from bot.telegram.client import TelegramClient
from tests.fakes.bot_api import FakeBotApi, FakeUser
from tests.fakes.fixtures import bot_api

__all__ = ["bot_api"]


@pytest.fixture
async def client(bot_api: FakeBotApi) -> AsyncIterator[TelegramClient]:
    client = await TelegramClient(bot_api.token, bot_api.url).start()
    yield client
    await client.stop()


@pytest.fixture
def dana(bot_api: FakeBotApi) -> FakeUser:
    return bot_api.user(1001, "Dana", phone="+16025550142")
