"""The whole stack at ministack: everything that the template makes is made there, and followed by a request.

`make judges` runs it; it needs node, and an environment that `make judges` installs.
"""

import io
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.edge.policy import behaviour_for
from bot.provision.env_file import EnvFile
from core.domain.session import login_link
from core.ports import Conflict, NotFound
from core.site import NOT_FOUND_PAGE
from tests.cf.template import properties
from tests.cloud.cloud import Cloud, provision, provisioned
from tests.fakes.cloudfront.function import NOW

pytestmark = [
    pytest.mark.skipif("QUICKDUMP_JUDGES" not in os.environ, reason="`make judges` runs this"),
    pytest.mark.timeout(300),
]

TOKEN = "k3Jx90QzVb7LmNcR2sTdWy"
OBJECTS = {
    "index.html": ("text/html; charset=utf-8", "no-cache", b"<p>board"),
    "track/index.html": ("text/html; charset=utf-8", "no-cache", b"<p>track"),
    "book/phoenix/index.html": ("text/html; charset=utf-8", "no-cache", b"<p>book"),
    NOT_FOUND_PAGE: ("text/html; charset=utf-8", "no-cache", b"<p>not found"),
    "assets/a.0123456789ab.css": ("text/css; charset=utf-8", "public, max-age=31536000, immutable", b"a{}"),
    f"t/{TOKEN}.json": ("application/json", "public, max-age=0, s-maxage=2, stale-if-error=60", b"{}"),
    "data/board.json": ("application/json", "no-store", b"[]"),
}


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """A stack that provision made from nothing, with objects in its site."""
    with provisioned(tmp_path_factory.mktemp("cloud")) as cloud:
        bucket = cloud.settings.site.removeprefix("s3://")
        for key, (content_type, cache_control, body) in OBJECTS.items():
            cloud.client("s3").put_object(
                Bucket=bucket, Key=key, Body=body, ContentType=content_type, CacheControl=cache_control
            )
        yield cloud


# --- what provision made ---


def test_every_part_of_the_template_was_made(cloud: Cloud) -> None:
    listed = cloud.client("cloudformation").describe_stack_resources(StackName="quickdump")["StackResources"]
    made = {one["LogicalResourceId"] for one in listed if one["ResourceStatus"] == "CREATE_COMPLETE"}
    template = (cloud.folder / "stack.yaml").read_text()
    parts = re.findall(r"^  (\w+):\n    Type: AWS::", template, re.MULTILINE)
    assert made == set(parts)


def test_run_again_there_is_nothing_to_change(cloud: Cloud) -> None:
    screen = io.StringIO()
    assert provision(cloud.url, screen) == 0, screen.getvalue()
    assert "nothing to change" in screen.getvalue()
    assert "nothing new for .env" in screen.getvalue()


def test_another_wish_changes_the_distribution_in_place(cloud: Cloud) -> None:
    screen = io.StringIO()
    arn = f"arn:aws:acm:us-east-1:{0:012d}:certificate/12345678-1234-1234-1234-123456789012"
    assert provision(cloud.url, screen, domain="track.example.com", certificate=arn) == 0, screen.getvalue()
    assert "~ change  Distribution" in screen.getvalue()
    assert "! replace" not in screen.getvalue()
    assert EnvFile(Path(".env")).values()["PUBLIC_URL"] == "https://track.example.com"


def test_the_budget_can_be_made_of_the_templates_words(cloud: Cloud) -> None:
    budget = properties("Budget")
    told = [{"SubscriptionType": "EMAIL", "Address": "me@example.com"}]
    cloud.client("budgets").create_budget(
        AccountId=f"{0:012d}",
        Budget={
            **budget["Budget"],
            "BudgetName": "quickdump",
            "BudgetLimit": {"Amount": "10", "Unit": "USD"},
        },
        NotificationsWithSubscribers=[
            {"Notification": one["Notification"] | {"Threshold": 80.0}, "Subscribers": told}
            for one in budget["NotificationsWithSubscribers"]
        ],
    )


def test_the_state_is_kept_in_versions(cloud: Cloud) -> None:
    bucket = cloud.settings.state.removeprefix("s3://").partition("/")[0]
    s3 = cloud.client("s3")
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    assert s3.get_object(Bucket=bucket, Key="state/jobs.json")["Body"].read().startswith(b'{\n"schema": 1')


# --- from the viewer to the bucket ---


def test_before_the_first_deploy_nothing_is_shown(cloud: Cloud) -> None:
    answer = cloud.look("/")
    assert answer.status_code == 503 or answer.text == "<p>board"  # in whichever order the tests run


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/", "<p>board"),
        ("/anything", "<p>board"),
        (f"/track/{TOKEN}", "<p>track"),
        ("/book/phoenix", "<p>book"),
        ("/assets/a.0123456789ab.css", "a{}"),
        (f"/t/{TOKEN}.json", "{}"),
    ],
)
def test_a_url_goes_from_the_viewer_through_the_function_to_the_bucket(
    cloud: Cloud, path: str, body: str
) -> None:
    cloud.publish_the_function()
    answer = cloud.look(path)
    assert (answer.status_code, answer.text) == (200, body)
    for name, value in behaviour_for(path).headers:
        assert answer.headers[name] == value, name
    assert ("x-robots-tag" in answer.headers) is not behaviour_for(path).indexed


