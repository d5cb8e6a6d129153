"""Reports in words, and exports as files."""

import csv
import io
from collections.abc import Iterable

from bot.texts.jobs import STATUS_WORDS
from core.domain.business import Business
from core.domain.job import Job
from core.domain.moments import date_words
from core.domain.period import Period, month
from core.domain.report import NOBODY, Report
from core.domain.state import State
from core.domain.views import phone_words, price_words

COLUMNS = (
    "number",
    "job_id",
    "status",
    "customer_name",
    "phone",
    "location",
    "amount_paid",
    "tons",
    "fee",
    "date",
    "start",
    "end",
    "driver",
    "created_at",
    "closed_at",
    "note",
)
"""The columns of an export; moments are in the business's zone."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins so for a formula (OWASP, "CSV Injection")."""


def report_words(report: Report, state: State) -> str:
    """Return a report as a short message."""
    lines = [
        f"{period_words(report.period)}: {report.done} done, {price_words(report.money)}",
        f"{report.cancelled} cancelled, {report.taken} taken down",
    ]
    if report.fees or report.tons:
        lines.append(f"Tickets: {report.tons.normalize():f} tons, {price_words(report.fees)} in fees")
    for each in report.drivers:
        name = "nobody" if each.driver == NOBODY else state.name_of(each.driver)
        lines.append(f"{name}: {each.jobs} · {price_words(each.money)}")
    failed = f", {report.texts_failed} failed" if report.texts_failed else ""
    lines.append(f"Texts: {report.texts_sent} sent{failed}")
    return "\n".join(lines)


def period_words(period: Period) -> str:
    """Return how a period is called: `Tue, Nov 24`, `November 2026`, `Mon, Nov 23 - Thu, Nov 26`."""
    if period.first == period.last:
        return date_words(period.first, "en")
    if period == month(period.first):
        return f"{period.first:%B %Y}"
    return f"{date_words(period.first, 'en')} - {date_words(period.last, 'en')}"


def jobs_csv(jobs: Iterable[Job], state: State, business: Business) -> bytes:
    """Return jobs as CSV (RFC 4180, UTF-8 with the mark by which Excel knows it), a line each."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for job in jobs:
        writer.writerow([_cell(value) for value in _row(job, state, business)])
    return out.getvalue().encode("utf-8-sig")


def _row(job: Job, state: State, business: Business) -> tuple[str, ...]:
    when, closed_at = job.when, job.closed_at
    return (
        str(job.number),
        job.job_id,
        STATUS_WORDS[job.status],
        job.customer_name,
        phone_words(job.phone) if job.phone else "",
        job.location,
        f"{job.amount_paid:.2f}",
        f"{job.tons}" if job.tons is not None else "",
        f"{job.fee:.2f}" if job.fee is not None else "",
        f"{when.date}" if when else "",
        f"{when.start:%H:%M}" if when and when.start else "",
        f"{when.end:%H:%M}" if when and when.end else "",
        state.name_of(job.driver) if job.driver else "",
        f"{business.local(job.created_at):%Y-%m-%d %H:%M}",
        f"{business.local(closed_at):%Y-%m-%d %H:%M}" if closed_at else "",
        job.note or "",
    )


def _cell(value: str) -> str:
    return f"'{value}" if value.lstrip(" ").startswith(_FORMULA_STARTS) else value
