"""Periods: `report [today|week|month|2026-03]`, `export [2026-03]`."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.grammar.result import Misread, Unclear
from core.domain import commands as c
from core.domain.period import Period, month, today, week

_MONTH = re.compile(r"(20\d\d)[-/](0?[1-9]|1[0-2])")


def read_report(rest: str, now: datetime, zone: ZoneInfo) -> c.ShowReport | Unclear:
    """Read for which days a report is asked; none named means this week."""
    day = now.astimezone(zone).date()
    period = _period(rest.lower(), day)
    return (
        c.ShowReport(period=period)
        if period
        else Unclear(verb="report", fault=Misread.BAD_PERIOD, value=rest)
    )


def read_export(rest: str, now: datetime, zone: ZoneInfo) -> c.Export | Unclear:
    """Read for which month an export is asked; none named means all that there is."""
    word = rest.lower()
    if word in {"", "all"}:
        return c.Export()
    period = _period(word, now.astimezone(zone).date())
    if period is None or period != month(period.first):
        return Unclear(verb="export", fault=Misread.BAD_PERIOD, value=rest)
    return c.Export(month=f"{period.first:%Y-%m}")


def _period(word: str, day: date) -> Period | None:
    match word.removeprefix("this "):
        case "today":
            return today(day)
        case "yesterday":
            return today(day - timedelta(days=1))
        case "" | "week":
            return week(day)
        case "last week":
            return week(day - timedelta(days=day.weekday() + 1))
        case "month":
            return month(day)
        case "last month":
            return month(day.replace(day=1) - timedelta(days=1))
        case _:
            found = _MONTH.fullmatch(word)
            return month(date(int(found[1]), int(found[2]), 1)) if found else None
