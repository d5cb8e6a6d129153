"""Deeds in words: the answer to a command that was done.

The first line is what changed with the values as understood; then whether the customer is texted; then what
can come next, as buttons.
"""

from typing import assert_never

from bot.texts.driving import ask_for_ticket, assign_button, driven, how_asked
from bot.texts.history import field_words, value_words
from bot.texts.jobs import STATUS_WORDS, detail_lines, eta_words, step_buttons, values_line
from bot.texts.reply import Button, Reply
from bot.texts.staff import phone_shared
from bot.texts.texting import opt_out_settled, send_buttons, switched, text_line
from core.domain import events as e
from core.domain.business import Business
from core.domain.flow import Status
from core.domain.job import Job
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
    if not transaction.events:
        lines.append("That was done before. The jobs were put back to an earlier moment since.")
    if job is not None:
        lines.extend(_about_job(transaction, job, state, business, published=published))
        dumped = any(isinstance(event, e.StepTaken) and event.target is Status.DUMPED for event in told)
        # Nobody's word on money is taken by SMS.
        if dumped and actor.is_staff and not actor.forgeable:
            lines.append(ask_for_ticket(job))
    lines.extend(remarks)
    buttons = _buttons(transaction, job, actor) if job is not None else ()
    if job is not None and actor.role is not None and actor.role.may_act_as(Role.DISPATCHER):
        buttons += send_buttons(transaction, job, state, business)
    return Reply(
        kind="done",
        text="\n".join(lines),
        buttons=buttons,
        job=job,
        is_card=job is not None,
        messages=transaction.messages,
    )


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
            return f"{number} is {state.name_of(event.driver)}'s now.{how_asked(event, state, business)}"
        case e.DriverUnassigned():
            return f"{number} has no driver now (was: {state.name_of(event.driver)})."
        case e.JobAccepted() | e.JobDeclined() | e.ProofAdded() | e.ProofsShared() | e.TicketRecorded():
            assert job is not None  # noqa: S101 - a job event has a job
            return driven(event, job)
        case e.NoteAdded():
            return f"{number} note added: {event.text}"
        case e.EtaSet():
            return f"{number} ETA {eta_words(event, business)}. The page shows it."
        case e.LinkRevoked():
            return f"{number} link revoked: its page shows nothing any more."
        case e.LinkRenewed():
            return f"{number} has a new link."
        case e.CustomerTexted():
            return f"{number} text to {job.first_name if job else 'the customer'}: {event.text}"
        case e.TextReleased():
            return f"{number} goes out whatever the hour."
        case e.WritingHandled():
            return f"{number} needs no answer any more."
        case e.OptOutSettled():
            return opt_out_settled(event, state)
        case e.TextsSwitched():
            return switched(event, state)
        case e.PersonInvited():
            return f"{event.name} is invited as {event.role.value}."
        case e.PersonJoined():
            role = event.role.value
            return f"Welcome, {event.name}: you are {_article(event.role)} {role} now. Type ? for the words."
        case e.PersonRemoved():
            return f"{state.name_of(event.person_id)} was removed from the staff."
        case e.CustomerForgotten():
            return "Forgotten: his names, places, notes, texts and links. The sums stay, and so do opt-outs."
        case e.PhoneShared():
            return phone_shared(event.phone)
        case (
            e.ChatLost()
            | e.ChatFound()
            | e.StrangerKnocked()
            | e.OptedOut()
            | e.OptOutAsked()
            | e.OptedIn()
            | e.LanguageChosen()
            | e.CustomerWrote()
            | e.StrangerWrote()
            | e.SelfTested()
        ):
            return "Noted."
        case _:
            assert_never(event)


def _about_job(
    transaction: Transaction, job: Job, state: State, business: Business, *, published: bool
) -> list[str]:
    lines = []
    events = transaction.events
    moved = e.JobCreated | e.BookingApproved | e.StepTaken | e.StepUndone | e.JobCancelled | e.TextReleased
    if any(isinstance(event, e.JobCreated) for event in events):
        lines.extend(detail_lines(job))
    owes_text = any(message.channel == "sms" for message in transaction.messages)
    if owes_text or any(isinstance(event, moved) for event in events):
        lines.append(text_line(transaction, job, state, business))
    if any(isinstance(event, e.JobCreated | e.BookingApproved | e.LinkRenewed) for event in events):
        link = business.link(job.tracking_token)
        lines.append(link if published else "The tracking link follows: its page could not be written yet.")
    return lines


def _buttons(transaction: Transaction, job: Job, actor: Actor) -> tuple[Button, ...]:
    buttons = list(step_buttons(job, actor))
    undoable = e.JobCreated | e.StepTaken | e.JobCancelled
    if any(isinstance(event, e.JobCreated) for event in transaction.events):
        buttons = [button for button in buttons if not button.command.startswith("cancel")]
        if actor.role is not None and actor.role.may_act_as(Role.DISPATCHER) and not actor.forgeable:
            buttons += [assign_button(job), Button(label="Edit", command=f"edit {job.number}")]
    if any(isinstance(event, undoable) for event in transaction.events):
        buttons = [button for button in buttons if not button.command.startswith("cancel")]
        buttons.append(Button(label="Undo", command=f"undo {job.number}"))
    return tuple(buttons)


def _article(role: Role) -> str:
    return "an" if role is Role.ADMIN else "a"
