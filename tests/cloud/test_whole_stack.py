"""The whole stack at ministack: everything that the template makes is made there, and followed by a request.

`make judges` runs it; it needs node, and an environment that `make judges` installs.
"""

import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from boto3.session import Session
from rich.console import Console

from bot.edge.function import FUNCTION_FILE
from bot.edge.policy import behaviour_for
from bot.provision import stack as stack_build
from bot.provision.env_file import EnvFile
from bot.provision.run import Provision
from bot.provision.screen import Screen
from bot.provision.wishes import Wishes
from bot.settings import Settings
from core.adapters.cloudformation import CloudFormationStacks
from core.adapters.cloudfront import CloudFrontEdge
from core.adapters.key_value_store import KeyValueStoreKeys
from core.domain.session import key_entries, login_link
from core.ports import Conflict, Keys, NotFound
from tests.cf.template import properties
from tests.cloud.ministack import is_installed, running
from tests.fakes.cloudfront.function import NOW

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest

pytestmark = [
    pytest.mark.skipif("QUICKDUMP_JUDGES" not in os.environ, reason="`make judges` runs this"),
    pytest.mark.timeout(300),
]

TOKEN = "k3Jx90QzVb7LmNcR2sTdWy"
OBJECTS = {
    "index.html": ("text/html; charset=utf-8", "no-cache", b"<p>board"),
    "track/index.html": ("text/html; charset=utf-8", "no-cache", b"<p>track"),
    "book/phoenix/index.html": ("text/html; charset=utf-8", "no-cache", b"<p>book"),
    "assets/a.0123456789ab.css": ("text/css; charset=utf-8", "public, max-age=31536000, immutable", b"a{}"),
    f"t/{TOKEN}.json": ("application/json", "public, max-age=0, s-maxage=2, stale-if-error=60", b"{}"),
    "data/board.json": ("application/json", "no-store", b"[]"),
}


@dataclass
class Cloud:
    """The stack as it was provisioned, and somebody who looks at it."""

    url: str
    folder: Path
    settings: Settings
    screen: io.StringIO

    def client(self, service: str) -> Any:
        return Session("test", "test", region_name="us-west-2").client(service, endpoint_url=self.url)  # type: ignore[call-overload] # a name from a table

    @property
    def keys(self) -> Keys:
        return keys_at(self.url, str(self.settings.cloudfront_kvs_arn))

    @property
    def edge(self) -> CloudFrontEdge:
        return CloudFrontEdge(
            self.client("cloudfront"),
            distribution_id=str(self.settings.cloudfront_distribution_id),
            function=str(self.settings.cloudfront_function),
        )

    def look(
        self, path: str, *, scheme: str = "https", method: str = "GET", cookie: str = ""
    ) -> httpx.Response:
        """Look at the site as a viewer does, by its public name."""
        host = str(self.settings.public_url).removeprefix("https://")
        headers = {"host": host, "x-forwarded-proto": scheme} | ({"cookie": cookie} if cookie else {})
        return httpx.request(method, f"{self.url}{path}", headers=headers, follow_redirects=False)

    def publish_the_function(self) -> None:
        """Ship the function as the deploy does, with keys in its source: ministack has no store for it."""
        edge = self.edge
        entries = key_entries(self.keys.current())
        store = f"{{ kvs: () => ({{ get: async (key) => ({entries!r})[key] }}) }}"
        source = FUNCTION_FILE.read_text("utf-8").replace(
            "import cf from 'cloudfront';", f"const cf = {store};"
        )
        edge.publish(edge.update(source, edge.draft()))


