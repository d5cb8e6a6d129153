"""Publish: puts the views of jobs where pages read them, never over a newer one."""

import json
from dataclasses import dataclass
from datetime import datetime

from core.domain.archived import Trace
from core.domain.business import Business
from core.domain.job import Job
from core.domain.state import State
from core.domain.views import (
    Tombstone,
    TrackingView,
    draws_the_same,
    driver_first_name,
    expired_view,
    to_bytes,
    tracking_view,
    view_key,
)
from core.ports import Absent, Condition, Conflict, Matches, NotFound, ObjectStore, OutcomeUnknown
from core.shared_proofs import SharedProofs

VIEW_CACHE_CONTROL = "public, max-age=0, s-maxage=2, stale-if-error=60"
"""Seen within 2 s of a change, and still there when the origin is not (DESIGN §7)."""

ATTEMPTS_MAX = 5
"""Tries against other writers of the same view; each loss means that somebody else just wrote it."""


View = TrackingView | Tombstone

KNOWN_MAX = 5_000
"""Of how many pages it is remembered what they show: some kilobytes each."""


@dataclass(slots=True, kw_only=True)
class _Shown:
    """What a page shows, as far as this process knows."""

    view: View
    etag: str
    job: Job | None = None
    """The newest version of its job that is known to look like this; None for an archived one."""


class Publisher:
    """Writes tracking views into the site store. Blocks: call it in a thread.

    It remembers what it wrote, so that a change that a page does not show costs no request, and one that it
    shows costs one. That holds as long as nobody else changes the state: whoever notices calls `forget`.
    """

    def __init__(self, site: ObjectStore, business: Business, private: ObjectStore | None = None) -> None:
        self._site = site
        self._proofs = SharedProofs(site, private, VIEW_CACHE_CONTROL)
        self._business = business
        self._known: dict[str, _Shown] = {}

    def shows(self, state: State, job: Job, now: datetime) -> bool:
        """Tell, without asking the store, whether the page of `job` is known to show `state` already."""
        known = self._known.get(view_key(job.tracking_token))
        if known is None:
            return False
        if known.job is not None and isinstance(known.view, TrackingView):
            named = known.view.driver == driver_first_name(state, job)
            if named and draws_the_same(known.job, job):
                known.job = job
                return True
        return _needs_nothing(known.view, tracking_view(state, job, self._business, now))

    def publish(self, state: State, job: Job, now: datetime) -> bool:
        """Let the page of `job` show `state`; return whether anything had to be written.

        Does nothing where the view is newer or the same. Raises Unreachable, OutcomeUnknown, Conflict.
        """
        view = tracking_view(state, job, self._business, now)
        # First the photos, in both directions: a page must not name one that is not there, nor one be there
        # without a page.
        self._proofs.settle(job, live=isinstance(view, TrackingView))
        return self._write(view_key(job.tracking_token), view, job)

    def expire(self, trace: Trace) -> bool:
        """Let the page of an archived job say that its link has expired. Answers and raises as `publish`."""
        self._proofs.remove(trace.tracking_token)
        return self._write(view_key(trace.tracking_token), expired_view(trace, self._business))

    def _write(self, key: str, view: View, job: Job | None = None) -> bool:
        body = to_bytes(view)
        for attempt in range(1, ATTEMPTS_MAX + 1):
            condition = self._condition(key, view, body, job)
            if condition is None:
                return False
            try:
                etag = self._site.put(
                    key,
                    body,
                    condition=condition,
                    content_type="application/json; charset=utf-8",
                    cache_control=VIEW_CACHE_CONTROL,
                )
            except (Conflict, OutcomeUnknown):
                # Both are settled by looking again: our own bytes there mean that it landed.
                self._known.pop(key, None)
                if attempt == ATTEMPTS_MAX:
                    raise
            else:
                self._remember(key, _Shown(view=view, etag=etag, job=job))
                return True
        return False

    def repair(self, state: State, job: Job, now: datetime) -> bool:
        """Do as `publish`, but look at what is really there: somebody may have taken it away."""
        self._known.pop(view_key(job.tracking_token), None)
        if job.proofs:
            self._proofs.forget(job.tracking_token)
        return self.publish(state, job, now)

    def bury(self, token: str, state: State, job: Job, now: datetime) -> None:
        """Let an earlier link of `job` show that it was revoked, as the job's own link then did."""
        revoked = job.model_copy(update={"tracking_token": token, "link_revoked_at": now})
        self.repair(state, revoked, now)

    def clear(self, token: str) -> None:
        """Take away the photos under a link. Raises Unreachable, OutcomeUnknown."""
        for key in list(self._site.keys(f"t/{token}/")):
            self._site.delete(key)

    def _condition(self, key: str, view: View, body: bytes, job: Job | None) -> Condition:
        """Return the condition for writing, or None where there is nothing to write."""
        known = self._known.get(key)
        if known is not None:
            return None if _needs_nothing(known.view, view) else Matches(known.etag)
        try:
            there = self._site.get(key)
        except NotFound:
            return Absent()
        if there is None or stored_revision(there.body) > view.revision:
            return None
        if there.body == body:
            self._remember(key, _Shown(view=view, etag=there.etag, job=job))
            return None
        # Written even where it shows the same under an older revision: somebody else may still be about to
        # write what came between.
        return Matches(there.etag)

    def forget(self) -> None:
        """Look at every page again before it is written: somebody else has changed the state."""
        self._known.clear()

    def _remember(self, key: str, shown: _Shown) -> None:
        self._known.pop(key, None)
        self._known[key] = shown
        if len(self._known) > KNOWN_MAX:
            # Two threads may have the same thought: whoever comes second finds it gone.
            self._known.pop(next(iter(self._known)), None)


def _needs_nothing(shown: View, view: View) -> bool:
    """Tell whether a page that shows `shown` is as new as `view`, or shows the very same."""
    if shown.revision > view.revision:
        return True
    return type(shown) is type(view) and _seen(shown) == _seen(view)


def _seen(view: View) -> dict[str, object]:
    """Return what a reader sees of a view: a note or a driver's tap need not write it again."""
    return {name: value for name, value in view if name not in _UNSEEN}


_UNSEEN = frozenset({"revision", "updated"})


def stored_revision(body: bytes) -> int:
    """Return the revision of a stored view; a damaged one is older than all."""
    try:
        revision = json.loads(body)["revision"]
    except (ValueError, KeyError, TypeError):
        return -1
    return revision if isinstance(revision, int) else -1
