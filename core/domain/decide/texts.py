"""Texts: what staff may say about them, beside what a job owes by itself."""

from core.domain import commands as c
from core.domain.decide.request import Scene
from core.domain.errors import AlreadySo, BadValue, CannotText, ConfirmText
from core.domain.events import (
    AnyEvent,
    CustomerTexted,
    CustomerWrote,
    OptOutSettled,
    TextReleased,
    TextsSwitched,
    WritingHandled,
)
from core.domain.job import Job
from core.domain.notify import can_text
from core.domain.resolve import by_number_or_id, resolve
from core.domain.state import State

TEXT_LENGTH_MAX = 1_000
"""In characters; how many segments it takes is counted where its words are made."""


def text(scene: Scene, command: c.TextCustomer) -> tuple[AnyEvent, ...]:
    """Send a customer these words; they answer what he wrote last, if nobody has answered it yet."""
    if not command.text.strip():
        raise BadValue("text", "empty")
    if len(command.text) > TEXT_LENGTH_MAX:
        raise BadValue("text", "too_long")
    job = resolve(scene.state, command.ref, scene.actor)
    if not can_text(job, scene.state, scene.business, scene.at):
        raise CannotText(job)
    if by_number_or_id(scene.state, command.ref) is None:
        raise ConfirmText(job, command.text)
    texted = CustomerTexted(
        at=scene.at,
        by=scene.by,
        cause=scene.cause,
        number=job.number,
        text=command.text.strip(),
        answers=unanswered(scene.state, job),
    )
    return (texted,)


def mark_handled(scene: Scene, command: c.MarkHandled) -> tuple[AnyEvent, ...]:
    """Say that what a customer wrote needs no answer any more."""
    job = resolve(scene.state, command.ref, scene.actor)
    answers = unanswered(scene.state, job)
    if answers is None:
        raise AlreadySo(job, "handled")
    return (WritingHandled(at=scene.at, by=scene.by, cause=scene.cause, number=job.number, answers=answers),)


def send_held(scene: Scene, command: c.SendHeld) -> tuple[AnyEvent, ...]:
    """Let a job's text go out whatever the hour; an opt-out and a switch are no hours."""
    job = resolve(scene.state, command.ref, scene.actor)
    if not any(message.is_releasable for message in scene.state.messages_of(job.number)):
        raise AlreadySo(job, "nothing_held")
    return (TextReleased(at=scene.at, by=scene.by, cause=scene.cause, number=job.number),)


def settle_opt_out(scene: Scene, command: c.SettleOptOut) -> tuple[AnyEvent, ...]:
    """Say what a customer meant. What he said outright, only he himself takes back, with START."""
    opted_out = scene.state.opted_out(command.phone, scene.at)
    in_doubt = scene.state.doubtful_until(command.phone, scene.at) is not None
    if opted_out:
        raise AlreadySo(None, "opted_out" if command.opted_out else "only_start")
    if not in_doubt and not command.opted_out:
        raise AlreadySo(None, "not_opted_out")
    return (
        OptOutSettled(
            at=scene.at, by=scene.by, cause=scene.cause, phone=command.phone, opted_out=command.opted_out
        ),
    )


def switch(scene: Scene, command: c.SwitchTexts) -> tuple[AnyEvent, ...]:
    """Stop all texts at once, or let them go again."""
    is_on = scene.state.texting.off_at is None
    if command.on is is_on:
        raise AlreadySo(None, "texts_on" if is_on else "texts_off")
    return (TextsSwitched(at=scene.at, by=scene.by, cause=scene.cause, on=command.on),)


def unanswered(state: State, job: Job) -> str | None:
    """Return the cause of what a job's customer wrote last, or None where nobody has to answer it."""
    written = [e.cause for e in state.log if isinstance(e, CustomerWrote) and e.number == job.number]
    handled = {e.answers for e in state.log if isinstance(e, WritingHandled)}
    answered = {e.answers for e in job.history if isinstance(e, CustomerTexted)}
    return written[-1] if written and written[-1] not in handled | answered else None
