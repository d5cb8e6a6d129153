"""The relay: claim, send, record; what may have been sent is never sent again."""

import asyncio
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from core.claims import CLAIM_LIFE
from core.domain.commands import CancelJob, ConfirmByCustomer, CreateJob, OptOutByCustomer, TakeStep, Undo
from core.domain.delivery import reported
from core.domain.flow import Status
from core.domain.outbox import Claim, Message, MessageStatus
from core.domain.state import State
from core.handover import ATTEMPTS_MAX, Unreached
from core.ports import TextNotSent, TextOutcomeUnknown
from core.relay import CLAIMS_MAX
from tests.builders import BUSINESS, MARK, MARKS_PHONE, NOON, OTHER_PHONE, a_job, a_job_at, a_message, a_state
from tests.core.house import House
from tests.fakes.clock import FakeClock

NEW = CreateJob(customer_name="Mark Soderblom", location="Tempe", amount_paid=Decimal(600), phone=MARKS_PHONE)
HOLD = timedelta(seconds=10)
NIGHT = NOON + timedelta(hours=10)


def a_house(*messages: Message, at: datetime = NOON) -> House:
    """Return a house where job 1 is pending and these messages are owed."""
    state = a_state(a_job(), messages={message.id: message for message in messages})
    return House(state, clock=FakeClock(at))


async def test_a_text_is_claimed_before_it_is_handed_over_and_recorded_after() -> None:
    house = a_house(a_message())
    seen: list[Message] = []

    async def look(message: Message) -> None:
        seen.append(house.owed()[message.id])

    house.sms.on_send = look
    done = await house.relay.once()
    (claimed,) = seen
    assert claimed.status is MessageStatus.SENDING
    assert claimed.claim is not None
    assert claimed.claim.until == NOON + CLAIM_LIFE
    assert (claimed.body, claimed.attempts) == (f"created for {MARKS_PHONE}", 1)
    sent = house.owed()["m1"]
    assert (sent.status, sent.provider_id, sent.claim) == (MessageStatus.SENT, "SM-m1", None)
    assert sent.settled_at == NOON
    assert done.sent == ["m1"]
    assert done.settled == {"m1": MessageStatus.SENT}


async def test_who_opts_out_while_others_are_texted_gets_none_of_what_was_claimed_for_him() -> None:
    other = a_job(number=2, phone=OTHER_PHONE)
    first = a_message(id="m0", job=2, to=OTHER_PHONE)
    state = a_state(a_job(), other, messages={"m0": first, "m1": a_message()})
    house = House(state)

    async def opt_out(_: Message) -> None:
        house.sms.on_send = None
        await house.do(OptOutByCustomer(words="STOP"), MARK)

    house.sms.on_send = opt_out
    await house.relay.once()
    await house.relay.once()
    assert [message.id for message in house.sms.handed] == ["m0"]
    dropped = house.owed()["m1"]
    assert (dropped.status, dropped.why, dropped.attempts) == (MessageStatus.DROPPED, "opted_out", 0)


async def test_the_last_text_of_the_day_is_not_counted_against_itself() -> None:
    sent = [
        a_message(id=f"s{i}", status=MessageStatus.SENT, settled_at=NOON - timedelta(hours=1))
        for i in range(BUSINESS.texts_a_day - 1)
    ]
    house = a_house(*sent, a_message())
    assert (await house.relay.once()).sent == ["m1"]


async def test_what_was_sent_is_not_sent_again() -> None:
    house = a_house(a_message())
    await house.relay.once()
    saves = house.store.saves
    house.clock.advance(hours=1)
    done = await house.relay.once()
    assert len(house.sms.handed) == 1
    assert (done.sent, house.store.saves) == ([], saves), "nothing due, nothing written"


async def test_a_text_waits_for_its_hold_and_undo_within_it_means_that_nothing_is_sent() -> None:
    house = House(a_state(a_job_at(Status.READY_FOR_PICKUP)))
    await house.do(TakeStep(ref="1"))
    house.clock.advance(seconds=9)
    await house.relay.once()
    await house.do(Undo(ref="1"))
    house.clock.advance(minutes=5)
    await house.relay.once()
    assert house.sms.handed == []
    assert [message.status for message in house.owed().values()] == [MessageStatus.DROPPED]


async def test_a_text_goes_out_after_its_hold() -> None:
    house = House(a_state(a_job_at(Status.READY_FOR_PICKUP)))
    await house.do(TakeStep(ref="1"))
    house.clock.advance(seconds=10)
    await house.relay.once()
    assert [message.kind for message in house.sms.handed] == ["in_transit"]


