"""Random commands by random actors: what holds of every state, whatever people do."""

import dataclasses
from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from core.codec import decode, encode
from core.domain import commands as c
from core.domain.decide.steps import standing_moves
from core.domain.errors import Refusal
from core.domain.events import JobEvent, LanguageChosen
from core.domain.flow import FINISHED, Status
from core.domain.job import Job
from core.domain.outbox import Message, MessageStatus
from core.domain.people import Actor, Role
from core.domain.state import State
from core.domain.transact import transact
from core.domain.views import Tombstone, TrackingView, draws_the_same, tracking_view
from tests.builders import (
    ADMIN,
    BUSINESS,
    DANA,
    DISPATCHER,
    DRIVER_ANA,
    DRIVER_JOE,
    MARK,
    MARKS_PHONE,
    NOON,
    OTHER_PHONE,
    a_booking,
    a_request,
    a_state,
)
from tests.core.codec.strategies import money, phones
from tests.strategies import statuses, whens, words

refs = st.sampled_from(["1", "2", "3", "mark", "nobody"])
maybe_refs = st.none() | refs
known_phones = st.sampled_from([MARKS_PHONE, OTHER_PHONE])
names = st.sampled_from(["joe", "ana", "Sam", "me", "driver", "nobody"])
fields = st.sampled_from(["customer_name", "location", "amount_paid", "phone", "note", "when", "language"])
values = st.none() | words | money | known_phones | phones | whens | st.just("es")

creations = st.builds(
    c.CreateJob,
    customer_name=st.sampled_from(["Mark Soderblom", "José Ángel", "王小明", "!?"]),
    location=st.sampled_from(["Tempe", "12 Main St"]),
    amount_paid=money,
    phone=st.none() | known_phones,
    note=st.none() | words,
)
bookings = st.builds(
    a_booking, phone=known_phones, consent_wording=st.none() | words, language=st.sampled_from(["en", "es"])
)
by_staff = st.one_of(
    creations,
    st.builds(c.TakeStep, ref=maybe_refs, target=st.none() | statuses),
    st.builds(c.TakeStep, ref=refs),
    st.builds(c.Undo, ref=maybe_refs),
    st.builds(c.ApproveJob, ref=refs),
    st.builds(c.CancelJob, ref=refs, reason=st.none() | words),
    st.builds(c.EditJob, ref=refs, field=fields, new=values),
    st.builds(c.AssignDriver, ref=refs, driver=names),
    st.builds(c.UnassignDriver, ref=refs),
    st.builds(c.AddNote, ref=refs, text=words),
    st.builds(c.SetEta, ref=maybe_refs, minutes=st.integers(-5, 2000)),
    st.builds(c.SetEta, ref=maybe_refs, at=st.times()),
    st.builds(c.RevokeLink, ref=refs),
    st.builds(c.RenewLink, ref=refs),
    st.builds(c.InvitePerson, role=st.sampled_from(Role), name=names, phone=st.none() | known_phones),
    st.builds(c.RemovePerson, name=names),
    st.builds(c.Join, token_hash=st.sampled_from(["hash1", "hash2"]), telegram_id=st.integers(1, 3)),
    st.builds(c.EnrolAdmin, name=words, telegram_id=st.integers(1, 3)),
)
by_customer = st.one_of(
    st.builds(c.ConfirmByCustomer, number=st.none() | st.integers(1, 3)),
    st.builds(c.ChooseLanguage, language=st.sampled_from(["en", "es"])),
    st.builds(c.OptOutByCustomer, words=st.just("STOP")),
    st.builds(c.OptInByCustomer),
    st.builds(c.WriteToDispatcher, text=words),
)
staff = st.sampled_from(
    [ADMIN, DISPATCHER, DRIVER_JOE, DRIVER_ANA, Actor.bare(Role.DRIVER), Actor.of(DANA, forgeable=True)]
)
customers = st.sampled_from([MARK, Actor.customer(OTHER_PHONE)])


