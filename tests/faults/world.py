"""The world of the fault runs: processes that crash, a store and a provider that fail, and a book beside it.

The book notes what was said about each command. At any moment it must agree with what is stored:
acknowledged = there, once; said to have changed nothing = not there; in doubt = one or the other.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from typing_extensions import override

from core.adapters.memory import MemoryObjects
from core.dispatch import Dispatcher, Outcome
from core.domain.commands import Command
from core.domain.delivery import reported
from core.domain.doubt import IN_DOUBT
from core.domain.errors import Refusal
from core.domain.events import JobCreated
from core.domain.outbox import MessageStatus
from core.domain.state import State
from core.domain.views import to_bytes, tracking_view, view_key
from core.handover import Carrier, Words
from core.ports import Condition, OutcomeUnknown, Snapshot, StateStore, StoreError
from core.publish import Publisher
from core.relay import Relay
from tests.builders import BUSINESS, DISPATCHER, NOON, a_state
from tests.fakes.clock import FakeIds
from tests.faults.faulty_objects import FaultyObjects, PutFault
from tests.faults.provider import Provider
from tests.faults.stores import Faults, Home
from tests.faults.wire import Plug, Way, Wire
from tests.virtual_time import Standstill, VirtualLoop

LATER_S = 200.0
"""Between two passes of the recovery: longer than a claim and all waits of a doubt."""


class VirtualClock:
    """Tells the time of a virtual loop, starting at noon."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop

    def now(self) -> datetime:
        return NOON + timedelta(seconds=int(self._loop.moment_s))


class ForwardOnly(MemoryObjects):
    """A site whose pages never show something older than they have shown."""

    @override
    def put(
        self,
        key: str,
        body: bytes,
        *,
        condition: Condition = None,
        content_type: str = "application/octet-stream",
        cache_control: str = "",
    ) -> str:
        newest = revision_of(body)
        if key in self.keys(key):
            there = self.get(key)
            assert there is not None
            assert newest >= revision_of(there.body), f"{key} goes backwards"
        return super().put(
            key, body, condition=condition, content_type=content_type, cache_control=cache_control
        )


def revision_of(body: bytes) -> int:
    """Return the revision of a view as it is stored."""
    return int(body.split(b'"revision":', 1)[1].split(b",", 1)[0])


@dataclass(slots=True)
class Process:
    """One process: its own connections and memory, gone when it crashes."""

    plug: Plug
    state: Faults
    site: FaultyObjects
    dispatcher: Dispatcher
    relay: Relay


@dataclass(slots=True)
class Note:
    """What the book says of one command."""

    command: Command
    there: bool | None = False
    """None: in doubt."""
    answer: Any = None
    """What it did, the first time that this was said."""


@dataclass(slots=True)
class Said:
    """A command on its way, and who gave it to which process."""

    cause: str
    answering: "asyncio.Task[Outcome]"


