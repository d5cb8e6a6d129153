"""The indexes over open jobs, which other programs may ask; on moto, which keeps indexes itself."""

import datetime as dt
from collections.abc import Iterator

import pytest
from moto import mock_aws

from core.adapters.dynamodb.indexes import OpenJobs
from core.adapters.dynamodb.store import DynamoStateStore
from core.adapters.dynamodb.table import Table
from core.domain.events import When
from core.domain.flow import Status
from core.domain.job import Job
from core.ports import NotFound, Snapshot
from tests.contract.conftest import mocked_dynamo, no_pause
from tests.core.adapters.dynamodb.conftest import after
from tests.core.codec.builders import a_job, a_state
from tests.servers.dynalite import a_table

__all__ = ["mocked_dynamo"]

FRIDAY, SATURDAY = dt.date(2026, 3, 6), dt.date(2026, 3, 7)


def on(day: dt.date, number: int, location: str) -> Job:
    return a_job(number, location=location, when=When(date=day))


@pytest.fixture
def real_table(request: pytest.FixtureRequest) -> Iterator[Table]:
    """A table of moto, not made yet."""
    with mock_aws():
        yield a_table(request.getfixturevalue("mocked_dynamo"))


def test_open_jobs_are_found_by_day_and_by_location_until_they_end(real_table: Table) -> None:
    store, found = DynamoStateStore(real_table, no_pause), OpenJobs(real_table)
    jobs = (
        on(FRIDAY, 1, "Tempe"),
        on(SATURDAY, 2, "tempe "),
        a_job(3, location="Témpe"),
        on(FRIDAY, 4, "東京"),
    )
    done = a_job(5, location="Tempe", status=Status.COMPLETE, when=When(date=FRIDAY))
    base = store.create(a_state(*jobs, done))

    assert (found.on(FRIDAY), found.on(SATURDAY), found.on(None)) == ([1, 4], [2], [3])
    assert (found.at("Tempe"), found.at("東京"), found.at("Mesa")) == ([1, 2, 3], [4], [])
    assert found.at("TEMPE", FRIDAY, FRIDAY) == [1]
    assert (found.at("tempe", SATURDAY), found.at("tempe", last=FRIDAY)) == ([2], [1])

    ended = jobs[0].model_copy(update={"status": Status.COMPLETE})
    moved = on(FRIDAY, 2, "Mesa")
    store.save(after(base, "w2", jobs={**base.state.jobs, 1: ended, 2: moved}), base)

    assert (found.on(FRIDAY), found.at("Tempe"), found.at("Mesa")) == ([2, 4], [3], [2])


def test_a_table_that_is_not_there_is_said(real_table: Table) -> None:
    with pytest.raises(NotFound, match="no such table"):
        OpenJobs(real_table).on(None)


def test_the_store_tells_what_a_person_should_know(real_table: Table) -> None:
    store = DynamoStateStore(real_table, no_pause)
    snapshot = store.create(a_state(a_job(1), on(FRIDAY, 2, "Mesa")))
    assert store.concerns(snapshot) == ()

    real_table.clients.writes.update_continuous_backups(
        TableName=real_table.name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
    )
    unseen = after(snapshot, "w2", jobs={**snapshot.state.jobs, 3: a_job(3)}, next_number=4)
    ahead = Snapshot(state=unseen, version="")
    assert [words[:20] for words in store.concerns(ahead)] == ["point-in-time recove", "the index open_by_da"]
