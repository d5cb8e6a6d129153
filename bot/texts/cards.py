"""Cards in words: how a job stands, for one who looks at it, with what he can do next."""

from urllib.parse import urlencode

from bot.texts.driving import answer_buttons, ask_for_ticket, assign_button, driver_line, load_lines
from bot.texts.jobs import (
    detail_lines,
    eta_words,
    last_texts,
    status_line,
    step_buttons,
    text_fate_line,
    values_line,
)
from bot.texts.reply import Button, as_message_buttons
from bot.texts.texting import held_buttons, standing_lines
from core.domain.business import Business
from core.domain.cards import Card
from core.domain.decide.steps import standing_moves
from core.domain.events import JobCreated
from core.domain.flow import Status
from core.domain.job import Job
from core.domain.people import Actor, Role
from core.domain.state import State
from core.drawings import Drawing
from core.handover import Words

NO_LONGER_YOURS = "This job is another driver's now."
NO_LONGER_STAFF = "You are not on the staff any more."


def draw(card: Card, state: State, business: Business) -> Drawing:
    """Return what a card in a chat should show; who may not see the job any more sees nothing of it."""
    job = state.jobs[card.job]
    viewer = viewer_of(card.viewer, state)
    if viewer is None:
        return Drawing(words=Words(body=NO_LONGER_STAFF), final=True)
    if viewer.role is Role.DRIVER and job.driver not in {None, viewer.person_id}:
        return Drawing(words=Words(body=f"#{job.number}: {NO_LONGER_YOURS}"))
    return Drawing(words=card_words(job, state, business, viewer))


def card_words(job: Job, state: State, business: Business, viewer: Actor) -> Words:
    """Return a job's card for one who may see it."""
    buttons = as_message_buttons(card_buttons(job, state, viewer))
    return Words(body=card_text(job, state, business, viewer), buttons=buttons)


def card_text(job: Job, state: State, business: Business, viewer: Actor) -> str:
    """Return all that `viewer` wants to know of a job at a glance."""
    asked = bool(answer_buttons(job, viewer))
    head = f"For you: {values_line(job)}" if asked else values_line(job)
    lines = [head, status_line(job, state, business), *detail_lines(job)]
    if not asked:
        lines.append(driver_line(job, state, business))
    if job.eta and job.is_open:
        lines.append(f"ETA: {eta_words(job.eta, business)}")
    lines.extend(text_fate_line(message, business) for message in last_texts(job, state))
    lines.extend(standing_lines(job, state, viewer, business))
    lines.extend(load_lines(job))
    # A text by SMS has no room for links, and nobody's word on money is taken there.
    if not viewer.forgeable:
        lines.extend([ask_for_ticket(job)] if job.status is Status.DUMPED and job.fee is None else [])
        lines.extend(_links(job, business, viewer))
    return "\n".join(lines)


def card_buttons(job: Job, state: State, viewer: Actor) -> tuple[Button, ...]:
    """Return the buttons of the legal next steps of a job for its viewer's role, the way back last."""
    if viewer.role is None:
        return ()
    if asked := answer_buttons(job, viewer):
        return asked
    dispatches = viewer.role.may_act_as(Role.DISPATCHER) and not viewer.forgeable
    steps = step_buttons(job, viewer)
    buttons = [button for button in steps if not button.command.startswith("cancel ")]
    if dispatches and job.is_open and job.driver is None:
        buttons.append(assign_button(job))
    if dispatches and job.is_open:
        buttons.append(Button(label="Edit", command=f"edit {job.number}"))
    if dispatches and any(proof.shared is None for proof in job.proofs) and job.link_revoked_at is None:
        buttons.append(Button(label="Share photos", command=f"share {job.number}"))
    if _can_undo(job, viewer):
        buttons.append(Button(label="Undo", command=f"undo {job.number}"))
    if dispatches:
        # Behind those of most days, which stay where the thumb knows them.
        buttons += held_buttons(job, state)
    return (*buttons, *(button for button in steps if button.command.startswith("cancel ")))


def map_link(location: str) -> str:
    """Return the address that shows a place on a map, on any phone."""
    return f"https://www.google.com/maps/search/?{urlencode({'api': 1, 'query': location})}"


def _links(job: Job, business: Business, viewer: Actor) -> list[str]:
    if viewer.role is Role.DRIVER:
        return [f"Map: {map_link(job.location)}"] if job.is_open else []
    return [] if job.link_revoked_at else [business.link(job.tracking_token)]


def _can_undo(job: Job, viewer: Actor) -> bool:
    """Tell whether the last move can be taken back by `viewer`; a creation is taken back by cancelling."""
    moves = standing_moves(job)
    if not moves or isinstance(moves[-1], JobCreated):
        return False
    return viewer.role is not Role.DRIVER or moves[-1].by == viewer.person_id


def viewer_of(name: str, state: State) -> Actor | None:
    """Return whom a card is for: somebody on the staff, a bare role, or nobody any more."""
    person = state.people.get(name)
    if person is not None:
        return Actor.of(person) if person.active else None
    return Actor.bare(Role(name)) if name in {role.value for role in Role} else None
