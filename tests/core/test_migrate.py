"""Moving a state from one store to another: whole, once, and never with two places that take writes."""

import dataclasses
from collections.abc import Iterator
from decimal import Decimal
from itertools import count

import pytest
from moto import mock_aws
from typing_extensions import override

from bot.texts.migration import told
from core.adapters.document import DocumentStateStore
from core.adapters.dynamodb.clients import DynamoClients
from core.adapters.dynamodb.objects import DynamoObjects
from core.adapters.dynamodb.store import DynamoStateStore
from core.adapters.memory import MemoryObjects
from core.adapters.system import SystemIds
from core.domain.commands import CreateJob
from core.domain.state import State
from core.migrate import Place, digest_of, migrate
from core.ports import (
    Condition,
    Conflict,
    Moved,
    NotFound,
    ObjectStore,
    OutcomeUnknown,
    Snapshot,
    StoredObject,
    Unreachable,
    Unusable,
)
from tests.builders import DISPATCHER
from tests.core.codec.builders import a_job, a_state
from tests.core.house import House
from tests.servers.aws import aws_at
from tests.servers.dynalite import a_table

OBJECTS = {"archive/2026-01.jsonl.gz": b"\x1f\x8b segment", "proofs/1/1.jpg": b"\xff" * 9_000, "note": b""}


class Crash(Exception):
    """The process ends here."""


class Crashing:
    """Objects that end the process at one of the writes that they take: before it lands, or right after."""

    def __init__(self, inner: ObjectStore, fuse: "Fuse") -> None:
        self.inner = inner
        self.fuse = fuse

    def get(self, key: str, *, unless: str | None = None) -> StoredObject | None:
        return self.inner.get(key, unless=unless)

    def put(
        self,
        key: str,
        body: bytes,
        *,
        condition: Condition = None,
        content_type: str = "application/octet-stream",
        cache_control: str = "",
    ) -> str:
        burns = self.fuse.burns()
        if burns and not self.fuse.after:
            raise Crash
        try:
            return self.inner.put(
                key, body, condition=condition, content_type=content_type, cache_control=cache_control
            )
        finally:
            if burns:
                raise Crash

    def delete(self, key: str) -> None:
        self.inner.delete(key)

    def keys(self, prefix: str = "") -> Iterator[str]:
        return self.inner.keys(prefix)


@dataclasses.dataclass
class Fuse:
    """Burns at one write."""

    at: int
    after: bool
    writes: int = 0

    def burns(self) -> bool:
        self.writes += 1
        return self.writes == self.at


def in_memory(name: str, objects: ObjectStore | None = None) -> Place:
    objects = objects if objects is not None else MemoryObjects()
    store = DocumentStateStore(objects, lambda _s: None)
    return Place(address=f"s3://{name}", store=store, objects=objects, state_key="jobs.json")


def filled(place: Place) -> Place:
    place.store.create(a_state(a_job(1), a_job(2), extra={"added": ["w1"]}))
    for key, body in OBJECTS.items():
        place.objects.put(key, body, content_type="image/jpeg", cache_control="no-store")
    return place


def moved_to(place: Place) -> str:
    return place.store.load().state.moved_to


def check_arrived(target: Place, wanted: State) -> None:
    assert digest_of(target.store.load().state) == digest_of(wanted)
    assert moved_to(target) == ""
    for key, body in OBJECTS.items():
        there = target.objects.get(key)
        assert there is not None
        assert (there.body, there.content_type, there.cache_control) == (body, "image/jpeg", "no-store")


def test_the_state_and_its_objects_arrive_and_the_source_keeps_them() -> None:
    source, target = filled(in_memory("old")), in_memory("new")
    before = source.store.load().state

    done = migrate(source, target, SystemIds())

    check_arrived(target, before)
    assert (done.objects, done.written, done.already) == (3, 3, False)
    assert done.objects_bytes == sum(map(len, OBJECTS.values()))
    assert moved_to(source) == "s3://new"
    assert digest_of(source.store.load().state) == digest_of(before)
    assert set(source.objects.keys()) == {"jobs.json", *OBJECTS}


