"""Shared proofs: photos of jobs, copied to where customers' pages show them, and taken away with the page."""

import logging
from contextlib import suppress

from core.domain.forgetting import NAME as FORGOTTEN
from core.domain.job import Job
from core.domain.proofs import proof_key, public_proof_key
from core.ports import Absent, Conflict, NotFound, ObjectStore

log = logging.getLogger(__name__)

KNOWN_MAX = 5_000


class SharedProofs:
    """Keeps the public copies of photos as they should be. Blocks, as stores do.

    `private` is where the staff's own lie; None where there are none. What is known to be right costs no
    request until `forget`.
    """

    def __init__(self, site: ObjectStore, private: ObjectStore | None, cache_control: str) -> None:
        self._site = site
        self._private = private
        self._cache_control = cache_control
        self._placed: set[str] = set()
        self._removed: set[str] = set()
        """Tokens, and places of the staff's own, under which there is no photo any more."""

    def settle(self, job: Job, *, live: bool) -> None:
        """Let exactly the shared photos of `job` lie under its link, none where the link is dead.

        Raises Unreachable, OutcomeUnknown.
        """
        if not live:
            self.remove(job.tracking_token)
            if job.customer_name == FORGOTTEN:
                self._erase(job.number)
            return
        for proof in job.proofs:
            if proof.shared is not None:
                self._place(
                    proof_key(job.number, proof.name), public_proof_key(job.tracking_token, proof.shared)
                )

    def remove(self, tracking_token: str) -> None:
        """Take away all photos under a link. Raises Unreachable, OutcomeUnknown."""
        if tracking_token in self._removed:
            return
        for key in list(self._site.keys(f"t/{tracking_token}/")):
            self._site.delete(key)
        if len(self._removed) >= KNOWN_MAX:
            self._removed.clear()
        self._removed.add(tracking_token)

    def _erase(self, number: int) -> None:
        """Take away the staff's own photos too: their customer was forgotten."""
        prefix = proof_key(number, "").removesuffix(".jpg")
        if self._private is None or prefix in self._removed:
            return
        for key in list(self._private.keys(prefix)):
            self._private.delete(key)
        self._removed.add(prefix)

    def forget(self, tracking_token: str) -> None:
        """Look again at what lies under a link: somebody may have changed it."""
        self._removed.discard(tracking_token)
        self._placed = {key for key in self._placed if not key.startswith(f"t/{tracking_token}/")}

    def _place(self, source: str, target: str) -> None:
        if target in self._placed or self._private is None:
            return
        try:
            photo = self._private.get(source)
        except NotFound:
            log.error("the photo %s is lost: its page shows a gap", source)  # noqa: TRY400 - the place is known
            return
        assert photo is not None  # noqa: S101 - nothing was said to be known
        # The same place under the same link is always the same photo.
        with suppress(Conflict):
            self._site.put(
                target,
                photo.body,
                condition=Absent(),
                content_type=photo.content_type,
                cache_control=self._cache_control,
            )
        if len(self._placed) >= KNOWN_MAX:
            self._placed.clear()
        self._placed.add(target)
