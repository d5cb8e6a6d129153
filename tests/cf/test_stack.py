"""The stack's template: clean, closed, and of one mind with the local edge."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any

import cfnlint.api
import pytest
from cfnlint.config import ManualArgs

from bot.edge.event import viewer_request
from bot.edge.function import FUNCTION_FILE, Answered, EdgeFunction, Forwarded
from bot.edge.policy import BEHAVIOURS, Behaviour
from bot.provision.outputs import FROM_OUTPUTS
from core.site import NOT_FOUND_PAGE, REVALIDATE, plan_release, read_sources
from tests.cf.template import (
    TEMPLATE_FILE,
    behaviours,
    chosen,
    distribution,
    headers_of,
    properties,
    template,
)

BODY_BYTES_MAX = 51_200  # what CreateChangeSet takes without a bucket ("CloudFormation quotas")
BUCKETS = ("StateBucket", "SiteBucket", "StagingBucket", "LogBucket")
CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"


def test_the_linter_of_cloudformation_finds_nothing() -> None:
    args = ManualArgs(regions=["us-east-1", "us-west-2", "eu-central-1"])
    assert [str(match) for match in cfnlint.api.lint_file(TEMPLATE_FILE, args)] == []


def test_it_can_be_sent_without_a_bucket() -> None:
    assert TEMPLATE_FILE.stat().st_size < BODY_BYTES_MAX


# --- the local edge and CloudFront ---


def test_behaviours_are_those_of_the_local_edge_in_their_order() -> None:
    patterns = [behaviour["PathPattern"] for behaviour in behaviours()]
    assert patterns.pop(-2) == "/api/*"  # goes to the bot, which is the local edge's own process
    assert patterns[:-1] == [f"{behaviour.prefix}*" for behaviour in BEHAVIOURS[:-1]]
    assert (patterns[-1], BEHAVIOURS[-1].prefix) == ("*", "/")


def test_the_function_runs_where_the_local_edge_runs_it() -> None:
    for mine, theirs in pairs():
        events = [one["EventType"] for one in theirs.get("FunctionAssociations", [])]
        assert events == (["viewer-request"] if mine.runs_function else []), mine.prefix


def test_every_answer_carries_the_headers_of_the_local_edge() -> None:
    for mine, theirs in pairs():
        assert headers_of(theirs["ResponseHeadersPolicyId"]["Ref"]) == dict(mine.headers), mine.prefix


def test_what_the_function_says_itself_holds_against_the_policy() -> None:
    for policy in ("Shown", "Hidden"):
        assert list(values_of(properties(policy), "Override")) == [False] * (7 if policy == "Shown" else 8)


def pairs() -> Iterator[tuple[Behaviour, dict[str, Any]]]:
    """Each behaviour of the local edge and the template's."""
    site_behaviours = [one for one in behaviours() if one["PathPattern"] != "/api/*"]
    return zip(BEHAVIOURS, site_behaviours, strict=True)


# --- what is kept, and for how long ---


def test_only_hashed_assets_are_kept_longer_than_they_say_themselves() -> None:
    kept = {one["PathPattern"]: one["CachePolicyId"] for one in behaviours()}
    by_header = {"Ref": "ByHeader"}
    assert kept == {
        "/assets/*": CACHING_OPTIMIZED,
        "/t/*": by_header,
        "/data/*": CACHING_DISABLED,
        "/book/*": by_header,
        "/api/*": CACHING_DISABLED,
        "*": by_header,
    }


def test_without_a_header_nothing_is_kept_and_links_share_one_page() -> None:
    config = properties("ByHeader")["CachePolicyConfig"]
    assert (config["MinTTL"], config["DefaultTTL"]) == (0, 0)
    key = config["ParametersInCacheKeyAndForwardedToOrigin"]
    assert key["QueryStringsConfig"] == {"QueryStringBehavior": "none"}
    assert key["CookiesConfig"] == {"CookieBehavior": "none"}
    assert key["HeadersConfig"] == {"HeaderBehavior": "none"}


