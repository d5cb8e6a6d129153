"""Render: the words of an owed message, from its template and the state."""

from bot.texts.cards import card_words, viewer_of
from bot.texts.customer import TEMPLATES, status_text
from bot.texts.driving import offer_text, unanswered, unanswered_buttons
from bot.texts.gsm7 import gsm7_clean
from bot.texts.notices import notice, notice_buttons
from bot.texts.reply import as_message_buttons
from bot.texts.texting import held_buttons, text_held
from core.domain.business import Business
from core.domain.held import HELD
from core.domain.job import Job
from core.domain.offers import BY_TEXT, UNANSWERED, goes_by_text
from core.domain.outbox import Message
from core.domain.state import State
from core.handover import Words

TEXT_LENGTH_MAX = 1_600
"""The provider takes no longer text (https://www.twilio.com/docs/api/errors/21617)."""


def render(message: Message, state: State, business: Business) -> Words:
    """Return what is sent for `message`; one that carries its own words keeps them."""
    if message.body is not None:
        return Words(body=message.body, buttons=message.buttons)
    words = _words(message, state, business)
    person = state.people.get(message.to)
    return _as_text(words) if person is not None and goes_by_text(message, person) else words


def _words(message: Message, state: State, business: Business) -> Words:
    job = state.jobs.get(message.job) if message.job is not None else None
    if job is not None and message.channel == "sms" and message.kind in TEMPLATES["en"]:
        return Words(body=status_text(message, job, state, business))
    if job is not None and message.kind in {"assigned", BY_TEXT}:
        return _offer(message, job, state, business)
    if job is not None and message.kind == UNANSWERED:
        return Words(body=unanswered(job, state, business), buttons=unanswered_buttons(job, state))
    if job is not None and message.kind == HELD:
        buttons = (*as_message_buttons(held_buttons(job, state)), *notice_buttons(message, state))
        return Words(body=text_held(message, job, state, business), buttons=buttons)
    return Words(body=notice(message, state, business), buttons=notice_buttons(message, state))


def _as_text(words: Words) -> Words:
    """Return words for a member of the staff who is texted: in letters that cost one text, and no buttons."""
    body = gsm7_clean(words.body)
    return Words(body=body if len(body) <= TEXT_LENGTH_MAX else f"{body[: TEXT_LENGTH_MAX - 3]}...")


def _offer(message: Message, job: Job, state: State, business: Business) -> Words:
    """Return a job for the driver who was given it: its card, or a text that has room for the main things."""
    person = state.people.get(message.to)
    viewer = viewer_of(message.to, state)
    if viewer is None or (person is not None and goes_by_text(message, person)):
        return Words(body=offer_text(job, business))
    return card_words(job, state, business, viewer)
