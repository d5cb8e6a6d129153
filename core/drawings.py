"""Drawings: what each card should show, drawn anew only where something changed that it is drawn from."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import is_

from core.domain.cards import Card, Cards, digest_of
from core.domain.events import CustomerWrote, WritingHandled
from core.domain.job import Job
from core.domain.outbox import Message, MessageStatus
from core.domain.state import State
from core.handover import Words

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """What a card should show."""

    words: Words
    final: bool = False
    """Whether it is the last thing that it shows: then it is no card any more."""


Draw = Callable[[Card, State], Drawing]
"""Makes what a card should show. Its job is in the state.

It looks at the card's viewer, the job and its texts, the staff, whether texts are on, and what the job's
customer wrote or said of texts; of anything else it would show old news.
"""

Source = tuple[object, ...]
"""All that a card is drawn from. Records are frozen: where they are the very same, so is the drawing."""


class Drawings:
    """Draws cards and remembers the drawings."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self._known: dict[str, tuple[Source, Drawing | None, str]] = {}
        """By the card's key: what it was drawn from, what it should show (None: can't be told), digest."""

    def of(self, cards: Cards, state: State) -> Iterator[tuple[Card, Drawing, str]]:
        """Yield each card with what it should show and the digest of that.

        A card is left out while a text of its job is under way: what becomes of it is known in a moment.
        """
        self._known = {key: known for key, known in self._known.items() if key in cards}
        beside = _Beside(state)
        for card in cards.values():
            job = state.jobs.get(card.job)
            if job is None or beside.is_texting(job):
                continue
            drawing, digest = self._drawn(card, job, state, beside.source(card, job))
            if drawing is not None:
                yield card, drawing, digest

    def _drawn(self, card: Card, job: Job, state: State, source: Source) -> tuple[Drawing | None, str]:
        known = self._known.get(card.key)
        if known is not None and len(known[0]) == len(source) and all(map(is_, known[0], source)):
            return known[1:]
        try:
            drawing = self._draw(card, state)
            digest = digest_of(drawing.words.body, drawing.words.buttons, job.revision)
        except Exception:
            # By itself: otherwise it would keep all other cards from being drawn, for ever.
            log.exception("cards: the card %s can't be drawn", card.key)
            drawing, digest = None, ""
        self._known[card.key] = source, drawing, digest
        return drawing, digest


class _Beside:
    """What stands in a state beside its jobs, by the job that it is about."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._texts: defaultdict[int, list[Message]] = defaultdict(list)
        for message in state.messages.values():
            if message.job is not None and message.channel == "sms":
                self._texts[message.job].append(message)
        self._written: defaultdict[int, list[object]] = defaultdict(list)
        for event in state.log:
            if isinstance(event, CustomerWrote | WritingHandled):
                self._written[event.number].append(event)

    def is_texting(self, job: Job) -> bool:
        """Tell whether the newest text of a job is being handed over just now."""
        texts = self._texts.get(job.number, [])
        return bool(texts) and texts[-1].status is MessageStatus.SENDING

    def source(self, card: Card, job: Job) -> Source:
        """Return all that a card is drawn from."""
        state, number = self._state, job.number
        opt_out = state.opt_outs.get(job.phone) if job.phone else None
        texts, written = self._texts.get(number, ()), self._written.get(number, ())
        return (card.viewer, job, state.people, state.texting, opt_out, *texts, *written)