async def test_the_answer_to_an_ok_and_the_notices_of_it_go_out_at_once() -> None:
    house = a_house()
    await house.do(ConfirmByCustomer(), MARK, cause="sms:SM1")
    await house.relay.once()
    assert [message.kind for message in house.sms.handed] == ["ready_for_pickup"]
    assert [(message.kind, message.to) for message in house.chat.handed] == [
        ("confirmed", "alex"),
        ("confirmed", "dana"),
    ]


async def test_quiet_hours_hold_a_text_until_the_morning() -> None:
    house = a_house(a_message(created_at=NIGHT, not_before=NIGHT), at=NIGHT)
    await house.relay.once()
    held = house.owed()["m1"]
    assert (held.status, held.why, house.sms.handed) == (MessageStatus.HELD, "quiet_hours", [])
    assert held.not_before == NOON + timedelta(hours=20)
    saves = house.store.saves
    house.clock.advance(hours=9)
    await house.relay.once()
    assert house.store.saves == saves, "nobody looks at it before its time"
    house.clock.advance(hours=1)
    await house.relay.once()
    sent = house.owed()["m1"]
    assert (sent.status, sent.why) == (MessageStatus.SENT, None)


async def test_a_held_text_is_dropped_when_its_job_is_called_off_overnight() -> None:
    house = a_house(a_message(created_at=NIGHT, not_before=NIGHT), at=NIGHT)
    await house.relay.once()
    await house.do(CancelJob(ref="1"))
    house.clock.advance(hours=10)
    await house.relay.once()
    assert (house.sms.handed, house.owed()["m1"].status) == ([], MessageStatus.DROPPED)


async def test_a_text_that_is_untrue_when_it_would_go_out_is_dropped_with_the_reason() -> None:
    house = House(a_state(a_job_at(Status.DUMPED), messages={"m1": a_message()}))
    done = await house.relay.once()
    dropped = house.owed()["m1"]
    assert (dropped.status, dropped.why, dropped.settled_at) == (MessageStatus.DROPPED, "overtaken", NOON)
    assert (done.settled, house.sms.handed) == ({}, [])


async def test_no_text_follows_an_opt_out() -> None:
    house = a_house(a_message())
    await house.do(OptOutByCustomer(words="STOP"), MARK)
    await house.do(TakeStep(ref="1"))
    house.clock.advance(hours=1)
    await house.relay.once()
    assert house.sms.handed == []


async def test_a_crash_between_claim_and_call_leaves_a_text_unknown_and_unsent() -> None:
    claim = Claim(by="gone", until=NOON + CLAIM_LIFE)
    house = a_house(a_message(status=MessageStatus.SENDING, claim=claim, attempts=1))
    await house.relay.once()
    assert house.owed()["m1"].status is MessageStatus.SENDING, "its claim still holds"
    house.clock.advance(seconds=60)
    await house.relay.once()
    unknown = house.owed()["m1"]
    assert (unknown.status, unknown.why, unknown.claim) == (MessageStatus.UNKNOWN, "claim_lost", None)
    house.clock.advance(hours=1)
    await house.relay.once()
    assert house.sms.handed == []


async def test_a_crash_between_call_and_record_sends_nothing_twice() -> None:
    house = a_house(a_message())
    house.sms.faults.append(asyncio.CancelledError())
    with pytest.raises(asyncio.CancelledError):
        await house.relay.once()
    restarted = house.another()
    restarted.clock.advance(seconds=60)
    await restarted.relay.once()
    restarted.clock.advance(hours=1)
    await restarted.relay.once()
    assert len(house.sms.handed) == 1
    assert restarted.sms.handed == []
    assert house.owed()["m1"].status is MessageStatus.UNKNOWN


async def test_a_lost_claim_on_what_may_be_repeated_is_taken_up_again() -> None:
    claim = Claim(by="gone", until=NOON)
    house = a_house(a_message(channel="chat", to="dana", status=MessageStatus.SENDING, claim=claim))
    await house.relay.once()
    assert [message.id for message in house.chat.handed] == ["m1"]
    assert house.owed()["m1"].status is MessageStatus.SENT


