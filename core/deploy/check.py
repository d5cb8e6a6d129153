"""The live check: reads the site back as a viewer does, and says what is not as it has to be."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Protocol

from core.deploy.record import Entry, Manifest
from core.ports import StoreError
from core.site import NOT_FOUND_PAGE, is_asset

CANARY = "QuickdumpDeployCheck00"
"""A well-formed tracking token that belongs to nobody."""
LOOKS = 5
PAUSE_S = 3.0
"""Between looks: a cache on the way may need a moment."""

_PAGE_HEADERS = {
    "content-security-policy": r".*default-src 'none'.*",
    "referrer-policy": "no-referrer",
    "strict-transport-security": r"max-age=\d+.*",
    "x-content-type-options": "nosniff",
}
_BOOKING_PAGES_MAX = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a viewer gets."""

    status: int
    headers: Mapping[str, str]
    """By their names in small letters."""
    body: bytes


class Viewer(Protocol):
    """Looks at the site through its public address."""

    def look(self, path: str) -> Seen:
        """Return what `path` answers; redirects are not followed. Raises Unreachable."""


def faults(manifest: Manifest, viewer: Viewer, view: str | None, pause: Callable[[float], None]) -> list[str]:
    """Return what viewers do not get as this release has it; empty where all is well.

    Args:
        manifest: what is to be live.
        viewer: looks.
        view: a path of some customer's view, which must be there as before; None where there is none.
        pause: waits between looks, for a cache on the way.
    """
    found: list[str] = []
    for look in range(LOOKS):
        if look:
            pause(PAUSE_S)
        found = [fault for fault in _look(manifest, viewer, view) if fault]
        if not found:
            return []
    return found


def _look(manifest: Manifest, viewer: Viewer, view: str | None) -> Iterator[str]:
    for path, entry in _pages(manifest):
        yield _seen(viewer, path, partial(_page_fault, entry=entry, build=manifest.build))
    for entry in manifest.entries:
        if is_asset(entry.key):
            yield _seen(viewer, f"/{entry.key}", partial(_file_fault, entry=entry))
    # A bucket without the page for it, or a distribution that does not know of that page, says 403.
    for missing in (f"/t/{CANARY}.json", f"/book/{CANARY}"):
        yield _seen(viewer, missing, partial(_status_fault, statuses=(403, 404)))
    yield _seen(viewer, "/data/board.json", partial(_status_fault, statuses=(401,)))
    # The function's own 403; an edge may show the page for what is missing instead, which lets nobody in.
    yield _seen(viewer, "/login?k=a&p=a&x=1&m=a", partial(_status_fault, statuses=(403, 404)))
    if view is not None:
        yield _seen(viewer, f"/{view}", partial(_status_fault, statuses=(200,)))


def _pages(manifest: Manifest) -> Iterator[tuple[str, Entry]]:
    """Yield the addresses of pages, as viewers know them, each with the file that must answer."""
    by_key = {entry.key: entry for entry in manifest.entries}
    if root := by_key.get("index.html"):
        yield "/", root
        yield "/index.html", root
    if track := by_key.get("track/index.html"):
        yield f"/track/{CANARY}", track
        yield "/track/malformed", track
    if lost := by_key.get(NOT_FOUND_PAGE):
        yield f"/{lost.key}", lost
    booking = [key for key in by_key if re.fullmatch(r"book/[^/]+/index\.html", key)]
    for key in booking[:_BOOKING_PAGES_MAX]:
        yield f"/{key.removesuffix('/index.html')}", by_key[key]


def _seen(viewer: Viewer, path: str, judge: Callable[[Seen], str]) -> str:
    try:
        seen = viewer.look(path)
    except StoreError as error:
        return f"{path}: {error}"
    fault = judge(seen)
    return f"{path}: {fault}" if fault else ""


def _page_fault(seen: Seen, entry: Entry, build: str) -> str:
    if fault := _file_fault(seen, entry):
        return fault
    if build and f'<meta name="build" content="{build}">'.encode() not in seen.body:
        return f"it is not of the build {build}"
    for name, pattern in _PAGE_HEADERS.items():
        if not re.fullmatch(pattern, seen.headers.get(name, "")):
            return f"the header {name} is missing or wrong"
    return ""


def _file_fault(seen: Seen, entry: Entry) -> str:
    if seen.status != 200:  # noqa: PLR2004 - HTTP
        return f"the status is {seen.status}"
    if sha256(seen.body).hexdigest() != entry.sha256:
        return "it is another version"
    for name, value in (("content-type", entry.content_type), ("cache-control", entry.cache_control)):
        if seen.headers.get(name, "") != value:
            return f"the header {name} is {seen.headers.get(name, '')!r}, not {value!r}"
    return ""


def _status_fault(seen: Seen, statuses: tuple[int, ...]) -> str:
    return "" if seen.status in statuses else f"the status is {seen.status}"
