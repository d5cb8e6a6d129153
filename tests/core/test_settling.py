"""Settling: what became of a text whose answer was lost is proven, and only then it goes out once more."""

import asyncio
from datetime import timedelta

import pytest

from core.domain.commands import CancelJob, OptOutByCustomer
from core.domain.doubt import CALLBACK_WAIT, IN_DOUBT, LIST_PAUSE, LOOKED_FOR
from core.domain.outbox import Claim, Doubt, Message, MessageStatus
from core.handover import Carrier
from core.ports import TextNotSent, TextOutcomeUnknown, TextsNotListed
from core.relay import Relay
from core.settling import CLOCKS_APART, settled
from tests.builders import MARK, MARKS_PHONE, NOON, OTHER_PHONE, a_job, a_message, a_state
from tests.core.house import House
from tests.fakes.ports import a_provider_text

UNKNOWN, SENT, FAILED = MessageStatus.UNKNOWN, MessageStatus.SENT, MessageStatus.FAILED
BODY = f"created for {MARKS_PHONE}"


def a_house(*messages: Message) -> House:
    """Return a house where job 1 is pending and these messages are owed."""
    return House(a_state(a_job(), messages={message.id: message for message in messages}))


def in_doubt(**fields: object) -> Message:
    """Return a text of which nothing was heard since noon."""
    return a_message(**{"status": UNKNOWN, "doubt": Doubt(at=NOON), "body": BODY, "attempts": 1, **fields})


async def passes(house: House, *after_s: float) -> None:
    """Let the relay do a pass at each of these times, in seconds after noon."""
    for seconds in after_s:
        house.clock.advance(seconds=seconds - (house.clock.now() - NOON).total_seconds())
        await house.relay.once()


async def test_a_text_that_the_provider_lists_was_sent_and_keeps_its_id() -> None:
    house = a_house(a_message())
    house.sms.faults.append(TextOutcomeUnknown())
    await passes(house, 0, 29)
    assert house.owed()["m1"].status is UNKNOWN
    assert house.sms.lists_read == [], "nobody looks before the provider had time"
    await passes(house, 30)
    message = house.owed()["m1"]
    assert (message.status, message.provider_id, message.doubt) == (SENT, "SM-m1", None)
    await passes(house, 31, 3600)
    assert len(house.sms.handed) == 1


async def test_a_text_that_two_lists_do_not_hold_goes_out_once_more() -> None:
    house = a_house(a_message())
    house.sms.lists_what_it_takes = False
    house.sms.faults.append(TextOutcomeUnknown())
    await passes(house, 0, 30)
    once_unseen = house.owed()["m1"]
    assert (once_unseen.status, once_unseen.doubt) == (
        UNKNOWN,
        Doubt(at=NOON, unseen_at=NOON + timedelta(seconds=30)),
    )
    await passes(house, 40, 59)
    assert len(house.sms.handed) == 1, "one list proves nothing, and a callback has 60 s"
    await passes(house, 60)
    message = house.owed()["m1"]
    assert (message.status, message.repeats, message.attempts) == (SENT, 1, 2)
    assert len(house.sms.handed) == 2


@pytest.mark.parametrize(
    ("looks_s", "not_yet_s", "then_s"), [((30,), 59, 60), ((45,), 74, 75), ((300,), 329, 330)]
)
async def test_two_lists_are_thirty_seconds_apart_and_a_callback_has_sixty(
    looks_s: tuple[float, ...], not_yet_s: float, then_s: float
) -> None:
    house = a_house(in_doubt())
    await passes(house, *looks_s, not_yet_s)
    assert house.owed()["m1"].status is UNKNOWN
    await passes(house, then_s)
    assert [message.id for message in house.sms.handed] == ["m1"]


async def test_a_crash_between_the_two_lists_changes_nothing() -> None:
    house = a_house(in_doubt())
    await passes(house, 30)
    restarted = house.another()
    await passes(restarted, 59)
    assert restarted.sms.handed == []
    await passes(restarted, 60)
    assert [message.id for message in restarted.sms.handed] == ["m1"]


async def test_two_relays_that_look_at_once_count_as_one_look() -> None:
    house = a_house(in_doubt())
    other = house.another()
    house.clock.advance(seconds=30)
    await asyncio.gather(house.relay.once(), other.relay.once(), other.a_relay().once())
    assert house.owed()["m1"].status is UNKNOWN
    house.clock.advance(seconds=30)
    await asyncio.gather(house.relay.once(), other.relay.once())
    await house.relay.once()
    assert len(house.sms.handed + other.sms.handed) == 1


