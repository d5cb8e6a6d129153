"""Terms: the words by which a dossier is found in the archive.

    n:12              a job's number
    i:mark_tempe_20…  its id
    w:soderblom       a word of its name or its place
    p:2410555206…     a phone number from its end, so that its last digits find it
    m:2026-03         the months, in the business's zone, when it began and when it closed
    x:SEGMENT:12      what stands in that segment of job 12 is out of date
    s:                every segment

A term is followed by the segments in which it is found.
"""

import re
from collections.abc import Iterable, Iterator

from core.domain.archiving import Dossier
from core.domain.business import Business
from core.domain.job import Job
from core.domain.resolve import may_be_phone, wanted_words, words_of

TERM_LENGTH_MAX = 80


def terms_of(dossiers: Iterable[Dossier], business: Business) -> set[str]:
    """Return the terms under which a segment with these dossiers is found."""
    terms = {"s:"}
    for dossier in dossiers:
        if dossier.job is not None:
            terms |= set(job_terms(dossier.job, business))
        for event in dossier.log:
            phone = getattr(event, "phone", None)
            if isinstance(phone, str):
                terms.add(phone_term(phone))
    return {term[:TERM_LENGTH_MAX] for term in terms}


def job_terms(job: Job, business: Business) -> Iterator[str]:
    """Yield the terms of one job."""
    yield number_term(job.number)
    yield id_term(job.job_id)
    yield from (f"w:{word}" for word in words_of(f"{job.customer_name} {job.location}"))
    yield from (month_term(month) for month in months_of(job, business))
    yield from (f"{outdated_terms(segment)}{job.number}" for segment in job.archived_in)
    if job.phone:
        yield phone_term(job.phone)


def number_term(number: int) -> str:
    """Return the term of a job's number."""
    return f"n:{number}"


def id_term(job_id: str) -> str:
    """Return the term of a job's id."""
    return f"i:{job_id}"[:TERM_LENGTH_MAX]


def month_term(month: str) -> str:
    """Return the term of a month, `2026-03`."""
    return f"m:{month}"


def months_of(job: Job, business: Business) -> set[str]:
    """Return the months when a job began and when it closed."""
    return {f"{business.local(moment):%Y-%m}" for moment in (job.created_at, job.closed_at) if moment}


def phone_term(digits: str) -> str:
    """Return the term of a phone number, or the beginning of the terms that end with `digits`."""
    return f"p:{re.sub(r'[^0-9]', '', digits)[::-1]}"


def outdated_terms(segment: str) -> str:
    """Return what the terms begin with that name the jobs of a segment that are out of date."""
    return f"x:{segment}:"


def month_of(job: Job, business: Business) -> str:
    """Return the month that a job counts for: when it closed, or began while it is open."""
    return f"{business.local(job.closed_at or job.created_at):%Y-%m}"


def wanted_terms(words: str) -> list[tuple[str, ...]]:
    """Return what a search looks for: for each word the beginnings of terms, one of which fits."""
    return [
        (f"w:{word}", phone_term(word)) if may_be_phone(word) else (f"w:{word}",)
        for word in wanted_words(words)
    ]
