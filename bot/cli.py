"""The `quickdump` command."""

import logging
import sys
from typing import TYPE_CHECKING, TypeVar

import click
from dotenv import load_dotenv

from bot.cli_parts import by_profile, fail, join, moment_of, new_cause, open_system, run
from bot.settings import ENV_FILE, Settings, SettingsError
from core.ports import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.deploy.deployer import Deployer

T = TypeVar("T")


def main() -> None:
    """Run the command line; a fault that a person can mend is one clear line and exit status 1."""
    load_dotenv(ENV_FILE)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    # A library's debug lines would show tokens in addresses.
    for noisy in ("httpx", "httpcore", "telegram", "twilio", "botocore", "urllib3"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    try:
        command(prog_name="quickdump")
    except (SettingsError, StoreError) as error:
        fail(str(error))


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Dispatch a small hauling fleet from Telegram, SMS or this terminal."""


@command.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65_535), help="0: any free one."
)
@click.option("--sim", is_flag=True, help="Serve the simulator although a real channel is configured.")
def serve(host: str, port: int, *, sim: bool) -> None:
    """Run everything: webhooks, relay, local edge and, without a real channel, the simulator."""
    from bot.serve import run  # noqa: PLC0415 - the server's imports are slow and only it needs them

    run(Settings.read(), host=host, port=port, sim=sim)


@command.command()
@click.option("--once", is_flag=True, help="One bounded pass, then end.")
def relay(*, once: bool) -> None:
    """Send what is owed and repair the views (`serve` does this by itself)."""
    system, channels = open_system()

    async def passes() -> None:
        if once:
            done = await system.relay.once()
            swept = await system.archiver.once()
            click.echo(f"sent {len(done.sent)}, repaired {done.repaired}, archived {swept.jobs}")
        else:
            await system.relay.run()

    run(passes(), channels)


@command.command()
def archive() -> None:
    """Move all finished jobs that are old enough to the archive (`serve` does this by itself)."""
    system, _ = open_system()

    async def passes() -> None:
        jobs = 0
        while True:
            swept = await system.archiver.once(by_hand=True)
            jobs += swept.jobs
            if not swept.jobs and not swept.more:
                break
        click.echo(f"archived {jobs}")

    run(passes())


@command.command()
@click.option(
    "--as",
    "speaks_as",
    default="admin",
    show_default=True,
    metavar="PERSON",
    help="A role, a name or a phone number.",
)
@click.option(
    "--now",
    "now",
    metavar="TIME",
    help="Take this as the present moment (ISO 8601; the business's zone if none).",
)
@click.option("--json", "json_out", is_flag=True, help="Print one JSON object.")
@click.argument("text", nargs=-1, required=True)
def say(text: tuple[str, ...], speaks_as: str, now: str | None, *, json_out: bool) -> None:
    """Say one line to the dispatcher's desk, as in a chat."""
    from bot.terminal import say as terminal  # noqa: PLC0415 - starts faster without
    from bot.terminal.speaker import UnknownSpeaker  # noqa: PLC0415

    system, channels = open_system(now)
    line = " ".join(text)
    saying = terminal.say(system.desk, system.relay, line, speaks_as=speaks_as, cause=new_cause())
    try:
        reply = run(saying, channels)
    except UnknownSpeaker as error:
        raise click.BadParameter(str(error), param_hint="--as") from error
    if reply.attachment and not json_out:
        # So that it can be sent on into a file; what is said about it is no part of that.
        click.echo(terminal.as_text(reply), err=True)
        click.echo(reply.attachment.content, nl=False)
    else:
        click.echo(terminal.as_json(reply) if json_out else terminal.as_text(reply))
    sys.exit(0 if reply.ok else 1)


@command.command()
@click.option("--as", "speaks_as", default="admin", show_default=True, metavar="PERSON", help="Who types.")
def chat(speaks_as: str) -> None:
    """Talk to the desk, line after line."""
    from bot.terminal.chat import chat as converse  # noqa: PLC0415 - starts faster without

    system, channels = open_system()
    run(converse(system.desk, system.relay, speaks_as, new_cause), channels)


@command.command()
def init() -> None:
    """Make an empty state where STATE points to; one that is there stays as it is."""
    settings = Settings.read()
    made = join(settings)[0].create_state()
    done = "made an empty state" if made else "there is a state already, nothing was changed"
    click.echo(f"{done}: {settings.state}")


@command.command()
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@by_profile
def migrate(source: str, target: str) -> None:
    """Move the state, and all objects beside it, to another store. Stop the service first.

    FROM and TO are addresses as STATE has them. FROM keeps all that it has, and takes no more writes.
    """
    from bot.bootstrap import place_at  # noqa: PLC0415 - starts `--help` faster
    from bot.doctor import overlap  # noqa: PLC0415
    from bot.texts.migration import told  # noqa: PLC0415
    from core.adapters.system import SystemIds  # noqa: PLC0415
    from core.migrate import migrate as move  # noqa: PLC0415

    region = Settings.read().region
    old, new = place_at(source, region, "migrate"), place_at(target, region, "migrate")
    if old.address != new.address and overlap(old.address, new.address):
        raise SettingsError(f"migrate: {source} and {target} overlap: give each a place of its own")
    click.echo(told(move(old, new, SystemIds())))


@command.command()
@click.option("--at", "at", metavar="TIME", help="Go back to this moment (ISO 8601).")
@click.option(
    "--from", "place", metavar="ADDRESS", help="Take the jobs from another store, like a restored table."
)
@click.option("--yes", is_flag=True, help="Ask nobody.")
@by_profile
def restore(at: str | None, place: str | None, *, yes: bool) -> None:
    """Put the jobs back as they were; shows what would change, and asks.

    For a state in DynamoDB, --at makes the table of that moment beside it and takes the jobs from there.
    """
    from bot.restoring import go_back  # noqa: PLC0415 - starts faster without

    if (at is None) == (place is None):
        raise click.UsageError("Say when, with --at, or from where, with --from.")
    settings = Settings.read()
    system, _ = join(settings)
    moment = moment_of(at, settings.timezone, "--at") if at is not None else None
    run(go_back(system, moment, place or "", sure=yes))


@command.command()
def doctor() -> None:
    """Name each part as fine, not configured, or broken with what to do."""
    from bot.doctor import examine  # noqa: PLC0415 - asks providers; only it needs their clients

    findings = examine(Settings.read())
    for finding in findings:
        click.echo(finding.line)
    sys.exit(1 if any(finding.broken for finding in findings) else 0)


@command.command()
@click.option("--plan", "plan_only", is_flag=True, help="Show what would be done, and do nothing.")
@click.option("--yes", is_flag=True, help="Ask nothing.")
@click.option("--stack", default="quickdump", show_default=True, help="What the stack is called at AWS.")
@by_profile
@click.option("--domain", metavar="NAME", help="The name that customers see, like track.example.com.")
@click.option("--certificate", metavar="ARN", help="Its certificate, in us-east-1.")
@click.option("--budget-email", metavar="ADDRESS", help="Who is told when the month gets dear.")
@click.option("--budget-usd", type=click.IntRange(1), metavar="USD", help="What a month may cost (10).")
def provision(*, plan_only: bool, yes: bool, **wishes: str | int | None) -> None:
    """Set everything up at AWS, Telegram and Twilio; can be run again at any time."""
    from bot.provision.run import run as provide  # noqa: PLC0415 - boto3 is slow to import
    from bot.provision.wishes import Wishes  # noqa: PLC0415

    settings = Settings.read()
    wanted = Wishes.model_validate({"webhook_url": settings.webhook_url, "state": settings.state, **wishes})
    sys.exit(provide(settings, wanted, plan_only=plan_only, yes=yes))


@command.command()
@click.option("--plan", "only_plan", is_flag=True, help="Only show what would change.")
@click.option("--yes", is_flag=True, help="Don't ask.")
@click.option("--finish", is_flag=True, help="Finish a deploy that was interrupted.")
def deploy(*, only_plan: bool, yes: bool, finish: bool) -> None:
    """Release the public site: plan, confirm, stage, try, promote, check; put back where anything fails."""
    from bot.terminal import deploy as terminal  # noqa: PLC0415 - starts faster without

    def work(deployer: "Deployer") -> None:
        if finish:
            terminal.finish(deployer)
        else:
            terminal.deploy(deployer, only_plan=only_plan, yes=yes)

    _release(work)


@command.command()
@click.option("--yes", is_flag=True, help="Don't ask.")
@click.argument("release", required=False)
def rollback(release: str | None, *, yes: bool) -> None:
    """Let an earlier RELEASE of the site be live again, by default the one before this."""
    from bot.terminal import deploy as terminal  # noqa: PLC0415 - as above

    _release(lambda deployer: terminal.rollback(deployer, release, yes=yes))


def _release(work: "Callable[[Deployer], None]") -> None:
    from core.deploy.errors import DeployError  # noqa: PLC0415 - as above

    deployer = join(Settings.read())[0].site_parts().deployer()
    try:
        work(deployer)
    except DeployError as error:
        fail(str(error))