def test_a_document_goes_to_a_table_and_back() -> None:
    clients = DynamoClients()
    with aws_at("https://dynamodb.us-east-1.amazonaws.com"):
        assert clients.reads.meta.endpoint_url
    with mock_aws():
        table = a_table(clients)
        store = DynamoStateStore(table, lambda _s: None)
        tabled = Place(
            address="dynamodb://t", store=store, objects=DynamoObjects(table), prepare=store.prepare
        )
        source = filled(in_memory("old"))
        before = source.store.load().state

        migrate(source, tabled, SystemIds())
        check_arrived(tabled, before)

        base = tabled.store.load()
        newer = dataclasses.replace(base.state.next_write("newer"), extra={"added": ["w1", "newer"]})
        tabled.store.save(newer, base)
        migrate(tabled, source, SystemIds())
        check_arrived(source, newer)
        assert moved_to(tabled) == "s3://old"


def test_the_same_again_changes_nothing_and_says_so() -> None:
    source, target = filled(in_memory("old")), in_memory("new")
    migrate(source, target, SystemIds())
    before = [place.store.load() for place in (source, target)]

    again = migrate(source, target, SystemIds())

    assert again.already
    assert [place.store.load() for place in (source, target)] == before


def test_the_same_again_after_the_target_has_lived_on_leaves_it_alone() -> None:
    source, target = filled(in_memory("old")), in_memory("new")
    migrate(source, target, SystemIds())
    for name in ("x1", "x2"):
        base = target.store.load()
        target.store.save(dataclasses.replace(base.state.next_write(name), extra={}), base)
    target.objects.put("note", b"changed since")
    before = target.store.load()

    assert migrate(source, target, SystemIds()).already
    assert target.store.load() == before
    there = target.objects.get("note")
    assert there is not None
    assert there.body == b"changed since"


@pytest.mark.parametrize("after", [False, True], ids=["before it lands", "after it landed"])
def test_whatever_write_it_is_stopped_at_the_same_again_finishes_it(*, after: bool) -> None:
    for at in count(1):
        old, new = MemoryObjects(), MemoryObjects()
        before = filled(in_memory("old", old)).store.load().state
        fuse = Fuse(at, after)
        try:
            migrate(in_memory("old", Crashing(old, fuse)), in_memory("new", Crashing(new, fuse)), SystemIds())
        except Crash:
            pass
        else:
            break
        source, target = in_memory("old", old), in_memory("new", new)
        lives_here = moved_to(source) == ""
        try:
            lives_there = moved_to(target) == ""
        except NotFound:
            lives_there = False
        assert not (lives_here and lives_there), "two places would take writes"

        migrate(source, target, SystemIds())
        check_arrived(target, before)
    assert at > len(OBJECTS) + 2, "it was stopped at each write"


async def test_a_service_that_was_forgotten_is_refused_at_its_next_write() -> None:
    house = House()
    source = in_memory("old", house.objects)
    await house.dispatcher.read()

    migrate(source, in_memory("new"), SystemIds())

    before = source.store.load()
    command = CreateJob(customer_name="Ana", location="Mesa", amount_paid=Decimal(600))
    with pytest.raises(Moved, match="moved to s3://new: set STATE to it"):
        await house.dispatcher.handle(command, DISPATCHER, "tg:late")
    with pytest.raises(Moved):
        await house.dispatcher.read()
    assert source.store.load() == before


def test_a_service_that_writes_meanwhile_loses_nothing() -> None:
    class Busy(DocumentStateStore):
        """A store that somebody else writes to right before our mark."""

        written = False

        @override
        def save(self, state: State, base: Snapshot) -> Snapshot:
            if not self.written:
                self.written = True
                late = dataclasses.replace(base.state.next_write("late"), extra={"late": 1})
                super().save(late, base)
            return super().save(state, base)

    objects = MemoryObjects()
    filled(in_memory("old", objects))
    source = dataclasses.replace(in_memory("old", objects), store=Busy(objects, lambda _s: None))
    target = in_memory("new")

    migrate(source, target, SystemIds())

    assert target.store.load().state.extra == {"late": 1}


def test_a_place_that_holds_a_state_of_its_own_is_not_written_over() -> None:
    source, target = filled(in_memory("old")), in_memory("new")
    held = target.store.create(a_state(a_job(7), write_id="theirs"))

    with pytest.raises(Unusable, match="holds a state of its own"):
        migrate(source, target, SystemIds())

    assert target.store.load() == held
    assert moved_to(source) == ""
    assert list(target.objects.keys()) == ["jobs.json"]


