"""Driving in words: who was given a job and what he said to it, photos, scale tickets."""

from typing import assert_never

from bot.texts.gsm7 import gsm7_clean
from bot.texts.jobs import moment_words, values_line, when_words
from bot.texts.reply import Button, Reply, as_message_buttons
from core.domain import events as e
from core.domain.business import Business
from core.domain.job import Job
from core.domain.outbox import Message, MessageButton
from core.domain.people import Actor, Person, Role
from core.domain.state import State
from core.domain.views import phone_words, price_words

Driven = e.JobAccepted | e.JobDeclined | e.ProofAdded | e.ProofsShared | e.TicketRecorded

WHY_DECLINE = ("Truck trouble", "No time", "Too far")

PHOTO_WHICH_JOB = "Which job is this photo of? Send it as a reply to the job's card, or with '#12' under it."
PHOTO_TOO_LARGE = "That photo is too large: 20 MB and 50 megapixels are the most."
PHOTO_UNREADABLE = "That photo can't be read. Send it as a photo: JPEG, PNG or WebP."
PHOTO_LOST = "Telegram does not hand that photo out any more: send it again."

ASK_WHOM = "?"
"""Stands for a driver in a button's command: nobody is called so, so it is asked who is meant."""

DRIVERS_OFFERED_MAX = 3

OFFER_NOTE_LENGTH_MAX = 80
"""Characters of the note in a text to a driver; the rest he sees with 'show'."""


def driven(event: Driven, job: Job) -> str:
    """Return the first line of the answer: what changed."""
    number = f"#{event.number}"
    match event:
        case e.JobAccepted():
            return f"{number} is yours. Thank you."
        case e.JobDeclined():
            return (
                f"{number} is given back{': ' + event.reason if event.reason else ''}. The dispatcher knows."
            )
        case e.ProofAdded():
            return f"{number} photo {len(job.proofs)} is kept, for the staff only."
        case e.ProofsShared():
            return f"{number} {_photos(len(event.names))} on {job.first_name}'s page now."
        case e.TicketRecorded():
            return f"{number} {ticket_words(event.tons, event.fee)}. {margin_words(job)}".rstrip()
        case _:
            assert_never(event)


def driven_in_history(event: Driven, state: State) -> str:
    """Return what happened, as the history of a job tells it."""
    match event:
        case e.JobAccepted():
            return "accepted"
        case e.JobDeclined():
            reason = f": {event.reason}" if event.reason else ""
            return f"declined by {state.name_of(event.driver)}{reason}"
        case e.ProofAdded():
            return "photo added"
        case e.ProofsShared():
            return f"{_photos(len(event.names))} put on the page"
        case e.TicketRecorded():
            return ticket_words(event.tons, event.fee)
        case _:
            assert_never(event)


def driver_line(job: Job, state: State, business: Business) -> str:
    """Return who drives a job, and whether he has said so."""
    if job.driver is None:
        return "Driver: nobody yet"
    name = f"Driver: {state.name_of(job.driver)}"
    if job.awaits_answer and job.offered_at is not None:
        return f"{name}, asked {moment_words(job.offered_at, business)}, no answer yet"
    return name


def load_lines(job: Job) -> list[str]:
    """Return what was brought back from a job so far: photos, the scale ticket, what the price leaves."""
    lines = []
    if job.proofs:
        shared = sum(proof.shared is not None for proof in job.proofs)
        lines.append(f"Photos: {len(job.proofs)}, {shared or 'none'} on the customer's page")
    if job.tons is not None or job.fee is not None:
        lines.append(f"{ticket_words(job.tons, job.fee).capitalize()}. {margin_words(job)}".rstrip())
    return lines


def ticket_words(tons: object, fee: object) -> str:
    """Return what a scale ticket says: `ticket: 3.2 tons, fee $84`."""
    parts = [f"{tons} tons"] if tons is not None else []
    if fee is not None:
        parts.append(f"fee {price_words(fee)}")  # type: ignore[arg-type] # a fee is a Decimal
    return f"ticket: {', '.join(parts)}"


def margin_words(job: Job) -> str:
    """Return what is left of the price once the fee is paid; empty where no fee is known."""
    if job.fee is None:
        return ""
    left = job.amount_paid - job.fee
    words = price_words(left) if left >= 0 else f"-{price_words(-left)}"
    return f"Leaves {words} of {price_words(job.amount_paid)}."


def offer_text(job: Job, business: Business) -> str:
    """Return a job as a text to the driver who was given it."""
    parts = [f"{business.name}: yours is #{job.number} {job.customer_name}, {job.location}"]
    parts += [when_words(job.when)] if job.when else []
    parts += [phone_words(job.phone)] if job.phone else []
    parts += [job.note[:OFFER_NOTE_LENGTH_MAX]] if job.note else []
    answers = f"Reply 'accept {job.number}', or 'decline {job.number}' and why."
    return gsm7_clean(f"{', '.join(parts)}. {answers}")


