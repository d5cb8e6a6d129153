"""The card keeper: cards come to show their jobs, with few edits, whatever goes wrong."""

import pytest

from core.cards import RETRY_S, CardKeeper
from core.domain.cards import Card, place_of
from core.domain.commands import (
    AddNote,
    AssignDriver,
    Command,
    OptOutByCustomer,
    RemovePerson,
    TakeStep,
    WriteToDispatcher,
)
from core.domain.flow import Status
from core.domain.outbox import MessageButton, MessageStatus
from core.domain.state import State
from core.drawings import Drawing
from core.handover import Words
from core.ports import OutcomeUnknown, TextNotSent, TextOutcomeUnknown
from tests.builders import ADMIN, MARK, NOON, a_job, a_message, a_state
from tests.core.house import House
from tests.fakes.ports import FakeChat

CHAT = 1002


def draw(card: Card, state: State) -> Drawing:
    person = state.people.get(card.viewer)
    if person is not None and not person.active:
        return Drawing(words=Words(body="gone"), final=True)
    job = state.jobs[card.job]
    texts = [str(message.status) for message in state.messages_of(job.number) if message.channel == "sms"]
    button = MessageButton(label="Next", command=f"next {job.number}")
    opted_out = " opted out" if job.phone is not None and job.phone in state.opt_outs else ""
    return Drawing(words=Words(body=f"{job.status} {job.note} {texts}{opted_out}", buttons=(button,)))


def a_card(house: House, message: int = 50, **fields: object) -> Card:
    revision = house.stored().jobs[1].revision
    values = {"job": 1, "chat": CHAT, "viewer": "dana", "revision": revision, "at": house.clock.now()}
    return Card.model_validate({"message": message, **values, **fields})


class Cards:
    """A house with a keeper of its cards."""

    def __init__(self, state: State | None = None) -> None:
        self.house = House(state or a_state(a_job(phone=None)))
        self.chat = FakeChat()
        self.keeper = CardKeeper(self.house.dispatcher, self.chat, draw)

    async def rest(self) -> None:
        """Let the keeper work until there is nothing to write any more."""
        for _ in range(10):
            saves, edits = self.house.store.saves, len(self.chat.edits)
            await self.keeper.once()
            if (saves, edits) == (self.house.store.saves, len(self.chat.edits)):
                return
        pytest.fail("the keeper never rests")


async def test_a_card_is_edited_when_its_job_changes_and_not_before() -> None:
    there = Cards()
    there.keeper.take(a_card(there.house))
    await there.rest()
    assert there.chat.edits == [], "the answer tells how it stands in words of its own"
    await there.house.do(TakeStep(ref="1"))
    await there.rest()
    (edit,) = there.chat.edits
    assert (edit.chat, edit.message) == (CHAT, 50)
    assert edit.body == "ready_for_pickup None []"
    assert edit.buttons == (("Next", "next 1"),)
    assert edit.revision == there.house.stored().jobs[1].revision


async def test_many_changes_are_one_edit() -> None:
    there = Cards()
    there.keeper.take(a_card(there.house))
    await there.rest()
    for number in range(10):
        await there.house.do(AddNote(ref="1", text=str(number)))
    await there.rest()
    assert len(there.chat.edits) == 1
    assert "9" in (there.chat.edits[0].body or "")


async def test_a_restart_knows_the_cards_and_edits_only_what_changed() -> None:
    there = Cards()
    there.keeper.take(a_card(there.house))
    await there.house.do(TakeStep(ref="1"))
    await there.rest()
    edits = len(there.chat.edits)
    there.keeper = CardKeeper(there.house.dispatcher, there.chat, draw)
    await there.rest()
    assert len(there.chat.edits) == edits
    await there.house.do(TakeStep(ref="1"))
    await there.rest()
    assert (len(there.chat.edits), there.chat.edits[-1].message) == (edits + 1, 50)


async def test_what_became_of_a_text_is_shown_once_it_is_known() -> None:
    there = Cards(a_state(a_job(), messages={"m1": a_message()}))
    there.keeper.take(a_card(there.house, shown="something"))
    await there.rest()
    assert there.chat.edits[-1].body == "pending_confirmation None ['pending']"

    async def under_way(_message: object) -> None:
        await there.rest()

    there.house.sms.on_send = under_way
    await there.house.relay.once()
    assert len(there.chat.edits) == 1, "a text that is under way is no news"
    await there.rest()
    assert there.chat.edits[-1].body == "pending_confirmation None ['sent']"


async def test_an_answer_that_a_text_has_overtaken_is_drawn_anew() -> None:
    sent = a_message(status=MessageStatus.SENT, settled_at=NOON)
    there = Cards(a_state(a_job(), messages={"m1": sent}))
    there.keeper.take(a_card(there.house))
    await there.rest()
    assert len(there.chat.edits) == 1


async def test_an_edit_that_may_be_lost_is_repeated() -> None:
    there = Cards()
    there.keeper.take(a_card(there.house, shown="old"))
    there.chat.faults.append(TextOutcomeUnknown("lost"))
    assert await there.keeper.once() <= RETRY_S
    there.keeper._not_before.clear()
    await there.rest()
    assert len(there.chat.edits) == 2
    assert there.chat.edits[0] == there.chat.edits[1]


async def test_a_chat_that_wants_to_be_left_alone_does_not_keep_others_waiting() -> None:
    there = Cards()
    there.keeper.take(a_card(there.house, shown="old"))
    there.keeper.take(a_card(there.house, shown="old", chat=1003, viewer="joe"))
    there.chat.waits[CHAT] = 30.0
    assert await there.keeper.once() == 30.0
    assert [edit.chat for edit in there.chat.edits] == [1003]
    there.chat.waits.clear()
    await there.rest()
    assert [edit.chat for edit in there.chat.edits] == [1003, CHAT]


