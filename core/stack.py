"""The stack: what the product needs at its cloud, planned, built and looked at as one thing.

    StackError
      NotAllowed        nobody is logged in there, or whoever is may not do this
      StackBusy         somebody else's work on it is under way
      StackStuck        an earlier attempt left it in a state that has to be cleared first
      StackFailed       the work was begun, failed, and was taken back

`Stacks` is the port; it blocks.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol


class StackError(Exception):
    """The stack could not do what it was asked; the message names the try, the state and what to do."""


class NotAllowed(StackError):
    """Nobody is logged in at the cloud, or whoever is may not do this."""


class StackBusy(StackError):
    """Somebody else's work on the stack is under way: nothing was begun."""


class StackStuck(StackError):
    """An earlier attempt left the stack in a state that has to be cleared first.

    `removable`: it was never whole and holds nothing, so that `Stacks.remove_failed` may take it away.
    """

    def __init__(self, message: str, *, removable: bool) -> None:
        super().__init__(message)
        self.removable = removable


class StackFailed(StackError):
    """The work was begun, failed, and was taken back: all is as before. `reasons` has one line a part."""

    def __init__(self, message: str, reasons: tuple[str, ...]) -> None:
        super().__init__(message)
        self.reasons = reasons


class Deed(Enum):
    """What happens to a part."""

    ADD = "add"
    CHANGE = "change"
    REPLACE = "replace"
    """Made anew, and the old one taken away after."""
    REMOVE = "remove"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One part that a plan touches."""

    deed: Deed
    part: str
    """Its name in the template: `StateBucket`."""
    kind: str
    """Its type: `AWS::S3::Bucket`."""
    touched: tuple[str, ...] = ()
    """The properties that change; empty for a new part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What would be done, worked out by the cloud itself. Without changes there is nothing to carry out."""

    id: str
    new: bool
    """Whether there is no stack yet."""
    changes: tuple[Change, ...]


class Progress(Enum):
    """How far a part is."""

    BEGUN = "begun"
    DONE = "done"
    FAILED = "failed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A part came a step further."""

    part: str
    kind: str
    progress: Progress
    at: datetime
    reason: str = ""


class Stacks(Protocol):
    """One named stack. Every method raises NotAllowed and StackError where the cloud can't be reached."""

    def outputs(self) -> dict[str, str]:
        """Return what the stack hands out; empty where there is no whole one."""

    def plan(self, template: str, parameters: Mapping[str, str]) -> Plan:
        """Let the cloud work out what this template would change. Changes nothing.

        A parameter that is left out keeps its value. Raises StackBusy, StackStuck.
        """

    def discard(self, plan: Plan) -> None:
        """Forget a plan that is not to be carried out."""

    def carry_out(self, plan: Plan) -> Iterator[Step]:
        """Do it, and yield each step as it comes, until all is done. Raises StackFailed."""

    def remove_failed(self) -> None:
        """Take away what a failed first attempt left, and wait until it is gone. Raises StackStuck."""
