"""Cards: in each chat, the one message that shows a job as it stands and is edited as the job moves on.

Which messages these are is kept in the state, so that a restart goes on with them.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from core.domain.job import Job
from core.domain.outbox import Message, MessageButton, MessageStatus
from core.domain.record import Instant, Record

CARD_KEPT = timedelta(hours=48)
"""How long a finished job's cards are still drawn anew: nobody scrolls back further to tap on one."""

RETIRED_MAX = 5

CARD_KINDS = frozenset({"assigned", "confirmed", "text_held"})
"""Messages of the outbox that are a card from then on."""


class Card(Record):
    """One message that shows one job."""

    job: int
    chat: int
    """The chat's id on Telegram: a person's, or a group's, which is negative."""
    message: int
    """The message's id in that chat; of two the higher one is newer."""
    viewer: str
    """Whose buttons it has: a person's id, or in a group the bare role of whom it answered."""
    revision: int
    """The job's revision that it was drawn from."""
    at: Instant
    shown: str = ""
    """What it shows, as a digest. Empty: it tells `revision` in words of its own, as the answer to a line."""
    retired: tuple[int, ...] = ()
    """Earlier cards of the job in this chat, which must lose their buttons."""

    @property
    def key(self) -> str:
        """What a state finds it by: there is one for each job and chat."""
        return card_key(self.job, self.chat)


Cards = Mapping[str, Card]


def card_key(job: int, chat: int) -> str:
    """Return the key of a job's card in a chat."""
    return f"{job}:{chat}"


def placed(cards: Cards, card: Card) -> dict[str, Card]:
    """Return the cards where the newer of `card` and the one before it is the job's card in its chat.

    The other one retires: it is to lose its buttons.
    """
    there = cards.get(card.key)
    if there is None:
        return {**cards, card.key: card}
    newer, older = (card, there) if card.message >= there.message else (there, card)
    retired = {*there.retired, *card.retired, older.message} - {newer.message}
    kept = newer.model_copy(update={"retired": tuple(sorted(retired))[-RETIRED_MAX:]})
    return {**cards, card.key: kept}


def drawn(cards: Cards, card: Card, revision: int, shown: str) -> Cards:
    """Return the cards where `card` shows what `shown` is the digest of, unless another took its place."""
    there = cards.get(card.key)
    if there is None or there.message != card.message:
        return cards
    still_retired = tuple(message for message in there.retired if message not in card.retired)
    changes = {"revision": revision, "shown": shown, "retired": still_retired}
    return {**cards, card.key: there.model_copy(update=changes)}


def without(cards: Cards, card: Card) -> Cards:
    """Return the cards without `card`, unless another took its place: its message is gone."""
    there = cards.get(card.key)
    if there is None or there.message != card.message:
        return cards
    return {key: other for key, other in cards.items() if key != card.key}


def of_message(message: Message, jobs: Mapping[int, Job], now: datetime) -> Card | None:
    """Return the card that a message of the outbox has become by being sent; None where it is none."""
    place = read_place(message.provider_id or "")
    if message.kind not in CARD_KINDS or message.status is not MessageStatus.SENT or place is None:
        return None
    job = jobs.get(message.job) if message.job is not None else None
    if job is None:
        return None
    return Card(
        job=job.number, chat=place[0], message=place[1], viewer=message.to, revision=job.revision, at=now
    )


def place_of(chat: int, message: int) -> str:
    """Return the id that the outbox keeps for a chat message: where it stands."""
    return f"tg:{chat}:{message}"


def read_place(provider_id: str) -> tuple[int, int] | None:
    """Return the chat and the message of a provider's id; None for one that is no chat message's."""
    match = re.fullmatch(r"tg:(-?\d{1,20}):(\d{1,20})", provider_id)
    return (int(match[1]), int(match[2])) if match else None


def still_wanted(cards: Cards, jobs: Mapping[int, Job], now: datetime) -> Cards:
    """Return the cards without those of jobs that are gone or were finished long ago."""
    if all(_is_wanted(card, jobs, now) for card in cards.values()):
        return cards
    return {key: card for key, card in cards.items() if _is_wanted(card, jobs, now)}


def _is_wanted(card: Card, jobs: Mapping[int, Job], now: datetime) -> bool:
    job = jobs.get(card.job)
    return job is not None and (job.closed_at is None or job.closed_at > now - CARD_KEPT)


def digest_of(body: str, buttons: Iterable[MessageButton], revision: int) -> str:
    """Return a short digest of what a card shows; its buttons carry the revision."""
    shown = "\n".join([str(revision), body, *(f"{button.label}|{button.command}" for button in buttons)])
    return hashlib.sha256(shown.encode("utf-8", "surrogatepass")).hexdigest()[:12]