async def test_a_chat_gets_one_edit_at_a_time_the_newest_change_first() -> None:
    there = Cards(a_state(a_job(phone=None), a_job(number=2, phone=None)))
    for job in (1, 2):
        there.keeper.take(a_card(there.house, message=50 + job, job=job, shown="old"))
    await there.house.do(AddNote(ref="2", text="x"))
    await there.keeper.once()
    assert [edit.message for edit in there.chat.edits] == [52]
    await there.rest()
    assert [edit.message for edit in there.chat.edits] == [52, 51]


async def test_too_much_is_tried_again_when_the_chat_asked_for_it() -> None:
    there = Cards()
    there.keeper.take(a_card(there.house, shown="old"))
    there.chat.faults.append(TextNotSent("too_many", permanent=False, retry_after_s=7.0))
    await there.keeper.once()
    assert 6.0 < await there.keeper.once() <= 7.0
    assert len(there.chat.edits) == 1, "not before its time"


async def test_a_card_that_is_gone_is_forgotten() -> None:
    there = Cards()
    there.keeper.take(a_card(there.house, shown="old"))
    there.chat.faults.append(TextNotSent("gone", permanent=True))
    await there.rest()
    assert there.house.stored().cards == {}
    await there.house.do(TakeStep(ref="1"))
    await there.rest()
    assert len(there.chat.edits) == 1


async def test_a_new_card_takes_the_buttons_of_the_one_before() -> None:
    there = Cards()
    there.keeper.take(a_card(there.house, 50))
    await there.rest()
    there.keeper.take(a_card(there.house, 60))
    await there.rest()
    (edit,) = there.chat.edits
    assert (edit.message, edit.body, edit.buttons) == (50, None, ())
    assert there.house.stored().cards["1:1002"].retired == ()


async def test_an_earlier_card_that_was_deleted_is_not_tried_for_ever() -> None:
    there = Cards()
    there.keeper.take(a_card(there.house, 60, retired=(50,)))
    there.chat.faults.append(TextNotSent("gone", permanent=True))
    await there.rest()
    card = there.house.stored().cards["1:1002"]
    assert (card.message, card.retired) == (60, ())


async def test_a_notice_that_was_sent_is_a_card() -> None:
    there = Cards()
    there.house.chat.place = place_of(1003, 77)
    await there.house.do(AssignDriver(ref="1", driver="joe"))
    await there.house.relay.once()
    card = there.house.stored().cards["1:1003"]
    assert (card.message, card.viewer) == (77, "joe")
    await there.rest()
    await there.house.do(TakeStep(ref="1"))
    await there.rest()
    assert there.chat.edits[-1].message == 77


async def test_who_was_removed_sees_nothing_any_more_and_has_no_card() -> None:
    there = Cards()
    there.keeper.take(a_card(there.house, viewer="dana"))
    await there.rest()
    await there.house.do(RemovePerson(name="Dana Whitfield"), ADMIN)
    await there.rest()
    assert there.chat.edits[-1].body == "gone"
    assert there.house.stored().cards == {}


async def test_a_card_that_cannot_be_drawn_hurts_no_other() -> None:
    there = Cards(a_state(a_job(phone=None), a_job(number=2, phone=None)))

    def failing(card: Card, state: State) -> Drawing:
        if card.job == 1:
            raise ZeroDivisionError
        return draw(card, state)

    there.keeper = CardKeeper(there.house.dispatcher, there.chat, failing)
    for job in (1, 2):
        there.keeper.take(a_card(there.house, message=50 + job, job=job, shown="old"))
    await there.rest()
    assert [edit.message for edit in there.chat.edits] == [52]


async def test_what_the_store_did_not_take_is_written_by_the_next_pass() -> None:
    there = Cards()
    there.keeper.take(a_card(there.house, shown="old"))
    there.house.store.save_faults.append(OutcomeUnknown("lost"))
    with pytest.raises(OutcomeUnknown):
        await there.keeper.once()
    await there.rest()
    assert there.house.stored().cards["1:1002"].message == 50
    assert there.house.stored().jobs[1].status is Status.PENDING_CONFIRMATION


async def test_what_stands_beside_the_job_is_shown_too() -> None:
    there = Cards(a_state(a_job()))
    there.keeper.take(a_card(there.house))
    await there.rest()
    await there.house.do(OptOutByCustomer(words="STOP"), MARK)
    await there.rest()
    assert (there.chat.edits[-1].body or "").endswith("opted out")


@pytest.mark.parametrize("word", [OptOutByCustomer(words="STOP"), WriteToDispatcher(text="gate is locked")])
async def test_what_a_customer_said_before_the_keeper_came_to_an_answer_is_shown(word: Command) -> None:
    there = Cards(a_state(a_job()))
    card = a_card(there.house)
    await there.house.do(word, MARK)
    there.keeper.take(card)
    await there.rest()
    assert len(there.chat.edits) == 1


async def test_a_fault_of_ours_in_one_chat_costs_the_others_nothing() -> None:
    there = Cards()
    there.keeper.take(a_card(there.house, shown="old"))
    there.keeper.take(a_card(there.house, shown="old", chat=1003, viewer="joe"))
    there.chat.faults.append(ZeroDivisionError())
    await there.keeper.once()
    stored = there.house.stored().cards
    assert sorted(card.shown == "old" for card in stored.values()) == [False, True]
    saves = there.house.store.saves
    await there.keeper.once()
    assert there.house.store.saves == saves, "not for ever anew"
