"""Archived: what a line is about that has left the state."""

import logging
from collections.abc import Sequence

from core.archive import Archive, Eraser, Search
from core.domain import commands as c
from core.domain.archiving import Found, archived_jobs
from core.domain.errors import Refusal, UnknownJob
from core.domain.resolve import by_number_or_id
from core.domain.state import State
from core.ports import StoreError

EXPORT_ALL_MAX = 20_000
"""Archived jobs that are read for one file at most: more go month by month."""

log = logging.getLogger(__name__)

LISTED_MAX = 30
"""How many of the jobs that are done a list takes from the archive."""


class Archived:
    """The archive as the desk sees it; where there is none, nothing is found. Raises StoreError."""

    def __init__(self, archive: Archive | None, eraser: Eraser | None = None) -> None:
        self._archive = archive
        self._eraser = eraser

    async def for_query(self, query: c.Query, state: State) -> Search:
        """Return the archived jobs that the answer to `query` has to show beside those of the state."""
        if self._archive is None or not state.archive.runs:
            return Search()
        match query:
            case c.ShowJob(ref=str(ref)) | c.ShowHistory(ref=ref) | c.ShowLink(ref=ref):
                found = None if by_number_or_id(state, ref) else await self._archive.job(state, ref)
                return Search(found=(found,) if found else ())
            case c.FindJobs():
                return await self._archive.search(state, query.words)
            case _:
                return Search(found=tuple(await self._many(query, state, self._archive)))

    async def _many(self, query: c.Query, state: State, archive: Archive) -> list[Found]:
        match query:
            case c.ListJobs(which="done"):
                return await archive.newest(state, LISTED_MAX)
            case c.ShowReport():
                return await archive.months(state, query.period.months)
            case c.Export(month=None) if archived_jobs(state) <= EXPORT_ALL_MAX:
                return await archive.everything(state)
            case c.Export(month=str(month)):
                return await archive.months(state, [month])
            case c.AskForget():
                return await archive.of_phone(state, query.phone)
            case _:
                return []

    async def about(self, refused: Refusal, state: State) -> Found | None:
        """Return the archived job that a refused command is about, so that it can be given again, or None."""
        if self._archive is None or not isinstance(refused, UnknownJob) or not state.archive.runs:
            return None
        return await self._archive.job(state, refused.ref)

    async def forgotten(self, command: c.Forget, cause: str, state: State) -> Sequence[int] | None:
        """Take a customer out of the archive too; return his jobs there, None where that has to wait."""
        record = next((each for each in state.forgotten if each.cause == cause), None)
        if self._eraser is None or record is None:
            return ()
        try:
            return await self._eraser.erase(record, command.phone)
        except StoreError as error:
            log.warning("the archive will forget a customer later: %s", error)
            return None