def test_cache_control_is_the_objects(cloud: Cloud) -> None:
    cloud.publish_the_function()
    assert cloud.look(f"/t/{TOKEN}.json").headers["cache-control"].startswith("public, max-age=0, s-maxage=2")
    assert cloud.look(f"/track/{TOKEN}").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path", [f"/t/{TOKEN[::-1]}.json", "/assets/none.css", "/book/none", "/track/x/y.html"]
)
def test_what_is_not_there_is_a_404_with_our_page_and_the_headers_of_its_path(
    cloud: Cloud, path: str
) -> None:
    cloud.publish_the_function()
    answer = cloud.look(path)
    assert (answer.status_code, answer.text) == (404, "<p>not found")
    assert answer.headers["cache-control"] == "no-cache"
    for name, value in behaviour_for(path).headers:
        assert answer.headers[name] == value, name


def test_without_our_page_what_is_not_there_is_denied_as_the_bucket_says_it(cloud: Cloud) -> None:
    cloud.publish_the_function()
    s3, bucket = cloud.client("s3"), cloud.settings.site.removeprefix("s3://")
    content_type, cache_control, body = OBJECTS[NOT_FOUND_PAGE]
    s3.delete_object(Bucket=bucket, Key=NOT_FOUND_PAGE)
    assert cloud.look("/book/none").status_code == 403
    s3.put_object(
        Bucket=bucket, Key=NOT_FOUND_PAGE, Body=body, ContentType=content_type, CacheControl=cache_control
    )
    assert cloud.look("/book/none").status_code == 404


def test_plain_http_is_sent_to_https(cloud: Cloud) -> None:
    answer = cloud.look("/", scheme="http")
    assert (answer.status_code, answer.headers["location"][:8]) == (301, "https://")


def test_nothing_can_be_written_through_the_site(cloud: Cloud) -> None:
    assert cloud.look("/", method="POST").status_code == 403


def test_the_bots_door_is_its_own_origin(cloud: Cloud) -> None:
    # The bot's name leads nowhere here: had it gone to the bucket, it would have been denied.
    assert cloud.look("/api/book", method="POST").status_code in {502, 504}


def test_the_bucket_answers_this_distribution_and_no_other(cloud: Cloud) -> None:
    cloud.publish_the_function()
    s3, bucket = cloud.client("s3"), cloud.settings.site.removeprefix("s3://")
    policy = s3.get_bucket_policy(Bucket=bucket)["Policy"]
    mine = str(cloud.settings.cloudfront_distribution_id)
    s3.put_bucket_policy(Bucket=bucket, Policy=policy.replace(mine, "EANOTHERONE"))
    assert cloud.look("/").status_code == 403
    s3.put_bucket_policy(Bucket=bucket, Policy=policy)
    assert cloud.look("/").status_code == 200
    assert all(s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"].values())


def test_the_dashboards_data_needs_a_session_that_a_signed_link_gives(cloud: Cloud) -> None:
    cloud.publish_the_function()
    assert cloud.look("/data/board.json").status_code == 401
    key = cloud.keys.current()
    assert key is not None
    link = login_link("", "dana", key=key, now=datetime.now(UTC))  # noqa: TID251 - the machine's clock is the function's
    answer = cloud.look(link)
    assert (answer.status_code, answer.headers["location"]) == (302, "/")
    cookie = answer.headers["set-cookie"].partition(";")[0]
    board = cloud.look("/data/board.json", cookie=cookie)
    assert (board.status_code, board.text) == (200, "[]")
    assert cloud.look("/data/board.json", cookie=f"{cookie}x").status_code == 401
    assert cloud.look(login_link("", "dana", key=key, now=NOW)).status_code == 403


# --- the function's life cycle and the cache, at a second judge of the adapter ---


def test_the_functions_life_cycle_is_as_the_adapter_believes(cloud: Cloud) -> None:
    edge = cloud.edge
    stale = edge.draft()
    draft = edge.update("function handler(event) { return event.request; }", stale)
    live = edge.live()
    assert live is not None
    assert live.source != draft.source
    with pytest.raises(Conflict):
        edge.update("function handler(event) { return event.response; }", stale)
    with pytest.raises(Conflict):
        edge.publish(stale)
    edge.publish(draft)
    assert edge.settled()


def test_invalidations_are_as_the_adapter_believes(cloud: Cloud) -> None:
    edge = cloud.edge
    first = edge.invalidate(("/", "/track/*"), "release-1")
    assert edge.invalidate(("/", "/track/*"), "release-1") == first
    assert edge.invalidated(first)
    with pytest.raises(Conflict):
        edge.invalidate(("/other",), "release-1")
    with pytest.raises(NotFound):
        edge.invalidated("none")
