"""Notices: what the staff hear by themselves, without having asked."""

from bot.texts.jobs import STATUS_WORDS, detail_lines, list_line, step_buttons, values_line
from bot.texts.reply import Button
from core.domain import events as e
from core.domain.job import Job
from core.domain.outbox import Message, MessageButton
from core.domain.people import Actor, Role
from core.domain.state import State
from core.domain.views import phone_words


def notice(message: Message, state: State) -> str:  # noqa: C901 - a table
    """Return the words of a message to somebody on the staff; `message.kind` names what happened."""
    job = state.jobs.get(message.job) if message.job is not None else None
    if job is None:
        return _about_number(message, state)
    match message.kind:
        case "booked":
            return _booked(job, state)
        case "assigned":
            return "\n".join([f"Yours now: {list_line(job, state)}", *detail_lines(job)])
        case "unassigned":
            return f"Not yours any more: {values_line(job)}"
        case "called_off":
            return f"Cancelled, don't go: {values_line(job)}"
        case "confirmed":
            return f"{job.first_name} said OK: {list_line(job, state)}"
        case "text_in_doubt":
            return _in_doubt(message, job, state)
        case "customer_wrote":
            return f"{job.first_name} ({_phone(job)}) wrote about #{job.number}:\n{_written(message, state)}"
        case _:
            return list_line(job, state)


def notice_buttons(message: Message, state: State) -> tuple[MessageButton, ...]:
    """Return the buttons under a notice: the legal next steps of its job for who gets it."""
    job = state.jobs.get(message.job) if message.job is not None else None
    if job is None or message.kind in {"unassigned", "called_off", "customer_wrote", "text_in_doubt"}:
        return ()
    person = state.people.get(message.to)
    actor = Actor.of(person) if person else Actor.bare(Role(message.to))
    steps = [
        button
        for button in step_buttons(job, actor)
        if message.kind == "booked" or not button.command.startswith("cancel")
    ]
    if message.kind == "booked" and job.phone:
        steps.append(Button(label=f"Call {phone_words(job.phone)}", command=f"show {job.number}"))
    return tuple(MessageButton(label=button.label, command=button.command) for button in steps)


def _in_doubt(message: Message, job: Job, state: State) -> str:
    step = STATUS_WORDS[message.step] if message.step else "news"
    head = (
        f"It is not known whether {job.first_name} got the text '{step}': call {_phone(job)} if it matters."
    )
    return f"{head}\n{list_line(job, state)}"


def _booked(job: Job, state: State) -> str:
    page, reference = (job.booked.page, job.booked.reference) if job.booked else ("", "")
    if state.opted_out(job.phone or ""):
        texts = f"{job.first_name} opted out of texts: call."
    elif job.consent is None:
        texts = f"{job.first_name} did not agree to texts: call."
    else:
        texts = f"{job.first_name} agreed to texts. None goes out before you approve."
    head = f"Booked online ({page}, {reference}):"
    return "\n".join([head, values_line(job), *detail_lines(job), texts])


def repeated(body: str) -> str:
    """Return the words of a message that may have come once already."""
    return f"(again) {body}"


def _about_number(message: Message, state: State) -> str:
    event = next((event for event in state.log if event.cause == message.cause), None)
    if isinstance(event, e.OptedOut):
        jobs = [job for job in state.open_jobs() if job.phone == event.phone]
        about = "\n".join(list_line(job, state) for job in jobs)
        head = f"{phone_words(event.phone)} opted out of texts ('{event.words}'). Call instead."
        return f"{head}\n{about}" if about else head
    if isinstance(event, e.StrangerWrote):
        return f"{phone_words(event.phone)}, who has no job, wrote:\n{event.text}"
    return "Something happened that is not in the log any more."


def _phone(job: Job) -> str:
    return phone_words(job.phone) if job.phone else "no phone"


def _written(message: Message, state: State) -> str:
    words = [
        event.text
        for event in state.log
        if event.cause == message.cause and isinstance(event, e.CustomerWrote)
    ]
    return words[0] if words else ""
