"""Promotion: a staged release goes to where viewers get it, so that no page ever names what is not there.

Assets carry their hash in their names, so new ones do not disturb the pages that are live; then come other
files, pages, and the root page last; what the release does not have goes at the end. Assets of earlier
releases stay for a while, for viewers who still look at an earlier page.
"""

from collections.abc import Callable

from core.deploy.record import Manifest
from core.deploy.shelf import Shelf
from core.deploy.steady import Steady
from core.site import VIEWS, is_asset

Passed = Callable[[int, int], None]
"""Told how many of how many files are done."""


def promote(manifest: Manifest, shelf: Shelf, site: Steady, passed: Passed = lambda _done, _of: None) -> int:
    """Let the site be this release; return how many files had to be written or removed.

    Everything that is there already stays as it is, so it may be repeated after a failure at any point. Views
    are never touched. Raises StoreError.
    """
    changed = 0
    for done, entry in enumerate(manifest.entries):
        passed(done, len(manifest.entries))
        changed += site.write(shelf.file(manifest.release, entry))
    for key in strays(manifest, site):
        site.delete(key)
        changed += 1
    return changed


def strays(manifest: Manifest, site: Steady) -> list[str]:
    """Return what is live and no part of the release; assets, which harm nobody, are left out."""
    wanted = {entry.key for entry in manifest.entries}
    return [key for key in released_keys(site) if key not in wanted and not is_asset(key)]


def released_keys(site: Steady) -> list[str]:
    """Return all keys of the site that belong to releases: those outside of the views."""
    return [key for key in site.keys("") if not key.startswith(VIEWS)]
