"""`quickdump deploy` and `quickdump rollback`: shows what would be done, asks, and does it behind a bar."""

import click

from bot.terminal.bar import Bar
from bot.texts import deploys as words
from core.deploy.deployer import Deployer, half_done
from core.deploy.errors import HalfDone
from core.deploy.record import By
from core.domain.people import Actor, Role

ADMIN = By.of(Actor.bare(Role.ADMIN))
"""Whoever can reach the stores from a terminal is trusted as an admin."""


def deploy(deployer: Deployer, *, only_plan: bool, yes: bool) -> None:
    """Show the plan, and do it where that is wanted. Raises DeployError, StoreError."""
    interrupted = deployer.interrupted()
    if interrupted is not None:
        raise HalfDone(half_done(interrupted.deploy))
    planned = deployer.plan()
    click.echo(words.plan(planned, ask=False).text)
    if only_plan or planned.changes_nothing:
        return
    if not yes:
        click.confirm("Deploy it?", abort=True)
    with Bar() as bar:
        done = deployer.deploy(ADMIN, planned.digest, bar.report)
    click.echo(words.ended(done).text)


def finish(deployer: Deployer) -> None:
    """Take the steps that an interrupted deploy has left. Raises DeployError, StoreError."""
    with Bar() as bar:
        done = deployer.finish(ADMIN, bar.report)
    click.echo(words.ended(done).text)


def rollback(deployer: Deployer, release: str | None, *, yes: bool) -> None:
    """Go back to an earlier release once that is confirmed. Raises DeployError, StoreError."""
    interrupted = deployer.interrupted()
    if interrupted is not None and release is None:
        click.echo(half_done(interrupted.deploy))
    else:
        click.echo(f"Back to {deployer.target(release)}; live is {_live(deployer)}.")
    if not yes:
        click.confirm("Put it back?" if interrupted and release is None else "Roll back?", abort=True)
    with Bar() as bar:
        done = deployer.rollback(ADMIN, release, bar.report)
    click.echo(words.ended(done).text)


def _live(deployer: Deployer) -> str:
    current = deployer.current()
    return current.release if current else "nothing that was released here"
