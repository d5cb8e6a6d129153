"""Resolve: which job somebody means."""

import re
from collections.abc import Iterable

from core.domain.errors import UnknownJob, WhichJob
from core.domain.job import Job, folded
from core.domain.people import Actor, Role
from core.domain.state import State

CANDIDATES_MAX = 6
"""How many jobs a question offers: what fits a phone's screen as buttons."""


def resolve(state: State, ref: str | None, actor: Actor) -> Job:
    """Return the one job that `ref` names for `actor`.

    A ref is a number (`12`, `#12`), a job id, or words that fit exactly one open job. Left out, it means a
    driver's one open job. Raises UnknownJob where nothing fits, WhichJob where several do.
    """
    if ref is None or not ref.strip():
        return _only_job_of(state, actor)
    exact = by_number_or_id(state, ref)
    if exact is not None:
        return exact
    if re.fullmatch(r"#?\d+", ref.strip()):
        raise UnknownJob(ref)
    fitting = matching(state.open_jobs(), ref)
    if not fitting:
        raise UnknownJob(ref)
    if len(fitting) > 1:
        raise WhichJob(ref, tuple(fitting[:CANDIDATES_MAX]))
    return fitting[0]


def by_number_or_id(state: State, ref: str) -> Job | None:
    """Return the job with this number or job id, or None."""
    wanted = ref.strip().lower()
    if number := re.fullmatch(r"#?(\d{1,9})", wanted):
        return state.jobs.get(int(number[1]))
    return next((job for job in state.jobs.values() if job.job_id == wanted), None)


def matching(jobs: Iterable[Job], words: str) -> list[Job]:
    """Return the jobs where every word is the start of a word of the name, the location or the phone."""
    wanted = wanted_words(words)
    return [job for job in jobs if wanted and fits(_named(job), job.phone, wanted)]


def wanted_words(words: str) -> list[str]:
    """Return what somebody looks for, word by word; a phone number is one word, however it is written."""
    digits = re.sub(r"[^0-9]", "", words)
    if len(digits) >= _WHOLE_PHONE_DIGITS_MIN and re.fullmatch(r"[0-9\s().+\-]+", words):
        return [digits]
    return re.findall(r"[^\W_]+", folded(words)) or re.findall(r"\w+", words.lower())


def fits(named: str, phone: str | None, wanted: list[str]) -> bool:
    """Tell whether each word that is wanted begins one of a job's name and place, or is in its phone."""
    words = words_of(named)
    return all(
        any(word.startswith(part) for word in words) or (may_be_phone(part) and part in (phone or ""))
        for part in wanted
    )


def words_of(text: str) -> set[str]:
    """Return the words that a job is found by: in plain letters, and as they are written."""
    return set(re.findall(r"[^\W_]+", folded(text))) | set(re.findall(r"\w+", text.lower()))


def may_be_phone(word: str) -> bool:
    """Tell whether a word may be a piece of a phone number: fewer digits would fit too many."""
    return word.isdigit() and len(word) >= _PHONE_DIGITS_MIN


_PHONE_DIGITS_MIN = 4
_WHOLE_PHONE_DIGITS_MIN = 7


def _named(job: Job) -> str:
    return f"{job.customer_name} {job.location}"


def _only_job_of(state: State, actor: Actor) -> Job:
    open_jobs = list(state.open_jobs())
    if actor.role is not Role.DRIVER:
        raise WhichJob(None, tuple(open_jobs[:CANDIDATES_MAX]))
    open_jobs = [job for job in open_jobs if not job.awaits_approval]
    # His own come first; where he has none, the ones that nobody drives yet are his to take.
    mine = [job for job in open_jobs if job.driver == actor.person_id]
    candidates = mine or [job for job in open_jobs if job.driver is None]
    if len(candidates) == 1:
        return candidates[0]
    raise WhichJob(None, tuple(candidates[:CANDIDATES_MAX]))
