"""What a million archived jobs cost the state: the references to a few runs."""

import dataclasses

from core.codec import decode, encode
from core.domain.archived import ArchiveRoot, IndexRun
from core.domain.archiving import FANOUT, SEGMENT_JOBS_MAX, merged, to_merge
from core.domain.state import State
from tests.builders import a_job, a_state

REFERENCES_BYTES_MAX = 4_000


def a_run(number: int, level: int = 0, jobs: int = SEGMENT_JOBS_MAX) -> IndexRun:
    first = number * SEGMENT_JOBS_MAX + 1
    return IndexRun(
        key=f"archive/index/20260301000000-{number:012}.jsonl.gz",
        level=level,
        first_number=first,
        last_number=first + jobs - 1,
    )


def after_segments(state: State, segments: range) -> State:
    for number in segments:
        root = state.archive
        runs = (*root.runs, a_run(number))
        jobs = root.jobs + SEGMENT_JOBS_MAX
        state = dataclasses.replace(state, archive=ArchiveRoot(runs=runs, jobs=jobs))
        while old := to_merge(state.archive):
            into = a_run(number, old[0].level + 1)
            after = merged(state, old, into, 0)
            assert after is not None
            state = after
    return state


def test_the_state_stays_flat_past_a_million_jobs() -> None:
    empty = a_state(*(a_job(number=number) for number in range(10**7, 10**7 + 100)))
    sizes = {}
    state, done = empty, 0
    for jobs in (10_000, 100_000, 1_000_000, 3_000_000):
        segments = jobs // SEGMENT_JOBS_MAX
        state = after_segments(state, range(done, segments))
        done = segments
        assert state.archive.jobs == jobs
        sizes[jobs] = len(encode(state)) - len(encode(empty))
        assert decode(encode(state)) == state
    assert max(sizes.values()) < REFERENCES_BYTES_MAX, sizes
    assert len(state.archive.runs) <= (FANOUT - 1) * 7


def test_each_run_is_merged_once_a_level() -> None:
    state = a_state()
    for number in range(FANOUT**3):
        state = after_segments(state, range(number, number + 1))
    assert [run.level for run in state.archive.runs] == [3]
    assert state.archive.runs[0].level == 3
