"""A claim whose own write got no answer: it is settled by one read, and no text goes out twice for it."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from core.claims import CLAIM_LIFE, Claims
from core.domain.outbox import Claim, MessageStatus
from core.ports import OutcomeUnknown, Unreachable
from tests.builders import NOON, a_job, a_message, a_state
from tests.core.house import House, arrived, turns
from tests.faults.faulty_objects import FaultyObjects, PutFault

OWING = a_state(a_job(), messages={"m1": a_message(), "m2": a_message(id="m2")})


def handed(house: House) -> list[str]:
    return [message.id for message in house.sms.handed]


def answer_lost(house: House) -> None:
    """Let the next write land, and its answer get lost for good."""

    def lose() -> None:
        house.store.after_save = lambda: None
        raise OutcomeUnknown("the answer got lost")

    house.store.after_save = lose


async def test_a_claim_that_landed_unheard_is_used_by_the_next_pass() -> None:
    house = House(OWING)
    answer_lost(house)
    with pytest.raises(OutcomeUnknown):
        await house.relay.once()
    assert {m.status for m in house.owed().values()} == {MessageStatus.SENDING}
    assert handed(house) == []

    done = await house.relay.once()

    assert done.sent == ["m1", "m2"]
    assert handed(house) == ["m1", "m2"]
    assert {(m.status, m.attempts) for m in house.owed().values()} == {(MessageStatus.SENT, 1)}


async def test_a_claim_that_did_not_land_is_made_again_by_the_next_pass() -> None:
    house = House(OWING)
    house.store.save_faults.append(OutcomeUnknown("the request got lost"))
    with pytest.raises(OutcomeUnknown):
        await house.relay.once()
    assert (await house.relay.once()).sent == ["m1", "m2"]
    assert Counter(handed(house)) == {"m1": 1, "m2": 1}


async def test_a_claim_that_lands_after_all_is_used_once_and_a_second_one_never_beside_it() -> None:
    objects = FaultyObjects(House(OWING).objects)
    house = House(objects=objects)
    objects.script([PutFault.VERY_LATE] * 3)
    with pytest.raises(OutcomeUnknown):
        await house.relay.once()
    objects.land_all()

    await house.relay.once()
    await house.relay.once()

    assert handed(house) == ["m1", "m2"]
    assert {m.status for m in house.owed().values()} == {MessageStatus.SENT}


async def test_nobody_else_uses_it_and_it_is_in_doubt_once_it_ran_out() -> None:
    house = House(OWING)
    answer_lost(house)
    with pytest.raises(OutcomeUnknown):
        await house.relay.once()
    other, restarted = house.another(), house.a_relay()
    await other.relay.once()
    await restarted.once()
    assert (handed(house), handed(other)) == ([], [])
    house.clock.advance(seconds=61)
    await house.relay.once()
    assert {(m.status, m.why) for m in house.owed().values()} == {(MessageStatus.UNKNOWN, "claim_lost")}


async def test_a_claim_that_is_found_too_late_is_given_back_and_made_again() -> None:
    house = House(OWING)
    answer_lost(house)
    with pytest.raises(OutcomeUnknown):
        await house.relay.once()
    house.clock.advance(seconds=45)

    await house.relay.once()
    await house.relay.once()

    assert Counter(handed(house)) == {"m1": 1, "m2": 1}
    assert {(m.status, m.attempts) for m in house.owed().values()} == {(MessageStatus.SENT, 1)}


async def test_what_was_begun_is_not_begun_again_though_its_result_was_never_written() -> None:
    house = House(a_state(a_job(), messages={"m1": a_message()}))

    async def break_down(_: object) -> None:
        house.store.save_faults.append(ValueError("a result that can't be written"))

    house.sms.on_send = break_down
    await house.relay.once()
    assert house.owed()["m1"].status is MessageStatus.SENDING
    await house.relay.once()
    assert handed(house) == ["m1"]


async def test_two_passes_of_one_relay_come_one_after_the_other() -> None:
    house = House(OWING)
    calling, answered = asyncio.Event(), asyncio.Event()

    async def take_long(_: object) -> None:
        calling.set()
        await answered.wait()

    house.sms.on_send = take_long
    first = asyncio.create_task(house.relay.once())
    await calling.wait()
    second = asyncio.create_task(house.relay.once())
    await turns(20)
    answered.set()
    await asyncio.gather(first, second)
    assert handed(house) == ["m1", "m2"]


async def test_that_it_went_is_taken_for_true_however_late_it_can_be_written_down() -> None:
    """Somebody else doubts it meanwhile, finds it in no list, and is about to send it once more."""
    house = House(a_state(a_job(), messages={"m1": a_message()}))
    other = house.another()
    other.sms.lists_what_it_takes = False

    async def break_down(_: object) -> None:
        house.store.save_faults.extend([Unreachable("down")] * 2)

    house.sms.on_send = break_down
    with pytest.raises(Unreachable):
        await house.relay.once()
    for seconds in (61, 31):
        house.clock.advance(seconds=seconds)
        await other.relay.once()
    assert house.owed()["m1"].status is MessageStatus.UNKNOWN

    await house.relay.once()

    sent = house.owed()["m1"]
    assert (sent.status, sent.provider_id, sent.doubt) == (MessageStatus.SENT, "SM-m1", None)
    house.clock.advance(minutes=5)
    await other.relay.once()
    await house.relay.once()
    assert (handed(house), handed(other)) == (["m1"], [])


async def test_a_pass_that_is_cut_off_while_it_claims_gives_back_what_it_got() -> None:
    house = House(OWING)
    await house.dispatcher.read()
    house.store.gate.close()
    passing = asyncio.create_task(house.relay.once())
    await arrived(house.store)
    passing.cancel()
    await turns()
    house.store.gate.open()
    with pytest.raises(asyncio.CancelledError):
        await passing
    await house.dispatcher.submit(lambda state: (state, None))  # after what is being written
    assert {(m.status, m.attempts) for m in house.owed().values()} == {(MessageStatus.PENDING, 0)}
    assert handed(house) == []


def test_what_was_begun_is_remembered_as_long_as_the_state_shows_its_claim_whatever_the_clock_says() -> None:
    claims = Claims("me")
    mine = a_message(status=MessageStatus.SENDING, claim=claims.new(NOON))
    others = a_message(id="m2", status=MessageStatus.SENDING, claim=Claim(by="you", until=NOON + CLAIM_LIFE))
    state = a_state(a_job(), messages={"m1": mine, "m2": others})
    assert claims.never_begun(state, NOON) == (mine,)
    assert claims.never_begun(state, NOON + CLAIM_LIFE) == (), "it is anybody's now"
    claims.begin(mine)
    for moment in (NOON + CLAIM_LIFE, NOON + timedelta(hours=1), NOON, NOON - timedelta(hours=1)):
        assert claims.never_begun(state, moment) == ()


async def test_a_pass_that_is_cut_off_while_its_claim_fails_ends_as_one_that_was_cut_off() -> None:
    house = House(OWING)
    await house.dispatcher.read()
    house.store.save_faults.append(Unreachable("down"))
    house.store.gate.close()
    passing = asyncio.create_task(house.relay.once())
    await arrived(house.store)
    passing.cancel()
    await turns()
    house.store.gate.open()
    with pytest.raises(asyncio.CancelledError):
        await passing
