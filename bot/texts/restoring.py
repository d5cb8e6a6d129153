"""Restoring in words: what would change, before anybody is asked."""

from collections.abc import Iterator

from bot.texts.jobs import STATUS_WORDS, values_line
from core.domain.business import Business
from core.domain.job import Job
from core.restore import Earlier, Plan

BESIDE = (
    "DynamoDB puts that moment beside the table, as another one: that takes some minutes, or hours for a "
    "large one. Whatever stops this, the same command goes on from there."
)

SHOWN_MAX = 20
"""Jobs of each kind that are named; of the others it is said how many there are."""

_UNSEEN = frozenset({"revision", "history", "archived_in", "job_id", "number", "closed_at"})


def plan_lines(plan: Plan, business: Business) -> Iterator[str]:
    """Yield what a restore would do, a line each."""
    yield _heading(plan.earlier, business)
    found = plan.difference
    yield from _listed("come back", [f"+ {_job(job)}" for job in found.back])
    yield from _listed("go, as they were made later", [f"- {_job(job)}" for job in found.gone])
    yield from _listed("change", [f"~ {_change(now, after)}" for now, after in found.changed])
    if found.nothing:
        yield "  nothing changes"
        return
    yield "No text that went out is sent again. People, opt-outs and the archive stay as they are now."
    if found.dropped:
        yield f"Messages that wait now and will not go out: {found.dropped}."


def leftover_line(table: str) -> str:
    """Return what to do with the table of an earlier moment."""
    return f"{table} was made for this and costs as it lies there: remove it when you are done with it."


def _heading(earlier: Earlier, business: Business) -> str:
    if earlier.since is None:
        return f"The jobs as they lie in {earlier.place}:"
    moment = f"{business.local(earlier.since):%Y-%m-%d %H:%M:%S}"
    return (
        f"The jobs as they were at {moment}:" if earlier.place else f"The jobs as they were from {moment} on:"
    )


def _listed(what: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield f"  {len(lines)} {what}:"
    yield from (f"    {line}" for line in lines[:SHOWN_MAX])
    if len(lines) > SHOWN_MAX:
        yield f"    … and {len(lines) - SHOWN_MAX} more"


def _job(job: Job) -> str:
    return f"{values_line(job)} · {STATUS_WORDS[job.status]}"


def _change(now: Job, after: Job) -> str:
    fields = [name for name in Job.model_fields if name not in _UNSEEN]
    differing = [name for name in fields if getattr(now, name) != getattr(after, name)]
    told = [f"{name} {_value(now, name)} -> {_value(after, name)}" for name in differing]
    return f"#{now.number} {now.customer_name}: {', '.join(told) or 'its history'}"


def _value(job: Job, name: str) -> str:
    value = job.model_dump(mode="json")[name]
    return "nothing" if value is None else str(value)
