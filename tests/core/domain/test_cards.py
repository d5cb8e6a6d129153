"""Cards: one a job and chat, the newest message; the others lose their buttons."""

from datetime import timedelta

import pytest

from core.domain.cards import (
    CARD_KEPT,
    RETIRED_MAX,
    Card,
    card_key,
    digest_of,
    drawn,
    of_message,
    place_of,
    placed,
    read_place,
    still_wanted,
    without,
)
from core.domain.flow import Status
from core.domain.outbox import MessageButton, MessageStatus
from tests.builders import NOON, a_job, a_job_at, a_message

CHAT = 1002


def a_card(message: int = 50, **fields: object) -> Card:
    values = {"job": 1, "chat": CHAT, "viewer": "dana", "revision": 7, "at": NOON, **fields}
    return Card.model_validate({"message": message, **values})


def test_the_newest_message_is_the_card_and_the_one_before_retires() -> None:
    cards = placed(placed({}, a_card(50)), a_card(60))
    assert list(cards) == [card_key(1, CHAT)]
    assert (cards["1:1002"].message, cards["1:1002"].retired) == (60, (50,))


def test_a_message_that_turns_out_to_be_older_retires_at_once() -> None:
    cards = placed(placed({}, a_card(60)), a_card(50))
    assert (cards["1:1002"].message, cards["1:1002"].retired) == (60, (50,))


def test_a_card_that_is_placed_again_does_not_retire() -> None:
    again = placed(placed({}, a_card(60)), a_card(60, shown="redraw"))
    assert (again["1:1002"].retired, again["1:1002"].shown) == ((), "redraw")


def test_only_so_many_retired_ones_are_remembered() -> None:
    cards: dict[str, Card] = {}
    for message in range(50, 70):
        cards = placed(cards, a_card(message))
    assert cards["1:1002"].retired == tuple(range(69 - RETIRED_MAX, 69))


def test_jobs_and_chats_each_have_their_own() -> None:
    cards = placed(placed(placed({}, a_card()), a_card(job=2)), a_card(chat=-4001))
    assert sorted(cards) == ["1:-4001", "1:1002", "2:1002"]


def test_what_was_drawn_counts_only_for_the_message_that_it_was_drawn_in() -> None:
    old = a_card(50)
    cards = placed(placed({}, old), a_card(60))
    assert drawn(cards, old, 9, "abc") is cards
    new = drawn(cards, cards["1:1002"], 9, "abc")["1:1002"]
    assert (new.revision, new.shown, new.retired) == (9, "abc", ())
    assert without(cards, old) is cards
    assert without(cards, cards["1:1002"]) == {}


def test_one_that_retired_while_the_card_was_drawn_keeps_its_place_in_the_list() -> None:
    seen = a_card(60, retired=(50,))
    cards = {seen.key: seen.model_copy(update={"retired": (50, 55)})}
    assert drawn(cards, seen, 9, "abc")["1:1002"].retired == (55,)


def test_cards_of_jobs_that_are_gone_or_long_finished_are_forgotten() -> None:
    closed_at = NOON - CARD_KEPT
    finished = a_job_at(Status.COMPLETE, number=2).model_copy(update={"closed_at": closed_at})
    jobs = {1: a_job(), 2: finished}
    cards = {card.key: card for card in (a_card(), a_card(job=2), a_card(job=3))}
    assert list(still_wanted(cards, jobs, NOON)) == ["1:1002"]
    assert list(still_wanted(cards, jobs, NOON - timedelta(seconds=1))) == ["1:1002", "2:1002"]
    kept = {"1:1002": cards["1:1002"]}
    assert still_wanted(kept, jobs, NOON) is kept, "nothing to write where nothing goes"


@pytest.mark.parametrize(
    ("fields", "is_card"),
    [
        ({}, True),
        ({"kind": "customer_wrote"}, False),
        ({"provider_id": "SM123"}, False),
        ({"provider_id": None}, False),
        ({"status": MessageStatus.UNKNOWN}, False),
        ({"job": 9}, False),
    ],
)
def test_a_notice_with_the_jobs_buttons_is_a_card_once_it_was_sent(
    fields: dict[str, object], *, is_card: bool
) -> None:
    sent = {"kind": "assigned", "channel": "chat", "to": "joe", "status": MessageStatus.SENT}
    message = a_message(**{**sent, "provider_id": place_of(1003, 77), **fields})
    card = of_message(message, {1: a_job(revision=7)}, NOON)
    expected = Card(job=1, chat=1003, message=77, viewer="joe", revision=7, at=NOON)
    assert card == (expected if is_card else None)


def test_places_are_read_as_they_are_written() -> None:
    assert read_place(place_of(-1001234, 5)) == (-1001234, 5)
    for other in ("", "SM1", "tg:1", "tg:x:1", "tg:1:-5", "inbox-u1"):
        assert read_place(other) is None


def test_a_digest_tells_words_buttons_and_revisions_apart() -> None:
    undo = MessageButton(label="Undo", command="undo 1")
    digests = {
        digest_of("a", (), 1),
        digest_of("a", (), 2),
        digest_of("b", (), 1),
        digest_of("a", (undo,), 1),
    }
    assert len(digests) == 4
