"""A house with an archive, and jobs that are long over."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from core.archive import Archive, Archiver
from core.domain.archiving import Found
from core.domain.flow import Status
from core.domain.job import Job
from core.domain.outbox import Message, MessageStatus
from core.domain.state import State
from core.ports import ObjectStore
from tests.builders import BUSINESS, NOON, a_job_at, a_message, a_state
from tests.core.house import House

LIFE = timedelta(days=30)

LONG_AGO = NOON - timedelta(days=40)


def a_done_job(number: int = 1, **fields: Any) -> Job:
    """Return a job that was completed forty days before noon, unless `created_at` says otherwise."""
    return a_job_at(
        fields.pop("status", Status.COMPLETE), **{"number": number, "created_at": LONG_AGO, **fields}
    )


def its_text(job: Job, **fields: Any) -> Message:
    """Return a text about `job` that was sent when it was created."""
    values: dict[str, Any] = {
        "id": f"m{job.number}",
        "job": job.number,
        "cause": f"tg:made-{job.number}",
        "body": "On the schedule, Mark.",
        "created_at": job.created_at,
        "status": MessageStatus.SENT,
        "settled_at": job.created_at,
        "provider_id": f"SM{job.number}",
    }
    return a_message(**{**values, **fields})


def a_full_state(*jobs: Job, **fields: Any) -> State:
    """Return a state with these jobs and a sent text for each."""
    texts = [its_text(job) for job in jobs]
    return a_state(*jobs, messages={text.id: text for text in texts}, **fields)


class ArchiveHouse(House):
    """A house whose finished jobs move to an archive."""

    def __init__(
        self,
        state: State | None = None,
        *,
        life: timedelta = LIFE,
        objects: ObjectStore | None = None,
        **rest: Any,
    ) -> None:
        super().__init__(state, objects=objects, **rest)
        self.archive = Archive(self.objects, BUSINESS)
        self.archiver = Archiver(self.archive, self.dispatcher, self.publisher, life)

    async def found(self, ref: str) -> Found | None:
        """Return what the archive has under a number or an id."""
        return await self.archive.job(self.stored(), ref)

    async def numbers(self, words: str) -> list[int]:
        """Return the numbers of the archived jobs that fit, the newest first."""
        search = await self.archive.search(self.stored(), words)
        return [each.dossier.job.number for each in search.found if each.dossier.job]

    async def everything(self) -> list[int]:
        """Return the numbers of all archived jobs that the state has no newer version of."""
        return [
            each.dossier.job.number
            for each in await self.archive.everything(self.stored())
            if each.dossier.job
        ]


Crash = Callable[[], None]
