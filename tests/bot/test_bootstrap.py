"""Bootstrap: which way a message goes, and where it is looked for when its answer was lost."""

from collections.abc import Sequence
from datetime import datetime

import pytest
from pydantic import SecretStr

from bot.carriers import carriers
from core.domain.cards import Card, read_place
from core.domain.offers import BY_TEXT
from core.domain.outbox import Message
from core.handover import Unreached, Words
from core.ports import Chat, ProviderText, Texter, TextsNotListed
from tests.builders import DANA, MARKS_PHONE, NOON, a_job, a_message, a_state
from tests.fakes.ports import FakeChat, a_provider_text
from tests.journey.service import PlainSettings

CONFIGURED = PlainSettings(
    telegram_bot_token=SecretStr("1:x"), telegram_webhook_secret=SecretStr("s"), admin_telegram_ids=(1,)
)
STATE = a_state(a_job())
NOTICE = a_message(channel="chat", to="dana", body="Hello", repeats=0)


class OneText:
    """A texter that lists one text to whoever is asked for."""

    def __init__(self) -> None:
        self.sent_to: list[str] = []

    def send(self, *, to: str, body: str, message_id: str) -> str:
        self.sent_to.append(to)
        return f"SM-{message_id}-{len(body)}"

    def recent(self, *, to: str, since: datetime) -> Sequence[ProviderText]:
        return [a_provider_text(NOTICE, to=to, created_at=since)]


async def listed(message: Message, texter: Texter | None, chat: Chat | None) -> list[str] | None:
    ways = carriers(CONFIGURED, texter, chat)
    found = await ways[message.channel].listed(message, STATE, NOON)
    return None if found is None else [text.to for text in found]


async def test_a_text_is_looked_for_at_its_number() -> None:
    assert await listed(a_message(), OneText(), FakeChat()) == [MARKS_PHONE]


async def test_a_notice_is_looked_for_only_where_it_went_as_a_text() -> None:
    assert await listed(NOTICE, OneText(), FakeChat()) is None
    assert await listed(NOTICE, OneText(), None) == [DANA.phone]


async def test_without_an_account_no_list_proves_anything() -> None:
    with pytest.raises(TextsNotListed):
        await listed(a_message(), None, FakeChat())


async def test_a_chat_message_that_may_have_come_already_says_so() -> None:
    chat = FakeChat()
    send = carriers(CONFIGURED, None, chat)["chat"].send
    words = Words(body="Hello")
    await send(NOTICE, words, STATE)
    await send(NOTICE.model_copy(update={"repeats": 1}), words, STATE)
    assert [body for _, body in chat.posts] == ["Hello", "(again) Hello"]


async def test_a_notice_answers_the_card_of_its_job_in_that_chat_and_its_place_is_known() -> None:
    chat = FakeChat()
    send = carriers(CONFIGURED, None, chat)["chat"].send
    assert DANA.telegram_id is not None
    card = Card(job=1, chat=DANA.telegram_id, message=50, viewer="dana", revision=0, at=NOON)
    state = a_state(a_job(), cards={card.key: card})
    place = await send(NOTICE, Words(body="Hello"), state)
    assert (chat.posts, chat.replies_to) == ([(DANA.telegram_id, "Hello")], [50])
    assert read_place(place) == (DANA.telegram_id, 1001)


@pytest.mark.parametrize("blocked", [False, True])
async def test_whom_chat_does_not_reach_is_texted(*, blocked: bool) -> None:
    chat, texter = FakeChat(), OneText()
    dana = DANA.model_copy(update={"blocked_at": NOON if blocked else None})
    state = a_state(a_job(), people=(dana,))
    await carriers(CONFIGURED, texter, chat)["chat"].send(NOTICE, Words(body="Hello"), state)
    assert (len(chat.posts), texter.sent_to) == ((0, [DANA.phone]) if blocked else (1, []))


async def test_an_offer_that_met_silence_goes_by_text_and_by_nothing_else() -> None:
    chat, texter = FakeChat(), OneText()
    again = NOTICE.model_copy(update={"kind": BY_TEXT})
    await carriers(CONFIGURED, texter, chat)["chat"].send(again, Words(body="Hello"), STATE)
    assert (chat.posts, texter.sent_to) == ([], [DANA.phone])
    with pytest.raises(Unreached):
        await carriers(CONFIGURED, None, chat)["chat"].send(again, Words(body="Hello"), STATE)
    assert chat.posts == []
