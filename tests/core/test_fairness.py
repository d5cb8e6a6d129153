"""Several busy processes on one document: each gets through within ten seconds, however slowly it reads."""

import asyncio
import dataclasses
import random
from collections import Counter

import pytest

from core.adapters.document import DocumentStateStore
from core.adapters.memory import MemoryObjects
from core.dispatch import Dispatcher
from core.domain.state import State
from core.ports import Snapshot
from core.publish import Publisher
from tests.builders import BUSINESS, a_job, a_state
from tests.fakes.clock import FakeClock, FakeIds
from tests.faults.wire import Plug, Way, Wire
from tests.virtual_time import VirtualLoop, travel

WITHIN_S = 10.0
CLIENTS = 8


class Slow:
    """A state store whose documents take their time to be read and to be written out."""

    def __init__(self, inner: DocumentStateStore, decode_s: float, encode_s: float) -> None:
        self._inner = inner
        self._decode_s = decode_s
        self._encode_s = encode_s

    def load(self, known: Snapshot | None = None) -> Snapshot:
        found = self._inner.load(known)
        if found is not known:
            travel(self._decode_s)
        return found

    def save(self, state: State, base: Snapshot) -> Snapshot:
        travel(self._encode_s)
        return self._inner.save(state, base)

    def create(self, state: State) -> Snapshot:
        return self._inner.create(state)

    def probe(self) -> None:
        self._inner.probe()


class Crowd:
    """Processes with clients that give one command after the other."""

    def __init__(
        self, processes: int, *, decode_s: float, encode_s: float, way_s: tuple[float, float]
    ) -> None:
        self.loop = VirtualLoop()
        objects, ids = MemoryObjects(), FakeIds()
        chance = random.Random(1)  # noqa: S311 - it has to be foreseeable
        DocumentStateStore(objects, travel).create(a_state(a_job()))
        wire = Wire(objects, Way(Plug(), chance, way_s))
        self.dispatchers = [
            Dispatcher(
                Slow(DocumentStateStore(wire, travel), decode_s, encode_s),
                Publisher(MemoryObjects(), BUSINESS),
                BUSINESS,
                FakeClock(),
                ids,
            )
            for _ in range(processes)
        ]
        self.commits: Counter[int] = Counter()
        self.longest_s = 0.0

    async def busy(self, busy_s: float) -> None:
        """Let all clients be busy for a while."""
        await asyncio.gather(
            *(self._client(index, busy_s) for index in range(len(self.dispatchers)) for _ in range(CLIENTS))
        )

    async def _client(self, process: int, busy_s: float) -> None:
        while self.loop.time() < busy_s:
            begun_at_s = self.loop.time()
            await self.dispatchers[process].submit(counted)
            self.commits[process] += 1
            self.longest_s = max(self.longest_s, self.loop.time() - begun_at_s)


def counted(state: State) -> tuple[State, None]:
    """Do what any command does: change something on top of the newest state."""
    return dataclasses.replace(state, next_number=state.next_number + 1), None


@pytest.mark.parametrize("processes", [2, 4])
@pytest.mark.parametrize(
    ("decode_s", "encode_s", "way_s", "busy_s"),
    [
        (0.002, 0.001, (0.005, 0.02), 8),
        (0.06, 0.005, (0.005, 0.02), 20),
        (0.01, 0.001, (0.0003, 0.001), 6),
    ],
    ids=["small on S3", "large on S3", "in a folder"],
)
def test_each_of_several_busy_processes_gets_through(
    monkeypatch: pytest.MonkeyPatch,
    processes: int,
    decode_s: float,
    encode_s: float,
    way_s: tuple[float, float],
    busy_s: float,
) -> None:
    monkeypatch.setattr("core.pace.random", random.Random(2))  # noqa: S311 - it has to be foreseeable
    crowd = Crowd(processes, decode_s=decode_s, encode_s=encode_s, way_s=way_s)
    crowd.loop.run_until_complete(crowd.busy(busy_s))
    crowd.loop.close()
    assert crowd.longest_s < WITHIN_S
    fair_share = crowd.commits.total() / processes
    assert min(crowd.commits[index] for index in range(processes)) > fair_share / 3, crowd.commits
