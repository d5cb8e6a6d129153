"""Texting in words: what becomes of a customer's text, and why."""

from datetime import datetime

from bot.texts.failures import BAD_NUMBERS
from bot.texts.jobs import list_line, moment_words, text_name
from bot.texts.reply import Button
from core.domain import events as e
from core.domain.business import Business
from core.domain.decide.texts import unanswered
from core.domain.gate import Drop, Hold, Send, Verdict, verdict
from core.domain.held import held_texts
from core.domain.job import Job
from core.domain.outbox import Message, MessageStatus
from core.domain.people import Actor, Role
from core.domain.state import OptOut, State
from core.domain.transact import Transaction
from core.domain.views import phone_words

NO_TEXT = {
    "opted_out": "opted out of texts",
    "bad_number": "can't be texted at that number",
    "no_consent": "has not agreed to texts",
    "number_changed": "has another number now",
    "undone": "is not texted: the step was undone",
    "cancelled": "is not texted: the job was cancelled",
    "overtaken": "is not texted: the job has moved on",
    "expired": "is not texted: it is too late for that",
}
"""Why a text never goes out, after the customer's name."""


def text_line(transaction: Transaction, job: Job, state: State, business: Business) -> str:
    """Return what becomes of the customer's text about this, and if there is none, why."""
    texts = texts_of(transaction)
    if texts or any(isinstance(event, e.TextReleased) for event in transaction.events):
        newest = texts[-1] if texts else _newest_text(job, state)
        return "" if newest is None else _owed_line(newest, job, state, business)
    if _dropped_by(transaction, state):
        return f"The text to {job.first_name} about it was stopped in time."
    if any(isinstance(event, e.StepUndone | e.JobCancelled) for event in transaction.events):
        return f"{job.first_name} is not texted about this."
    return cannot_text_line(job, state, business, transaction.events[-1])


def cannot_text_line(job: Job, state: State, business: Business, event: e.Event | None = None) -> str:
    """Return why no text may be owed to a job's customer, and what to do instead."""
    name = job.first_name
    if job.phone is None:
        return f"No phone: {name} can't be texted yet ('edit {job.number} phone 602-555-0142')."
    phone = phone_words(job.phone)
    if not business.texts:
        return f"No SMS account is set up: call {name}, {phone}."
    opt_out = state.opt_outs.get(job.phone)
    if opt_out is not None and (event is None or opt_out.counts(event.at)) and opt_out.ended_at is None:
        return f"{name} opted out of texts: call {phone}."
    if job.awaits_approval:
        return f"{name} is not texted before the booking is approved ('approve {job.number}')."
    bad = state.texting.bad_number(job.phone)
    if bad is not None:
        return f"{phone} {BAD_NUMBERS.get(bad.code, 'gets no texts')}: call {name}."
    return f"{name} has not agreed to texts: call {phone}."


def standing_lines(job: Job, state: State, viewer: Actor, business: Business) -> list[str]:
    """Return what one has to know of a customer before he counts on a text; most of it is a dispatcher's."""
    lines = []
    dispatches = viewer.role is not None and viewer.role.may_act_as(Role.DISPATCHER)
    answer = unanswered(state, job) if dispatches else None
    if answer is not None:
        wrote = (event for event in state.log if isinstance(event, e.CustomerWrote))
        words = next(event.text for event in wrote if event.cause == answer)
        lines.append(f"{job.first_name} wrote, and nobody has answered: {words}")
    opt_out = state.opt_outs.get(job.phone or "")
    if opt_out is not None and opt_out.ended_at is None and opt_out.counts_from is not None:
        lines.append(_doubtful_line(opt_out, opt_out.counts_from, job, business, dispatches=dispatches))
    elif _is_barred(job, state):
        lines.append(cannot_text_line(job, state, business))
    if dispatches and state.texting.off_at is not None:
        lines.append("All texts are off.")
    return lines


def _doubtful_line(
    opt_out: OptOut, counts_from: datetime, job: Job, business: Business, *, dispatches: bool
) -> str:
    """Return what is known of somebody who may want no more texts: true before and after it counts."""
    if not dispatches:
        return f"{job.first_name} may have opted out of texts: call {phone_words(opt_out.phone)}."
    return (
        f"May have opted out ('{opt_out.words}'): texts wait for your word, and without one they end on "
        f"{moment_words(counts_from, business)}."
    )


def _is_barred(job: Job, state: State) -> bool:
    opt_out = state.opt_outs.get(job.phone or "")
    opted_out = opt_out is not None and opt_out.ended_at is None
    return opted_out or (job.phone is not None and state.texting.bad_number(job.phone) is not None)


def texts_of(transaction: Transaction) -> list[Message]:
    """Return the texts to a customer that became owed, without answers to a text."""
    return [
        message for message in transaction.messages if message.channel == "sms" and message.kind != "reply"
    ]


def send_buttons(transaction: Transaction, job: Job, state: State, business: Business) -> tuple[Button, ...]:
    """Return the button that lets a text go whatever the hour, where one waits for its hour."""
    for message in texts_of(transaction):
        match forecast(state.messages.get(message.id, message), state, business):
            case Hold(why="quiet_hours" | "daily_cap"):
                return (_send_button(job),)
            case _:
                continue
    return ()