class World:
    """Everything that there is."""

    def __init__(self, home: Home, seed: int) -> None:
        """Make the first state in `home`, which is empty, and two processes."""
        self.loop = VirtualLoop()
        self.book: dict[str, Note] = {}
        self.steps = 0
        self.heard: Counter[str] = Counter()
        self._home = home
        self._chance = random.Random(seed)  # noqa: S311 - it has to be foreseeable
        self.clock = VirtualClock(self.loop)
        self.ids = FakeIds()
        self.site = ForwardOnly()
        self.sms = Provider(self.clock, self._chance)
        self.chat = Provider(self.clock, self._chance)
        self._calm: StateStore = home.calm(self.clock)
        self._seen: Snapshot | None = self._calm.create(a_state())
        self._gone: list[Process] = []
        self._tasks: set[asyncio.Task[Any]] = set()
        self.processes = [self._started(), self._started()]

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Let something happen, to its end."""
        self.steps += 1
        self.loop.run_until_complete(work)

    def stored(self, *, anew: bool = False) -> State:
        """Return what lies in the store now; `anew`: without the help of what was read before."""
        self._seen = self._calm.load(None if anew else self._seen)
        assert self._seen is not None
        return self._seen.state

    # what can happen

    async def say(
        self, said: Sequence[tuple[int, Command, str]], meanwhile: Sequence[Awaitable[Any]] = ()
    ) -> None:
        """Give commands to processes, all at once, and note what each one hears."""
        given = [self._given(process, command, cause) for process, command, cause in said]
        await asyncio.gather(*(each.answering for each in given), *meanwhile, return_exceptions=True)
        self._note_all(given)

    async def say_and_crash(
        self, said: Sequence[tuple[int, Command, str]], process: int, after_s: float, *, lands: bool
    ) -> None:
        """Give commands, let the relay work, and let one process crash in the middle of it."""
        given = [self._given(index, command, cause) for index, command, cause in said]
        passing = self._task(self.processes[process].relay.once())
        await asyncio.sleep(after_s)
        crashed = self.processes[process]
        crashed.plug.pulled, crashed.plug.lands_anyway = True, lands
        self._gone.append(crashed)
        self.processes[process] = self._started()
        alive = [g for g, (index, _, _) in zip(given, said, strict=True) if index != process]
        await asyncio.gather(*(each.answering for each in alive), return_exceptions=True)
        # What was on its way when the plug was pulled arrives within a moment, or never.
        await asyncio.sleep(1)
        passing.cancel()
        self._note_all(given)

    async def relay(self, *processes: int) -> None:
        """Let relays do a pass, at once; a store that is down may end it."""
        passes = [self.processes[index].relay.once() for index in processes]
        for ended in await asyncio.gather(*passes, return_exceptions=True):
            if isinstance(ended, BaseException) and not isinstance(ended, StoreError):
                raise ended

    async def report(self, process: int, word: str, late: int) -> None:
        """Let the provider report on one of its newest texts."""
        if late >= len(self.sms.taken):
            return
        taken = self.sms.taken[-1 - late]
        now = self.clock.now()
        dispatcher = self.processes[process].dispatcher
        with suppress(StoreError):
            await dispatcher.submit(
                lambda state: (
                    reported(state, taken.message_id, taken.text.provider_id, word, None, now),
                    None,
                )
            )

    def fail(self, process: int, puts: Sequence[PutFault], gets: Sequence[bool]) -> None:
        """Let the next requests of a process for the state fail."""
        self.processes[process].state.script(puts, gets)

    def land_all(self) -> None:
        """Let everything arrive that is still on its way to the store."""
        for process in [*self.processes, *self._gone]:
            process.state.land_all()
            process.site.land_all()

    # what must be true

    def check(self) -> None:
        """Compare the book with what is stored."""
        state = self.stored()
        happened = Counter((e.cause, e.kind) for job in state.jobs.values() for e in job.history)
        assert max(happened.values(), default=1) == 1, f"done twice: {happened.most_common(1)}"
        causes = {cause for cause, _ in happened}
        for cause, note in self.book.items():
            if note.there is not None:
                assert (cause in causes) == note.there, f"{cause} was said to be {note.there}"
        made = [job.history[0] for job in state.jobs.values()]
        assert all(isinstance(event, JobCreated) for event in made)
        assert list(state.jobs) == list(range(1, len(state.jobs) + 1)), "no number is left out"
        out = Counter(taken.message_id for taken in self.sms.taken)
        assert max(out.values(), default=1) == 1, f"texted twice: {out.most_common(1)}"
        chats = Counter(taken.message_id for taken in self.chat.taken)
        assert max(chats.values(), default=1) <= 2, "a notice is repeated once at most"

    async def recover(self) -> None:
        """Let everything work again, ask once more about what is in doubt, and send all that is owed."""
        self.land_all()
        for process in self.processes:
            process.state.script([])
            process.site.script([])
        self.sms.faults.clear()
        self.sms.list_faults.clear()
        self.chat.faults.clear()
        for cause, note in list(self.book.items()):
            if note.there is None:
                await self.say([(0, note.command, cause)])
                assert self.book[cause].there is not None, f"{cause} is still in doubt"
        for _ in range(8):
            await asyncio.sleep(LATER_S)
            await self.relay(0)
        await self.processes[0].relay.repair(self.stored())

    def check_recovered(self) -> None:
        """Check that nothing is left over: every text is accounted for, every page is right."""
        self.check()
        assert self.stored() == self.stored(anew=True), "what is read bit by bit is what lies there"
        state = self.stored()
        out = {taken.message_id: taken.text.provider_id for taken in self.sms.taken}
        for message in state.messages.values():
            assert not message.is_open, f"{message.id} is forgotten as {message.status}"
            self.heard[f"{message.channel} {message.status}{' again' * message.repeats}"] += 1
            if message.channel != "sms":
                continue
            if message.status is MessageStatus.SENT:
                assert out.get(message.id) == message.provider_id, f"{message.id} was not sent"
            if message.status is MessageStatus.DROPPED:
                assert message.id not in out, f"{message.id} went out and is called dropped"
            if message.code in {"answer_lost", "outcome_unknown"}:
                assert any(m.kind == IN_DOUBT and m.cause == message.cause for m in state.messages.values())
        for job in state.jobs.values():
            view = tracking_view(state, job, BUSINESS, self.clock.now())
            shown = self.site.get(view_key(job.tracking_token))
            assert shown is not None
            assert shown.body == to_bytes(view), f"the page of job {job.number} is out of date"

    def end(self) -> None:
        """Let go of everything."""
        for process in [*self.processes, *self._gone]:
            process.plug.ended = True
        tasks = asyncio.all_tasks(self.loop)
        for task in tasks:
            task.cancel()
        with suppress(Standstill):
            self.loop.run_until_complete(asyncio.wait(tasks) if tasks else asyncio.sleep(0))
        self.loop.close()

    def _started(self) -> Process:
        plug = Plug()
        way = Way(plug, self._chance)
        connection = self._home.connect(way, self.clock)
        site = FaultyObjects(self.site)
        publisher = Publisher(Wire(site, way), BUSINESS)
        dispatcher = Dispatcher(connection.store, publisher, BUSINESS, self.clock, self.ids)
        carriers = {
            "sms": self.sms.carrier(plug),
            "chat": Carrier(send=self.chat.carrier(plug).send),
        }
        relay = Relay(dispatcher, publisher, carriers, lambda m, _state: Words(body=f"{m.kind} {m.id}"))  # type: ignore[arg-type] # keys
        return Process(plug, connection.faults, site, dispatcher, relay)

    def _given(self, process: int, command: Command, cause: str) -> Said:
        note = self.book.setdefault(cause, Note(command))
        doing = self.processes[process].dispatcher.handle(note.command, DISPATCHER, cause)
        return Said(cause, self._task(doing))

    def _task(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        task = self.loop.create_task(work)
        self._tasks.add(task)
        return task

    def _note_all(self, given: Sequence[Said]) -> None:
        """Note what was heard; who asked the same at once may have heard different things."""
        for cause in {each.cause: None for each in given}:
            answers = [_heard(each.answering) for each in given if each.cause == cause]
            self.heard.update(type(answer).__name__ for answer in answers)
            self._note(self.book[cause], answers)

    @staticmethod
    def _note(note: Note, answers: Sequence[Outcome | BaseException]) -> None:
        known = note.there
        for answer in answers:
            match answer:
                case Outcome():
                    did = answer.transaction.events
                    assert note.answer in {None, did}, "the same message got another answer"
                    note.there, note.answer = True, did
                case OutcomeUnknown():
                    note.there = note.there or None
                case Refusal():
                    # It was decided on the newest state, where it would have been found.
                    assert known is not True, "it was acknowledged and is refused now"
                case StoreError():
                    # This time nothing was changed; an earlier try may have changed something.
                    continue
                case _:
                    raise answer
        if known is None and all(isinstance(answer, Refusal) for answer in answers):
            note.there = False


def _heard(answering: "asyncio.Task[Outcome]") -> Outcome | BaseException:
    if not answering.done():
        return OutcomeUnknown("it crashed")
    return answering.exception() or answering.result()
