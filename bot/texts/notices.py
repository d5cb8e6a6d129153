"""Notices: what the staff hear by themselves, without having asked."""

import re

from bot.texts.driving import declined, declined_buttons
from bot.texts.failures import text_failed, texts_refused
from bot.texts.jobs import STATUS_WORDS, detail_lines, list_line, step_buttons, values_line
from bot.texts.reply import Button, as_message_buttons
from bot.texts.staff import chat_lost, stranger_knocked
from bot.texts.texting import switched
from core.domain import events as e
from core.domain.business import Business
from core.domain.job import Job
from core.domain.outbox import Message, MessageButton
from core.domain.people import Actor, Role
from core.domain.state import State
from core.domain.views import phone_words


def notice(message: Message, state: State, business: Business) -> str:  # noqa: C901 - a table
    """Return the words of a message to somebody on the staff; `message.kind` names what happened."""
    job = state.jobs.get(message.job) if message.job is not None else None
    if job is None or message.kind in {"opt_out_asked", "opt_out_counts", "opted_in"}:
        return _about_number(message, state, business)
    match message.kind:
        case "booked":
            return _booked(message, job, state, business)
        case "declined":
            return declined(message, job, state)
        case "unassigned":
            return f"Not yours any more: {values_line(job)}"
        case "called_off":
            return f"Cancelled, don't go: {values_line(job)}"
        case "confirmed":
            return f"{job.first_name} said OK: {list_line(job, state)}"
        case "text_in_doubt":
            return _in_doubt(message, job, state)
        case "text_failed":
            return text_failed(job, state.messages.get(_text_id(message)), message.code)
        case "customer_wrote":
            return f"#{job.number} {job.first_name}, {_phone(job)}, wrote:\n{_written(message, state)}"
        case _:
            return list_line(job, state)


_CUSTOMERS_WORDS = re.compile(r"#\d{1,9} [^\n]+, wrote:\n")


def shows_customers_words(text: str) -> bool:
    """Tell whether a message of ours shows what a customer wrote, so that a reply to it is for him."""
    return _CUSTOMERS_WORDS.match(text) is not None


def notice_buttons(message: Message, state: State) -> tuple[MessageButton, ...]:
    """Return the buttons under a notice: the legal next steps of its job for who gets it."""
    job = state.jobs.get(message.job) if message.job is not None else None
    match message.kind:
        case "opt_out_asked":
            return _opt_out_buttons(message, state)
        case "declined" if job is not None:
            return declined_buttons(message, job, state)
        case "customer_wrote" if job is not None:
            return (MessageButton(label="Handled", command=f"handled {job.number}"),)
        case "unassigned" | "called_off" | "opt_out_counts" | "opted_in" | "text_failed" | "text_in_doubt":
            return ()
        case _:
            return () if job is None else _step_buttons(message, job, state)


def _text_id(message: Message) -> str:
    """Return the id of the text that a notice is about."""
    return message.cause.removeprefix("text:")


def _step_buttons(message: Message, job: Job, state: State) -> tuple[MessageButton, ...]:
    person = state.people.get(message.to)
    actor = Actor.of(person) if person else Actor.bare(Role(message.to))
    steps = [
        button
        for button in step_buttons(job, actor)
        if message.kind == "booked" or not button.command.startswith("cancel")
    ]
    if message.kind == "booked" and job.phone:
        steps.append(Button(label=f"Call {phone_words(job.phone)}", command=f"show {job.number}"))
    return as_message_buttons(steps)


def _in_doubt(message: Message, job: Job, state: State) -> str:
    step = STATUS_WORDS[message.step] if message.step else "news"
    head = (
        f"It is not known whether {job.first_name} got the text '{step}': call {_phone(job)} if it matters."
    )
    return f"{head}\n{list_line(job, state)}"


def _booked(message: Message, job: Job, state: State, business: Business) -> str:
    page, reference = (job.booked.page, job.booked.reference) if job.booked else ("", "")
    if not business.texts:
        texts = f"No SMS account is set up: call {job.first_name}."
    elif state.opted_out(job.phone or "", message.created_at):
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


def _about_number(message: Message, state: State, business: Business) -> str:  # noqa: C901 - a table
    if message.kind == "texts_refused":
        return texts_refused(message.code or "")
    event = next((event for event in state.log if event.cause == message.cause), None)
    if isinstance(event, e.OptedOut):
        jobs = [job for job in state.open_jobs() if job.phone == event.phone]
        about = "\n".join(list_line(job, state) for job in jobs)
        head = f"{phone_words(event.phone)} opted out of texts ('{event.words}'). Call instead."
        return f"{head}\n{about}" if about else head
    if isinstance(event, e.StrangerWrote):
        return f"{phone_words(event.phone)}, who has no job, wrote:\n{event.text}"
    if isinstance(event, e.ChatLost):
        return chat_lost(event, state, business)
    if isinstance(event, e.StrangerKnocked):
        return stranger_knocked(event)
    if isinstance(event, e.OptedIn):
        return f"{phone_words(event.phone)} wants texts again."
    if isinstance(event, e.OptOutAsked):
        return _opt_out_asked(message, event, state)
    if isinstance(event, e.TextsSwitched):
        return f"{state.name_of(event.by)}: {switched(event, state)}"
    return "Something happened that is not in the log any more."


def _opt_out_asked(message: Message, event: e.OptOutAsked, state: State) -> str:
    job = state.jobs.get(message.job) if message.job is not None else None
    phone = phone_words(event.phone)
    who = f"{job.first_name}, {phone}," if job else phone
    if message.kind == "opt_out_counts":
        return (
            f"Nobody said what {who} meant by '{event.words}': it counts as an opt-out now. Call instead. "
            "Only START from that number brings texts back."
        )
    return (
        f"{f'#{job.number} ' if job else ''}{who} wrote: '{event.words}'\nDoes that mean no more texts? They "
        "wait for your word; without one within 24 hours they end."
    )


def _opt_out_buttons(message: Message, state: State) -> tuple[MessageButton, ...]:
    event = next((event for event in state.log if event.cause == message.cause), None)
    if not isinstance(event, e.OptOutAsked):
        return ()
    return (
        MessageButton(label="Yes, no more texts", command=f"optout {event.phone}"),
        MessageButton(label="No, go on texting", command=f"optout {event.phone} no"),
    )


def _phone(job: Job) -> str:
    return phone_words(job.phone) if job.phone else "no phone"


def _written(message: Message, state: State) -> str:
    words = [
        event.text
        for event in state.log
        if event.cause == message.cause and isinstance(event, e.CustomerWrote)
    ]
    return words[0] if words else ""
