"""Queries: what people ask to see, answered from the newest state."""

from datetime import datetime

from bot.desk.archived import EXPORT_ALL_MAX
from bot.texts import jobs as words
from bot.texts.cards import card_buttons, card_text
from bot.texts.forgetting import ask_forget
from bot.texts.history import history
from bot.texts.refusals import pick_buttons
from bot.texts.reply import Attachment, Button, Reply
from bot.texts.reports import jobs_csv, report_words
from bot.texts.staff import ways_to
from bot.texts.texting import texts_words
from bot.texts.words import words_for
from core.domain import commands as c
from core.domain.archiving import archived_jobs
from core.domain.business import Business
from core.domain.errors import NotYours, UnknownCustomer
from core.domain.job import Job
from core.domain.people import Actor, Role
from core.domain.report import of_month, report
from core.domain.resolve import matching, resolve
from core.domain.state import State


def answer(query: c.Query, actor: Actor, state: State, business: Business, now: datetime) -> Reply:  # noqa: C901, PLR0912 - a table
    """Return the answer to `query`. Raises a Refusal where there is nothing to show."""
    match query:
        case c.ListJobs():
            return _list(query, actor, state, business, now)
        case c.ShowJob():
            return _show(query, actor, state, business)
        case c.FindJobs():
            return _find(query, state)
        case c.ShowHistory():
            job = resolve(state, query.ref, actor)
            return Reply(kind="shown", text=history(job, state, business), job=job)
        case c.ShowLink():
            return _link(resolve(state, query.ref, actor), business)
        case c.ShowReport():
            return Reply(kind="shown", text=report_words(report(state, query.period, business), state))
        case c.Export():
            return _export(query, state, business)
        case c.ListPeople():
            return _people(state, now)
        case c.AskForget():
            return ask_forget(query.phone, state)
        case c.ShowTexts():
            return Reply(kind="shown", text=texts_words(state, business))
        case c.ShowWords():
            return Reply(kind="shown", text=words_for(actor))
        case c.ShowStatus():
            raise UnknownCustomer
        case c.ReleaseSite() | c.ShowDashboard():
            return Reply(kind="refused", text="That can't be done here.")


def visible(jobs: list[Job], actor: Actor) -> list[Job]:
    """Return the jobs that `actor` may see: a driver his own and those that nobody drives.

    What was booked on the web is no work for a driver before a dispatcher has taken it on.
    """

    def his(job: Job) -> bool:
        return job.driver == actor.person_id or (job.driver is None and not job.awaits_approval)

    return [job for job in jobs if his(job)] if actor.role is Role.DRIVER else jobs


def _list(query: c.ListJobs, actor: Actor, state: State, business: Business, now: datetime) -> Reply:
    wanted = (job for job in state.jobs.values() if _is_listed(job, query, actor, business, now))
    jobs = visible(list(wanted), actor)
    if not jobs:
        return Reply(kind="shown", text=_EMPTY[query.which])
    text = _listed(jobs, state, f"{len(jobs)} {_HEADS[query.which]}")
    if query.which == "done" and len(jobs) < archived_jobs(state):
        text += "\n… and older ones: 'find' looks in all"
    return Reply(kind="shown", text=text)


def _is_listed(job: Job, query: c.ListJobs, actor: Actor, business: Business, now: datetime) -> bool:
    match query.which:
        case "open":
            return job.is_open
        case "mine":
            return job.is_open and job.driver == actor.person_id
        case "done":
            return not job.is_open
        case "today":
            today = business.local(now).date()
            if job.when is not None:
                return job.is_open and job.when.date <= today
            moment = job.closed_at or job.created_at
            return job.is_open or business.local(moment).date() == today


_HEADS = {"open": "open", "mine": "yours", "done": "done", "today": "today"}
_EMPTY = {
    "open": "No open jobs. 'new Mark Soderblom 600' makes one.",
    "mine": "No open job is yours. 'jobs' shows the ones that nobody drives yet.",
    "done": "No job is done yet. 'jobs' shows the open ones.",
    "today": "Nothing for today. 'jobs' shows all open ones.",
}


def _listed(jobs: list[Job], state: State, head: str) -> str:
    shown = jobs[-words.LIST_LENGTH_MAX :]
    more = len(jobs) - len(shown)
    lines = [head, *(words.list_line(job, state) for job in shown)]
    if more:
        lines.append(f"… and {more} older ones: 'find' looks in all")
    return "\n".join(lines)


def _show(query: c.ShowJob, actor: Actor, state: State, business: Business) -> Reply:
    job = resolve(state, query.ref, actor)
    if not visible([job], actor):
        raise NotYours(job)
    return Reply(
        kind="shown",
        text=card_text(job, state, business, actor),
        buttons=card_buttons(job, state, actor),
        job=job,
        is_card=True,
    )


def _find(query: c.FindJobs, state: State) -> Reply:
    found = matching(state.jobs.values(), query.words)
    if not found:
        return Reply(kind="shown", text=f"No job matches '{query.words}'.")
    buttons = pick_buttons(tuple(found[-6:]), None)
    return Reply(
        kind="shown",
        text=_listed(found, state, f"{len(found)} found"),
        buttons=buttons,
        job=found[0] if len(found) == 1 else None,
    )


def _link(job: Job, business: Business) -> Reply:
    if job.link_revoked_at is not None:
        return Reply(
            kind="shown",
            text=f"The link of #{job.number} was revoked.",
            buttons=(Button(label="New link", command=f"link {job.number} new"),),
            job=job,
        )
    head = f"#{job.number} {job.customer_name}:"
    revoke = Button(label="Revoke", command=f"revoke {job.number}")
    return Reply(
        kind="shown", text=f"{head}\n{business.link(job.tracking_token)}", buttons=(revoke,), job=job
    )


def _export(query: c.Export, state: State, business: Business) -> Reply:
    if query.month is None and archived_jobs(state) > EXPORT_ALL_MAX:
        words = f"More than {EXPORT_ALL_MAX:,} jobs are too many for one file. By month: 'export 2026-03'."
        return Reply(kind="refused", text=words)
    jobs = of_month(state, query.month, business) if query.month else list(state.jobs.values())
    if not jobs:
        return Reply(
            kind="shown", text=f"No job in {query.month}." if query.month else "There is no job yet."
        )
    name = f"jobs-{query.month}.csv" if query.month else "jobs.csv"
    line = f"export {query.month}" if query.month else "export"
    count = "1 job" if len(jobs) == 1 else f"{len(jobs):,} jobs"
    content = jobs_csv(jobs, state, business)
    return Reply(
        kind="shown",
        text=f"{count}: {name}\nAt a terminal: quickdump say {line} > {name}",
        attachment=Attachment(name=name, content_type="text/csv; charset=utf-8", content=content),
    )


def _people(state: State, now: datetime) -> Reply:
    lines = []
    for person in state.staff():
        ways = ways_to(person)
        if person.invite_expires_at is not None:
            ways.append("invited" if person.invite_expires_at > now else "invitation expired")
        lines.append(f"{person.name} · {person.role.value} · {', '.join(ways) or 'not reachable'}")
    if not lines:
        return Reply(kind="shown", text="Nobody yet. 'invite driver Joe' adds somebody.")
    return Reply(kind="shown", text="\n".join(lines))
