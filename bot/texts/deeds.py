"""Deeds in words: the answer to a command that was done.

The first line is what changed with the values as understood; then whether the customer is texted; then what
can come next, as buttons.
"""

from typing import assert_never

from bot.texts.history import field_words, value_words
from bot.texts.jobs import STATUS_WORDS, detail_lines, eta_words, step_buttons, values_line
from bot.texts.reply import Button, Reply
from core.domain import events as e
from core.domain.business import Business
from core.domain.job import Job
from core.domain.outbox import Message, MessageStatus
from core.domain.people import Actor, Role
from core.domain.state import State
from core.domain.transact import Transaction


def done(
    transaction: Transaction,
    state: State,
    actor: Actor,
    business: Business,
    *,
    published: bool,
    remarks: tuple[str, ...] = (),
) -> Reply:
    """Return the answer to a command that was done, now or when its message first came."""
    job = state.jobs.get(transaction.number) if transaction.number is not None else None
    told = [event for event in transaction.events if _is_told(event, transaction)]
    lines = [_deed(event, job, state, business) for event in told]
    if job is not None:
        lines.extend(_about_job(transaction, job, state, business, published=published))
    lines.extend(remarks)
    buttons = _buttons(transaction, job, actor) if job is not None else ()
    return Reply(kind="done", text="\n".join(lines), buttons=buttons, job=job, messages=transaction.messages)


def _is_told(event: e.AnyEvent, transaction: Transaction) -> bool:
    # A driver who moves an unassigned job hears of the step; that it is his now stands on the card.
    several = len(transaction.events) > 1
    return not (several and isinstance(event, e.DriverAssigned | e.DriverUnassigned))


def _deed(event: e.AnyEvent, job: Job | None, state: State, business: Business) -> str:  # noqa: C901, PLR0912
    """Return the first line: what changed."""
    number = f"#{job.number}" if job else ""
    match event:
        case e.JobCreated():
            assert job is not None  # noqa: S101 - a job event has a job
            return values_line(job)
        case e.BookingApproved():
            assert job is not None  # noqa: S101 - a job event has a job
            return f"Approved: {values_line(job)}"
        case e.StepTaken():
            return f"{number} is {STATUS_WORDS[event.target]} now (was: {STATUS_WORDS[event.source]})."
        case e.StepUndone():
            return f"{number} is back to: {STATUS_WORDS[event.target]} (was: {STATUS_WORDS[event.source]})."
        case e.JobCancelled():
            return f"{number} is cancelled{': ' + event.reason if event.reason else ''}."
        case e.JobEdited():
            change = f"{value_words(event.old)} -> {value_words(event.new)}"
            return f"{number} {field_words(event.field)}: {change}"
        case e.DriverAssigned():
            return f"{number} is {state.name_of(event.driver)}'s now."
        case e.DriverUnassigned():
            return f"{number} has no driver now (was: {state.name_of(event.driver)})."
        case e.NoteAdded():
            return f"{number} note added: {event.text}"
        case e.EtaSet():
            return f"{number} ETA {eta_words(event, business)}. The page shows it."
        case e.LinkRevoked():
            return f"{number} link revoked: its page shows nothing any more."
        case e.LinkRenewed():
            return f"{number} has a new link."
        case e.PersonInvited():
            return f"{event.name} is invited as {event.role.value}."
        case e.PersonJoined():
            role = event.role.value
            return f"Welcome, {event.name}: you are {_article(event.role)} {role} now. Type ? for the words."
        case e.PersonRemoved():
            return f"{state.name_of(event.person_id)} was removed from the staff."
        case e.OptedOut() | e.OptedIn() | e.LanguageChosen() | e.CustomerWrote() | e.StrangerWrote():
            return "Noted."
        case _:
            assert_never(event)


def _about_job(
    transaction: Transaction, job: Job, state: State, business: Business, *, published: bool
) -> list[str]:
    lines = []
    events = transaction.events
    moved = e.JobCreated | e.BookingApproved | e.StepTaken | e.StepUndone | e.JobCancelled
    if any(isinstance(event, e.JobCreated) for event in events):
        lines.extend(detail_lines(job))
    owes_text = any(message.channel == "sms" for message in transaction.messages)
    if owes_text or any(isinstance(event, moved) for event in events):
        lines.append(text_line(transaction, job, state, business))
    if any(isinstance(event, e.JobCreated | e.BookingApproved | e.LinkRenewed) for event in events):
        link = business.link(job.tracking_token)
        lines.append(link if published else "The tracking link follows: its page could not be written yet.")
    return lines


def text_line(transaction: Transaction, job: Job, state: State, business: Business) -> str:
    """Return whether the customer is texted about this, and if not, why."""
    texts = [
        message for message in transaction.messages if message.channel == "sms" and message.kind != "reply"
    ]
    if texts:
        return _owed_line(texts[-1], job, state, business)
    dropped = _dropped_by(transaction, state)
    if dropped:
        return f"The text to {job.first_name} about it was stopped in time."
    if any(isinstance(event, e.StepUndone | e.JobCancelled) for event in transaction.events):
        return f"{job.first_name} is not texted about this."
    if job.phone is None:
        return f"No phone: {job.first_name} can't be texted yet ('edit {job.number} phone 602-555-0142')."
    if state.opted_out(job.phone):
        return f"{job.first_name} opted out of texts: call {job.phone}."
    return f"{job.first_name} has not agreed to texts: call {job.phone}."


def _owed_line(message: Message, job: Job, state: State, business: Business) -> str:
    there = state.messages.get(message.id, message)
    quiet_until = business.quiet_until(message.not_before)
    if there.status is MessageStatus.SENT:
        return f"{job.first_name} was texted."
    if there.status is MessageStatus.DROPPED:
        return f"The text to {job.first_name} about it was stopped in time."
    if quiet_until is not None and job.status.value not in {"in_transit", "dumped"}:
        until = business.local(quiet_until)
        return f"Quiet hours: {job.first_name} will be texted at {until:%-I:%M %p}."
    wait_s = round((message.not_before - message.created_at).total_seconds())
    when = f"in {wait_s} s" if wait_s > 0 else "now"
    return f"{job.first_name} will be texted {when}."


def _dropped_by(transaction: Transaction, state: State) -> bool:
    """Tell whether this very command stopped a text that was still waiting."""
    at = transaction.events[-1].at
    return any(
        message.status is MessageStatus.DROPPED and message.settled_at == at and message.channel == "sms"
        for message in state.messages.values()
        if message.job == transaction.number
    )


def _buttons(transaction: Transaction, job: Job, actor: Actor) -> tuple[Button, ...]:
    buttons = list(step_buttons(job, actor))
    undoable = e.JobCreated | e.StepTaken | e.JobCancelled
    if any(isinstance(event, e.JobCreated) for event in transaction.events):
        buttons = [button for button in buttons if not button.command.startswith("cancel")]
        if actor.role is not None and actor.role.may_act_as(Role.DISPATCHER) and not actor.forgeable:
            buttons.append(Button(label="Edit", command=f"edit {job.number}"))
    if any(isinstance(event, undoable) for event in transaction.events):
        buttons = [button for button in buttons if not button.command.startswith("cancel")]
        buttons.append(Button(label="Undo", command=f"undo {job.number}"))
    return tuple(buttons)


def _article(role: Role) -> str:
    return "an" if role is Role.ADMIN else "a"