def test_what_was_moved_elsewhere_is_not_moved_again() -> None:
    source = filled(in_memory("old"))
    migrate(source, in_memory("new"), SystemIds())

    with pytest.raises(Unusable, match="was moved to s3://new"):
        migrate(source, in_memory("third"), SystemIds())


def test_an_old_copy_is_never_moved_over_a_newer_state() -> None:
    source, target = filled(in_memory("old")), in_memory("new")
    migrate(source, target, SystemIds())
    # The way back is broken off after its mark.
    base = target.store.load()
    marked = target.store.save(dataclasses.replace(base.state.next_write("mark"), moved_to="s3://old"), base)

    with pytest.raises(Unusable, match="s3://new was moved to s3://old"):
        migrate(source, target, SystemIds())
    assert target.store.load() == marked

    migrate(target, source, SystemIds())
    assert moved_to(source) == ""


def test_a_move_onto_itself_is_refused() -> None:
    source = filled(in_memory("old"))
    with pytest.raises(Unusable, match="already"):
        migrate(source, source, SystemIds())


class Garbling(MemoryObjects):
    """Objects of which one reads back as something else."""

    @override
    def get(self, key: str, *, unless: str | None = None) -> StoredObject | None:
        there = super().get(key, unless=unless)
        return dataclasses.replace(there, body=b"?") if there and key == "note" else there


def test_an_object_that_does_not_read_back_stops_the_move_and_the_source_goes_on() -> None:
    source, target = filled(in_memory("old")), in_memory("new", Garbling())

    with pytest.raises(Unusable, match="reads back as something else"):
        migrate(source, target, SystemIds())

    assert moved_to(source) == ""
    with pytest.raises(NotFound):
        target.store.load()


class FailingLater(MemoryObjects):
    """Objects of which one cannot be written, or not be read, once the source was marked."""

    def __init__(self, source: Place, fault: Exception, *, put: str = "", get: str = "") -> None:
        super().__init__()
        self._source, self._fault, self._put, self._get = source, fault, put, get

    @override
    def get(self, key: str, *, unless: str | None = None) -> StoredObject | None:
        if key == self._get and moved_to(self._source):
            raise self._fault
        return super().get(key, unless=unless)

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
        if key == self._put and moved_to(self._source):
            raise self._fault
        return super().put(
            key, body, condition=condition, content_type=content_type, cache_control=cache_control
        )


def test_a_fault_before_the_target_has_a_state_lets_the_source_go_on() -> None:
    source = filled(in_memory("old"))
    target = in_memory("new", FailingLater(source, Unreachable("as the test says"), get="note"))

    with pytest.raises(Unreachable, match="as the test says"):
        migrate(source, target, SystemIds())

    assert moved_to(source) == ""


@pytest.mark.parametrize("fault", [OutcomeUnknown("lost"), Conflict("somebody")], ids=["lost", "conflict"])
def test_a_fault_while_the_state_is_written_leaves_the_source_marked(fault: Exception) -> None:
    source = filled(in_memory("old"))

    with pytest.raises((OutcomeUnknown, Conflict)):
        migrate(source, in_memory("new", FailingLater(source, fault, put="jobs.json")), SystemIds())

    assert moved_to(source) == "s3://new"


def test_a_state_that_says_the_same_has_the_same_digest_whoever_wrote_it() -> None:
    state = a_state(a_job(1))
    assert digest_of(state) == digest_of(state.next_write("other"))
    for other in (a_state(a_job(2)), a_state(a_job(1, phone=None)), a_state(a_job(1), extra={"a": 1})):
        assert digest_of(other) != digest_of(state)


def test_what_is_told_of_it_names_both_places_and_the_counts() -> None:
    source, target = filled(in_memory("old")), in_memory("new")
    done = migrate(source, target, SystemIds())
    words = told(done)
    assert all(
        part in words for part in ("s3://old", "s3://new", "jobs 2", done.digest[:16], "STATE=s3://new")
    )
    assert "moved to s3://new before" in told(migrate(source, target, SystemIds()))
