"""The stack at CloudFormation: every answer is checked by botocore's own model of the service."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from boto3.session import Session
from botocore.exceptions import NoCredentialsError
from botocore.stub import ANY, Stubber

from core.adapters.cloudformation import CloudFormationStacks
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
)

AT = datetime(2026, 11, 26, 19, 0, tzinfo=UTC)
STACK_ID = "arn:aws:cloudformation:us-west-2:1:stack/quickdump/11111111-2222"
PLAN_ID = "arn:aws:cloudformation:us-west-2:1:changeSet/quickdump-x/33333333-4444"
PLAN = Plan(id=PLAN_ID, new=True, changes=())
ONE_BUCKET = "Resources: {StateBucket: {Type: AWS::S3::Bucket}}"


class Cloud:
    """CloudFormation as a test says, answer by answer."""

    def __init__(self) -> None:
        self.pauses: list[float] = []
        client = Session("test", "test", region_name="us-west-2").client("cloudformation")
        self.stubber = Stubber(client)
        self.stacks = CloudFormationStacks(client, "quickdump", self.pauses.append)

    def is_in(self, status: str, **more: Any) -> None:
        stack = {"StackName": "quickdump", "StackId": STACK_ID, "CreationTime": AT, "StackStatus": status}
        self.stubber.add_response("describe_stacks", {"Stacks": [{**stack, **more}]})

    def is_not_there(self) -> None:
        self.stubber.add_client_error(
            "describe_stacks", "ValidationError", "Stack with id quickdump does not exist"
        )

    def tells(self, *events: tuple[str, ...]) -> None:
        """Tell (part, status, reason) so far, oldest first; a part `quickdump` is the stack itself."""
        told = [
            {
                "StackId": STACK_ID,
                "StackName": "quickdump",
                "EventId": f"{number}",
                "LogicalResourceId": event[0],
                "PhysicalResourceId": STACK_ID if event[0] == "quickdump" else f"id-of-{event[0]}",
                "ResourceType": "AWS::S3::Bucket",
                "ResourceStatus": event[1],
                "Timestamp": AT,
                **({"ResourceStatusReason": event[2]} if len(event) == 3 else {}),
            }
            for number, event in enumerate(events)
        ]
        self.stubber.add_response("describe_stack_events", {"StackEvents": told[::-1]})

    def takes_a_plan(self, **expected: Any) -> None:
        asked = {
            "StackName": "quickdump",
            "ChangeSetName": ANY,
            "ChangeSetType": "CREATE",
            "OnStackFailure": "DELETE",
            "TemplateBody": ONE_BUCKET,
            "Parameters": [],
            "Capabilities": ["CAPABILITY_IAM"],
            **expected,
        }
        wanted = {name: value for name, value in asked.items() if value is not None}
        self.stubber.add_response("create_change_set", {"Id": PLAN_ID, "StackId": STACK_ID}, wanted)

    def has_planned(self, status: str, *changes: dict[str, Any], **more: Any) -> None:
        listed = [{"Type": "Resource", "ResourceChange": change} for change in changes]
        self.stubber.add_response("describe_change_set", {"Status": status, "Changes": listed, **more})

    def takes(self, operation: str) -> None:
        self.stubber.add_response(operation, {})


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    cloud = Cloud()
    with cloud.stubber:
        yield cloud
    cloud.stubber.assert_no_pending_responses()


# --- planning ---


def test_a_first_plan_makes_a_stack_that_goes_if_it_fails(cloud: Cloud) -> None:
    cloud.is_not_there()
    cloud.takes_a_plan(Parameters=[{"ParameterKey": "BudgetUsd", "ParameterValue": "20"}])
    cloud.has_planned("CREATE_IN_PROGRESS")
    added = {"Action": "Add", "LogicalResourceId": "StateBucket", "ResourceType": "AWS::S3::Bucket"}
    cloud.has_planned("CREATE_COMPLETE", added)
    plan = cloud.stacks.plan(ONE_BUCKET, {"BudgetUsd": "20"})
    assert plan.new
    assert plan.changes == (Change(deed=Deed.ADD, part="StateBucket", kind="AWS::S3::Bucket"),)
    assert len(cloud.pauses) == 1


def test_parameters_that_are_not_given_keep_their_value(cloud: Cloud) -> None:
    kept = [{"ParameterKey": "DomainName", "ParameterValue": "x"}, {"ParameterKey": "BudgetUsd"}]
    cloud.is_in("UPDATE_COMPLETE", Parameters=kept)
    cloud.takes_a_plan(
        ChangeSetType="UPDATE",
        OnStackFailure=None,
        Parameters=[
            {"ParameterKey": "BudgetUsd", "ParameterValue": "20"},
            {"ParameterKey": "DomainName", "UsePreviousValue": True},
        ],
    )
    cloud.has_planned("CREATE_COMPLETE")
    assert not cloud.stacks.plan(ONE_BUCKET, {"BudgetUsd": "20"}).new


def test_a_plan_of_several_pages_is_read_whole_and_tells_what_goes(cloud: Cloud) -> None:
    cloud.is_in("UPDATE_COMPLETE")
    cloud.takes_a_plan(ChangeSetType="UPDATE", OnStackFailure=None)
    changed = {
        "Action": "Modify",
        "LogicalResourceId": "Distribution",
        "ResourceType": "AWS::CloudFront::Distribution",
        "Replacement": "False",
        "Details": [{"Target": {"Attribute": "Properties", "Name": "DistributionConfig"}}],
    }
    cloud.has_planned("CREATE_COMPLETE", changed, NextToken="more")
    anew = {"Action": "Modify", "LogicalResourceId": "A", "ResourceType": "T::T::T", "Replacement": "True"}
    gone = {"Action": "Remove", "LogicalResourceId": "B", "ResourceType": "T::T::T"}
    cloud.has_planned("CREATE_COMPLETE", anew, gone)
    changes = cloud.stacks.plan(ONE_BUCKET, {}).changes
    assert [change.deed for change in changes] == [Deed.CHANGE, Deed.REPLACE, Deed.REMOVE]
    assert changes[0].touched == ("DistributionConfig",)


@pytest.mark.parametrize(
    "reason",
    [
        "The submitted information didn't contain changes. Submit different information.",
        "No updates are to be performed.",
    ],
)
def test_a_stack_that_is_as_it_should_be_has_a_plan_without_changes(cloud: Cloud, reason: str) -> None:
    cloud.is_in("CREATE_COMPLETE")
    cloud.takes_a_plan(ChangeSetType="UPDATE", OnStackFailure=None)
    cloud.has_planned("FAILED", StatusReason=reason)
    cloud.takes("delete_change_set")
    assert cloud.stacks.plan(ONE_BUCKET, {}).changes == ()


def test_a_plan_that_cannot_be_is_said_and_leaves_nothing(cloud: Cloud) -> None:
    cloud.is_not_there()
    cloud.takes_a_plan()
    cloud.has_planned("FAILED", StatusReason="Template error: no such thing")
    cloud.takes("delete_change_set")
    cloud.takes("delete_stack")
    with pytest.raises(StackError, match="no such thing"):
        cloud.stacks.plan(ONE_BUCKET, {})


def test_somebody_elses_work_is_not_disturbed(cloud: Cloud) -> None:
    cloud.is_in("UPDATE_IN_PROGRESS")
    with pytest.raises(StackBusy, match="UPDATE_IN_PROGRESS"):
        cloud.stacks.plan(ONE_BUCKET, {})


@pytest.mark.parametrize(
    ("status", "removable"),
    [("ROLLBACK_COMPLETE", True), ("UPDATE_ROLLBACK_FAILED", False), ("DELETE_FAILED", False)],
)
def test_a_stack_that_is_stuck_says_whether_it_may_go(cloud: Cloud, status: str, removable: bool) -> None:  # noqa: FBT001 - a row of the table
    cloud.is_in(status)
    with pytest.raises(StackStuck, match=status) as caught:
        cloud.stacks.plan(ONE_BUCKET, {})
    assert caught.value.removable is removable


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("AccessDenied", "log in as somebody who may"),
        ("SignatureDoesNotMatch", "AWS_SECRET_ACCESS_KEY"),
        ("ExpiredToken", "have expired"),
    ],
)
def test_whoever_may_not_is_told_so(cloud: Cloud, code: str, advice: str) -> None:
    cloud.stubber.add_client_error("describe_stacks", code, "User: x is not authorized")
    with pytest.raises(NotAllowed, match=advice):
        cloud.stacks.plan(ONE_BUCKET, {})


def test_nobody_logged_in_is_told_how(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Session("test", "test", region_name="us-west-2").client("cloudformation")

    def refuse(**_: object) -> None:
        raise NoCredentialsError

    monkeypatch.setattr(client, "describe_stacks", refuse)
    with pytest.raises(NotAllowed, match="AWS_PROFILE"):
        CloudFormationStacks(client, "quickdump", lambda _: None).outputs()


# --- building ---


def test_steps_come_in_order_and_each_once(cloud: Cloud) -> None:
    before = [("quickdump", "REVIEW_IN_PROGRESS")]
    begun = [*before, ("quickdump", "CREATE_IN_PROGRESS"), ("A", "CREATE_IN_PROGRESS")]
    done = [*begun, ("A", "CREATE_COMPLETE"), ("quickdump", "CREATE_COMPLETE")]
    cloud.is_in("REVIEW_IN_PROGRESS")
    cloud.tells(*before)
    cloud.takes("execute_change_set")
    cloud.is_in("CREATE_IN_PROGRESS")
    cloud.tells(*begun)
    cloud.is_in("CREATE_COMPLETE")
    cloud.tells(*done)
    steps = list(cloud.stacks.carry_out(PLAN))
    assert [(step.part, step.progress) for step in steps] == [
        ("A", Progress.BEGUN),
        ("A", Progress.DONE),
    ]


def test_the_status_of_the_work_before_is_not_taken_for_the_end(cloud: Cloud) -> None:
    before = [("quickdump", "CREATE_COMPLETE")]
    cloud.is_in("CREATE_COMPLETE")
    cloud.tells(*before)
    cloud.takes("execute_change_set")
    cloud.is_in("CREATE_COMPLETE")  # not begun yet
    cloud.tells(*before)
    cloud.is_in("UPDATE_COMPLETE")
    cloud.tells(*before, ("A", "UPDATE_COMPLETE"), ("quickdump", "UPDATE_COMPLETE"))
    assert len(list(cloud.stacks.carry_out(PLAN))) == 1


def test_a_failure_names_the_cause_and_not_what_was_given_up_for_it(cloud: Cloud) -> None:
    cloud.is_in("REVIEW_IN_PROGRESS")
    cloud.tells()
    cloud.takes("execute_change_set")
    cloud.is_in("CREATE_FAILED")  # what was made of it goes next
    failed = [
        ("quickdump", "CREATE_IN_PROGRESS"),
        ("Keys", "CREATE_FAILED", "quickdump-keys already exists"),
        ("SiteBucket", "CREATE_FAILED", "Resource creation cancelled"),
    ]
    cloud.tells(*failed)
    cloud.is_in("DELETE_COMPLETE")
    cloud.tells(*failed, ("SiteBucket", "DELETE_COMPLETE"))
    with pytest.raises(StackFailed, match="Keys: quickdump-keys already exists") as caught:
        list(cloud.stacks.carry_out(PLAN))
    assert "cancelled" not in str(caught.value)


def test_an_update_that_was_taken_back_is_a_failure(cloud: Cloud) -> None:
    cloud.is_in("UPDATE_COMPLETE")
    cloud.tells()
    cloud.takes("execute_change_set")
    cloud.is_in("UPDATE_ROLLBACK_COMPLETE")
    cloud.tells(("quickdump", "UPDATE_IN_PROGRESS"), ("A", "UPDATE_FAILED", "no such certificate"))
    with pytest.raises(StackFailed, match="no such certificate"):
        list(cloud.stacks.carry_out(PLAN))


def test_only_what_a_failed_first_attempt_left_is_removed(cloud: Cloud) -> None:
    cloud.is_in("ROLLBACK_COMPLETE")
    cloud.takes("delete_stack")
    cloud.is_in("DELETE_IN_PROGRESS")
    cloud.is_in("DELETE_COMPLETE")
    cloud.stacks.remove_failed()
    cloud.is_in("UPDATE_COMPLETE")
    with pytest.raises(StackStuck, match="it stays"):
        cloud.stacks.remove_failed()
