"""Publish: puts the views of jobs where pages read them, never over a newer one."""

import json
from datetime import datetime

from core.domain.business import Business
from core.domain.job import Job
from core.domain.state import State
from core.domain.views import to_bytes, tracking_view, view_key
from core.ports import Absent, Condition, Conflict, Matches, NotFound, ObjectStore, OutcomeUnknown

VIEW_CACHE_CONTROL = "public, max-age=0, s-maxage=2, stale-if-error=60"
"""Seen within 2 s of a change, and still there when the origin is not (DESIGN §7)."""

ATTEMPTS_MAX = 5
"""Tries against other writers of the same view; each loss means that somebody else just wrote it."""


class Publisher:
    """Writes tracking views into the site store. Blocks: call it in a thread."""

    def __init__(self, site: ObjectStore, business: Business) -> None:
        self._site = site
        self._business = business

    def publish(self, state: State, job: Job, now: datetime) -> bool:
        """Let the page of `job` show `state`; return whether anything had to be written.

        Does nothing where the view is newer or the same. Raises Unreachable, OutcomeUnknown, Conflict.
        """
        body = to_bytes(tracking_view(state, job, self._business, now))
        revision = json.loads(body)["revision"]
        key = view_key(job.tracking_token)
        for attempt in range(1, ATTEMPTS_MAX + 1):
            condition = self._condition(key, body, revision)
            if condition is None:
                return False
            try:
                self._site.put(
                    key,
                    body,
                    condition=condition,
                    content_type="application/json; charset=utf-8",
                    cache_control=VIEW_CACHE_CONTROL,
                )
            except (Conflict, OutcomeUnknown):
                # Both are settled by looking again: our own bytes there mean that it landed.
                if attempt == ATTEMPTS_MAX:
                    raise
            else:
                return True
        return False

    def bury(self, token: str, state: State, job: Job, now: datetime) -> None:
        """Let an earlier link of `job` show that it was revoked, as the job's own link then did."""
        revoked = job.model_copy(update={"tracking_token": token, "link_revoked_at": now})
        self.publish(state, revoked, now)

    def _condition(self, key: str, body: bytes, revision: int) -> Condition:
        """Return the condition for writing, or None where there is nothing to write."""
        try:
            there = self._site.get(key)
        except NotFound:
            return Absent()
        if there is None or _revision(there.body) > revision or _same_page(there.body, body):
            return None
        return Matches(there.etag)


def _same_page(there: bytes, body: bytes) -> bool:
    """Tell whether a stored view shows the very same: a note or a driver's tap need not write it again."""
    try:
        old, new = json.loads(there), json.loads(body)
    except ValueError:
        return False
    if not isinstance(old, dict):
        return False
    unseen = {"revision": None, "updated": None}
    return {**old, **unseen} == {**new, **unseen}


def _revision(body: bytes) -> int:
    """Return the revision of a stored view; a damaged one is older than all."""
    try:
        revision = json.loads(body)["revision"]
    except (ValueError, KeyError, TypeError):
        return -1
    return revision if isinstance(revision, int) else -1