async def test_a_lost_answer_leaves_a_text_unknown() -> None:
    house = a_house(a_message())
    house.sms.faults.append(TextOutcomeUnknown())
    done = await house.relay.once()
    unknown = house.owed()["m1"]
    assert (unknown.status, unknown.why) == (MessageStatus.UNKNOWN, "answer_lost")
    assert (done.sent, done.settled) == ([], {"m1": MessageStatus.UNKNOWN})
    house.clock.advance(hours=1)
    await house.relay.once()
    assert len(house.sms.handed) == 1


async def test_a_text_that_the_provider_refuses_for_good_has_failed() -> None:
    house = a_house(a_message())
    house.sms.faults.append(TextNotSent("21211", permanent=True))
    await house.relay.once()
    failed = house.owed()["m1"]
    assert (failed.status, failed.code, failed.settled_at) == (MessageStatus.FAILED, "21211", NOON)
    house.clock.advance(hours=1)
    await house.relay.once()
    assert len(house.sms.handed) == 1


async def test_a_busy_provider_is_tried_again_later_and_later_and_then_the_text_has_failed() -> None:
    house = a_house(a_message())
    house.sms.faults.extend(TextNotSent("429", permanent=False) for _ in range(ATTEMPTS_MAX))
    waits_s = []
    for _ in range(ATTEMPTS_MAX - 1):
        await house.relay.once()
        waiting = house.owed()["m1"]
        assert (waiting.status, waiting.claim, waiting.code) == (MessageStatus.PENDING, None, "429")
        waits_s.append((waiting.not_before - house.clock.now()).total_seconds())
        house.clock.advance(seconds=waits_s[-1] - 1)
        handed = len(house.sms.handed)
        await house.relay.once()
        assert len(house.sms.handed) == handed, "not before its time"
        house.clock.advance(seconds=1)
    await house.relay.once()
    assert waits_s == [5, 10, 20, 40]
    assert house.owed()["m1"].status is MessageStatus.FAILED


async def test_a_provider_that_says_when_is_tried_again_then() -> None:
    house = a_house(a_message())
    house.sms.faults.append(TextNotSent("429", permanent=False, retry_after_s=77))
    await house.relay.once()
    assert house.owed()["m1"].not_before == NOON + timedelta(seconds=77)


async def test_a_person_who_cannot_be_reached_gets_no_message_and_the_reason_is_kept() -> None:
    house = a_house(a_message(channel="chat", to="dana"))
    house.chat.faults.append(Unreached("nobody_there"))
    await house.relay.once()
    dropped = house.owed()["m1"]
    assert (dropped.status, dropped.why) == (MessageStatus.DROPPED, "nobody_there")


async def test_two_relays_at_once_send_each_text_once() -> None:
    messages = [a_message(id=f"m{number}") for number in range(10)]
    house = a_house(*messages)
    other = house.another()
    await asyncio.gather(house.relay.once(), other.relay.once(), house.relay.once(), other.relay.once())
    handed = [message.id for message in house.sms.handed + other.sms.handed]
    assert sorted(handed) == sorted(message.id for message in messages)
    assert {message.status for message in house.owed().values()} == {MessageStatus.SENT}


async def test_one_pass_takes_on_a_bounded_number_of_messages() -> None:
    house = a_house(
        *(a_message(id=f"m{number:03}", channel="chat", to="dana") for number in range(CLAIMS_MAX + 1))
    )
    assert len((await house.relay.once()).sent) == CLAIMS_MAX
    assert len((await house.relay.once()).sent) == 1


async def test_settled_notices_are_forgotten_after_two_days_and_texts_are_kept() -> None:
    settled = {"status": MessageStatus.SENT, "settled_at": NOON - timedelta(hours=49)}
    house = a_house(
        a_message(id="text", **settled),
        a_message(id="reply", kind="reply", **settled),
        a_message(id="notice", channel="chat", to="dana", **settled),
        a_message(id="young", channel="chat", to="dana", status=MessageStatus.SENT, settled_at=NOON),
        a_message(id="due", channel="chat", to="dana"),
    )
    await house.relay.once()
    assert list(house.owed()) == ["text", "young", "due"]


async def test_a_report_that_came_before_the_record_is_not_overwritten() -> None:
    house = a_house(a_message())

    async def report(message: Message) -> None:
        def lost(state: State) -> tuple[State, None]:
            return reported(state, message.id, "SM-m1", "undelivered", "30003", NOON), None

        await house.dispatcher.submit(lost)

    house.sms.on_send = report
    await house.relay.once()
    assert (house.owed()["m1"].status, house.owed()["m1"].code) == (MessageStatus.FAILED, "30003")
