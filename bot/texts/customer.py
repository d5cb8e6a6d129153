"""What customers read by SMS, in English and Spanish.

GSM-7 only in the fixed words (no á, í, ó, ú: one of them more than halves what fits into a segment), the
brand first, the link last with nothing after it.
"""

import re
from collections.abc import Mapping, Sequence

from bot.texts.gsm7 import gsm7_clean, gsm7_only
from bot.texts.reply import Reply
from bot.texts.segments import segments_of
from core.domain.business import Business
from core.domain.events import CustomerTexted, EtaSet
from core.domain.flow import Status
from core.domain.job import Job, Language
from core.domain.moments import clock_words
from core.domain.outbox import GONE, Message
from core.domain.state import State
from core.domain.views import phone_words

SEGMENTS_MAX = 2
"""How long a text may be: what somebody types, and at the very most what we do."""

FIRST_NAME_LENGTH_MAX = 12
"""Longer first names are cut, so that one text stays one segment."""

TEMPLATES: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "created": "{brand}: reply OK to confirm pickup, {name}.{legal} {link}",
        "ready_for_pickup": "{brand}: you're on the schedule, {name}.[ We text when we load.]{legal} {link}",
        "in_transit": "{brand}: we picked up your load, {name}.[ It is on its way out.]{legal} {link}",
        "dumped": "{brand}: your load was unloaded, {name}.{legal} {link}",
        "complete": "{brand}: all done, {name}. Thank you.[ Your receipt:]{legal} {link}",
        "cancelled": "{brand}: your pickup was cancelled, {name}. Is that a mistake? Call us{call}.{legal}",
        "eta": "{brand}: arriving about {eta}.{legal} {link}",
        "texted": "{brand}: {words}{legal}",
        "status": "{brand}: {stands} {link}",
        "which": "{brand}: you have {count} pickups to confirm. Reply {choices}.",
        "none": "{brand}: we have no pickup under this number. A person will read your text.",
        "not_pending": "{brand}: {stands} {link}",
        "language": "{brand}: from now on we write in English. {link}",
    },
    "es": {
        "created": "{brand}: responda OK para confirmar, {name}.{legal} {link}",
        "ready_for_pickup": "{brand}: su recogida queda programada, {name}.{legal} {link}",
        "in_transit": "{brand}: ya recogimos su carga, {name}.[ Va en camino.]{legal} {link}",
        "dumped": "{brand}: su carga fue descargada, {name}.{legal} {link}",
        "complete": "{brand}: listo, {name}. Gracias.[ Su recibo:]{legal} {link}",
        "cancelled": "{brand}: su recogida fue cancelada, {name}. Si es un error, llame{call}.{legal}",
        "eta": "{brand}: llegamos entre {eta}.{legal} {link}",
        "texted": "{brand}: {words}{legal}",
        "status": "{brand}: {stands} {link}",
        "which": "{brand}: tiene {count} recogidas por confirmar. Responda {choices}.",
        "none": "{brand}: no hay ninguna recogida con este numero. Una persona va a leer su mensaje.",
        "not_pending": "{brand}: {stands} {link}",
        "language": "{brand}: desde ahora le escribimos en español. {link}",
    },
}

LEGAL: Mapping[Language, str] = {
    "en": " Reply STOP to opt out, HELP for help.",
    "es": " STOP para no recibir, HELP ayuda.",
}
"""Goes with the first text to a number (carriers ask for it)."""

STANDS: Mapping[Language, Mapping[Status, str]] = {
    "en": {
        Status.PENDING_CONFIRMATION: "your pickup waits for your OK. Reply OK to confirm.",
        Status.READY_FOR_PICKUP: "you're on the schedule.",
        Status.IN_TRANSIT: "your load is picked up and on its way out.",
        Status.DUMPED: "your load was unloaded.",
        Status.COMPLETE: "your job is done.",
        Status.CANCELLED: "your pickup was cancelled.",
    },
    "es": {
        Status.PENDING_CONFIRMATION: "su recogida espera su OK. Responda OK.",
        Status.READY_FOR_PICKUP: "su recogida queda programada.",
        Status.IN_TRANSIT: "su carga va en camino.",
        Status.DUMPED: "su carga fue descargada.",
        Status.COMPLETE: "todo listo, gracias.",
        Status.CANCELLED: "su recogida fue cancelada.",
    },
}


def status_text(message: Message, job: Job, state: State, business: Business) -> str:
    """Return the words of a text that a job owes its customer: `message.kind` names the template."""
    template = TEMPLATES[job.language][message.kind]
    legal = LEGAL[job.language] if is_first_text(message, state) else ""
    words = _typed(message, job)
    # What follows must not read as if he had said it.
    words += "." if legal and words[-1:].isalnum() else ""
    return _filled(template, job, business, legal=legal, words=words)