class Business(RuleBasedStateMachine):
    """One business, with everybody talking at once."""

    def __init__(self) -> None:
        super().__init__()
        self.state = a_state()
        self.now = NOON
        self.given: list[tuple[Any, Actor, str]] = []
        self.numbers: list[int] = []
        self.drawn: dict[int, tuple[Job, TrackingView | Tombstone]] = {}

    @rule(command=creations)
    def somebody_calls(self, command: c.CreateJob) -> None:
        self._give(command, DISPATCHER)

    @rule(command=bookings)
    def somebody_books(self, command: c.BookJob) -> None:
        self._give(command, Actor.customer(command.phone))

    @rule(command=by_staff, actor=staff, minutes=st.integers(0, 90))
    def staff_says(self, command: c.Command, actor: Actor, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self._give(command, actor)

    @rule(command=by_customer, actor=customers)
    def customer_texts(self, command: c.Command, actor: Actor) -> None:
        before = self.state
        self._give(command, actor)
        if isinstance(command, c.WriteToDispatcher | c.OptOutByCustomer | c.OptInByCustomer):
            assert self.state.jobs == before.jobs, "chatter changes no job"

    @rule(data=st.data())
    def a_provider_repeats_itself(self, data: st.DataObject) -> None:
        if self.given:
            command, actor, cause = data.draw(st.sampled_from(self.given))
            before = self.state
            self.state, happened = transact(
                self.state, a_request(command, actor, cause=cause, at=self.now), BUSINESS
            )
            assert self.state is before
            assert happened.repeated
            assert happened.events

    @rule()
    def the_relay_sends_everything(self) -> None:
        sent = {
            message.id: message.model_copy(update={"status": MessageStatus.SENT})
            if message.is_open
            else message
            for message in self.state.messages.values()
        }
        self.state = dataclasses.replace(self.state, messages=sent)

    def _give(self, command: c.Command, actor: Actor) -> None:
        before = self.state.next_write(f"w{len(self.given)}")
        request = a_request(command, actor, at=self.now)
        try:
            after, happened = transact(before, request, BUSINESS)
        except Refusal:
            return
        self.given.append((command, actor, request.cause))
        assert happened.events
        assert len({m.id for m in happened.messages} | set(before.messages)) == len(after.messages)
        self._only_the_touched_changed(before, after, happened.events)
        for message in happened.messages:
            self._may_be_owed(message, after)
        self.state = after

    def _only_the_touched_changed(self, before: State, after: State, events: tuple[Any, ...]) -> None:
        touched = {event.number for event in events if isinstance(event, JobEvent)}
        speaking = {event.phone for event in events if isinstance(event, LanguageChosen)}
        for number, job in after.jobs.items():
            earlier = before.jobs.get(number)
            if number in touched:
                assert job.revision == after.revision
                assert earlier is None or job.history[: len(earlier.history)] == earlier.history
            elif job != earlier:
                assert job.phone in speaking
                assert job.revision == after.revision

    def _may_be_owed(self, message: Message, after: State) -> None:
        assert message.status is MessageStatus.PENDING
        assert message.not_before >= self.now
        assert message.expires_at > message.not_before
        if message.channel == "sms":
            assert message.job is not None
            job = after.jobs[message.job]
            assert job.consent is not None
            assert not job.awaits_approval
            assert message.to == job.phone
            assert not after.opted_out(message.to, self.now)

    @invariant()
    def numbers_are_unique_and_grow(self) -> None:
        numbers = list(self.state.jobs)
        assert numbers == sorted(numbers)
        assert numbers[: len(self.numbers)] == self.numbers, "a job never goes away"
        assert self.state.next_number > max(numbers, default=0)
        self.numbers = numbers

    @invariant()
    def ids_and_tokens_are_unique(self) -> None:
        jobs = self.state.jobs.values()
        assert len({job.job_id for job in jobs}) == len({job.tracking_token for job in jobs}) == len(jobs)

    @invariant()
    def every_job_stands_where_its_history_put_it(self) -> None:
        for job in self.state.jobs.values():
            assert job.status in {*job.status_flow, Status.CANCELLED}
            assert (job.closed_at is not None) == (job.status in FINISHED)
            assert standing_moves(job)
            assert job.history[0].kind == "created"

    @invariant()
    def what_is_said_to_draw_the_same_page_does(self) -> None:
        for job in self.state.jobs.values():
            view = tracking_view(self.state, job, BUSINESS, self.now)
            earlier, shown = self.drawn.setdefault(job.number, (job, view))
            if draws_the_same(earlier, job) and isinstance(shown, TrackingView):
                unseen = {"revision": 0, "updated": None, "driver": None}
                assert view.model_copy(update=unseen) == shown.model_copy(update=unseen)
            else:
                self.drawn[job.number] = job, view

    @invariant()
    def what_is_written_can_be_read_back(self) -> None:
        assert decode(encode(self.state)) == self.state


TestInvariants = Business.TestCase
TestInvariants.settings = settings(max_examples=40, stateful_step_count=20)
