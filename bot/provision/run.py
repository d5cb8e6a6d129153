"""The whole of `quickdump provision`: joins the parts and runs them in order."""

import os
import secrets
import time
from collections.abc import Callable, Mapping

import click
from rich.console import Console

from bot.bootstrap import build
from bot.doctor import examine
from bot.finding import Finding
from bot.provision.env_file import EnvFile
from bot.provision.outputs import State, settings_from
from bot.provision.screen import Screen
from bot.provision.settle import settle
from bot.provision.stack import StackBuild
from bot.provision.wishes import Wishes, WishesError
from bot.settings import ENV_FILE, Settings
from bot.texts import provisioning as words
from core.adapters.cloudformation import open_stack
from core.adapters.key_value_store import open_keys
from core.ports import Keys, NotFound, StoreError
from core.stack import StackError, Stacks

_SECRET_BYTES = 32
FIRST_REVISION = 1


def run(settings: Settings, wishes: Wishes, *, plan_only: bool, yes: bool) -> int:
    """Set the service up and return the exit status: 0 where all is well or was only shown."""
    screen = Screen(Console(), click.confirm)
    try:
        return Provision(
            stacks=open_stack(wishes.stack, time.sleep),
            open_keys=open_keys,
            env=EnvFile(ENV_FILE),
            screen=screen,
        ).run(settings, wishes, plan_only=plan_only, yes=yes)
    except (StackError, WishesError, StoreError) as error:
        screen.say(f"quickdump: {error}", "bold red")
    except OSError as error:
        screen.say(f"quickdump: {ENV_FILE}: {error.strerror}", "bold red")
    except KeyboardInterrupt:
        screen.say(words.INTERRUPTED, "bold yellow")
    return 1


class Provision:
    """Sets a service up at a cloud."""

    def __init__(
        self,
        *,
        stacks: Stacks,
        open_keys: Callable[[str], Keys],
        env: EnvFile,
        screen: Screen,
        examine: Callable[[Settings], list[Finding]] = examine,
    ) -> None:
        self._stacks = stacks
        self._open_keys = open_keys
        self._env = env
        self._screen = screen
        self._examine = examine

    def run(self, settings: Settings, wishes: Wishes, *, plan_only: bool, yes: bool) -> int:
        """See `run`. Raises StackError, WishesError, StoreError, OSError."""
        there = self._env.values()
        known = settings.origin_secret
        origin_secret = known.get_secret_value() if known else secrets.token_urlsafe(_SECRET_BYTES)
        build_of = StackBuild(self._stacks, self._screen, wishes.stack, yes=yes)
        plan = build_of.plan(wishes.parameters(origin_secret), only=plan_only)
        if plan is None:
            return 0
        # Before the stack has it: a run that is cut short must not leave a secret that nobody knows.
        self._keep({"ORIGIN_SECRET": origin_secret})
        outputs = build_of.build(plan)
        settings = self._write(settings, outputs, there)
        failed = self._settle(settings, outputs["KeyValueStoreArn"])
        failed |= self._doctor(settings)
        self._say_what_is_left(wishes, outputs)
        return 1 if failed else 0

    def _write(self, settings: Settings, outputs: Mapping[str, str], there: Mapping[str, str]) -> Settings:
        """Write what came of it into the file and return the settings as they are now."""
        taken = settings_from(outputs, there, _state_of(settings))
        made = {} if settings.session_key else {"SESSION_KEY": secrets.token_urlsafe(_SECRET_BYTES)}
        values = {**taken.values, **made}
        self._screen.say(words.written(self._keep(values)))
        for note in taken.notes:
            self._screen.say(note, "yellow")
        return Settings.read()

    def _keep(self, values: Mapping[str, str]) -> tuple[str, ...]:
        """Let the file and this process have these values; return what is new in the file."""
        os.environ.update(values)
        return self._env.keep(values)

    def _settle(self, settings: Settings, store_arn: str) -> bool:
        """Set up what follows; return whether something failed."""
        failed = False
        for done in settle(settings, self._open_keys(store_arn)):
            self._screen.say(
                words.settled_line(done.part, done.words), "bold red" if done.failed else "green"
            )
            failed |= done.failed
        return failed

    def _doctor(self, settings: Settings) -> bool:
        findings = self._examine(settings)
        for finding in findings:
            self._screen.say(finding.line, "bold red" if finding.broken else None)
        return any(finding.broken for finding in findings)

    def _say_what_is_left(self, wishes: Wishes, outputs: Mapping[str, str]) -> None:
        if wishes.domain:
            self._screen.say(words.dns(wishes.domain, outputs["DistributionDomainName"]))
        self._screen.say(words.access_key(outputs["BotUserName"], outputs["BotPolicyArn"]))
        self._screen.say(words.THEN_DEPLOY, "bold")


def _state_of(settings: Settings) -> State:
    """Return where the state is and what is in it. Raises StoreError."""
    try:
        state = build(settings).store.load().state
    except NotFound:
        return State(address=settings.state, jobs=0, untouched=True)
    return State(address=settings.state, jobs=len(state.jobs), untouched=state.revision == FIRST_REVISION)