async def test_a_claim_that_ran_out_is_settled_like_a_lost_answer() -> None:
    claim = Claim(by="gone", until=NOON)
    house = a_house(a_message(status=MessageStatus.SENDING, claim=claim, attempts=1, body=BODY))
    await passes(house, 0, 30, 59)
    assert (house.owed()["m1"].why, house.sms.handed) == ("claim_lost", [])
    await passes(house, 60)
    assert house.owed()["m1"].status is SENT


async def test_a_second_doubt_ends_it_and_the_dispatchers_hear() -> None:
    house = a_house(a_message())
    house.sms.lists_what_it_takes = False
    house.sms.faults.extend([TextOutcomeUnknown(), TextOutcomeUnknown()])
    await passes(house, 0, 30, 60, 90, 120, 3600)
    failed = house.owed()["m1"]
    assert (failed.status, failed.code, failed.doubt) == (FAILED, "answer_lost", None)
    assert len(house.sms.handed) == 2
    assert [(m.kind, m.to, m.job) for m in house.chat.handed] == [
        (IN_DOUBT, "alex", 1),
        (IN_DOUBT, "dana", 1),
    ]


async def test_a_list_that_cannot_be_read_proves_nothing_and_is_read_again_later() -> None:
    house = a_house(in_doubt())
    house.sms.list_faults.extend([TextsNotListed("down"), None, KeyError("a fault of ours")])
    await passes(house, 30, 31, 59)
    assert len(house.sms.lists_read) == 1, "not at once"
    await passes(house, 60, 90, 100)
    assert (len(house.sms.lists_read), house.sms.handed) == (3, [])
    await passes(house, 120)
    assert [message.id for message in house.sms.handed] == ["m1"]


async def test_what_was_never_found_out_is_given_up_when_it_is_of_no_use_and_the_dispatchers_hear() -> None:
    house = a_house(in_doubt(expires_at=NOON + timedelta(minutes=2)))
    house.sms.list_faults.extend(TextsNotListed("down") for _ in range(99))
    await passes(house, 30, 120, 599)
    assert house.owed()["m1"].status is UNKNOWN, "it is looked for a while: somebody wants to know"
    await passes(house, LOOKED_FOR.total_seconds())
    failed = house.owed()["m1"]
    assert (failed.status, failed.code) == (FAILED, "outcome_unknown")
    assert {m.kind for m in house.chat.handed} == {IN_DOUBT}
    assert house.sms.handed == []


async def test_an_answer_to_a_text_is_given_up_in_silence() -> None:
    house = a_house(in_doubt(kind="reply", job=None, step=None, expires_at=NOON))
    house.sms.list_faults.append(TextsNotListed("down"))
    await passes(house, LOOKED_FOR.total_seconds())
    assert (house.owed()["m1"].status, house.chat.handed) == (FAILED, [])


async def test_what_is_no_longer_true_is_not_sent_once_more() -> None:
    house = a_house(in_doubt())
    await passes(house, 30)
    await house.do(CancelJob(ref="1"))
    await passes(house, 60, 61)
    dropped = house.owed()["m1"]
    assert (dropped.status, dropped.why) == (MessageStatus.DROPPED, "cancelled")
    assert [message.kind for message in house.sms.handed] == ["cancelled"]


async def test_nobody_who_opted_out_meanwhile_is_texted_once_more() -> None:
    house = a_house(in_doubt())
    await house.do(OptOutByCustomer(words="STOP"), MARK)
    await passes(house, 30, 60, 61)
    assert house.sms.handed == []


async def test_a_chat_that_lists_nothing_is_repeated_once_after_a_while() -> None:
    house = a_house(a_message(id="n", channel="chat", to="dana"))
    chat = Carrier(send=house.chat.carrier.send)
    house.relay = Relay(
        house.dispatcher,
        house.publisher,
        {"sms": house.sms.carrier, "chat": chat},
        house.words,
    )
    house.chat.faults.extend([TextOutcomeUnknown(), TextOutcomeUnknown()])
    await passes(house, 0, 29)
    assert len(house.chat.handed) == 1
    await passes(house, 30)
    assert [message.repeats for message in house.chat.handed] == [0, 1]
    await passes(house, 60, 90, 3600)
    assert len(house.chat.handed) == 2
    assert (house.owed()["n"].status, house.owed()["n"].code) == (FAILED, "answer_lost")


