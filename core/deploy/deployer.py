"""The deployer: what can be asked for. Plan, deploy, roll back, finish or put back what was interrupted."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from core.deploy.errors import DeployError, HalfDone, Locked, Moved, NoRelease, NothingDone, Unfit
from core.deploy.function import check_gate
from core.deploy.lock import Held, words
from core.deploy.parts import Parts, Report, silent
from core.deploy.plan import Plan, base_of, check_removals
from core.deploy.promote import released_keys, strays
from core.deploy.record import STEPS, By, Current, Deploy, Manifest, Outcome, Step
from core.deploy.run import Cargo, Run
from core.deploy.shelf import manifest_of
from core.deploy.steady import patiently
from core.ports import StoreError
from core.site import Release, SiteError, is_asset

LISTED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Interrupted:
    """A deploy that nobody works at any more, with some of it live."""

    deploy: Deploy
    held: Held


class Deployer:
    """Releases the site. Blocks: call it in a thread. One deploy at a time, whatever process asks."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def plan(self) -> Plan:
        """Return what a deploy would change now. Raises Unfit, StoreError; changes nothing."""
        parts = self._parts
        source = parts.function_source()
        check_gate(source)
        try:
            release = parts.plan_release()
        except SiteError as error:
            raise Unfit(str(error)) from error
        current, _ = patiently(parts.journal.current, parts.pause)
        live = self._live_manifest(base_of(current))
        manifest = manifest_of("planned", release.build, release.files, source)
        gone = strays(manifest, parts.site)
        there = [key for key in released_keys(parts.site) if not is_asset(key) or live is None]
        known = {entry.key for entry in live.entries} if live else set()
        check_removals((file.key for file in release.files), live, [key for key in there if key not in known])
        added, changed = self._differing(release)
        return Plan(
            build=release.build,
            files=release.files,
            function=source,
            base=base_of(current),
            added=added,
            changed=changed,
            removed=tuple(gone),
            function_changed=parts.function.changes(source),
        )

    def deploy(self, by: By, confirmed: str, report: Report = silent) -> Deploy:
        """Release what `confirmed`, a plan's digest, stands for, and return what became of it.

        Raises NothingDone (Unfit, Locked, Moved, HalfDone), PutBack, NotPutBack, StoreError.
        """
        self._clear_the_way()
        plan = self._confirmed(confirmed)
        deploy_id = f"{self._parts.clock.now():%Y%m%d-%H%M%S}-{plan.build[:6]}"
        deploy = self._begin(deploy_id, "deploy", deploy_id, by)
        try:
            # Once more, now that nobody else can change what is live.
            plan = self._confirmed(confirmed)
        except (DeployError, StoreError) as error:
            self._give_up(deploy, error)
            raise
        cargo = Cargo(build=plan.build, files=plan.files, function=plan.function)
        return Run(self._parts, deploy, report, cargo).go()

    def rollback(self, by: By, release: str | None = None, report: Report = silent) -> Deploy:
        """Let an earlier release be live again, the one before this where none is named.

        Where a deploy was interrupted, that one is put back. Raises as `deploy`, and NoRelease.
        """
        interrupted = self.interrupted()
        if interrupted is not None and release is None:
            return self.put_back(by, report)
        self._clear_the_way()
        target = self.target(release)
        deploy_id = f"{self._parts.clock.now():%Y%m%d-%H%M%S}-rollback"
        return Run(self._parts, self._begin(deploy_id, "rollback", target, by), report).go()

    def target(self, named: str | None = None) -> str:
        """Return the release that `rollback` would go back to. Raises NoRelease, StoreError."""
        parts = self._parts
        current, _ = patiently(parts.journal.current, parts.pause)
        if named is not None:
            fitting = [release for release in parts.shelf.releases() if named in release]
            if len(fitting) != 1:
                parts.shelf.manifest(named)
                raise NoRelease(f"several releases fit {named!r}: write one of {', '.join(fitting)}")
            return fitting[0]
        were_live = parts.journal.were_live()
        earlier = [
            release
            for release in parts.shelf.releases()
            if release in were_live and (current is None or release < current.release)
        ]
        for release in earlier:
            if parts.shelf.manifest(release).entries:
                return release
        raise NoRelease("there is no earlier release to go back to: nothing was done")

    def finish(self, by: By, report: Report = silent) -> Deploy:
        """Take the steps that an interrupted deploy has left. Raises NothingDone, PutBack, NotPutBack."""
        interrupted = self._taken_over(by)
        return Run(self._parts, interrupted.deploy, report).go()

    def put_back(self, by: By, report: Report = silent) -> Deploy:
        """Let what was live before an interrupted deploy be live again. Raises NothingDone, NotPutBack."""
        interrupted = self._taken_over(by)
        run = Run(self._parts, interrupted.deploy, report)
        return run.put_back(f"it was interrupted, and {by.name} had it put back")

    def interrupted(self) -> Interrupted | None:
        """Return the deploy that was interrupted with some of it live; None where all is in order.

        One that had not got that far, or was through, is settled by this. Raises StoreError.
        """
        parts = self._parts
        held = patiently(parts.lock.look, parts.pause)
        if held is None or not held.is_abandoned:
            return None
        deploy = patiently(lambda: parts.journal.find(held.lock.deploy_id), parts.pause)
        if deploy is not None and deploy.outcome is Outcome.RUNNING:
            if deploy.touched_live and deploy.step is not Step.TIDY:
                return Interrupted(deploy=deploy, held=held)
            settled = _settled(deploy, parts.clock.now())
            patiently(lambda: parts.journal.write(settled), parts.pause)
        parts.lock.take_over(held, held.lock.deploy_id, held.lock.by)
        parts.lock.release(held.lock.deploy_id)
        return None

    def history(self, count: int = LISTED) -> list[Deploy]:
        """Return the last deploys, the newest first. Raises StoreError."""
        return patiently(lambda: self._parts.journal.last(count), self._parts.pause)

    def current(self) -> Current | None:
        """Return what is said to be live; None where nothing was ever released. Raises StoreError."""
        return patiently(self._parts.journal.current, self._parts.pause)[0]

    def live(self) -> Manifest | None:
        """Return what is live; None where nothing was ever released. Raises StoreError."""
        return self._live_manifest(base_of(self.current()))

    def _live_manifest(self, release: str | None) -> Manifest | None:
        if release is None:
            return None
        try:
            return self._parts.shelf.manifest(release)
        except NoRelease:
            return None

    def _differing(self, release: Release) -> tuple[tuple[str, ...], tuple[str, ...]]:
        added, changed = [], []
        for file in release.files:
            there = self._parts.site.served(file.key)
            if there is None:
                added.append(file.key)
            elif there != file:
                changed.append(file.key)
        return tuple(added), tuple(changed)

    def _confirmed(self, confirmed: str) -> Plan:
        plan = self.plan()
        if plan.digest != confirmed:
            raise Moved(
                "what would be done now is not what was confirmed (the site, the files or the function have "
                "changed meanwhile): nothing was done. Look at the new plan with 'deploy'."
            )
        return plan

    def _clear_the_way(self) -> None:
        """Settle what is left of an earlier deploy. Raises HalfDone, Locked."""
        interrupted = self.interrupted()
        if interrupted is not None:
            raise HalfDone(half_done(interrupted.deploy))
        held = patiently(self._parts.lock.look, self._parts.pause)
        if held is not None:
            raise Locked(words(held.lock))

    def _begin(self, deploy_id: str, action: Literal["deploy", "rollback"], release: str, by: By) -> Deploy:
        parts = self._parts
        deploy = Deploy(
            deploy_id=deploy_id, action=action, release=release, by=by, started_at=parts.clock.now()
        )
        patiently(lambda: parts.lock.take(deploy_id, by), parts.pause)
        patiently(lambda: parts.journal.write(deploy), parts.pause)
        return deploy

    def _give_up(self, deploy: Deploy, error: Exception) -> None:
        ended = {"outcome": Outcome.STOPPED, "finished_at": self._parts.clock.now(), "why": str(error)}
        stopped = deploy.model_copy(update=ended)
        patiently(lambda: self._parts.journal.write(stopped), self._parts.pause)
        patiently(lambda: self._parts.lock.release(deploy.deploy_id), self._parts.pause)

    def _taken_over(self, by: By) -> Interrupted:
        interrupted = self.interrupted()
        if interrupted is None:
            held = patiently(self._parts.lock.look, self._parts.pause)
            if held is not None:
                raise Locked(words(held.lock))
            raise NothingDone("no deploy was interrupted: there is nothing to finish or put back")
        self._parts.lock.take_over(interrupted.held, interrupted.deploy.deploy_id, by)
        return interrupted


def _settled(deploy: Deploy, now: datetime) -> Deploy:
    """Return an interrupted deploy that nobody has to decide about, as it ended."""
    if deploy.step is Step.TIDY:
        return deploy.model_copy(update={"outcome": Outcome.DONE, "finished_at": now})
    why = f"it was interrupted at step {deploy.number} of {len(STEPS)}; nothing of it was live"
    return deploy.model_copy(update={"outcome": Outcome.STOPPED, "finished_at": now, "why": why})


def half_done(deploy: Deploy) -> str:
    """Return that a deploy was interrupted, and what can be done about it."""
    return (
        f"{deploy.by.name}'s {deploy.action} {deploy.deploy_id} was interrupted at step {deploy.number} of "
        f"{len(STEPS)} ({deploy.step}): 'deploy finish' takes the steps that are left, 'deploy rollback' "
        "puts back what was live before."
    )
