"""The plan: what a deploy would change, and whether it may."""

import gzip
import hashlib
import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from core.deploy.errors import Unfit
from core.deploy.record import Current, Manifest
from core.site import SiteFile, source_of

COMPRESSED = re.compile(r"text/|application/(?:json|javascript|manifest\+json)|image/svg\+xml")
"""What CloudFront compresses, with gzip or brotli as the viewer likes ("ServingCompressedFiles") …"""
COMPRESSED_BYTES = range(1_000, 10_000_001)
"""… where it is of this size."""

_DIGEST_CHARACTERS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a deploy would do now."""

    build: str
    files: tuple[SiteFile, ...]
    """The whole site, in the order of promotion."""
    function: str
    base: str | None
    """The release that is live; None where there is none yet."""
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    function_changed: bool

    @property
    def changes_nothing(self) -> bool:
        """Whether all of it is live already."""
        return not (self.added or self.changed or self.removed or self.function_changed)

    @property
    def digest(self) -> str:
        """A hash of what would be done: two plans with the same one do the same."""
        parts = [self.base, self.build, hashlib.sha256(self.function.encode()).hexdigest()]
        changes = [self.added, self.changed, self.removed, self.function_changed]
        whole = json.dumps([parts, changes]).encode()
        return hashlib.sha256(whole).hexdigest()[:_DIGEST_CHARACTERS]

    @property
    def size(self) -> int:
        """The bytes of the whole site."""
        return sum(len(file.body) for file in self.files)

    @property
    def compressed_size(self) -> int:
        """The bytes of the whole site as most viewers get it, with gzip."""
        return sum(compressed_size(file) for file in self.files)

    @property
    def too_large_to_compress(self) -> tuple[str, ...]:
        """Files that would be compressed, were they not so large."""
        limit = COMPRESSED_BYTES.stop
        large = (file for file in self.files if len(file.body) >= limit)
        return tuple(file.key for file in large if COMPRESSED.match(file.content_type))


def compressed_size(file: SiteFile) -> int:
    """Return how many bytes of a file are sent to a viewer who takes gzip."""
    size = len(file.body)
    if size not in COMPRESSED_BYTES or not COMPRESSED.match(file.content_type):
        return size
    return len(gzip.compress(file.body, mtime=0))


def check_removals(new: Iterable[str], current: Manifest | None, strays: Collection[str]) -> None:
    """Refuse a release that would take away more than a third of the site.

    Args:
        new: the keys of the release.
        current: what is live.
        strays: other keys that are live, and would go.

    Raises:
        Unfit: that many would go, which is rather a folder that is not whole.
    """
    there = {source_of(key) for key in strays}
    there |= {entry.source for entry in current.entries} if current else set()
    gone = there - {source_of(key) for key in new}
    if len(gone) * 3 > len(there):
        names = ", ".join(sorted(gone)[:5])
        raise Unfit(
            f"{len(gone)} of {len(there)} files of the site would go ({names}): more than a third at a time "
            "is rather a folder web/ that is not whole. Nothing was done. If it is meant, take them out in "
            "several deploys."
        )


def base_of(current: Current | None) -> str | None:
    """Return the release that is live."""
    return current.release if current else None
