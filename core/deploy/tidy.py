"""Tidying: what no viewer can be looking at any more, and nobody would go back to, is cleared away."""

from datetime import timedelta

from core.deploy.parts import Parts
from core.deploy.promote import released_keys
from core.deploy.record import Deploy
from core.site import is_asset

RELEASES_KEPT = 5
KEPT_FOR = timedelta(days=7)
"""Whatever is younger is kept too: somebody may still have an earlier page open."""

_STAMP = "%Y%m%d-%H%M%S"


def tidy(parts: Parts, deploy: Deploy) -> None:
    """Remove old releases, and assets that only they have; `deploy` is live now. Raises StoreError."""
    young = (deploy.started_at - KEPT_FOR).strftime(_STAMP)
    were_live = parts.journal.were_live() | {deploy.release}
    releases = parts.shelf.releases()
    live = [release for release in releases if release in were_live]
    kept = {release for release in live if release in live[:RELEASES_KEPT] or release > young}
    kept |= {deploy.release, *((deploy.previous,) if deploy.previous else ())}
    for release in (*releases, *parts.shelf.remnants()):
        if release not in kept:
            parts.shelf.remove(release)
    named = {entry.key for release in sorted(kept) for entry in parts.shelf.manifest(release).entries}
    for key in released_keys(parts.site):
        if is_asset(key) and key not in named:
            parts.site.delete(key)
    parts.journal.forget_old()