def test_a_missing_object_is_not_remembered_and_stays_a_404_whatever_page_says_so() -> None:
    errors = distribution()["CustomErrorResponses"]
    assert {one["ErrorCode"]: one["ErrorCachingMinTTL"] for one in errors} == {
        403: 0,
        404: 0,
        500: 1,
        502: 1,
        503: 1,
        504: 1,
    }
    pages = {
        one["ErrorCode"]: (one["ResponseCode"], one["ResponsePagePath"])
        for one in errors
        if "ResponsePagePath" in one
    }
    assert pages == dict.fromkeys((403, 404), (404, f"/{NOT_FOUND_PAGE}"))


def test_the_page_for_what_is_missing_is_released_and_never_kept() -> None:
    files = {file.key: file for file in plan_release(read_sources()).files}
    assert files[NOT_FOUND_PAGE].cache_control == REVALIDATE


def test_the_page_for_what_is_missing_comes_from_the_site_whether_or_not_the_function_runs_for_it() -> None:
    fitting = next(one for one in behaviours() if fnmatchcase(f"/{NOT_FOUND_PAGE}", one["PathPattern"]))
    assert fitting["TargetOriginId"] == "site"
    function = EdgeFunction(
        FUNCTION_FILE.read_text("utf-8"), keys=dict, clock=FixedClock(datetime(2026, 11, 26, tzinfo=UTC))
    )
    asked = viewer_request(
        method="GET", raw_path=f"/{NOT_FOUND_PAGE}".encode(), raw_query=b"", headers=(), ip="198.51.100.11"
    )
    outcome = function.run(asked)
    assert isinstance(outcome, Forwarded)
    assert outcome.uri == f"/{NOT_FOUND_PAGE}"


def test_logs_go_after_thirty_days_and_hold_no_cookies() -> None:
    rules = properties("LogBucket")["LifecycleConfiguration"]["Rules"]
    assert [rule["ExpirationInDays"] for rule in rules if "ExpirationInDays" in rule] == [30]
    assert distribution()["Logging"]["IncludeCookies"] is False


# --- closed ---


@pytest.mark.parametrize("bucket", BUCKETS)
def test_no_bucket_is_public_or_goes_with_the_stack(bucket: str) -> None:
    closed = properties(bucket)["PublicAccessBlockConfiguration"]
    assert closed == dict.fromkeys(
        ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
    )
    resource = template()["Resources"][bucket]
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")


@pytest.mark.parametrize("bucket", ["StateBucket", "SiteBucket", "StagingBucket"])
def test_buckets_answer_over_tls_only_and_to_nobody_unnamed(bucket: str) -> None:
    statements = properties(f"{bucket}Policy")["PolicyDocument"]["Statement"]
    plain = {"Bool": {"aws:SecureTransport": "false"}}
    assert [one["Condition"] for one in statements if one["Effect"] == "Deny"] == [plain]
    allowed = [one for one in statements if one["Effect"] == "Allow"]
    if bucket != "SiteBucket":
        assert allowed == []
        return
    assert [(one["Action"], one["Principal"]) for one in allowed] == [
        ("s3:GetObject", {"Service": "cloudfront.amazonaws.com"})
    ]
    assert "distribution/${Distribution}" in json.dumps(allowed[0]["Condition"]["StringEquals"])


def test_old_states_are_kept_and_nothing_of_the_bot_can_remove_them() -> None:
    assert properties("StateBucket")["VersioningConfiguration"] == {"Status": "Enabled"}
    assert "s3:DeleteObjectVersion" not in actions()


def test_the_bot_may_do_named_things_to_its_own_parts_only() -> None:
    assert [action for action in actions() if "*" in action] == []
    for statement in statements_of_the_bot():
        for resource in as_list(statement["Resource"]):
            text = json.dumps(resource)
            own = ("Bucket", "Distribution", "EdgeFunction", "Keys", ":table/${StateTable}")
            assert any(part in text for part in own), text


