"""Publish: a view is written by compare-and-swap, never over a newer one, whatever the store answers."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from typing_extensions import override

from core.adapters.memory import MemoryObjects
from core.domain.flow import Status
from core.domain.job import Job
from core.domain.views import LINK_LIFE, view_key
from core.ports import Conflict, ObjectStore, OutcomeUnknown, StoredObject, Unreachable
from core.publish import ATTEMPTS_MAX, VIEW_CACHE_CONTROL, Publisher
from tests.builders import BUSINESS, NOON, a_job, a_state
from tests.faults.faulty_objects import FaultyObjects, PutFault

KEY = view_key(a_job().tracking_token)


@pytest.fixture
def site() -> FaultyObjects:
    return FaultyObjects(MemoryObjects())


def publish(site: FaultyObjects, job: Job) -> bool:
    return Publisher(site, BUSINESS).publish(a_state(job), job, NOON)


def there(site: FaultyObjects) -> StoredObject:
    found = site.get(KEY)
    assert found is not None
    return found


def test_a_view_is_json_that_may_be_kept_for_two_seconds(site: FaultyObjects) -> None:
    assert publish(site, a_job(revision=3))
    found = there(site)
    assert json.loads(found.body)["revision"] == 3
    assert found.content_type == "application/json; charset=utf-8"
    assert found.cache_control == VIEW_CACHE_CONTROL
    assert VIEW_CACHE_CONTROL == "public, max-age=0, s-maxage=2, stale-if-error=60"


def test_a_view_that_is_there_is_not_written_again(site: FaultyObjects) -> None:
    publish(site, a_job(revision=3))
    assert not publish(site, a_job(revision=3))
    assert site.puts == 1


def test_a_view_that_shows_the_same_is_not_left_to_be_overtaken_by_one_between(site: FaultyObjects) -> None:
    publish(site, a_job(revision=3))
    assert publish(site, a_job(revision=5, note="seen by nobody outside"))
    assert not publish(site, a_job(revision=4, status=Status.READY_FOR_PICKUP)), "it comes late"


def test_what_was_written_is_not_read_again(site: FaultyObjects) -> None:
    publisher = Publisher(site, BUSINESS)
    flow = [Status.PENDING_CONFIRMATION, Status.READY_FOR_PICKUP, Status.IN_TRANSIT]
    for job in [a_job(revision=revision, status=status) for revision, status in enumerate(flow)]:
        assert not publisher.shows(a_state(job), job, NOON)
        assert publisher.publish(a_state(job), job, NOON)
        assert publisher.shows(a_state(job), job, NOON)
    noted = a_job(revision=9, status=Status.IN_TRANSIT, note="gate 4")
    assert publisher.shows(a_state(noted), noted, NOON)
    assert not publisher.publish(a_state(noted), noted, NOON)
    assert (site.gets, site.puts) == (1, 3)


def test_a_page_that_somebody_else_wrote_meanwhile_is_looked_at_again(site: FaultyObjects) -> None:
    mine, other = Publisher(site, BUSINESS), Publisher(site, BUSINESS)
    first, second, third = (
        a_job(revision=revision, language=language)
        for revision, language in [(1, "en"), (2, "es"), (3, "en")]
    )
    mine.publish(a_state(first), first, NOON)
    other.publish(a_state(second), second, NOON)
    mine.forget()
    assert not mine.publish(a_state(first), first, NOON)
    assert mine.publish(a_state(third), third, NOON)
    assert json.loads(there(site).body)["revision"] == 3


def test_a_repair_brings_back_what_was_taken_away(site: FaultyObjects) -> None:
    publisher = Publisher(site, BUSINESS)
    job = a_job(revision=3)
    publisher.publish(a_state(job), job, NOON)
    site.delete(KEY)
    assert publisher.repair(a_state(job), job, NOON)
    assert json.loads(there(site).body)["revision"] == 3


def test_it_remembers_a_bounded_number_of_pages(site: FaultyObjects, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.publish.KNOWN_MAX", 2)
    publisher = Publisher(site, BUSINESS)
    jobs = [a_job(number=number) for number in (1, 2, 3)]
    for job in jobs:
        publisher.publish(a_state(job), job, NOON)
    assert [publisher.shows(a_state(job), job, NOON) for job in jobs] == [False, True, True]


def test_a_newer_view_is_never_written_over(site: FaultyObjects) -> None:
    publish(site, a_job(revision=5, status=Status.IN_TRANSIT))
    assert not publish(site, a_job(revision=4))
    assert json.loads(there(site).body)["status"] == "in_transit"
    assert publish(site, a_job(revision=6, status=Status.DUMPED))
    assert json.loads(there(site).body)["status"] == "dumped"


def test_a_view_of_the_same_revision_that_shows_another_thing_is_written(site: FaultyObjects) -> None:
    publish(site, a_job(revision=5))
    assert publish(site, a_job(revision=5, language="es"))


@pytest.mark.parametrize(
    ("fault", "puts"), [(PutFault.CONFLICT, 2), (PutFault.LOST_BEFORE, 2), (PutFault.LOST_AFTER, 1)]
)
def test_a_conflict_and_a_lost_answer_are_settled_by_looking_again(
    site: FaultyObjects, fault: PutFault, puts: int
) -> None:
    site.script([fault])
    publish(site, a_job(revision=3))
    assert json.loads(there(site).body)["revision"] == 3
    assert site.puts == puts


class Overtaken(MemoryObjects):
    """A site where somebody else writes between the look at a page and the write of it."""

    def __init__(self, meanwhile: Callable[[ObjectStore], None]) -> None:
        super().__init__()
        self._meanwhile: Callable[[ObjectStore], None] | None = meanwhile

    @override
    def get(self, key: str, *, unless: str | None = None) -> StoredObject | None:
        meanwhile, self._meanwhile = self._meanwhile, None
        try:
            return super().get(key, unless=unless)
        finally:
            if meanwhile is not None:
                meanwhile(self)


@pytest.mark.parametrize("revoked", [False, True])
def test_of_two_publishers_at_once_the_newer_view_stays(revoked: bool) -> None:  # noqa: FBT001 - a case
    newer = a_job(revision=9, status=Status.DUMPED, link_revoked_at=NOON if revoked else None)

    def other(site: ObjectStore) -> None:
        assert Publisher(site, BUSINESS).publish(a_state(newer), newer, NOON)

    site = Overtaken(other)
    older = a_job(revision=8)
    assert not Publisher(site, BUSINESS).publish(a_state(older), older, NOON)
    shown = site.get(KEY)
    assert shown is not None
    assert json.loads(shown.body)["revision"] == 9
    assert json.loads(shown.body)["state"] == ("revoked" if revoked else "live")


def test_a_lost_race_against_a_newer_view_leaves_it(site: FaultyObjects) -> None:
    newer = Publisher(site.inner, BUSINESS)

    def somebody() -> None:
        job = a_job(revision=9, status=Status.DUMPED)
        newer.publish(a_state(job), job, NOON)

    racing = FaultyObjects(site.inner, write_on_top=somebody)
    racing.script([PutFault.ECHO_UNDER_ANOTHER])
    assert not publish(racing, a_job(revision=3))
    assert json.loads(there(site).body)["revision"] == 9


@pytest.mark.parametrize(
    ("fault", "error"), [(PutFault.CONFLICT, Conflict), (PutFault.LOST_BEFORE, OutcomeUnknown)]
)
def test_tries_are_bounded(site: FaultyObjects, fault: PutFault, error: type[Exception]) -> None:
    site.script([fault] * (ATTEMPTS_MAX + 1))
    with pytest.raises(error):
        publish(site, a_job())
    assert site.puts == ATTEMPTS_MAX


def test_a_store_that_is_down_is_said_to_be(site: FaultyObjects) -> None:
    site.script([], [True])
    with pytest.raises(Unreachable):
        publish(site, a_job())


def test_the_tombstone_of_an_expired_link_takes_the_place_of_its_last_view(site: FaultyObjects) -> None:
    job = a_job(status=Status.COMPLETE, closed_at=NOON, revision=3)
    publisher = Publisher(site, BUSINESS)
    publisher.publish(a_state(job), job, NOON)
    assert publisher.publish(a_state(job), job, NOON + LINK_LIFE)
    assert json.loads(there(site).body)["state"] == "expired"
    late = NOON + LINK_LIFE - timedelta(seconds=1)
    assert not publisher.publish(a_state(job), job, late), (
        "a process whose clock is behind brings nothing back"
    )


def test_an_earlier_link_is_buried_as_revoked(site: FaultyObjects) -> None:
    publisher = Publisher(site, BUSINESS)
    job = a_job(revision=3)
    publisher.publish(a_state(job), job, NOON)
    renewed = job.model_copy(update={"tracking_token": "N" * 22, "revision": 4})
    publisher.bury(job.tracking_token, a_state(renewed), renewed, NOON)
    assert json.loads(there(site).body)["state"] == "revoked"
