"""The stack's part: plan, show, ask, build."""

from collections.abc import Mapping
from pathlib import Path

from bot.provision.screen import Screen
from bot.texts import provisioning as words
from core.stack import Plan, Stacks, StackStuck

TEMPLATE_FILE = Path(__file__).parents[2] / "cf" / "stack.yaml"
"""Found from the code's place, never from the working directory."""


class StackBuild:
    """Brings the stack `name` to the template.

    Args:
        stacks: the stack at the cloud.
        name: how it is called, for people.
        yes: take every answer for a yes.
    """

    def __init__(self, stacks: Stacks, screen: Screen, name: str, *, yes: bool) -> None:
        self._stacks = stacks
        self._screen = screen
        self._name = name
        self._yes = yes

    def plan(self, parameters: Mapping[str, str], *, only: bool) -> Plan | None:
        """Return the plan, shown and agreed to; None where nothing is to be done.

        `only`: it is shown and forgotten. Raises StackError.
        """
        plan = self._planned(parameters, only=only)
        if plan is None:
            return None
        if not plan.changes:
            self._screen.say(words.NOTHING_TO_CHANGE)
            return None if only else plan
        self._screen.show(plan, self._name)
        if only or not self._agreed(words.GO_AHEAD):
            self._stacks.discard(plan)
            self._screen.say(words.NOTHING_WAS_DONE)
            return None
        return plan

    def build(self, plan: Plan) -> dict[str, str]:
        """Carry the plan out with live progress and return what the stack hands out. Raises StackError."""
        if plan.changes:
            self._screen.follow(self._stacks.carry_out(plan), len(plan.changes))
        return self._stacks.outputs()

    def _planned(self, parameters: Mapping[str, str], *, only: bool) -> Plan | None:
        template = TEMPLATE_FILE.read_text("utf-8")
        try:
            return self._stacks.plan(template, parameters)
        except StackStuck as stuck:
            if only or not stuck.removable:
                raise
            self._screen.say(f"{stuck}.", "yellow")
            if not self._agreed(words.REMOVE_FAILED):
                self._screen.say(words.NOTHING_WAS_DONE)
                return None
            self._stacks.remove_failed()
            return self._stacks.plan(template, parameters)

    def _agreed(self, question: str) -> bool:
        return self._yes or self._screen.ask(question)
