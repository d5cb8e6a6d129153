"""How the grammar's tests read a line, and how they compare what was read."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.grammar.new import Invalid, Missing, Question, Reading, Understood, read_new
from core.domain.commands import CreateJob

NOW = "2026-11-23T10:00:00-07:00"
"""Monday, 10:00 in Phoenix."""

ZONE = "America/Phoenix"


def read(text: str, now: str = NOW, zone: str = ZONE) -> Reading | None:
    return read_new(text, now=datetime.fromisoformat(now), zone=ZoneInfo(zone), botname="qdbot")


def as_words(job: CreateJob) -> str:
    """Return a job as one line: name | location | amount, then what else is there."""
    words = [job.customer_name, job.location, str(job.amount_paid)]
    if job.phone:
        words.append(job.phone)
    if job.when:
        start, end = job.when.start, job.when.end
        hours = f"{start:%H:%M}" if start else ""
        hours += f"-{end:%H:%M}" if end else ""
        words.append(f"{job.when.date:%m/%d/%Y} {hours}".strip())
    if job.note:
        words.append(f"-- {job.note}")
    return " | ".join(words)


def in_short(reading: Reading | None) -> str:
    """Return what was read as one line, for a table."""
    match reading:
        case None:
            return "none"
        case Understood():
            return as_words(reading.job)
        case Missing():
            return f"missing {' '.join(reading.parts)}"
        case Invalid():
            return f"{reading.fault} {reading.value}"
        case Question():
            return f"ask {reading.why.value}"
