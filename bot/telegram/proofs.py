"""Proofs: photos that drivers send; kept with the job, for the staff alone until somebody shares them."""

import asyncio
import logging
import re
from hashlib import sha256

from bot.desk import Desk
from bot.telegram.answers import Answers, NotTold
from bot.telegram.client import TelegramClient
from bot.telegram.failures import Failed, TelegramFailed
from bot.telegram.incoming import Incoming, Photo
from bot.telegram.lines import actor_of, cause_of, line_of
from bot.texts.driving import PHOTO_LOST, PHOTO_TOO_LARGE, PHOTO_UNREADABLE, PHOTO_WHICH_JOB
from bot.texts.reply import Reply
from core.domain import commands as c
from core.domain.errors import Refusal, WhichJob
from core.domain.people import Actor, Person
from core.domain.proofs import proof_key
from core.domain.resolve import resolve
from core.domain.transact import transact
from core.ports import ObjectStore

log = logging.getLogger(__name__)

AT_ONCE = 2
"""How many photos are worked on at a time: each takes some tenths of a second and some megabytes."""

_JOB = re.compile(r"\s*(#?\d{1,9})\s*")

_COME_AGAIN = frozenset({Failed.NOT_SENT, Failed.UNKNOWN, Failed.TOO_MANY})


class Proofs:
    """Keeps photos. Telegram's address of a file holds the token: only our own copy is ever shown."""

    def __init__(self, desk: Desk, answers: Answers, client: TelegramClient, objects: ObjectStore) -> None:
        self._desk = desk
        self._answers = answers
        self._client = client
        self._objects = objects
        self._room = asyncio.Semaphore(AT_ONCE)

    async def take(self, update: Incoming, photo: Photo, person: Person) -> None:
        """Keep one photo with the job whose card it answers, or the one that its sender has.

        Raises StoreError, and then it was not kept, and NotTold.
        """
        try:
            reply = await self._kept(update, photo, actor_of(update, person))
        except Refusal as refused:
            state = await self._desk.dispatcher.read()
            line = line_of(update, actor_of(update, person), update.text or "")
            reply = self._desk.refused(refused, line, state)
            if isinstance(refused, WhichJob):
                reply = Reply(kind="refused", text=f"{PHOTO_WHICH_JOB}\n{reply.text}")
        await self._answers.say(update, reply, person)

    async def _kept(self, update: Incoming, photo: Photo, actor: Actor) -> Reply:
        """Do what `take` says. Raises a Refusal too."""
        from bot.photos import BYTES_MAX, CONTENT_TYPE, NotAPhoto, cleaned  # noqa: PLC0415 - slow to import

        line = line_of(update, actor, update.text or "")
        named = _JOB.fullmatch(update.text or "")
        ref = named[1] if named else str(line.context) if line.context is not None else None
        number = await self._number(ref, actor)
        if photo.size_bytes is not None and photo.size_bytes > BYTES_MAX:
            return Reply(kind="refused", text=PHOTO_TOO_LARGE)
        try:
            async with self._room:
                clean = await asyncio.to_thread(cleaned, await self._client.download(photo.file_id))
        except NotAPhoto as error:
            text = PHOTO_TOO_LARGE if error.why == "too_large" else PHOTO_UNREADABLE
            return Reply(kind="refused", text=text)
        except TelegramFailed as failed:
            log.warning("a photo could not be fetched: %s", failed)
            if failed.failure.kind in _COME_AGAIN:
                raise NotTold from failed
            return Reply(kind="refused", text=PHOTO_LOST)
        name = sha256(clean).hexdigest()[:16]
        await asyncio.to_thread(self._objects.put, proof_key(number, name), clean, content_type=CONTENT_TYPE)
        add = c.AddProof(ref=str(number), name=name, size_bytes=len(clean))
        # A caption may be a line of its own, which has the update's own cause.
        outcome = await self._desk.dispatcher.handle(add, actor, f"{cause_of(update)}:photo")
        return self._desk.done(outcome.transaction, line, outcome.state, published=outcome.published)

    async def _number(self, ref: str | None, actor: Actor) -> int:
        """Return the number of the job that a photo is of, if `actor` may add one. Raises a Refusal."""
        state = await self._desk.dispatcher.read()
        job = resolve(state, ref, actor)
        trial = c.AddProof(ref=str(job.number), name="trial", size_bytes=0)
        transact(state, self._desk.dispatcher.request(trial, actor, "trial"), self._desk.business)
        return job.number


def is_job_alone(caption: str) -> bool:
    """Tell whether a caption only names the job of its photo."""
    return _JOB.fullmatch(caption) is not None