def how_asked(event: e.DriverAssigned, state: State, business: Business) -> str:
    """Return, after a blank, how a driver hears that a job is his; empty where he knows."""
    driver = state.people.get(event.driver)
    if driver is None or event.driver == event.by:
        return ""
    if driver.chat_id is not None:
        return " He is asked on Telegram."
    if driver.phone is None or not business.texts:
        return f" {_unreached(driver)}"
    return f" He is asked by text at {phone_words(driver.phone)}."


def unanswered(job: Job, state: State, business: Business) -> str:
    """Return what a dispatcher hears of a driver who has said nothing."""
    driver = state.people.get(job.driver or "")
    name = driver.name if driver else "The driver"
    since = f" since {moment_words(job.offered_at, business)}" if job.offered_at else ""
    head = f"#{job.number}: {name} has not answered{since}. {_what_is_left(driver, business)}"
    return f"{head}\n{values_line(job)}"


def _what_is_left(driver: Person | None, business: Business) -> str:
    """Return what can still be done about a driver who says nothing."""
    if driver is None or driver.phone is None or not business.texts:
        reached = driver is None or driver.chat_id is not None
        return f"Call {_him(driver)}." if reached else _unreached(driver)
    texted = "is texted now" if driver.chat_id is not None else "was texted"
    return f"He {texted}. Call {_him(driver)}."


def _unreached(driver: Person | None) -> str:
    return f"Neither Telegram nor a text reaches him: call {_him(driver)}."


def _him(driver: Person | None) -> str:
    return phone_words(driver.phone) if driver is not None and driver.phone else "him"


def declined(message: Message, job: Job, state: State) -> str:
    """Return what a dispatcher hears of a driver who has given a job back."""
    event = next((event for event in job.history if event.cause == message.cause), None)
    if not isinstance(event, e.JobDeclined):
        return f"#{job.number} was given back: {values_line(job)}"
    reason = f": {event.reason}" if event.reason else " without a reason"
    return f"{state.name_of(event.driver)} gave #{job.number} back{reason}.\n{values_line(job)}"


def unanswered_buttons(job: Job, state: State) -> tuple[MessageButton, ...]:
    """Return buttons that give a job to somebody else, or to nobody for now."""
    back = MessageButton(label="Take it back", command=f"unassign {job.number}")
    return (*_give_buttons(job, state, job.driver), back)


def declined_buttons(message: Message, job: Job, state: State) -> tuple[MessageButton, ...]:
    """Return buttons that give a job to somebody else than who has given it back, or ask to whom."""
    event = next((event for event in job.history if event.cause == message.cause), None)
    but = event.driver if isinstance(event, e.JobDeclined) else None
    return (*_give_buttons(job, state, but), *as_message_buttons([assign_button(job)]))


def assign_button(job: Job) -> Button:
    """Return the button that asks who is to drive."""
    return Button(label="Assign", command=f"assign {job.number} {ASK_WHOM}")


def _give_buttons(job: Job, state: State, but: str | None) -> tuple[MessageButton, ...]:
    """Return buttons that give a job to a driver, whoever it is `but` this one."""
    others = [person for person in state.staff() if person.role is Role.DRIVER and person.person_id != but]
    return tuple(
        MessageButton(label=f"Give to {person.name}", command=f"assign {job.number} {person.person_id}")
        for person in others[:DRIVERS_OFFERED_MAX]
    )


def answer_buttons(job: Job, viewer: Actor) -> tuple[Button, ...]:
    """Return the buttons of a driver who was given a job and has not answered; none for all others."""
    if not job.awaits_answer or viewer.person_id != job.driver or viewer.forgeable:
        return ()
    return (
        Button(label="Accept", command=f"accept {job.number}"),
        Button(label="Decline", command=f"decline {job.number} ?"),
    )


def why_decline(ref: str | None) -> Reply:
    """Return the question that a driver is asked who gives a job back by tap."""
    number = ref or "12"
    buttons = [
        Button(label=reason, command=f"decline {number} {reason.lower()}") for reason in WHY_DECLINE if ref
    ]
    words = f"Why? Tap, or type 'decline {number}' and your reason."
    without = [Button(label="Rather not say", command=f"decline {number}")] if ref else []
    return Reply(kind="question", text=words, buttons=(*buttons, *without))


def ask_for_ticket(job: Job) -> str:
    """Return the question that is asked once a load is dumped."""
    line = f"ticket {job.number} 3.2 tons $84"
    return f"Scale ticket? Reply to this with '3.2 tons $84' or its photo, or type '{line}'."


def _photos(count: int) -> str:
    return "1 photo is" if count == 1 else f"{count} photos are"