def held_buttons(job: Job, state: State) -> tuple[Button, ...]:
    """Return the button that lets a job's texts go that wait for their hour, where there are any."""
    return (_send_button(job),) if held_texts(job.number, state) else ()


def _send_button(job: Job) -> Button:
    return Button(label="Send now anyway", command=f"send {job.number}")


def text_held(message: Message, job: Job, state: State, business: Business) -> str:
    """Return what a dispatcher reads of a text that waits for its hour; `message` is what tells him."""
    text = state.messages.get(message.cause.removeprefix("text:"), message)
    head = f"#{job.number} {job.first_name} is not texted yet: {text_name(text)} waits."
    why = _held_line(text.why or "", text.not_before, job.first_name, text, business)
    return f"{head}\n{why}\n{list_line(job, state)}"


def forecast(message: Message, state: State, business: Business) -> Verdict:
    """Return what would be done with a text in the moment when it is due, as things stand."""
    return verdict(message, state, business, message.not_before)


def opt_out_settled(event: e.OptOutSettled, state: State) -> str:
    """Return what a dispatcher has settled about a number, and what follows from it."""
    phone = phone_words(event.phone)
    if event.opted_out:
        return f"{phone} gets no texts any more. Only START from that number brings them back."
    waiting = sum(
        1 for m in state.messages.values() if m.to == event.phone and m.status is MessageStatus.PENDING
    )
    return f"{phone} is texted as before; {_count(waiting)} waited for this."


def switched(event: e.TextsSwitched, state: State) -> str:
    """Return what has become of all texts."""
    if event.on:
        return f"Texts are on. {_count(len(_waiting(state)))} waited: each is checked again before it goes."
    return f"Texts are off: nothing goes out. {_waits(state)}; 'texts on' lets them go."


def texts_words(state: State, business: Business) -> str:
    """Return whether texts go out, and what is held for what."""
    texting = state.texting
    if texting.off_at is None:
        head = "Texts are on."
    else:
        who = state.name_of(texting.off_by or "")
        head = f"Texts are off, by {who}, {moment_words(texting.off_at, business)}. 'texts on' lets them go."
    lines = [head, f"{_waits(state)}."]
    gone = sum(1 for opt_out in state.opt_outs.values() if opt_out.ended_at is None)
    lines.append(f"{gone} {'number' if gone == 1 else 'numbers'} opted out.")
    lines += [
        f"{phone_words(bad.phone)} {BAD_NUMBERS.get(bad.code, 'gets no texts')}."
        for bad in texting.bad_numbers
    ]
    return "\n".join(lines)


def _waiting(state: State) -> list[Message]:
    waits = {MessageStatus.PENDING, MessageStatus.HELD}
    return [
        message for message in state.messages.values() if message.channel == "sms" and message.status in waits
    ]


def _waits(state: State) -> str:
    count = len(_waiting(state))
    return f"{_count(count)} {'waits' if count == 1 else 'wait'}"


def _count(texts: int) -> str:
    return f"{texts} {'text' if texts == 1 else 'texts'}"


def _newest_text(job: Job, state: State) -> Message | None:
    texts = [m for m in state.messages_of(job.number) if m.channel == "sms" and m.kind != "reply"]
    return texts[-1] if texts else None


def _owed_line(message: Message, job: Job, state: State, business: Business) -> str:
    there = state.messages.get(message.id, message)
    name = job.first_name
    if there.status is MessageStatus.SENT:
        return f"{name} was texted."
    if there.status is MessageStatus.DROPPED:
        return f"The text to {name} about it was stopped in time."
    match forecast(there, state, business):
        case Drop(why=why):
            return f"{name} {NO_TEXT.get(why, 'is not texted')}: call {phone_words(there.to)}."
        case Hold(why=why, until=until):
            return _held_line(why, until, name, there, business)
        case Send():
            wait_s = round((there.not_before - there.created_at).total_seconds())
            when = f"in {wait_s} s" if wait_s > 0 and not there.anyway else "now"
            return f"{name} will be texted {when}."


def _held_line(why: str, until_at: datetime, name: str, message: Message, business: Business) -> str:
    """Return why a text waits and until when, or that it is too late for it then."""
    until = moment_words(until_at, business, message.created_at)
    too_late = until_at >= message.expires_at
    match why:
        case "quiet_hours" if too_late:
            return f"Quiet hours until {until}, which is too late for this text: {name} is not texted."
        case "quiet_hours":
            return f"Quiet hours: {name} will be texted at {until}."
        case "daily_cap":
            head = f"{name} has had {business.texts_a_day} texts within a day"
            return f"{head}: {'this one is not sent' if too_late else f'the next one goes at {until}'}."
        case "texts_off":
            return f"Texts are off: {name} will be texted after 'texts on'."
        case _:
            return (
                f"{name} may have opted out: his texts wait until somebody says what he meant, or else they "
                f"end at {until}."
            )


def _dropped_by(transaction: Transaction, state: State) -> bool:
    """Tell whether this very command stopped a text that was still waiting."""
    at = transaction.events[-1].at
    return any(
        message.status is MessageStatus.DROPPED and message.settled_at == at and message.channel == "sms"
        for message in state.messages.values()
        if message.job == transaction.number
    )
