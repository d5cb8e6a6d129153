"""The index: sorted runs of terms, each followed by the segments where it is found.

A run is one object that lists its pages by their first terms, and the pages: gzip'd JSON lines, each an array
of a term and its segments. A search reads the list and a page of each run. Small runs are merged into larger
ones: their number grows with the logarithm of what is archived.
"""

import gzip
import heapq
import itertools
import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter

from core.archive.objects import ArchiveObjects
from core.domain.archived import IndexRun
from core.ports import Matches

PAGE_BYTES = 120_000
"""Uncompressed, about: some 2,500 terms, a tenth of that as it is stored."""

PAGES_READ_MAX = 8
"""Pages of one run that a search for the beginning of a word reads: more would fit too many jobs anyway."""

Line = tuple[str, tuple[str, ...]]
"""A term and the segments where it is found."""


class Index:
    """Writes, merges and searches runs. Blocks."""

    def __init__(self, objects: ArchiveObjects) -> None:
        self._objects = objects

    def write(self, name: str, lines: Iterable[Line], *, level: int, numbers: Sequence[int]) -> IndexRun:
        """Write a run of `lines`, sorted by term, and return the reference to it.

        `name` is nobody else's; `numbers` are those of the jobs in it, or the first and the last.
        """
        pages: list[list[str]] = []
        for count, page in enumerate(_pages(lines)):
            key = f"archive/index/{name}-{count}.jsonl.gz"
            self._objects.write(key, _packed(page))
            pages.append([page[0][0], key])
        key = f"archive/index/{name}.jsonl.gz"
        self._objects.write(key, _packed(pages))
        first, last = min(numbers, default=0), max(numbers, default=0)
        return IndexRun(key=key, level=level, first_number=first, last_number=last)

    def merge(self, name: str, runs: Sequence[IndexRun]) -> IndexRun:
        """Write one run that says what `runs` say, and return the reference to it."""
        sorted_lines = heapq.merge(*(self._lines(run) for run in runs), key=itemgetter(0))
        grouped = (
            (term, tuple(sorted({segment for _, segments in same for segment in segments})))
            for term, same in itertools.groupby(sorted_lines, key=itemgetter(0))
        )
        numbers = [number for run in runs for number in (run.first_number, run.last_number) if number]
        return self.write(name, grouped, level=max(run.level for run in runs) + 1, numbers=numbers)

    def segments(self, runs: Iterable[IndexRun], term: str) -> set[str]:
        """Return the segments where `term` is found."""
        found: set[str] = set()
        for run in runs:
            for page in self._pages_for(run, term)[:1]:
                found |= {segment for line in _lines(page) if line[0] == term for segment in line[1]}
        return found

    def beginning_with(self, runs: Iterable[IndexRun], beginning: str) -> Mapping[str, set[str]]:
        """Return the terms that begin so, each with its segments; of very many, the first ones."""
        found: dict[str, set[str]] = {}
        for run in runs:
            for page in self._pages_for(run, beginning):
                for term, segments in _lines(page):
                    if term.startswith(beginning):
                        found.setdefault(term, set()).update(segments)
        return found

    def pages(self, run: IndexRun) -> list[tuple[str, str]]:
        """Return the first term and the key of each page of a run."""
        return [(first, key) for first, key in _unpacked(self._objects.read(run.key))]

    def remove(self, runs: Iterable[IndexRun], terms: set[str], segment: str) -> None:
        """Let `segment` be found under none of `terms` any more. Raises Conflict, Unreachable, Unusable."""
        for run in runs:
            for term in sorted(terms):
                self._remove(run, term, segment)

    def _remove(self, run: IndexRun, term: str, segment: str) -> None:
        top = self._objects.newest(run.key)
        pages = list(_unpacked(top.body))
        place = bisect_right(pages, term, key=itemgetter(0)) - 1
        if place < 0:
            return
        page = self._objects.newest(pages[place][1])
        lines = list(_unpacked(page.body))
        left = [
            [line[0], *(each for each in line[1:] if each != segment)] if line[0] == term else line
            for line in lines
        ]
        left = [line for line in left if len(line) > 1]
        if left != lines:
            self._objects.rewrite(pages[place][1], _packed(left), Matches(page.etag))
        # The list of the pages names the first term of each: that may be the one that has to go.
        if pages[place][0] == term and not any(line[0] == term for line in left):
            pages[place : place + 1] = [[left[0][0], pages[place][1]]] if left else []
            self._objects.rewrite(run.key, _packed(pages), Matches(top.etag))

    def _pages_for(self, run: IndexRun, beginning: str) -> list[bytes]:
        """Return the pages of a run that can hold terms that begin so."""
        pages = self.pages(run)
        start = max(bisect_right(pages, beginning, key=itemgetter(0)) - 1, 0)
        wanted = [
            key
            for first, key in pages[start : start + PAGES_READ_MAX]
            if first <= beginning or first.startswith(beginning)
        ]
        return [self._objects.read(key) for key in wanted]

    def _lines(self, run: IndexRun) -> Iterator[Line]:
        for _, key in self.pages(run):
            yield from _lines(self._objects.read(key))


def lines_of(terms: Iterable[str], segment: str) -> list[Line]:
    """Return the lines of a run for one segment."""
    return [(term, (segment,)) for term in sorted(terms)]


def _pages(lines: Iterable[Line]) -> Iterator[list[list[str]]]:
    page: list[list[str]] = []
    size = 0
    for term, segments in lines:
        page.append([term, *segments])
        size += len(term) + 30 * len(segments)
        if size >= PAGE_BYTES:
            yield page
            page, size = [], 0
    if page:
        yield page


def _packed(lines: Iterable[list[str]]) -> bytes:
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    return gzip.compress(text.encode(), mtime=0)


def _unpacked(page: bytes) -> Iterator[list[str]]:
    return (json.loads(line) for line in gzip.decompress(page).decode().split("\n") if line)


def _lines(page: bytes) -> Iterator[Line]:
    return ((line[0], tuple(line[1:])) for line in _unpacked(page))