def keys_at(url: str, arn: str) -> KeyValueStoreKeys:
    """Return the keys in ministack's store; the host's name has the account in it, and leads nowhere here."""
    local = url.replace("127.0.0.1", "localhost")
    client = Session("test", "test", region_name="us-east-1").client(
        "cloudfront-keyvaluestore", endpoint_url=local
    )

    def to_loopback(request: "AWSPreparedRequest", **_: object) -> None:
        request.url = re.sub(r"//\d+\.localhost", "//127.0.0.1", request.url)

    client.meta.events.register("before-send.cloudfront-keyvaluestore", to_loopback)
    return KeyValueStoreKeys(client, arn)


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """A stack that provision made from nothing, with objects in its site."""
    assert is_installed(), "`make judges` installs ministack; node has to be on the path"
    folder = tmp_path_factory.mktemp("cloud")
    template = folder / "stack.yaml"
    template.write_text(as_ministack_takes_it(stack_build.TEMPLATE_FILE.read_text("utf-8")))
    with pytest.MonkeyPatch.context() as patch, running(folder) as url:
        patch.chdir(folder)
        patch.setattr(stack_build, "TEMPLATE_FILE", template)
        for name, value in {
            "AWS_ENDPOINT_URL": url,
            "AWS_REGION": "us-west-2",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_CONFIG_FILE": os.devnull,
        }.items():
            patch.setenv(name, value)
        EnvFile(Path(".env")).keep({"WEBHOOK_URL": "https://bot.example.com"})
        before = set(os.environ)
        screen = io.StringIO()
        assert provision(url, screen) == 0, screen.getvalue()
        cloud = Cloud(url=url, folder=folder, settings=Settings.read(), screen=screen)
        bucket = cloud.settings.site.removeprefix("s3://")
        for key, (content_type, cache_control, body) in OBJECTS.items():
            cloud.client("s3").put_object(
                Bucket=bucket, Key=key, Body=body, ContentType=content_type, CacheControl=cache_control
            )
        yield cloud
        for name in set(os.environ) - before:
            del os.environ[name]


def provision(url: str, screen: io.StringIO, **wishes: Any) -> int:
    """Run provision as the command does, against `url`."""
    client = Session("test", "test", region_name="us-west-2").client("cloudformation", endpoint_url=url)
    os.environ.update(EnvFile(Path(".env")).values())
    settings = Settings.read()
    return Provision(
        stacks=CloudFormationStacks(client, "quickdump", lambda _: None),
        open_keys=lambda arn: keys_at(url, arn),
        env=EnvFile(Path(".env")),
        screen=Screen(Console(file=screen, width=200), lambda _: True),
    ).run(
        settings,
        Wishes.model_validate({"webhook_url": settings.webhook_url, **wishes}),
        plan_only=False,
        yes=False,
    )


def as_ministack_takes_it(template: str) -> str:
    """Return the template without the budget, and without "only over TLS" for the site's bucket."""
    start, end = template.index("  # --- what it costs"), template.index("# What the bot's .env holds")
    template = template[:start] + template[end:]
    tls = re.compile(r" {10}- Sid: OnlyOverTls\n(?: {12}.*\n)+")
    first, site, rest = template.partition("  SiteBucketPolicy:\n")
    return first + site + tls.sub("", rest, count=1)


# --- what provision made ---


def test_every_part_of_the_template_was_made(cloud: Cloud) -> None:
    listed = cloud.client("cloudformation").describe_stack_resources(StackName="quickdump")["StackResources"]
    made = {one["LogicalResourceId"] for one in listed if one["ResourceStatus"] == "CREATE_COMPLETE"}
    template = (cloud.folder / "stack.yaml").read_text()
    parts = re.findall(r"^  (\w+):\n    Type: AWS::", template, re.MULTILINE)
    assert made == set(parts)


def test_run_again_there_is_nothing_to_change(cloud: Cloud) -> None:
    screen = io.StringIO()
    assert provision(cloud.url, screen) == 0
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


@pytest.mark.parametrize("path", [f"/t/{TOKEN[::-1]}.json", "/assets/none.css", "/book/none"])
def test_what_is_not_there_is_denied_and_no_page_stands_in(cloud: Cloud, path: str) -> None:
    cloud.publish_the_function()
    answer = cloud.look(path)
    assert answer.status_code in {403, 404}
    assert "<p>" not in answer.text


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
    from datetime import UTC, datetime  # noqa: PLC0415 - the function's clock is the machine's here

    link = login_link("", "dana", key=key, now=datetime.now(UTC))  # noqa: TID251
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
