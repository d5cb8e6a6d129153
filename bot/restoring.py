"""`quickdump restore`: shows what going back would change, asks, and does it."""

from datetime import datetime

import click

from bot.bootstrap import System, place_at
from bot.cli_parts import fail
from bot.texts.restoring import BESIDE, leftover_line, plan_lines
from core.ports import Recovery
from core.restore import Plan


async def go_back(system: System, at: datetime | None, place: str, *, sure: bool) -> None:
    """Put the jobs back as they were at `at`, or as they lie in the store at `place`.

    Asks first, unless somebody is `sure`. Raises a StoreError, SettingsError, click.Abort.
    """
    plan = await _planned(system, at, place)
    click.echo("\n".join(plan_lines(plan, system.business)))
    if at is not None and plan.earlier.place:
        click.echo(leftover_line(plan.earlier.place))
    if plan.difference.nothing and plan.base is not None:
        return
    if not sure:
        click.confirm("Do that?", abort=True)
    failed = await system.restorer.write(plan, system.clock)
    click.echo("done")
    if failed:
        numbers = ", ".join(f"#{number}" for number in failed)
        fail(f"the jobs are back, but these pages could not be written: {numbers}; see 'relay --once'")


async def _planned(system: System, at: datetime | None, place: str) -> Plan:
    if at is not None:
        if isinstance(system.store, Recovery):
            click.echo(BESIDE, err=True)
        return await system.restorer.plan(at, system.clock, system.ids)
    earlier = place_at(place, system.settings.region, "restore")
    return await system.restorer.plan_from(earlier.store, earlier.address, system.clock, system.ids)
