"""A driver's answer to a job that he was given, photos, scale tickets, and what silence owes."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core.domain.chats import UNREACHABLE, after_chat
from core.domain.commands import (
    AcceptJob,
    AddNote,
    AddProof,
    AssignDriver,
    DeclineJob,
    RecordTicket,
    ReportChat,
    RevokeLink,
    SetEta,
    ShareProofs,
    TakeStep,
    UnassignDriver,
)
from core.domain.errors import AlreadySo, BadValue, JobFinished, NotYours, WhichJob
from core.domain.events import JobDeclined
from core.domain.flow import Status
from core.domain.gate import Drop, Send, verdict
from core.domain.offers import BY_TEXT, UNANSWERED
from core.domain.outbox import Message, MessageStatus
from core.domain.proofs import PROOFS_MAX
from core.domain.state import State
from tests.builders import (
    ADMIN,
    BUSINESS,
    DRIVER_ANA,
    DRIVER_JOE,
    JOE,
    MARK,
    NOON,
    STAFF,
    a_job,
    a_job_at,
    a_message,
    a_state,
    ask,
)

LATER = NOON + timedelta(minutes=BUSINESS.accept_min)
SILENT = JOE.model_copy(update={"phone": None})
WITHOUT_CHAT = JOE.model_copy(update={"telegram_id": None})
UNREACHED = JOE.model_copy(update={"telegram_id": None, "phone": None})
OTHERS = tuple(person for person in STAFF if person is not JOE)


def given(**fields: object) -> State:
    """Return a state where job 1 was given to Joe at noon, who has not answered."""
    return ask(a_state(a_job(**fields)), AssignDriver(ref="1", driver="joe"))[0]


def test_a_job_that_was_given_waits_for_an_answer_and_one_that_was_taken_does_not() -> None:
    job = given().jobs[1]
    assert (job.driver, job.awaits_answer, job.offered_at) == ("joe", True, NOON)
    taken = ask(a_state(a_job()), TakeStep(ref="1"), DRIVER_JOE)[0].jobs[1]
    assert (taken.driver, taken.awaits_answer, taken.accepted_at) == ("joe", False, NOON)


def test_a_yes_is_remembered() -> None:
    job = ask(given(), AcceptJob(ref="1"), DRIVER_JOE, at=LATER)[0].jobs[1]
    assert (job.driver, job.awaits_answer, job.accepted_at) == ("joe", False, LATER)
    with pytest.raises(AlreadySo):
        ask(a_state(job), AcceptJob(ref="1"), DRIVER_JOE)


@pytest.mark.parametrize("act", [TakeStep(ref="1"), SetEta(ref="1", minutes=20), AddNote(ref="1", text="x")])
def test_whoever_sets_to_work_has_said_yes(act: TakeStep | SetEta | AddNote) -> None:
    job = ask(given(), act, DRIVER_JOE)[0].jobs[1]
    assert (job.driver, job.awaits_answer) == ("joe", False)


def test_an_answer_without_a_number_is_about_the_one_job_that_waits_for_it() -> None:
    state = a_state(a_job(), a_job(number=2, driver="joe"))
    state = ask(state, AssignDriver(ref="1", driver="joe"))[0]
    assert ask(state, AcceptJob(), DRIVER_JOE)[0].jobs[1].accepted_at == NOON
    assert ask(state, DeclineJob(reason="flat"), DRIVER_JOE)[0].jobs[1].driver is None
    with pytest.raises(WhichJob):
        ask(ask(state, AcceptJob(), DRIVER_JOE)[0], AcceptJob(), DRIVER_JOE)


def test_what_others_do_is_no_answer() -> None:
    assert ask(given(), AddNote(ref="1", text="gate"))[0].jobs[1].awaits_answer


def test_a_no_gives_the_job_back_with_its_reason_and_the_dispatchers_hear_it() -> None:
    state, happened = ask(given(), DeclineJob(ref="1", reason=" flat tyre "), DRIVER_JOE)
    job = state.jobs[1]
    assert (job.driver, job.offered_at, job.accepted_at) == (None, None, None)
    (event,) = happened.events
    assert isinstance(event, JobDeclined)
    assert (event.driver, event.reason) == ("joe", "flat tyre")
    assert [(m.kind, m.to) for m in happened.messages] == [("declined", "alex"), ("declined", "dana")]


def test_a_job_can_be_given_back_after_a_yes_but_not_with_its_load_on_the_truck() -> None:
    state = ask(given(), AcceptJob(ref="1"), DRIVER_JOE)[0]
    assert ask(state, DeclineJob(ref="1"), DRIVER_JOE)[0].jobs[1].driver is None
    loaded = a_state(a_job_at(Status.IN_TRANSIT, driver="joe"))
    with pytest.raises(AlreadySo, match="under_way"):
        ask(loaded, DeclineJob(ref="1"), DRIVER_JOE)


def test_nobody_answers_for_another() -> None:
    for word in (AcceptJob(ref="1"), DeclineJob(ref="1")):
        for other in (DRIVER_ANA, ADMIN):
            with pytest.raises(NotYours):
                ask(given(), word, other)
        with pytest.raises(JobFinished):
            ask(a_state(a_job_at(Status.COMPLETE, driver="joe")), word, DRIVER_JOE)
    with pytest.raises(AlreadySo):
        ask(a_state(a_job()), DeclineJob(ref="1"), DRIVER_JOE)
    assert ask(a_state(a_job()), AcceptJob(ref="1"), DRIVER_ANA)[0].jobs[1].driver == "ana"


def owed_later(state: State) -> list[tuple[str, str]]:
    late = (BY_TEXT, UNANSWERED)
    return [(m.kind, m.to) for m in state.messages.values() if m.kind in late and m.not_before == LATER]


def test_silence_owes_a_text_to_the_driver_and_a_word_to_the_dispatchers() -> None:
    assert owed_later(given()) == [(BY_TEXT, "joe"), (UNANSWERED, "alex"), (UNANSWERED, "dana")]


@pytest.mark.parametrize(
    ("joe", "kinds"),
    [(SILENT, {UNANSWERED}), (WITHOUT_CHAT, {UNANSWERED}), (UNREACHED, {UNANSWERED})],
    ids=["without a phone", "who was texted at once", "whom nothing reaches"],
)
def test_silence_owes_no_more_than_can_be_done(joe: object, kinds: set[str]) -> None:
    state = a_state(a_job(), people=(joe, *OTHERS))  # type: ignore[arg-type] # a Person each
    state, _ = ask(state, AssignDriver(ref="1", driver="joe"))
    assert {kind for kind, _ in owed_later(state)} == kinds


def about(state: State, kind: str) -> Message:
    return next(message for message in state.messages.values() if message.kind == kind)


@pytest.mark.parametrize("kind", [BY_TEXT, UNANSWERED])
def test_what_silence_owes_is_dropped_when_it_is_broken_or_the_job_goes_to_another(kind: str) -> None:
    state = given()
    message = about(state, kind)
    assert verdict(message, state, BUSINESS, LATER) == Send()
    for word, who in (
        (AcceptJob(ref="1"), DRIVER_JOE),
        (DeclineJob(ref="1"), DRIVER_JOE),
        (UnassignDriver(ref="1"), ADMIN),
        (AssignDriver(ref="1", driver="ana"), ADMIN),
    ):
        moved, _ = ask(state, word, who, at=NOON + timedelta(minutes=5))
        assert verdict(message, moved, BUSINESS, LATER) == Drop(why="answered"), word


def test_an_offer_that_went_by_text_is_not_texted_again() -> None:
    state = given()
    blocked, _ = ask(state, ReportChat(telegram_id=1003, reached=False), MARK)
    assert verdict(about(state, BY_TEXT), blocked, BUSINESS, LATER) == Drop(why="answered")


def test_whom_telegram_does_not_reach_is_texted_and_the_dispatchers_hear_of_it_once() -> None:
    state = given()
    failed = about(state, "assigned").model_copy(update={"status": MessageStatus.FAILED, "code": UNREACHABLE})
    after = after_chat(state, failed, NOON)
    assert after.people["joe"].chat_id is None
    new = {key: m for key, m in after.messages.items() if key not in state.messages}
    assert sorted((m.kind, m.to) for m in new.values()) == [
        ("assigned", "joe"),
        ("chat_lost", "alex"),
        ("chat_lost", "dana"),
    ]
    assert after_chat(after, failed, NOON) == after, "the same once more changes nothing"


def test_who_has_no_phone_either_is_only_told_of() -> None:
    state = a_state(a_job(), people=(SILENT, *OTHERS))
    failed = a_message(
        channel="chat", to="joe", kind="assigned", status=MessageStatus.FAILED, code=UNREACHABLE
    )
    after = after_chat(state, failed, NOON)
    assert {m.kind for m in after.messages.values()} == {"chat_lost"}


def test_a_photo_is_kept_once_and_not_without_end() -> None:
    state, _ = ask(a_state(a_job()), AddProof(ref="1", name="ab12", size_bytes=9), DRIVER_JOE)
    assert [(proof.name, proof.by, proof.shared) for proof in state.jobs[1].proofs] == [("ab12", "joe", None)]
    assert state.jobs[1].driver == "joe", "whoever brings a photo has the job"
    with pytest.raises(AlreadySo):
        ask(state, AddProof(ref="1", name="ab12", size_bytes=9), DRIVER_JOE)
    for count in range(1, PROOFS_MAX):
        state, _ = ask(state, AddProof(ref="1", name=f"p{count}", size_bytes=9), DRIVER_JOE)
    with pytest.raises(BadValue):
        ask(state, AddProof(ref="1", name="more", size_bytes=9), DRIVER_JOE)


def test_photos_are_shared_in_order_and_go_with_the_link() -> None:
    state = a_state(a_job())
    with pytest.raises(AlreadySo, match="no_proofs"):
        ask(state, ShareProofs(ref="1"))
    for name in ("a", "b"):
        state, _ = ask(state, AddProof(ref="1", name=name, size_bytes=9), DRIVER_JOE)
    state, _ = ask(state, ShareProofs(ref="1"))
    with pytest.raises(AlreadySo, match="shared"):
        ask(state, ShareProofs(ref="1"))
    state, _ = ask(state, AddProof(ref="1", name="c", size_bytes=9), DRIVER_JOE)
    state, _ = ask(state, ShareProofs(ref="1"))
    assert [proof.shared for proof in state.jobs[1].proofs] == [1, 2, 3]
    state, _ = ask(state, RevokeLink(ref="1"))
    assert [proof.shared for proof in state.jobs[1].proofs] == [None] * 3
    with pytest.raises(AlreadySo, match="revoked"):
        ask(state, ShareProofs(ref="1"))


def test_a_ticket_is_written_down_and_a_better_one_takes_its_place() -> None:
    state = a_state(a_job_at(Status.DUMPED, driver="joe"))
    first = RecordTicket(ref="1", tons=Decimal("3.2"), fee=Decimal(84))
    state, _ = ask(state, first, DRIVER_JOE)
    assert (state.jobs[1].tons, state.jobs[1].fee) == (Decimal("3.2"), Decimal(84))
    with pytest.raises(AlreadySo):
        ask(state, first, DRIVER_JOE)
    state, _ = ask(state, RecordTicket(ref="1", fee=Decimal(90)), DRIVER_JOE)
    assert (state.jobs[1].tons, state.jobs[1].fee) == (None, Decimal(90))
    with pytest.raises(BadValue):
        ask(state, RecordTicket(ref="1"), DRIVER_JOE)
