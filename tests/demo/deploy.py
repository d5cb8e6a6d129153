"""`make demo-deploy`: change a page, deploy, see it live, roll back. In folders, no account."""

import shutil
import tempfile
from pathlib import Path

import click

from bot.bootstrap import web_folder
from bot.bootstrap_site import SiteParts
from bot.settings import Settings
from bot.terminal import deploy as terminal
from core.adapters.directory import DirectoryObjects
from core.adapters.system import SystemClock
from tests.fakes.clock import FakeClock

PAGE = "track/index.html"
OLD, NEW = "Loading your pickup…", "One moment, we look for your truck…"
VISIT = "/track/k3Jx90QzVb7LmNcR2sTdWy"


def main() -> None:
    """Show it, each step with what a visitor sees."""
    with tempfile.TemporaryDirectory(prefix="quickdump-demo-") as place:
        folder = Path(place)
        shutil.copytree(web_folder(), folder / "web")
        settings = Settings(
            state=f"file://{folder}/state", site=f"file://{folder}/site", staging=f"file://{folder}/staging"
        )
        # Releases are named by the second: the demonstration's clock goes on by a minute at each deploy.
        clock = FakeClock(SystemClock().now())
        site, staging = DirectoryObjects(folder / "site"), DirectoryObjects(folder / "staging")
        parts = SiteParts(settings, site, staging, clock, web=folder / "web")

        _say("1. The site as it is")
        terminal.deploy(parts.deployer(), only_plan=False, yes=True)
        _visit(parts)

        _say(f"2. A page is changed: {PAGE}")
        page = folder / "web" / PAGE
        page.write_text(page.read_text("utf-8").replace(OLD, NEW, 1), "utf-8")
        clock.advance(minutes=1)
        terminal.deploy(parts.deployer(), only_plan=False, yes=True)
        _visit(parts)

        _say("3. Taken back")
        clock.advance(minutes=1)
        terminal.rollback(parts.deployer(), None, yes=True)
        _visit(parts)


def _say(words: str) -> None:
    click.echo(click.style(f"\n{words}", bold=True))


def _visit(parts: SiteParts) -> None:
    """Show what a visitor of a tracking link gets now."""
    seen = parts.viewer().look(VISIT)
    headline = seen.body.decode().partition('<h1 id="headline">')[2].partition("</h1>")[0]
    click.echo(f"  a visitor of {VISIT[:16]}… gets {seen.status}: {headline!r}")


if __name__ == "__main__":
    main()
