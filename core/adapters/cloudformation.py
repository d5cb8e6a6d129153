"""The stack at CloudFormation, by change sets: AWS works out what would change before anything does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from core.adapters.aws_control import PATIENCE, code_of, explain, is_about_credentials, message_of
from core.adapters.aws_requests import AWS_FAILURES, session
from core.adapters.system import SystemIds
from core.stack import (
    Change,
    Deed,
    NotAllowed,
    Plan,
    Progress,
    StackBusy,
    StackError,
    StackFailed,
    StackStuck,
    Step,
)

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import (
        ChangeTypeDef,
        CreateChangeSetInputTypeDef,
        DescribeChangeSetOutputTypeDef,
        ParameterTypeDef,
        StackEventTypeDef,
        StackTypeDef,
    )

POLL_S = 2.0
"""Between two looks: CloudFormation turns away who looks more often than some times a second."""
PLANNING_POLLS_MAX = 150
"""Five minutes; a change set takes some seconds."""
BUILDING_POLLS_MAX = 1800
"""An hour; a new distribution takes some minutes."""

_WHOLE = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE"}
_DONE = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
_NEVER_WHOLE = {"ROLLBACK_COMPLETE", "CREATE_FAILED"}
_ABOUT_TO_GO = "CREATE_FAILED"
"""Of a first attempt: what was made of it is removed next."""
_NOTHING_YET = {"REVIEW_IN_PROGRESS", "DELETE_COMPLETE"}
_NO_CHANGES = ("didn't contain changes", "No updates are to be performed")
_DEEDS = {"Add": Deed.ADD, "Import": Deed.ADD, "Modify": Deed.CHANGE, "Remove": Deed.REMOVE}


def open_stack(name: str, pause: Callable[[float], None]) -> CloudFormationStacks:
    """Return the stack; region, credentials and endpoint are boto3's own settings. Raises NotAllowed."""
    try:
        client = session().client("cloudformation", config=PATIENCE)
    except (*AWS_FAILURES, ValueError) as error:
        raise NotAllowed(explain(error, f"look at the stack {name}")) from error
    return CloudFormationStacks(client, name, pause)


