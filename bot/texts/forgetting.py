"""Forgetting in words: what would be taken out, and what was."""

from collections.abc import Sequence

from bot.texts.reply import Button, Reply
from core.domain.job import Job
from core.domain.state import State
from core.domain.views import phone_words

NUMBERS_SHOWN_MAX = 12


def ask_forget(phone: str, state: State) -> Reply:
    """Return the question whether a customer is to be forgotten; `state` holds his archived jobs too."""
    jobs = [job for job in state.jobs.values() if job.phone == phone]
    texts = sum(1 for message in state.messages.values() if message.channel == "sms" and message.to == phone)
    head = f"Forget {phone_words(phone)}? {_counted(jobs)}, {_number(texts, 'text')}"
    lines = [f"{head}, all that was noted and written."]
    lines += [f"#{job.number} is open: it is cancelled without a text." for job in jobs if job.is_open]
    lines.append("Sums and opt-outs stay. This can't be taken back.")
    return Reply(
        kind="question",
        text="\n".join(lines),
        buttons=(Button(label="Forget", command=f"forget {phone} yes"),),
    )


def archive_line(numbers: Sequence[int] | None) -> str:
    """Return what became of the customer's archived jobs; None: they could not be reached yet."""
    if numbers is None:
        return "The archive can't be reached now: it forgets him as soon as it can be."
    count = _number(len(numbers), "job")
    where = f"In the archive too: {count}." if numbers else "The archive had nothing of him."
    return f"{where} What was said in chats, and earlier versions of the state, last up to 30 days longer."


def _counted(jobs: list[Job]) -> str:
    numbers = ", ".join(f"#{job.number}" for job in jobs[:NUMBERS_SHOWN_MAX])
    more = f" and {len(jobs) - NUMBERS_SHOWN_MAX} more" if len(jobs) > NUMBERS_SHOWN_MAX else ""
    return f"{_number(len(jobs), 'job')} ({numbers}{more})" if jobs else "No job"


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
