"""Kept versions: what one file of a folder held before, so that a slip can be taken back.

Each is a hard link to the file as it was before it was replaced, named by when it was written, so keeping one
costs no copy. Near the present they lie close together, and further apart the older they get.
"""

import contextlib
import os
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from core.adapters import files
from core.ports import ObjectVersion

_S = 1_000_000_000
"""Moments are in nanoseconds, as the file system tells them."""

STEPS: Sequence[tuple[int, int]] = (
    (600 * _S, _S),
    (3_600 * _S, 10 * _S),
    (48 * 3_600 * _S, 3_600 * _S),
    (30 * 86_400 * _S, 86_400 * _S),
)
"""Up to an age, one version is kept in so long a time, the last one: some 1,000 in all."""

BYTES_MAX = 256_000_000
"""All of them together; beyond it the oldest go first."""


class KeptVersions:
    """The versions of one file. Whoever keeps one holds the lock of its folder. Raises OSError."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._last: int | None = None

    def keep(self, path: Path) -> None:
        """Keep what `path` holds, which is about to be replaced."""
        try:
            moment = path.stat().st_mtime_ns
        except FileNotFoundError:
            return
        files.make_folder(self._folder)
        with contextlib.suppress(FileExistsError):
            os.link(path, self._path(moment))
        last, self._last = self._last, moment
        if last is None or _step(last) != _step(moment):
            self._thin()
        elif last != moment:
            self._path(last).unlink(missing_ok=True)

    def all(self) -> list[ObjectVersion]:
        """Return the versions, the newest first."""
        return [version_of(self._path(moment)) for moment in sorted(self._moments(), reverse=True)]

    def read(self, version_id: str) -> bytes | None:
        """Return what a version holds, or None where there is none, or no more."""
        try:
            return self._path(int(version_id)).read_bytes()
        except (ValueError, FileNotFoundError):
            return None

    def _thin(self) -> None:
        moments = self._moments()
        wanted = kept(moments)
        size = 0
        for moment in sorted(moments, reverse=True):
            path = self._path(moment)
            size += path.stat().st_size
            if moment not in wanted or size > BYTES_MAX:
                path.unlink(missing_ok=True)

    def _moments(self) -> list[int]:
        try:
            return [int(entry.name) for entry in self._folder.iterdir() if entry.name.isdecimal()]
        except FileNotFoundError:
            return []

    def _path(self, moment: int) -> Path:
        return self._folder / f"{moment:020}"


def kept(moments: Iterable[int]) -> set[int]:
    """Return those of `moments` whose versions are kept: by their age against the newest, see `STEPS`."""
    found: dict[tuple[int, int], int] = {}
    ordered = sorted(moments)
    for moment in ordered:
        step = next((step for age, step in STEPS if ordered[-1] - moment <= age), None)
        if step is not None:
            found[step, moment // step] = moment
    return set(found.values())


def version_of(path: Path) -> ObjectVersion:
    """Return a file as a version: its id is the moment when it was written."""
    status = path.stat()
    written_at = datetime.fromtimestamp(status.st_mtime_ns / _S, UTC)
    return ObjectVersion(version_id=str(status.st_mtime_ns), written_at=written_at, size=status.st_size)


def _step(moment: int) -> int:
    return moment // STEPS[0][1]
