"""The codec with a memory does just what a first reading and a first writing do."""

import random
from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.codec import Codec, decode, encode
from core.domain.commands import AddNote
from core.domain.job import Job
from core.domain.state import State
from core.ports import Unusable
from tests.builders import ask
from tests.core.codec.builders import a_job, a_state
from tests.core.codec.strategies import states

ample = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])


def noted(job: Job, *notes: str) -> Job:
    """Return the job after somebody noted these."""
    for note in notes:
        job = ask(a_state(job), AddNote(ref="1", text=note))[0].jobs[1]
    return job


@ample
@given(st.lists(states(jobs_max=2), min_size=1, max_size=4))
def test_a_codec_writes_and_reads_state_after_state_as_if_each_were_its_first(told: list[State]) -> None:
    codec = Codec()
    for state in [*told, *reversed(told)]:
        data = codec.encode(state)
        assert data == encode(state)
        assert codec.decode(data) == state
        assert Codec().decode(data) == state


def test_a_codec_makes_lines_only_of_what_is_new() -> None:
    first, second = a_job(1), a_job(2)
    codec = Codec()
    codec.encode(a_state(first, second))
    # Frozen, and changed all the same: its line is the one from before, so it was not made again.
    first.__dict__["note"] = "changed behind everybody's back"

    data = codec.encode(a_state(first, second, a_job(3)))

    assert b"behind" not in data
    assert decode(data).jobs[3] == a_job(3)


def test_a_codec_makes_of_a_history_only_what_is_new() -> None:
    job = noted(a_job(1), "gate 12")
    later = noted(job, "ring twice")
    codec = Codec()
    codec.encode(a_state(job))
    job.history[0].__dict__["text"] = "changed behind everybody's back"

    data = codec.encode(a_state(later))

    assert b'"text":"gate 12"' in data
    assert b'"text":"ring twice"' in data


def test_a_history_that_does_not_go_on_where_it_stood_is_written_whole() -> None:
    job, other = noted(a_job(1), "gate 12"), noted(a_job(1), "gate 13")
    codec = Codec()
    codec.encode(a_state(job))

    for history in (other.history, (*other.history, *job.history), ()):
        state = a_state(job.model_copy(update={"history": history}))
        assert codec.encode(state) == encode(state)
        codec.encode(a_state(job))


def test_a_codec_reads_only_what_is_new() -> None:
    codec = Codec()
    first = codec.decode(encode(a_state(a_job(1), a_job(2))))

    second = codec.decode(encode(a_state(a_job(1), a_job(2, note="changed"), a_job(3))))

    assert second.jobs[1] is first.jobs[1]
    assert second.jobs[2].note == "changed"
    assert list(second.jobs) == [1, 2, 3]


@ample
@given(states(jobs_max=2), states(jobs_max=2), st.randoms(use_true_random=False))
def test_a_codec_takes_and_refuses_what_a_careful_reader_does(
    before: State, state: State, chance: random.Random
) -> None:
    codec = Codec()
    codec.encode(before)
    data = bytearray(encode(state))
    for _ in range(chance.randrange(3)):
        at = chance.randrange(len(data))
        data[at : at + chance.randrange(3)] = chance.choice([b"", b" ", b"0", b'"', b",\n", b"]", b"null"])
    assert _outcome(codec.decode, bytes(data)) == _outcome(decode, bytes(data))


def test_rows_that_were_moved_between_lists_or_doubled_are_refused_by_a_codec() -> None:
    lines = encode(a_state(a_job(1), a_job(2))).split(b"\n")
    row = next(index for index, line in enumerate(lines) if line.startswith(b'{"job_id"'))
    for broken in (
        [*lines[: row + 1], lines[row], *lines[row + 1 :]],
        [*lines[: row - 1], b'"work": [', *lines[row:]],
        lines[: row + 1],
        [*lines[: row - 1], b'"jobs": [],', *lines[row - 1 :]],
    ):
        assert isinstance(_outcome(Codec().decode, b"\n".join(broken)), str)


def _outcome(read: Callable[[bytes], State], data: bytes) -> State | str:
    """Return what it reads, or what it says."""
    try:
        return read(data)
    except Unusable as error:
        return str(error)