def test_a_table_is_the_bots_only_where_one_is_named_and_never_to_make_or_to_remove() -> None:
    listed = properties("BotPolicy")["PolicyDocument"]["Statement"]
    (table,) = [one["Fn::If"] for one in listed if "Fn::If" in one]
    assert (table[0], table[2]) == ("InATable", {"Ref": "AWS::NoValue"})
    assert template()["Conditions"]["InATable"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "StateTable"}, ""]}]}
    assert template()["Parameters"]["StateTable"]["Default"] == ""
    may = {action.removeprefix("dynamodb:") for action in table[1]["Action"]}
    on_items = {
        "GetItem",
        "BatchGetItem",
        "Query",
        "PutItem",
        "UpdateItem",
        "DeleteItem",
        "ConditionCheckItem",
    }
    assert may == on_items | {"DescribeContinuousBackups"}


def test_the_state_is_reached_under_its_prefix_only() -> None:
    objects = [
        resource["Fn::Sub"]
        for statement in statements_of_the_bot()
        for resource in as_list(statement["Resource"])
        if "${StateBucket.Arn}" in resource.get("Fn::Sub", "")
    ]
    assert set(objects) == {"${StateBucket.Arn}/state/*"}
    assert template()["Outputs"]["State"]["Value"] == {"Fn::Sub": "s3://${StateBucket}/state"}


def test_the_bot_is_told_who_looks_and_who_asks() -> None:
    bot = next(one for one in map(chosen, distribution()["Origins"]) if one["Id"] == "bot")
    assert bot["OriginCustomHeaders"] == [
        {"HeaderName": "X-Origin-Secret", "HeaderValue": {"Ref": "OriginSecret"}}
    ]
    assert bot["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"
    assert template()["Parameters"]["OriginSecret"]["NoEcho"] is True
    passed_on = properties("ToTheBot")["OriginRequestPolicyConfig"]["HeadersConfig"]["Headers"]
    assert "CloudFront-Viewer-Address" in passed_on
    assert "Host" not in passed_on


def test_until_the_first_deploy_the_edge_refuses_everything() -> None:
    function = EdgeFunction(
        properties("EdgeFunction")["FunctionCode"],
        keys=dict,
        clock=FixedClock(datetime(2026, 11, 26, tzinfo=UTC)),
    )
    for path in (b"/", b"/data/board.json", b"/login"):
        event = viewer_request(method="GET", raw_path=path, raw_query=b"", headers=(), ip="198.51.100.11")
        answer = function.run(event)
        assert isinstance(answer, Answered)
        assert (answer.status, answer.headers["cache-control"].value) == (503, "no-store")


class FixedClock:
    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


def statements_of_the_bot() -> list[dict[str, Any]]:
    return [chosen(one) for one in properties("BotPolicy")["PolicyDocument"]["Statement"]]


def actions() -> list[str]:
    return [action for one in statements_of_the_bot() for action in as_list(one["Action"])]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def values_of(tree: Any, name: str) -> Iterator[Any]:
    """Yield every value of this name in a tree of plain values."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            if key == name:
                yield value
            else:
                yield from values_of(value, name)
    elif isinstance(tree, list):
        for value in tree:
            yield from values_of(value, name)


def test_the_stack_hands_out_all_that_provision_writes() -> None:
    read = set(FROM_OUTPUTS.values()) | {"Region", "State", "PublicUrl"}
    said = {"DistributionDomainName", "BotPolicyArn", "BotUserName"}
    assert set(template()["Outputs"]) == read | said


def test_the_functions_name_is_not_taken_from_a_reference_which_gives_its_address() -> None:
    name = template()["Outputs"]["FunctionName"]["Value"]
    assert name == properties("EdgeFunction")["Name"]
