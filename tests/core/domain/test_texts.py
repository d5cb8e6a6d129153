"""Texts: what customers ask about them in their own words, and what staff may say."""

from datetime import timedelta

import pytest

from core.domain.commands import (
    AskOptOut,
    MarkHandled,
    OptInByCustomer,
    OptOutByCustomer,
    SendHeld,
    SettleOptOut,
    SwitchTexts,
    TextCustomer,
    WriteToDispatcher,
)
from core.domain.decide.texts import unanswered
from core.domain.errors import AlreadySo, BadValue, CannotText, ConfirmText
from core.domain.events import CustomerTexted, CustomerWrote
from core.domain.flow import Status
from core.domain.gate import Drop, Hold, Send, Verdict, verdict
from core.domain.outbox import Message, MessageStatus
from core.domain.state import OptOut, State
from core.domain.texting import BadNumber, Texting
from tests.builders import (
    ADMIN,
    BUSINESS,
    DISPATCHER,
    JOE,
    MARK,
    MARKS_PHONE,
    NOON,
    a_job,
    a_job_at,
    a_message,
    a_state,
    ask,
)

DAY = timedelta(hours=24)
NIGHT = NOON + timedelta(hours=10)
WISH = AskOptOut(words="please stop texting me")


def judge(message: Message, state: State, at: object = NOON) -> Verdict:
    return verdict(message, state, BUSINESS, at)  # type: ignore[arg-type] # a moment


def in_doubt() -> State:
    state, _ = ask(a_state(a_job()), WISH, MARK)
    return state


def test_a_wish_in_other_words_holds_all_that_goes_to_the_number() -> None:
    state = in_doubt()
    held = Hold(why="opt_out_asked", until=NOON + DAY)
    assert judge(a_message(), state) == held
    assert judge(a_message(kind="reply"), state) == held
    assert judge(a_message(to="+16025550177", kind="reply"), state) == Send()


def test_the_dispatchers_are_asked_at_once_and_hear_when_it_counts() -> None:
    _, happened = ask(a_state(a_job()), WISH, MARK)
    owed = [(m.kind, m.to, m.job, m.not_before) for m in happened.messages]
    assert owed == [
        ("opt_out_asked", "alex", 1, NOON),
        ("opt_out_counts", "alex", 1, NOON + DAY),
        ("opt_out_asked", "dana", 1, NOON),
        ("opt_out_counts", "dana", 1, NOON + DAY),
    ]


def test_unanswered_it_counts_after_24_hours_and_the_dispatchers_hear_it() -> None:
    state = in_doubt()
    assert not state.opted_out(MARKS_PHONE, NOON + DAY - timedelta(seconds=1))
    assert state.opted_out(MARKS_PHONE, NOON + DAY)
    assert judge(a_message(), state, NOON + DAY) == Drop(why="opted_out")
    told = next(m for m in state.messages.values() if m.kind == "opt_out_counts")
    assert judge(told, state, NOON + DAY) == Send()


@pytest.mark.parametrize("opted_out", [True, False])
def test_a_dispatchers_word_settles_it(*, opted_out: bool) -> None:
    state, _ = ask(in_doubt(), SettleOptOut(phone=MARKS_PHONE, opted_out=opted_out))
    assert state.opted_out(MARKS_PHONE, NOON) is opted_out
    assert state.opted_out(MARKS_PHONE, NOON + DAY) is opted_out
    assert judge(a_message(), state) == (Drop(why="opted_out") if opted_out else Send())
    told = next(m for m in state.messages.values() if m.kind == "opt_out_counts")
    assert judge(told, state, NOON + DAY) == Drop(why="settled")


def test_what_was_held_goes_once_a_dispatcher_says_that_it_was_no_opt_out() -> None:
    held = a_message(status=MessageStatus.HELD, why="opt_out_asked", not_before=NOON + DAY)
    state, _ = ask(in_doubt().with_message(held), SettleOptOut(phone=MARKS_PHONE, opted_out=False))
    assert (state.messages["m1"].status, state.messages["m1"].not_before) == (MessageStatus.PENDING, NOON)


def test_an_exact_word_ends_the_doubt() -> None:
    state, _ = ask(in_doubt(), OptOutByCustomer(words="STOP"), MARK)
    assert state.opted_out(MARKS_PHONE, NOON)
    with pytest.raises(AlreadySo):
        ask(state, SettleOptOut(phone=MARKS_PHONE, opted_out=False))


