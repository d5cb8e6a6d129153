"""The flow is one table: every status, every target."""

import pytest

from core.domain.flow import DEFAULT_FLOW, FINISHED, Status, following, legal_targets

PENDING, READY, TRANSIT, DUMPED, COMPLETE, CANCELLED = Status

TABLE = {
    PENDING: (READY, CANCELLED),
    READY: (TRANSIT, CANCELLED),
    TRANSIT: (DUMPED, CANCELLED),
    DUMPED: (COMPLETE, CANCELLED),
    COMPLETE: (),
    CANCELLED: (),
}
"""The table of the design, typed once more by hand."""


@pytest.mark.parametrize("status", Status)
def test_each_status_may_move_where_the_table_says_and_nowhere_else(status: Status) -> None:
    assert legal_targets(DEFAULT_FLOW, status) == TABLE[status]


@pytest.mark.parametrize("status", Status)
def test_what_follows_is_the_first_legal_target(status: Status) -> None:
    assert following(DEFAULT_FLOW, status) == (TABLE[status] or (None,))[0]


def test_finished_are_the_statuses_that_nothing_follows() -> None:
    assert {status for status, targets in TABLE.items() if not targets} == FINISHED


def test_the_default_flow_has_the_fixed_names_in_the_fixed_order() -> None:
    assert [str(status) for status in DEFAULT_FLOW] == [
        "pending_confirmation",
        "ready_for_pickup",
        "in_transit",
        "dumped",
        "complete",
    ]
    assert str(Status.CANCELLED) == "cancelled"


def test_a_shorter_flow_skips_the_steps_it_does_not_name() -> None:
    flow = (READY, TRANSIT, COMPLETE)
    assert [following(flow, status) for status in flow] == [TRANSIT, COMPLETE, None]
    assert legal_targets(flow, TRANSIT) == (COMPLETE, CANCELLED)


def test_at_the_end_of_a_flow_without_complete_only_cancelling_is_left() -> None:
    assert legal_targets((READY, DUMPED), DUMPED) == (CANCELLED,)
    assert following((READY, DUMPED), DUMPED) is None


def test_nothing_follows_a_status_that_the_flow_does_not_name() -> None:
    assert following((READY, TRANSIT), PENDING) is None