class CloudFormationStacks:
    """The stack `name` of the account and region that `client` is logged in to.

    `pause(seconds)` waits between two looks.
    """

    def __init__(self, client: CloudFormationClient, name: str, pause: Callable[[float], None]) -> None:
        self._client = client
        self._name = name
        self._pause = pause

    def outputs(self) -> dict[str, str]:
        """See `Stacks.outputs`."""
        stack = self._look(self._name)
        if stack is None or stack["StackStatus"] not in _WHOLE:
            return {}
        return {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", [])}

    def plan(self, template: str, parameters: Mapping[str, str]) -> Plan:
        """See `Stacks.plan`."""
        stack = self._look(self._name)
        self._must_be_quiet(stack)
        new = stack is None or stack["StackStatus"] in _NOTHING_YET
        kept = set() if stack is None or new else {one["ParameterKey"] for one in stack.get("Parameters", [])}
        wanted = [_parameter(name, parameters.get(name)) for name in sorted(kept | parameters.keys())]
        asked: CreateChangeSetInputTypeDef = {
            "StackName": self._name,
            "ChangeSetName": f"quickdump-{SystemIds().unique()}",
            "ChangeSetType": "CREATE" if new else "UPDATE",
            "TemplateBody": template,
            "Parameters": wanted,
            "Capabilities": ["CAPABILITY_IAM"],
        }
        if new:
            # A first attempt that fails leaves nothing behind, so that the next one can begin at once.
            asked["OnStackFailure"] = "DELETE"
        try:
            made = self._client.create_change_set(**asked)
        except AWS_FAILURES as error:
            raise self._meaning(error, "plan") from error
        return self._planned(made["Id"], new=new)

    def discard(self, plan: Plan) -> None:
        """See `Stacks.discard`. A stack that was only ever planned goes with its plan."""
        try:
            self._client.delete_change_set(ChangeSetName=plan.id)
            if plan.new:
                self._client.delete_stack(StackName=self._name)
        except AWS_FAILURES as error:
            raise self._meaning(error, "forget the plan for") from error

    def carry_out(self, plan: Plan) -> Iterator[Step]:
        """See `Stacks.carry_out`."""
        stack = self._look(self._name)
        if stack is None:
            raise StackError(f"the plan for the stack {self._name} is gone: plan again")
        # By its id it can be looked at when it is gone, too.
        stack_id = stack["StackId"]
        seen = {event["EventId"] for event in self._events(stack_id)}
        try:
            self._client.execute_change_set(ChangeSetName=plan.id)
        except AWS_FAILURES as error:
            raise self._meaning(error, "build") from error
        failed: list[str] = []
        begun = False
        for status in self._statuses(stack_id):
            for event in self._new_events(stack_id, seen):
                if event.get("PhysicalResourceId") == stack_id:
                    begun = True
                    continue
                step = _step(event)
                failed += [f"{step.part}: {step.reason}"] if step.progress is Progress.FAILED else []
                yield step
            # Before the stack's first own event its status may still be that of the work before.
            if begun and status in _DONE:
                return
            if begun and not status.endswith("_IN_PROGRESS") and status != _ABOUT_TO_GO:
                raise StackFailed(_failure(self._name, status, failed), tuple(failed))

    def remove_failed(self) -> None:
        """See `Stacks.remove_failed`."""
        stack = self._look(self._name)
        if stack is None:
            return
        if stack["StackStatus"] not in _NEVER_WHOLE:
            raise StackStuck(
                f"the stack {self._name} is {stack['StackStatus']} and not what a failed first attempt left: "
                "it stays",
                removable=False,
            )
        try:
            self._client.delete_stack(StackName=stack["StackId"])
        except AWS_FAILURES as error:
            raise self._meaning(error, "remove") from error
        for status in self._statuses(stack["StackId"]):
            if not status.endswith("_IN_PROGRESS"):
                if status != "DELETE_COMPLETE":
                    raise StackStuck(
                        f"the stack {self._name} is {status} and could not be removed: look at it in the "
                        "CloudFormation console",
                        removable=False,
                    )
                return

    def _look(self, name_or_id: str) -> StackTypeDef | None:
        try:
            return self._client.describe_stacks(StackName=name_or_id)["Stacks"][0]
        except ClientError as error:
            if code_of(error) == "ValidationError" and "does not exist" in message_of(error):
                return None
            raise self._meaning(error, "look at") from error
        except AWS_FAILURES as error:
            raise self._meaning(error, "look at") from error

    def _must_be_quiet(self, stack: StackTypeDef | None) -> None:
        """Refuse what cannot be planned on now."""
        status = stack["StackStatus"] if stack else "DELETE_COMPLETE"
        if status in _WHOLE | _NOTHING_YET:
            return
        if status.endswith("_IN_PROGRESS"):
            raise StackBusy(
                f"the stack {self._name} is {status}: work on it is under way. Nothing was begun; try again "
                "when it is done"
            )
        removable = status in _NEVER_WHOLE
        raise StackStuck(
            f"the stack {self._name} is {status}: "
            + (
                "an earlier first attempt failed. Nothing of yours is in it, and it has to go first"
                if removable
                else "look at it in the CloudFormation console, and continue or undo there what was begun"
            ),
            removable=removable,
        )

    def _planned(self, change_set_id: str, *, new: bool) -> Plan:
        """Wait until the change set is worked out and return it as a plan."""
        for _ in range(PLANNING_POLLS_MAX):
            found = self._change_set(change_set_id)
            if found["Status"] == "CREATE_COMPLETE":
                return Plan(id=change_set_id, new=new, changes=tuple(self._changes(change_set_id, found)))
            if found["Status"] == "FAILED":
                empty = Plan(id=change_set_id, new=new, changes=())
                self.discard(empty)
                reason = found.get("StatusReason", "no reason was given")
                if any(words in reason for words in _NO_CHANGES):
                    return empty
                raise StackError(f"the stack {self._name} cannot be planned: {reason}")
            self._pause(POLL_S)
        raise StackError(f"the plan for the stack {self._name} is not ready after five minutes: try again")

    def _changes(self, change_set_id: str, first: DescribeChangeSetOutputTypeDef) -> Iterator[Change]:
        page = first
        while True:
            yield from filter(None, map(_change, page["Changes"]))
            token = page.get("NextToken")
            if not token:
                return
            page = self._change_set(change_set_id, token)

    def _change_set(self, change_set_id: str, token: str | None = None) -> DescribeChangeSetOutputTypeDef:
        try:
            if token:
                return self._client.describe_change_set(ChangeSetName=change_set_id, NextToken=token)
            return self._client.describe_change_set(ChangeSetName=change_set_id)
        except AWS_FAILURES as error:
            raise self._meaning(error, "read the plan for") from error

    def _statuses(self, stack_id: str) -> Iterator[str]:
        """Yield the stack's status again and again."""
        for _ in range(BUILDING_POLLS_MAX):
            stack = self._look(stack_id)
            yield stack["StackStatus"] if stack else "DELETE_COMPLETE"
            self._pause(POLL_S)
        raise StackError(
            f"the stack {self._name} is not ready after an hour; AWS goes on with it. Run this again to see"
        )

    def _events(self, stack_id: str) -> list[StackEventTypeDef]:
        """Return all events of the stack, oldest first."""
        pages = self._client.get_paginator("describe_stack_events").paginate(StackName=stack_id)
        try:
            newest_first = [event for page in pages for event in page["StackEvents"]]
        except AWS_FAILURES as error:
            raise self._meaning(error, "follow") from error
        return newest_first[::-1]

    def _new_events(self, stack_id: str, seen: set[str]) -> list[StackEventTypeDef]:
        """Return the events that are not in `seen`, and add them there."""
        new = [event for event in self._events(stack_id) if event["EventId"] not in seen]
        seen.update(event["EventId"] for event in new)
        return new

    def _meaning(self, error: Exception, verb: str) -> StackError:
        words = explain(error, f"{verb} the stack {self._name}")
        return NotAllowed(words) if is_about_credentials(error) else StackError(words)


def _parameter(name: str, value: str | None) -> ParameterTypeDef:
    if value is None:
        return {"ParameterKey": name, "UsePreviousValue": True}
    return {"ParameterKey": name, "ParameterValue": value}


def _change(listed: ChangeTypeDef) -> Change | None:
    resource = listed.get("ResourceChange")
    if resource is None:
        return None
    deed = _DEEDS.get(resource["Action"], Deed.CHANGE)
    # "Conditional" is said of all that refers to a changed part, and is hardly ever meant.
    if deed is Deed.CHANGE and resource.get("Replacement") == "True":
        deed = Deed.REPLACE
    touched = {detail.get("Target", {}).get("Name", "") for detail in resource.get("Details", [])}
    return Change(
        deed=deed,
        part=resource["LogicalResourceId"],
        kind=resource["ResourceType"],
        touched=tuple(sorted(touched - {""})),
    )


def _step(event: StackEventTypeDef) -> Step:
    return Step(
        part=event["LogicalResourceId"],
        kind=event["ResourceType"],
        progress=_progress(event["ResourceStatus"]),
        at=event["Timestamp"],
        reason=event.get("ResourceStatusReason", ""),
    )


def _progress(status: str) -> Progress:
    if status.endswith("_FAILED"):
        return Progress.FAILED
    if status.startswith(("DELETE_", "ROLLBACK_", "UPDATE_ROLLBACK_")):
        return Progress.REMOVED
    return Progress.DONE if status.endswith("_COMPLETE") else Progress.BEGUN


def _failure(name: str, status: str, reasons: list[str]) -> str:
    # What was merely given up because something else failed says nothing.
    causes = [reason for reason in reasons if "cancelled" not in reason.lower()] or reasons
    lines = "".join(f"\n  {reason}" for reason in causes)
    return f"the stack {name} could not be built and is {status}; what was begun is taken back.{lines}"
