"""The relay when things go wrong: one message's fault is its own, and nothing owed is given up untried."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest

import core.relay
from core.domain.commands import RenewLink, RevokeLink, TakeStep
from core.domain.outbox import Message, MessageStatus
from core.domain.state import State
from core.domain.views import view_key
from core.handover import Words
from core.ports import TextNotSent, Unreachable
from core.relay import Relay
from tests.builders import DISPATCHER, NOON, a_job, a_message, a_state
from tests.core.house import House, turns
from tests.fakes.ports import WAITED_AT_MOST_S
from tests.faults.faulty_objects import FaultyObjects, PutFault


def owing(*messages: Message) -> State:
    return a_state(a_job(), messages={message.id: message for message in messages})


def statuses(house: House) -> dict[str, MessageStatus]:
    return {message.id: message.status for message in house.owed().values()}


def page(house: House, token: str) -> bytes | None:
    key = view_key(token)
    if key not in house.site.keys("t/"):
        return None
    there = house.site.get(key)
    return there.body if there else None


async def test_a_text_whose_turn_comes_too_late_is_given_back_and_sent_later() -> None:
    house = House(owing(a_message(id="slow"), a_message(id="late")))

    async def take_long(_message: Message) -> None:
        house.clock.advance(seconds=45)

    house.sms.on_send = take_long
    done = await house.relay.once()
    assert done.sent == ["slow"]
    assert statuses(house) == {"slow": MessageStatus.SENT, "late": MessageStatus.PENDING}
    assert house.owed()["late"].attempts == 0, "it was never tried"
    await house.relay.once()
    assert [message.id for message in house.sms.handed] == ["slow", "late"]


async def test_a_carrier_with_a_fault_of_its_own_leaves_that_text_unknown_and_the_others_alone() -> None:
    house = House(owing(a_message(id="m1"), a_message(id="m2")))
    house.sms.faults.append(KeyError("a fault of our own"))
    await house.relay.once()
    assert statuses(house) == {"m1": MessageStatus.UNKNOWN, "m2": MessageStatus.SENT}
    assert house.owed()["m1"].why == "fault"


async def test_a_message_that_has_no_words_fails_alone() -> None:
    house = House(owing(a_message(id="m1", kind="nonsense"), a_message(id="m2")))

    def render(message: Message, _state: State) -> Words:
        return Words(body={"created": "Hello"}[message.kind])

    carriers = {"sms": house.sms.carrier, "chat": house.chat.carrier}
    relay = Relay(house.dispatcher, house.publisher, carriers, render)  # type: ignore[arg-type] # keys
    await relay.once()
    notices = {"m1-text_failed-alex", "m1-text_failed-dana"}
    assert statuses(house) == {
        "m1": MessageStatus.FAILED,
        "m2": MessageStatus.SENT,
        **dict.fromkeys(notices, MessageStatus.PENDING),
    }
    assert house.owed()["m1"].code == "no_words"


async def test_a_result_that_could_not_be_recorded_is_recorded_by_the_next_pass() -> None:
    house = House(owing(a_message(id="m1"), a_message(id="m2")))

    async def cut(_message: Message) -> None:
        house.store.save_faults.extend([Unreachable("down"), Unreachable("still down")])

    house.sms.on_send = cut
    with pytest.raises(Unreachable):
        await house.relay.once()
    house.sms.on_send = None
    assert statuses(house) == {"m1": MessageStatus.SENDING, "m2": MessageStatus.SENDING}
    house.clock.advance(seconds=61)
    await house.relay.once()
    assert statuses(house) == {"m1": MessageStatus.SENT, "m2": MessageStatus.SENT}
    assert [message.id for message in house.sms.handed] == ["m1", "m2"]


async def test_a_result_that_cannot_be_written_is_given_up_and_spoils_nothing_else() -> None:
    house = House(owing(a_message(id="m1"), a_message(id="m2")))
    house.sms.faults.append(TextNotSent("\ud800", permanent=True))
    done = await house.relay.once()
    assert done.sent == ["m2"]
    assert statuses(house) == {"m1": MessageStatus.SENDING, "m2": MessageStatus.SENT}
    house.clock.advance(seconds=61)
    await house.relay.once()
    assert statuses(house)["m1"] is MessageStatus.UNKNOWN


async def test_a_pass_that_is_cut_off_gives_back_what_it_had_no_time_for() -> None:
    house = House(owing(a_message(id="m1"), a_message(id="m2")))
    house.sms.faults.append(asyncio.CancelledError())
    with pytest.raises(asyncio.CancelledError):
        await house.relay.once()
    assert statuses(house) == {"m1": MessageStatus.SENDING, "m2": MessageStatus.PENDING}


async def test_a_text_goes_out_only_after_the_page_that_it_links_to() -> None:
    house = House(owing(a_message()))
    seen = []

    async def tap(message: Message) -> None:
        assert message.job is not None
        seen.append(page(house, house.stored().jobs[message.job].tracking_token))

    house.sms.on_send = tap
    await house.relay.once()
    assert seen[0] is not None
    assert b'"state":"live"' in seen[0]


async def test_a_text_waits_while_its_page_cannot_be_written_and_that_is_no_attempt() -> None:
    site = FaultyObjects(House().site)
    house = House(owing(a_message()), site=site)
    house.sms.faults.append(TextNotSent("429", permanent=False))
    site.script([PutFault.REFUSED] * 20)
    for _ in range(8):
        await house.relay.once()
        assert house.owed()["m1"].status is MessageStatus.PENDING
        assert house.owed()["m1"].why == "page_not_there"
        house.clock.advance(seconds=5)
    assert house.sms.handed == []
    site.script([])
    await house.relay.once()
    house.clock.advance(seconds=5)
    await house.relay.once()
    assert statuses(house) == {"m1": MessageStatus.SENT}


async def test_views_that_are_missing_or_older_are_repaired_and_newer_ones_left() -> None:
    house = House(a_state(a_job(revision=5), a_job(number=2, revision=6), a_job(number=3, revision=7)))
    tokens = [job.tracking_token for job in house.stored().jobs.values()]
    house.site.put(view_key(tokens[1]), b'{"revision": 2, "state": "old"}')
    house.site.put(view_key(tokens[2]), b'{"revision": 99, "state": "newer"}')
    done = await house.relay.once()
    assert done.repaired == 2
    for token in tokens[:2]:
        assert b'"state":"live"' in (page(house, token) or b"")
    assert page(house, tokens[2]) == b'{"revision": 99, "state": "newer"}'
    assert await house.relay.repair(house.stored()) == 0


async def test_a_damaged_view_is_written_anew() -> None:
    house = House(a_state(a_job()))
    for damaged in (b"", b"\xff", b"[]", b'{"revision": "x"}', b"{"):
        house.site.put(view_key(a_job().tracking_token), damaged)
        assert await house.relay.repair(house.stored()) == 1
        assert b'"state":"live"' in (page(house, a_job().tracking_token) or b"")


async def test_views_are_looked_at_on_the_first_pass_and_every_ten_minutes() -> None:
    house = House(a_state(a_job()))
    assert (await house.relay.once()).repaired == 1
    house.site.delete(view_key(a_job().tracking_token))
    house.clock.advance(minutes=9)
    assert (await house.relay.once()).repaired == 0
    house.clock.advance(minutes=1)
    assert (await house.relay.once()).repaired == 1


async def test_a_repair_that_failed_is_tried_again_by_the_next_pass() -> None:
    site = FaultyObjects(House().site)
    house = House(a_state(a_job()), site=site)
    site.script([PutFault.REFUSED])
    assert (await house.relay.once()).repaired == 0
    assert (await house.relay.once()).repaired == 1


async def test_a_page_that_could_not_be_published_follows_with_the_next_pass() -> None:
    site = FaultyObjects(House().site)
    house = House(a_state(a_job(phone=None)), site=site)
    await house.relay.once()
    site.script([PutFault.REFUSED, PutFault.REFUSED])
    outcome = await house.do(TakeStep(ref="1"), DISPATCHER)
    assert not outcome.published
    assert (await house.relay.once()).repaired == 0, "it fails once more"
    assert (await house.relay.once()).repaired == 1
    assert b'"status":"ready_for_pickup"' in (page(house, a_job().tracking_token) or b"")


async def test_a_view_that_cannot_be_made_keeps_no_text_from_going_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    house = House(owing(a_message(channel="chat", to="dana")))

    def fail(*_: object) -> bool:
        raise KeyError("a fault of our own")

    monkeypatch.setattr(house.publisher, "publish", fail)
    done = await house.relay.once()
    assert (done.sent, done.repaired) == (["m1"], 0)


async def test_a_text_waits_while_its_view_cannot_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    house = House(owing(a_message(id="m1"), a_message(id="m2", job=None, kind="reply")))

    def fail(*_: object) -> bool:
        raise KeyError("a fault of our own")

    monkeypatch.setattr(house.publisher, "publish", fail)
    await house.relay.once()
    assert statuses(house) == {"m1": MessageStatus.PENDING, "m2": MessageStatus.SENT}


async def test_a_revoked_link_stays_buried_after_a_new_one_took_its_place() -> None:
    house = House(a_state(a_job()))
    old = a_job().tracking_token
    await house.do(RevokeLink(ref="1"))
    outcome = await house.do(RenewLink(ref="1"))
    new = outcome.state.jobs[1].tracking_token
    await house.do(TakeStep(ref="1"))
    await house.relay.repair(house.stored())
    assert b'"state":"revoked"' in (page(house, old) or b"")
    assert b'"state":"live"' in (page(house, new) or b"")
    house.site.delete(view_key(old))
    await house.relay.repair(house.stored())
    assert b'"state":"revoked"' in (page(house, old) or b"")


async def test_the_loop_outlives_a_store_that_is_down_and_a_fault_of_our_own() -> None:
    house = House(owing(a_message()))
    house.store.load_faults.extend([Unreachable("down"), RuntimeError("a fault of our own")])
    running = asyncio.create_task(house.relay.run())
    for _ in range(3):
        house.dispatcher.committed.set()
        await asyncio.to_thread(lambda: None)
        await turns()
    while not house.sms.handed:
        house.dispatcher.committed.set()
        await asyncio.to_thread(lambda: None)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    assert [message.id for message in house.sms.handed] == ["m1"]


async def test_the_loop_looks_again_by_itself_for_what_other_processes_owe(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(core.relay, "NOTHING_DUE_S", 0.001)
    house = House(a_state(a_job()))
    sent = asyncio.Event()

    async def tell(_message: Message) -> None:
        sent.set()

    house.chat.on_send = tell
    running = asyncio.create_task(house.relay.run())
    await turns()
    notice = a_message(channel="chat", to="dana")
    await house.another().dispatcher.submit(lambda state: (state.with_message(notice), None))
    await asyncio.wait_for(sent.wait(), WAITED_AT_MOST_S)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


@pytest.mark.parametrize(
    ("state", "behind", "wait_s"),
    [
        (a_state(), set(), 30),
        (a_state(), {1}, 5),
        (owing(a_message(not_before=NOON + timedelta(seconds=9))), set(), 9),
        (owing(a_message(not_before=NOON + timedelta(hours=9))), set(), 30),
        (owing(a_message()), set(), 0.2),
    ],
)
def test_the_loop_sleeps_until_something_is_due_and_never_for_long(
    state: State, behind: set[int], wait_s: float
) -> None:
    house = House()
    house.dispatcher.unpublished = behind
    assert house.relay._wait_s(state) == wait_s


async def test_a_call_that_has_begun_is_ended_and_recorded_though_the_pass_is_cut_off() -> None:
    house = House(owing(a_message(id="m1"), a_message(id="m2")))
    calling, answered = asyncio.Event(), asyncio.Event()

    async def take_long(_message: Message) -> None:
        calling.set()
        await answered.wait()

    house.sms.on_send = take_long
    passing = asyncio.create_task(house.relay.once())
    await calling.wait()
    passing.cancel()
    await turns()
    answered.set()
    with pytest.raises(asyncio.CancelledError):
        await passing
    assert statuses(house) == {"m1": MessageStatus.SENT, "m2": MessageStatus.PENDING}
