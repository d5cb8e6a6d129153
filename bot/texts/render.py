"""Render: the words of an owed message, from its template and the state."""

from bot.texts.customer import TEMPLATES, status_text
from bot.texts.notices import notice, notice_buttons
from core.domain.business import Business
from core.domain.outbox import Message
from core.domain.state import State
from core.handover import Words


def render(message: Message, state: State, business: Business) -> Words:
    """Return what is sent for `message`; one that carries its own words keeps them."""
    if message.body is not None:
        return Words(body=message.body, buttons=message.buttons)
    job = state.jobs.get(message.job) if message.job is not None else None
    if message.channel == "sms" and job is not None and message.kind in TEMPLATES["en"]:
        return Words(body=status_text(message, job, state, business))
    return Words(body=notice(message, state), buttons=notice_buttons(message, state))