def free_text(words: str, business: Business) -> str:
    """Return what somebody on the staff typed, as its customer reads it."""
    return gsm7_clean(f"{business.name}: {words}")


def too_long(words: str, business: Business) -> Reply | None:
    """Return what to say where these words would take more than two messages, with our own around them."""
    whole = free_text(words, business) + max(LEGAL.values(), key=len)
    segments = segments_of(whole)
    if segments.count <= SEGMENTS_MAX:
        return None
    why = "" if segments.encoding == "GSM-7" else " (an emoji or a foreign letter makes each one shorter)"
    return Reply(
        kind="refused",
        text=f"That is {len(words)} characters, {segments.count} messages long{why}: two are the most. "
        "Nothing was sent.",
    )


def pictures(media: Sequence[str]) -> str:
    """Return how staff read that pictures came, by their ids at the provider."""
    names = ", ".join(name or "?" for name in media)
    head = "a picture" if len(media) == 1 else f"{len(media)} pictures"
    return f"({head} at Twilio: {names})"


def is_first_text(message: Message, state: State) -> bool:
    """Tell whether no text has gone to this number yet, as far as the state remembers.

    An answer to the customer's own text is none: it says nothing of how to end them.
    """
    return not any(
        other.channel == "sms"
        and other.kind != "reply"
        and other.to == message.to
        and other.id != message.id
        and other.status in GONE
        for other in state.messages.values()
    )


def standing(job: Job, business: Business, kind: str = "status") -> str:
    """Return the answer to STATUS: where the job stands, and its link."""
    template = TEMPLATES[job.language][kind]
    return _filled(template, job, business, legal="")


def which_to_confirm(jobs: tuple[Job, ...], business: Business) -> str:
    """Return the answer to an OK that fits several pending jobs, with their places where there is room."""
    language = jobs[0].language
    with_places = _choices([f"OK {job.number} ({_place(job)})" for job in jobs], language, business)
    if segments_of(with_places).count <= SEGMENTS_MAX:
        return with_places
    return _choices([f"OK {job.number}" for job in jobs], language, business)


def _choices(choices: Sequence[str], language: Language, business: Business) -> str:
    joiner = {"en": " or ", "es": " o "}[language]
    words = joiner.join((", ".join(choices[:-1]), choices[-1])) if len(choices) > 1 else choices[0]
    brand = gsm7_only(business.name) or business.name
    return gsm7_clean(TEMPLATES[language]["which"].format(brand=brand, count=len(choices), choices=words))


def no_pickup(business: Business, language: Language) -> str:
    """Return the one neutral line that a number without a job gets."""
    return gsm7_clean(TEMPLATES[language]["none"].format(brand=business.name))


def _place(job: Job) -> str:
    # Enough to tell one's own jobs apart; nobody else reads it.
    return gsm7_only(job.location.split(",", 1)[0])[:_PLACE_LENGTH_MAX].strip()


_PLACE_LENGTH_MAX = 20


def _typed(message: Message, job: Job) -> str:
    """Return what somebody on the staff typed, which stands in the job's history."""
    typed = (e.text for e in job.history if isinstance(e, CustomerTexted) and e.cause == message.cause)
    return next(typed, "")


def _filled(template: str, job: Job, business: Business, *, legal: str, words: str = "") -> str:
    shown = job.link_revoked_at is None
    # What stands in brackets makes room for the words that the first text has to carry.
    template = re.sub(r"\[(.*?)\]", "" if legal else r"\1", template)
    name = gsm7_only(job.first_name)[:FIRST_NAME_LENGTH_MAX].strip()
    if not name:
        # Nothing of it can be written in plain letters, and a text in others costs twice as much.
        template = template.replace(", {name}", "")
    filled = template.format(
        brand=gsm7_only(business.name) or business.name,
        name=name,
        legal=legal,
        words=words,
        link=business.link(job.tracking_token) if shown else "",
        call=f": {phone_words(business.phone)}" if business.phone else "",
        stands=STANDS[job.language][job.status],
        eta=_eta_words(job.eta, business, job.language),
    )
    return gsm7_clean(filled).strip()


def _eta_words(eta: EtaSet | None, business: Business, language: Language) -> str:
    if eta is None:
        return ""
    start, end = business.local(eta.start).time(), business.local(eta.end).time()
    same_half = (start.hour < _NOON) == (end.hour < _NOON)
    first = clock_words(start, "en")
    # Digits and PM read the same in both languages, and `p. m.` twice would cost a segment.
    between = {"en": "-", "es": " y "}[language]
    return f"{first.split(' ')[0] if same_half else first}{between}{clock_words(end, 'en')}"


_NOON = 12