def test_start_ends_the_doubt_too() -> None:
    state, _ = ask(in_doubt(), OptInByCustomer(), MARK)
    assert judge(a_message(), state) == Send()


def test_a_second_wish_does_not_begin_the_24_hours_anew_and_is_read_by_a_person() -> None:
    state, happened = ask(in_doubt(), WISH, MARK, at=NOON + timedelta(hours=20))
    assert isinstance(happened.events[0], CustomerWrote)
    assert state.opted_out(MARKS_PHONE, NOON + DAY)


def test_only_the_customer_takes_back_what_he_said_outright() -> None:
    state = a_state(a_job(), opt_outs={MARKS_PHONE: OptOut(phone=MARKS_PHONE, at=NOON, words="STOP")})
    with pytest.raises(AlreadySo) as refused:
        ask(state, SettleOptOut(phone=MARKS_PHONE, opted_out=False))
    assert refused.value.what == "only_start"


def test_a_dispatcher_writes_down_what_was_said_on_the_phone() -> None:
    state, _ = ask(a_state(a_job(), messages={"m1": a_message()}), SettleOptOut(phone=MARKS_PHONE))
    assert state.opted_out(MARKS_PHONE, NOON)
    assert state.messages["m1"].why == "opted_out"


def test_texts_off_holds_every_text_and_on_lets_each_be_looked_at_again() -> None:
    state, _ = ask(a_state(a_job()), SwitchTexts(on=False), ADMIN)
    for message in (a_message(), a_message(kind="reply"), a_message(kind="created", anyway=True)):
        assert judge(message, state) == Hold(why="texts_off", until=message.expires_at)
    assert judge(a_message(channel="chat", to="dana", kind="notice"), state) == Send()
    held = a_message(status=MessageStatus.HELD, why="texts_off", not_before=NOON + DAY)
    later = NOON + timedelta(hours=1)
    state, _ = ask(state.with_message(held), SwitchTexts(on=True), ADMIN, at=later)
    assert (state.messages["m1"].status, state.messages["m1"].not_before) == (MessageStatus.PENDING, later)
    assert judge(state.messages["m1"], state, NIGHT) == Hold(
        why="quiet_hours", until=NOON + timedelta(hours=20)
    )


def test_texts_off_holds_a_drivers_messages_that_would_go_as_texts() -> None:
    joe = JOE.model_copy(update={"telegram_id": None})
    state = a_state(a_job(), people=[joe], texting=Texting(off_at=NOON, off_by="alex"))
    message = a_message(channel="chat", to="joe", kind="assigned")
    assert judge(message, state) == Hold(why="texts_off", until=message.expires_at)


@pytest.mark.parametrize("on", [True, False])
def test_switching_to_what_it_is_changes_nothing(*, on: bool) -> None:
    state = a_state(texting=Texting() if on else Texting(off_at=NOON, off_by="alex"))
    with pytest.raises(AlreadySo):
        ask(state, SwitchTexts(on=on), ADMIN)


def full(count: int) -> State:
    sent = [
        a_message(id=f"s{i}", status=MessageStatus.SENT, settled_at=NOON - timedelta(hours=20 - i))
        for i in range(count)
    ]
    answers = [
        a_message(id=f"r{i}", kind="reply", status=MessageStatus.SENT, settled_at=NOON) for i in range(9)
    ]
    return a_state(a_job(), messages={m.id: m for m in [*sent, *answers]})


def test_a_number_gets_no_more_than_a_days_texts_and_the_next_when_the_first_is_a_day_old() -> None:
    limit = BUSINESS.texts_a_day
    assert judge(a_message(), full(limit - 1)) == Send()
    assert judge(a_message(), full(limit)) == Hold(why="daily_cap", until=NOON + timedelta(hours=4))
    assert judge(a_message(kind="reply"), full(limit)) == Send()
    assert judge(a_message(anyway=True), full(limit)) == Send()


def test_send_lets_a_held_text_go_at_night() -> None:
    held = a_message(
        status=MessageStatus.HELD, why="quiet_hours", created_at=NIGHT, not_before=NOON + timedelta(hours=20)
    )
    state, _ = ask(a_state(a_job(), messages={"m1": held}), SendHeld(ref="1"), at=NIGHT)
    let_go = state.messages["m1"]
    assert (let_go.status, let_go.not_before, let_go.why) == (MessageStatus.PENDING, NIGHT, None)
    assert judge(let_go, state, NIGHT) == Send()


