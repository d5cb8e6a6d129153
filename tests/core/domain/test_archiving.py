"""Archiving, the pure part: a merge that was overtaken is void."""

import dataclasses

from core.domain.archived import ArchiveRoot, IndexRun
from core.domain.archiving import FANOUT, merged, to_merge
from tests.builders import a_state

RUNS = tuple(IndexRun(key=f"archive/index/{number}.jsonl.gz", level=0) for number in range(FANOUT + 1))
INTO = IndexRun(key="archive/index/into.jsonl.gz", level=1)


def test_the_oldest_runs_of_the_lowest_full_level_are_merged_in_their_place() -> None:
    state = a_state(archive=ArchiveRoot(runs=RUNS))
    old = to_merge(state.archive)
    assert old == RUNS[:FANOUT]
    after = merged(state, old, INTO, 0)
    assert after is not None
    assert after.archive.runs == (INTO, RUNS[-1])
    assert to_merge(after.archive) == ()


def test_a_merge_of_what_was_forgotten_meanwhile_is_void() -> None:
    state = a_state(archive=ArchiveRoot(runs=RUNS, epoch=1))
    assert merged(state, RUNS[:FANOUT], INTO, 0) is None
    assert merged(state, RUNS[:FANOUT], INTO, 1) is not None


def test_a_merge_that_another_process_did_first_is_void() -> None:
    root = ArchiveRoot(runs=(INTO, RUNS[-1]))
    state = dataclasses.replace(a_state(), archive=root)
    assert merged(state, RUNS[:FANOUT], INTO.model_copy(update={"key": "archive/index/other"}), 0) is None
