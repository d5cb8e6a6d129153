"""The archive: what is found in it, by number, id, words, phone and month."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from core.archive.index import Index
from core.archive.objects import ArchiveObjects
from core.codec.segment import decode_segment, encode_segment
from core.domain.archived import IndexRun
from core.domain.archiving import Dossier, Found
from core.domain.business import Business
from core.domain.record import Value
from core.domain.resolve import fits, wanted_words
from core.domain.state import State
from core.domain.terms import (
    id_term,
    month_term,
    months_of,
    number_term,
    outdated_terms,
    phone_term,
    wanted_terms,
)
from core.ports import ObjectStore

FOUND_MAX = 30
"""How many jobs a search finds: more would not be read."""

PASS_LIFE = timedelta(hours=1)
"""A pass that takes longer commits nothing: its objects may have been taken for remains."""

_STAMP = "%Y%m%d%H%M%S"

SEGMENTS_READ_MAX = 24
"""How many segments one search reads, the newest first."""


LineWanted = Callable[[bytes], bool]
"""Tells whether a line of a segment is worth understanding: most are not."""


class Search(Value):
    """What a search found."""

    found: tuple[Found, ...] = ()
    more: bool = False
    """Whether there may be others: it ended before all was looked through."""


class Archive:
    """Finds archived jobs. Where the state has a newer version of one, that one counts and none is found.

    All of it raises Unreachable, and Unusable where an object is gone or damaged.
    """

    def __init__(self, objects: ObjectStore, business: Business) -> None:
        self.objects = ArchiveObjects(objects)
        self.index = Index(self.objects)
        self._business = business

    async def job(self, state: State, ref: str) -> Found | None:
        """Return the archived job with this number or id, or None."""
        return await asyncio.to_thread(self._job, state, ref)

    async def search(self, state: State, words: str) -> Search:
        """Return the archived jobs that fit `words`, the newest first, up to `FOUND_MAX`."""
        return await asyncio.to_thread(self._search, state, words)

    async def newest(self, state: State, count: int) -> list[Found]:
        """Return the jobs that were archived last, about `count` of them."""
        return await asyncio.to_thread(self._newest, state, count)

    async def months(self, state: State, months: Iterable[str]) -> list[Found]:
        """Return all archived jobs that began or closed in these months (`2026-03`, the business's)."""
        return await asyncio.to_thread(self._months, state, set(months))

    async def of_phone(self, state: State, phone: str) -> list[Found]:
        """Return all archived jobs of a phone number in E.164."""
        return await asyncio.to_thread(self._of_phone, state, phone)

    async def everything(self, state: State) -> list[Found]:
        """Return all archived jobs."""
        return await asyncio.to_thread(self._all_of, state, self.segments(state), lambda _: True)

    def _job(self, state: State, ref: str) -> Found | None:
        wanted = ref.strip().lower()
        runs: Iterable[IndexRun] = self._runs(state)
        if number := re.fullmatch(r"#?(\d{1,9})", wanted):
            value = int(number[1])
            runs = [run for run in runs if run.first_number <= value <= run.last_number]
            segments = self.index.segments(runs, number_term(value))
            needle = f'"number":{value},'.encode()
            found = self._versions(state, segments, lambda line: needle in line)
            return next((each for each in found if _number(each.dossier) == value), None)
        segments = self.index.segments(runs, id_term(wanted))
        needle = json.dumps(wanted, ensure_ascii=False).encode()
        found = self._versions(state, segments, lambda line: needle in line)
        return next((each for each in found if _id(each.dossier) == wanted), None)

    def _search(self, state: State, words: str) -> Search:
        segments: set[str] | None = None
        for beginnings in wanted_terms(words):
            fitting = {
                segment
                for beginning in beginnings
                for found in self.index.beginning_with(self._runs(state), beginning).values()
                for segment in found
            }
            segments = fitting if segments is None else segments & fitting
        return self._read_for(state, sorted(segments or (), reverse=True), words)

    def _read_for(self, state: State, segments: list[str], words: str) -> Search:
        found: list[Found] = []
        wanted = wanted_words(words)
        for segment in segments[:SEGMENTS_READ_MAX]:
            if len(found) > FOUND_MAX:
                break
            found += self._current(state, segment, lambda line: _fits(line, wanted))
        newest = _newest_first(found)
        more = len(newest) > FOUND_MAX or len(segments) > SEGMENTS_READ_MAX
        return Search(found=tuple(newest[:FOUND_MAX]), more=more)

    def _newest(self, state: State, count: int) -> list[Found]:
        found: list[Found] = []
        for segment in sorted(self.segments(state), reverse=True)[:SEGMENTS_READ_MAX]:
            if len(found) >= count:
                break
            found += [each for each in self._current(state, segment) if each.dossier.job is not None]
        return _newest_first(found)[:count]

    def _months(self, state: State, months: set[str]) -> list[Found]:
        runs = self._runs(state)
        segments = {segment for month in months for segment in self.index.segments(runs, month_term(month))}

        def then(dossier: Dossier) -> bool:
            return dossier.job is not None and not months.isdisjoint(months_of(dossier.job, self._business))

        return self._all_of(state, segments, then)

    def _of_phone(self, state: State, phone: str) -> list[Found]:
        segments = self.index.segments(self._runs(state), phone_term(phone))
        return self._all_of(state, segments, lambda dossier: bool(dossier.job and dossier.job.phone == phone))

    def _all_of(
        self, state: State, segments: Iterable[str], wanted: Callable[[Dossier], bool]
    ) -> list[Found]:
        found = (each for segment in sorted(segments) for each in self._current(state, segment))
        return _newest_first(each for each in found if each.dossier.job is not None and wanted(each.dossier))

    def segments(self, state: State) -> set[str]:
        """Return all segments. Blocks."""
        return self.index.segments(self._runs(state), "s:")

    def _versions(self, state: State, segments: Iterable[str], wanted: LineWanted) -> list[Found]:
        return _newest_first(each for segment in segments for each in self._current(state, segment, wanted))

    def _current(self, state: State, segment: str, wanted: LineWanted = lambda _: True) -> Iterator[Found]:
        """Yield what stands in a segment, on lines that are wanted, and is not out of date."""
        outdated = self.index.beginning_with(self._runs(state), outdated_terms(segment))
        numbers = {int(term.rpartition(":")[2]) for term in outdated} | state.jobs.keys()
        for dossier in self.dossiers(segment, wanted):
            if _number(dossier) not in numbers:
                yield Found(segment=segment, dossier=dossier)

    def dossiers(self, segment: str, wanted: LineWanted = lambda _: True) -> tuple[Dossier, ...]:
        """Return what stands in a segment, on lines that are wanted. Blocks."""
        key = segment_key(segment)
        return decode_segment(self.objects.read(key), key, wanted)

    def write(self, segment: str, dossiers: Iterable[Dossier]) -> None:
        """Write a segment. Blocks. Raises Unreachable, OutcomeUnknown."""
        self.objects.write(segment_key(segment), encode_segment(dossiers))

    def keys(self, state: State) -> set[str]:
        """Return the keys of all objects that the state refers to, by itself or through others. Blocks."""
        found = {segment_key(segment) for segment in self.segments(state)}
        for run in self._runs(state):
            found |= {run.key, *(key for _, key in self.index.pages(run))}
        return found

    async def orphans(self, read: Callable[[], Awaitable[State]]) -> Mapping[str, datetime]:
        """Return the objects that nobody refers to, each with the moment when it was named.

        The state is read after the objects were listed: what is written meanwhile is not among them. Some are
        young: a pass that is under way may still commit a reference to them within `PASS_LIFE`.
        """
        keys = await asyncio.to_thread(lambda: list(self.objects.store.keys("archive/")))
        named = {key: named_at for key in keys if (named_at := _named_at(key)) is not None}
        state = await read()
        known = await asyncio.to_thread(self.keys, state)
        return {key: named_at for key, named_at in named.items() if key not in known}

    def _runs(self, state: State) -> tuple[IndexRun, ...]:
        self.objects.at(state.archive.epoch)
        return state.archive.runs


def object_name(now: datetime, unique: str) -> str:
    """Return a name for what a pass writes: nobody else's, and telling when."""
    return f"{now.strftime(_STAMP)}-{unique}"


def _named_at(key: str) -> datetime | None:
    stamp = key.rpartition("/")[2].partition("-")[0]
    try:
        return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def segment_key(segment: str) -> str:
    """Return the key of a segment."""
    return f"archive/segments/{segment}.jsonl.gz"


def _newest_first(found: Iterable[Found]) -> list[Found]:
    """Return one version of each job, its newest, the highest number first."""
    newest: dict[int, Found] = {}
    for each in found:
        job = each.dossier.job
        if job is not None:
            there = newest.get(job.number)
            if there is None or there.dossier.job is None or there.dossier.job.revision <= job.revision:
                newest[job.number] = each
    return [newest[number] for number in sorted(newest, reverse=True)]


def _fits(line: bytes, wanted: list[str]) -> bool:
    job = json.loads(line).get("job")
    return job is not None and fits(f"{job['customer_name']} {job['location']}", job["phone"], wanted)


def _number(dossier: Dossier) -> int | None:
    return dossier.job.number if dossier.job else None


def _id(dossier: Dossier) -> str | None:
    return dossier.job.job_id if dossier.job else None
