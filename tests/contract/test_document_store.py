"""What the store of one document promises beside the contract: of the bytes that lie there."""

import json

import pytest

from core.adapters.document import DocumentStateStore
from core.ports import Conflict, NotFound, ObjectStore, StateStore, Unusable
from tests.contract.conftest import no_pause
from tests.contract.test_state_store import after
from tests.core.codec.builders import a_job, a_state

KEY = "jobs.json"


@pytest.fixture
def store(objects: ObjectStore) -> StateStore:
    """A store with no state yet."""
    return DocumentStateStore(objects, no_pause)


def body(objects: ObjectStore) -> bytes:
    there = objects.get(KEY)
    assert there is not None
    return there.body


def test_a_hand_edit_that_left_the_write_id_is_read_too(store: StateStore, objects: ObjectStore) -> None:
    known = store.create(a_state(a_job(1)))
    objects.put(KEY, body(objects).replace(b"Phoenix", b"Tucson"))

    assert store.load(known).state.jobs[1].location == "Tucson"


def test_a_state_that_was_removed_is_not_made_again_by_a_save(
    store: StateStore, objects: ObjectStore
) -> None:
    base = store.create(a_state())
    objects.delete(KEY)

    with pytest.raises(Conflict, match="removed"):
        store.save(after(base, "w2"), base)

    assert list(objects.keys()) == []


def test_an_old_document_is_read_and_upgraded_at_the_first_write(
    store: StateStore, objects: ObjectStore
) -> None:
    old = json.dumps([OLD_JOB]).encode()
    objects.put(KEY, old)

    base = store.load()
    assert base.state.jobs[1].customer_name == "Mark Soderblom"
    assert body(objects) == old

    saved = store.save(after(base, "w1"), base)
    assert store.load() == saved
    assert json.loads(body(objects))["schema"] == 1
    assert saved.state.jobs == base.state.jobs


@pytest.mark.parametrize("damage", [b"", b'{"schema": 1', b'{"schema": 99}', b"[{}]"])
def test_a_damaged_document_is_refused_and_never_written_over(
    store: StateStore, objects: ObjectStore, damage: bytes
) -> None:
    base = store.create(a_state())
    objects.put(KEY, damage)

    with pytest.raises(Unusable, match=KEY):
        store.load()
    with pytest.raises(Unusable):
        store.load(base)
    with pytest.raises(Conflict, match="can't be read"):
        store.save(after(base, "w2"), base)
    with pytest.raises(Conflict):
        store.create(a_state(write_id="again"))

    assert body(objects) == damage


def test_a_store_that_keeps_conditions_passes_the_probe_and_is_left_as_it_was(
    store: StateStore, objects: ObjectStore
) -> None:
    store.create(a_state())

    store.probe()
    store.probe()

    assert list(objects.keys()) == [KEY]


def test_two_businesses_in_one_store_do_not_meet(objects: ObjectStore) -> None:
    one, other = (DocumentStateStore(objects, no_pause, key) for key in ("a/jobs.json", "b/jobs.json"))
    one.create(a_state(a_job(1)))

    with pytest.raises(NotFound):
        other.load()


OLD_JOB = {
    "job_id": "mark_soderblom_20240523",
    "tracking_token": "0123456789abcdef",
    "customer_name": "Mark Soderblom",
    "location": "Phoenix",
    "amount_paid": 600.0,
    "status": "pending_confirmation",
    "status_flow": ["pending_confirmation", "ready_for_pickup", "in_transit", "dumped", "complete"],
    "created_at": "2024-05-23T17:04:05",
    "phone": "602-555-0142",
}
