"""The state machine of the fault runs: what may happen to a world, in any order."""

import asyncio
from collections import Counter
from contextlib import ExitStack
from decimal import Decimal
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from typing_extensions import override

from core.domain.commands import AddNote, CancelJob, Command, CreateJob, RevokeLink, TakeStep, Undo
from tests.builders import MARKS_PHONE, OTHER_PHONE
from tests.faults.faulty_objects import PutFault
from tests.faults.provider import TextFault
from tests.faults.stores import memory
from tests.faults.world import World

PUT_FAULTS = [
    PutFault.NONE,
    PutFault.LOST_BEFORE,
    PutFault.LOST_AFTER,
    PutFault.LATE,
    PutFault.VERY_LATE,
    PutFault.REFUSED,
    PutFault.CONFLICT,
    PutFault.ECHO,
]
"""Somebody else's write on top needs no script: the other process does it while an answer is on its way."""

puts = st.lists(st.sampled_from(PUT_FAULTS), max_size=8)
gets = st.lists(st.booleans(), max_size=8)
processes = st.integers(0, 1)
numbers = st.integers(1, 3).map(str)
commands: st.SearchStrategy[Command] = st.one_of(
    st.builds(
        CreateJob,
        customer_name=st.just("Mark Soderblom"),
        location=st.just("Tempe"),
        amount_paid=st.just(Decimal(600)),
        phone=st.sampled_from([MARKS_PHONE, OTHER_PHONE, None]),
    ),
    st.builds(TakeStep, ref=numbers),
    st.builds(Undo, ref=numbers),
    st.builds(CancelJob, ref=numbers),
    st.builds(RevokeLink, ref=numbers),
    st.builds(AddNote, ref=numbers, text=st.just("gate code 12")),
)
said = st.lists(st.tuples(processes, commands, st.integers(0, 40)), min_size=1, max_size=4)
"""To whom, what, and its cause: one that was used before makes it a repetition of that command."""


class FaultRun(RuleBasedStateMachine):
    """Commands, faults, crashes and restarts of two processes on one store."""

    a_store = staticmethod(memory)
    steps = 0
    heard: ClassVar[Counter[str]] = Counter()
    """What was answered and what became of texts, in all runs together."""

    def __init__(self) -> None:
        super().__init__()
        self.world: World
        self._open = ExitStack()

    @initialize(seed=st.integers(0, 2**16))
    def begin(self, seed: int) -> None:
        self.world = World(self._open.enter_context(self.a_store(seed)), seed)

    @rule(lines=said)
    def say(self, lines: list[tuple[int, Command, int]]) -> None:
        self.world.run(self.world.say(_with_causes(lines)))

    @rule(lines=said, process=processes, puts=puts, gets=gets)
    def say_while_the_store_fails(
        self, lines: list[tuple[int, Command, int]], process: int, puts: list[PutFault], gets: list[bool]
    ) -> None:
        self.world.fail(process, puts, gets)
        self.world.run(self.world.say(_with_causes(lines)))
        self.world.fail(process, [], [])

    @rule(lines=said, process=processes, after_s=st.floats(0, 0.3), lands=st.booleans(), puts=puts)
    def crash(
        self,
        lines: list[tuple[int, Command, int]],
        process: int,
        after_s: float,
        lands: bool,  # noqa: FBT001 - hypothesis gives it by name
        puts: list[PutFault],
    ) -> None:
        self.world.fail(process, puts, [])
        self.world.run(self.world.say_and_crash(_with_causes(lines), process, after_s, lands=lands))

    @rule(both=st.booleans(), process=processes)
    def relay(self, both: bool, process: int) -> None:  # noqa: FBT001 - hypothesis gives it by name
        self.world.run(self.world.relay(*([0, 1] if both else [process])))

    @rule(
        process=processes,
        texts=st.lists(st.sampled_from(TextFault), max_size=4),
        lists=st.lists(st.booleans(), max_size=2),
        puts=puts,
        gets=gets,
    )
    def relay_while_all_fails(
        self,
        process: int,
        texts: list[TextFault],
        lists: list[bool],
        puts: list[PutFault],
        gets: list[bool],
    ) -> None:
        world = self.world
        world.sms.faults.extend(texts)
        world.chat.faults.extend(texts[:1])
        world.sms.list_faults.extend(lists)
        world.fail(process, puts, gets)
        world.run(world.relay(process))
        world.fail(process, [], [])

    @rule(seconds=st.sampled_from([1.0, 11.0, 31.0, 61.0, 300.0]))
    def wait(self, seconds: float) -> None:
        self.world.run(asyncio.sleep(seconds))

    @rule(word=st.sampled_from(["queued", "sent", "delivered"]), process=processes, late=st.integers(0, 3))
    def report(self, word: str, process: int, late: int) -> None:
        self.world.run(self.world.report(process, word, late))

    @rule()
    def late_writes_land(self) -> None:
        self.world.land_all()

    @invariant()
    def the_book_agrees(self) -> None:
        if hasattr(self, "world"):
            self.world.check()

    @override
    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        try:
            self.world.run(self.world.recover())
            self.world.check_recovered()
        finally:
            type(self).steps += self.world.steps
            self.heard.update(self.world.heard)
            self.world.end()
            self._open.close()


def _with_causes(lines: list[tuple[int, Command, int]]) -> list[tuple[int, Command, str]]:
    return [(process, command, f"tg:{cause}") for process, command, cause in lines]
