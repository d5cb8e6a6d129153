"""One deploy under way: takes its steps in order, and puts everything back where one fails."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.deploy import check, tidy
from core.deploy.errors import DeployError, NothingDone, NotPutBack, PutBack
from core.deploy.journal import Journal
from core.deploy.lock import LostLock
from core.deploy.parts import Parts, Progress, Report
from core.deploy.promote import promote, released_keys
from core.deploy.record import STEPS, Current, Deploy, Manifest, Outcome, Step
from core.deploy.shelf import manifest_of
from core.deploy.steady import patiently
from core.ports import Conflict, StoreError
from core.site import SiteError, SiteFile, in_order, is_asset

PAGES = ("/", "/index.html", "/track/*", "/book/*")
"""What a cache has to forget with each release; assets never change under their names."""
INVALIDATION_LOOKS = 12
INVALIDATION_PAUSE_S = 5.0
FOUND = "-0-found"
"""How the name of a release ends that was not made here: the site as it was before the first deploy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cargo:
    """What a deploy stages; a rollback has it on the shelf already."""

    build: str
    files: Sequence[SiteFile]
    function: str


class LiveCheckFailed(DeployError):
    """Viewers do not get the site as the release has it."""


class Run:
    """Takes the steps of one deploy, whose lock is held; each may be repeated after a kill at any point."""

    def __init__(self, parts: Parts, deploy: Deploy, report: Report, cargo: Cargo | None = None) -> None:
        self._parts = parts
        self._report = report
        self._cargo = cargo
        self.deploy = deploy
        self._steps: dict[Step, Callable[[], None]] = {
            Step.LOCK: lambda: None,
            Step.STAGE: self._stage,
            Step.FUNCTION: self._ship_function,
            Step.PROMOTE: self._promote,
            Step.RECORD: self._record,
            Step.INVALIDATE: self._invalidate,
            Step.CHECK: self._check,
            Step.TIDY: self._tidy,
        }

    def go(self) -> Deploy:
        """Take all steps from the one that it is at, and return what became of it.

        Raises NothingDone, PutBack, NotPutBack.
        """
        try:
            for step in STEPS[STEPS.index(self.deploy.step) :]:
                self._enter(step)
                self._steps[step]()
        except LostLock:
            raise
        except (Exception, KeyboardInterrupt) as error:  # whatever it was, nothing may stay half new
            raise self._fail(error) from error
        return self.deploy

    def put_back(self, why: str) -> Deploy:
        """Let what was live before be live again. Raises NotPutBack."""
        self._keep(why=why)
        try:
            self._put_back()
        except (Exception, KeyboardInterrupt) as error:
            self._end(Outcome.LEFT)
            raise NotPutBack(
                f"{self.deploy.deploy_id} at step {self.deploy.number} of {len(STEPS)} ({self.deploy.step}): "
                f"{why}\nPutting the old site back failed too: {_words(error)}\n"
                "Some of what is live is new. When that is mended, 'deploy rollback' puts the old site back."
            ) from error
        self._end(Outcome.PUT_BACK)
        return self.deploy

    def _fail(self, error: BaseException) -> DeployError:
        """Return what to raise, after nothing or everything was put back."""
        why = _words(error)
        if self.deploy.touched_live:
            try:
                self.put_back(why)
            except NotPutBack as failed:
                return failed
            return PutBack(f"The old site is live again. At step '{self.deploy.step}': {why}")
        self._keep(why=why)
        self._end(Outcome.STOPPED)
        if isinstance(error, NothingDone):
            return error
        return NothingDone(f"Nothing was changed. At step '{self.deploy.step}': {why}")

    def _enter(self, step: Step) -> None:
        patiently(lambda: self._parts.lock.renew(self.deploy.deploy_id), self._parts.pause)
        self._keep(step=step)
        self._report(Progress(deploy=self.deploy))

    def _passed(self, done: int, of: int) -> None:
        self._report(Progress(deploy=self.deploy, done=done, of=of))

    def _keep(self, **changes: object) -> None:
        """Keep in the journal what has changed about this deploy."""
        self.deploy = self.deploy.model_copy(update=changes)
        patiently(lambda: self._parts.journal.write(self.deploy), self._parts.pause)

    def _warn(self, warning: str) -> None:
        self._keep(warnings=(*self.deploy.warnings, warning))

    def _end(self, outcome: Outcome) -> None:
        """Say what became of it and let the lock go; a store that fails here lets the lock expire."""
        ended = {"outcome": outcome, "finished_at": self._parts.clock.now()}
        try:
            self._keep(**ended)
            patiently(lambda: self._parts.lock.release(self.deploy.deploy_id), self._parts.pause)
        except StoreError as error:
            self.deploy = self.deploy.model_copy(
                update={"warnings": (*self.deploy.warnings, f"the lock could not be released: {error}")}
            )

    # The steps

    def _stage(self) -> None:
        parts, deploy = self._parts, self.deploy
        if self._cargo is not None:
            cargo = self._cargo
            manifest = manifest_of(deploy.release, cargo.build, cargo.files, cargo.function)
            parts.shelf.put(manifest, cargo.files, cargo.function)
        manifest = parts.shelf.manifest(deploy.release)
        for done, entry in enumerate(manifest.entries):
            self._passed(done, len(manifest.entries))
            parts.shelf.file(deploy.release, entry)
        before = self.before()
        live = parts.function.live_source()
        if live is not None:
            parts.shelf.keep_function(deploy.deploy_id, live)
        self._keep(previous=before.release)

    def before(self) -> Manifest:
        """Return the release that is live now; a site that was not made here becomes one."""
        parts = self._parts
        current, _ = patiently(parts.journal.current, parts.pause)
        if current is not None and current.release in parts.shelf.releases():
            return parts.shelf.manifest(current.release)
        found = [parts.site.served(key) for key in released_keys(parts.site)]
        files = [file for file in found if file is not None]
        manifest = manifest_of(f"{self.deploy.deploy_id[:15]}{FOUND}", "", in_order(files), None)
        parts.shelf.put(manifest, files, None)
        return manifest

    def _ship_function(self) -> None:
        parts = self._parts
        source = parts.shelf.function(parts.shelf.manifest(self.deploy.release))
        if source is not None:
            for warning in parts.function.ship(source, self._passed):
                self._warn(warning)

    def _promote(self) -> None:
        parts = self._parts
        manifest = parts.shelf.manifest(self.deploy.release)
        written = promote(manifest, parts.shelf, parts.site, self._passed)
        self._keep(written=self.deploy.written + written)

    def _record(self) -> None:
        self._say_live(self.deploy.release)

    def _say_live(self, release: str) -> None:
        parts, deploy = self._parts, self.deploy
        wanted = Current(release=release, deploy_id=deploy.deploy_id, by=deploy.by, at=parts.clock.now())
        try:
            patiently(lambda: _set_current(parts.journal, wanted), parts.pause)
        except Conflict as error:
            raise Conflict("somebody else said what is live although we hold the lock") from error

    def _invalidate(self) -> None:
        self._forget(self.deploy.deploy_id, self._parts.shelf.manifest(self.deploy.release))

    def _forget(self, reference: str, manifest: Manifest) -> None:
        """Let caches forget the pages; one that fails or is slow is a warning, as pages are revalidated."""
        parts = self._parts
        others = tuple(f"/{e.key}" for e in manifest.entries if not (is_asset(e.key) or _is_page(e.key)))
        try:
            request_id = patiently(lambda: parts.edge.invalidate((*PAGES, *others), reference), parts.pause)
            for look in range(INVALIDATION_LOOKS):
                if parts.edge.invalidated(request_id):
                    return
                self._passed(look, INVALIDATION_LOOKS)
                parts.pause(INVALIDATION_PAUSE_S)
        except StoreError as error:
            self._warn(f"the cache was not told to forget the old pages: {error}")
        else:
            self._warn("the cache is slow to forget the old pages")

    def _check(self) -> None:
        parts = self._parts
        view = next((key for key in parts.site.keys("t/") if key.endswith(".json")), None)
        manifest = parts.shelf.manifest(self.deploy.release)
        found = check.faults(manifest, parts.viewer, view, parts.pause)
        if found:
            raise LiveCheckFailed("viewers don't get what was released:\n" + "\n".join(found[:5]))

    def _tidy(self) -> None:
        try:
            tidy.tidy(self._parts, self.deploy)
        except (DeployError, StoreError) as error:
            self._warn(f"old releases could not be cleared away: {error}")
        self._end(Outcome.DONE)

    def _put_back(self) -> None:
        parts, deploy = self._parts, self.deploy
        patiently(lambda: parts.lock.renew(deploy.deploy_id), parts.pause)
        previous = deploy.previous or self.before().release
        manifest = parts.shelf.manifest(previous)
        promote(manifest, parts.shelf, parts.site, self._passed)
        parts.function.restore(parts.shelf.kept_function(deploy.deploy_id))
        if previous.endswith(FOUND):
            patiently(parts.journal.unset_current, parts.pause)
        else:
            self._say_live(previous)
        self._forget(f"{deploy.deploy_id}-back", manifest)


def _is_page(key: str) -> bool:
    return key.endswith(".html")


def _set_current(journal: Journal, wanted: Current) -> None:
    """Say what is live; an answer that was lost is settled by looking."""
    current, condition = journal.current()
    if current is None or (current.release, current.deploy_id) != (wanted.release, wanted.deploy_id):
        journal.set_current(wanted, condition)


def _words(error: BaseException) -> str:
    if isinstance(error, KeyboardInterrupt):
        return "it was interrupted"
    known = isinstance(error, (DeployError, SiteError, StoreError))
    return str(error) if known else f"a fault of our own: {type(error).__name__}: {error}"