def test_send_leaves_a_text_its_time_for_an_undo() -> None:
    waits = a_message(not_before=NIGHT + timedelta(seconds=10))
    state, _ = ask(a_state(a_job(), messages={"m1": waits}), SendHeld(ref="1"), at=NIGHT)
    assert state.messages["m1"].not_before == NIGHT + timedelta(seconds=10)
    assert judge(state.messages["m1"], state, NIGHT) == Send()


@pytest.mark.parametrize("why", ["opt_out_asked", "texts_off"])
def test_send_does_not_help_where_it_is_no_matter_of_the_hour(why: str) -> None:
    held = a_message(status=MessageStatus.HELD, why=why)
    with pytest.raises(AlreadySo):
        ask(a_state(a_job(), messages={"m1": held}), SendHeld(ref="1"))


def test_words_for_a_customer_go_at_once_where_the_job_is_named_outright() -> None:
    state, happened = ask(a_state(a_job()), TextCustomer(ref="#1", text=" The gate is open. "))
    (event,), (message,) = happened.events, happened.messages
    assert isinstance(event, CustomerTexted)
    assert event.text == "The gate is open."
    assert (message.kind, message.to, message.step, message.not_before) == ("texted", MARKS_PHONE, None, NOON)
    assert judge(message, state) == Send()


def test_words_for_a_customer_named_by_words_are_shown_first() -> None:
    with pytest.raises(ConfirmText) as asked:
        ask(a_state(a_job()), TextCustomer(ref="mark", text="hello"))
    assert (asked.value.job.number, asked.value.text) == (1, "hello")


@pytest.mark.parametrize(
    "state",
    [
        a_state(a_job(phone=None)),
        a_state(a_job(consent=None)),
        a_state(a_job(), opt_outs={MARKS_PHONE: OptOut(phone=MARKS_PHONE, at=NOON, words="STOP")}),
        a_state(
            a_job(),
            texting=Texting(bad_numbers=(BadNumber(phone=MARKS_PHONE, at=NOON, code="21635"),)),
        ),
    ],
)
def test_no_words_go_to_who_may_not_be_texted(state: State) -> None:
    with pytest.raises(CannotText):
        ask(state, TextCustomer(ref="1", text="hello"))


@pytest.mark.parametrize("text", ["   ", "x" * 1_001])
def test_words_have_to_be_some_and_not_too_many(text: str) -> None:
    with pytest.raises(BadValue):
        ask(a_state(a_job()), TextCustomer(ref="1", text=text))


def test_a_text_about_a_cancelled_job_may_still_be_typed() -> None:
    state, happened = ask(a_state(a_job_at(Status.CANCELLED)), TextCustomer(ref="1", text="Sorry!"))
    assert judge(happened.messages[0], state) == Send()


def test_an_answer_marks_what_the_customer_wrote_and_waits_for_no_hour() -> None:
    state, _ = ask(a_state(a_job()), WriteToDispatcher(text="is it today?"), MARK, at=NIGHT, cause="sms:SM9")
    assert unanswered(state, state.jobs[1]) == "sms:SM9"
    state, happened = ask(state, TextCustomer(ref="1", text="Yes, at 9."), at=NIGHT)
    assert unanswered(state, state.jobs[1]) is None
    assert judge(happened.messages[0], state, NIGHT) == Send()
    state, happened = ask(state, TextCustomer(ref="1", text="And bring the key."), at=NIGHT)
    assert isinstance(judge(happened.messages[0], state, NIGHT), Hold), "nobody asked for this one"


def test_what_a_customer_wrote_may_be_marked_as_handled_once() -> None:
    state, _ = ask(a_state(a_job()), WriteToDispatcher(text="thanks"), MARK)
    state, _ = ask(state, MarkHandled(ref="1"), DISPATCHER)
    assert unanswered(state, state.jobs[1]) is None
    with pytest.raises(AlreadySo):
        ask(state, MarkHandled(ref="1"), DISPATCHER)
    state, _ = ask(state, WriteToDispatcher(text="one more thing"), MARK)
    assert unanswered(state, state.jobs[1]) is not None