async def test_a_doubt_of_one_person_keeps_no_other_list_unread() -> None:
    house = a_house(in_doubt(id="m1"), in_doubt(id="m2", to=OTHER_PHONE, kind="reply", body="Hello"))
    house.sms.texts.append(a_provider_text(house.owed()["m2"]))
    house.sms.list_faults.append(TextsNotListed("down"))
    await passes(house, 30)
    assert sorted(house.sms.lists_read) == sorted([MARKS_PHONE, OTHER_PHONE])
    assert house.owed()["m2"].status is SENT


async def test_the_loop_sleeps_until_the_list_is_to_be_read() -> None:
    house = a_house(in_doubt())
    assert house.relay._wait_s(house.stored()) == LIST_PAUSE.total_seconds()
    house.clock.advance(seconds=21)
    assert house.relay._wait_s(house.stored()) == 9
    house.clock.advance(seconds=9)
    house.sms.list_faults.append(TextsNotListed("down"))
    await house.relay.once()
    assert house.relay._wait_s(house.stored()) == 30, "a list that is down is not asked all the time"


async def test_a_call_that_surely_failed_before_it_left_is_no_doubt() -> None:
    house = a_house(a_message())
    house.sms.faults.append(TextNotSent("unreachable", permanent=False))
    house.sms.lists_what_it_takes = False
    await passes(house, 0, 5)
    assert (house.owed()["m1"].status, house.owed()["m1"].repeats) == (SENT, 0)


LOOK = NOON + CALLBACK_WAIT


@pytest.mark.parametrize(
    "fields",
    [
        {"body": "Something else"},
        {"inbound": True},
        {"created_at": NOON - CLOCKS_APART - timedelta(seconds=1)},
        {"provider_id": "SM-known"},
    ],
)
def test_a_text_that_is_another_ones_is_no_match(fields: dict[str, object]) -> None:
    known = a_message(id="known", status=SENT, provider_id="SM-known", body=BODY)
    message = in_doubt()
    state = a_state(a_job(), messages={"known": known, "m1": message})
    after = settled(state, [message], [a_provider_text(message, **fields)], LOOK)
    assert after.messages["m1"].status is UNKNOWN


def test_white_space_that_the_provider_folds_is_no_difference() -> None:
    message = in_doubt(body="Hello  Mark.\nWe come at 3. ")
    state = a_state(a_job(), messages={"m1": message})
    listed = [a_provider_text(message, body="Hello Mark. We come at 3.")]
    assert settled(state, [message], listed, LOOK).messages["m1"].status is SENT


def test_one_listed_text_settles_one_of_two_equal_messages_and_the_older_one() -> None:
    first, second = in_doubt(id="m1"), in_doubt(id="m2")
    state = a_state(a_job(), messages={"m1": first, "m2": second})
    after = settled(state, [first, second], [a_provider_text(first)], LOOK)
    assert [after.messages[i].status for i in ("m1", "m2")] == [SENT, UNKNOWN]


@pytest.mark.parametrize(
    ("word", "status", "code"),
    [("delivered", SENT, None), ("undelivered", FAILED, "30003"), ("partially_delivered", SENT, None)],
)
def test_the_list_also_says_what_became_of_it(word: str, status: MessageStatus, code: str | None) -> None:
    message = in_doubt()
    state = a_state(a_job(), messages={"m1": message})
    text = a_provider_text(message, status=word, error_code=30003 if code else None)
    after = settled(state, [message], [text], LOOK).messages["m1"]
    assert (after.status, after.code, after.provider_id) == (status, code, "SM-m1")


@pytest.mark.parametrize("status", [s for s in MessageStatus if s is not UNKNOWN])
def test_what_was_settled_while_the_list_was_read_stays_so(status: MessageStatus) -> None:
    message = in_doubt()
    state = a_state(a_job(), messages={"m1": message.model_copy(update={"status": status})})
    assert settled(state, [message], [a_provider_text(message)], LOOK) is state
    assert settled(state, [message], [], LOOK) is state


def test_a_doubt_that_came_without_a_word_is_settled_too() -> None:
    message = in_doubt(doubt=None)
    state = a_state(a_job(), messages={"m1": message})
    state = settled(state, [message], [], NOON + LIST_PAUSE)
    state = settled(state, [message], [], LOOK)
    assert state.messages["m1"].status is MessageStatus.PENDING
