"""A stack that provision made at ministack, and somebody who looks at it as a viewer does."""

import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from boto3.session import Session
from rich.console import Console

from bot.edge.function import FUNCTION_FILE
from bot.provision import stack as stack_build
from bot.provision.env_file import EnvFile
from bot.provision.run import Provision
from bot.provision.screen import Screen
from bot.provision.wishes import Wishes
from bot.settings import Settings
from core.adapters import s3
from core.adapters.cloudformation import CloudFormationStacks
from core.adapters.cloudfront import CloudFrontEdge
from core.adapters.key_value_store import KeyValueStoreKeys
from core.domain.session import key_entries
from core.ports import Keys
from tests.cloud.ministack import is_installed, running

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest


@dataclass
class Cloud:
    """The stack as it was provisioned, and somebody who looks at it."""

    url: str
    folder: Path
    settings: Settings

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


@contextmanager
def provisioned(folder: Path) -> Iterator[Cloud]:
    """Give a stack that provision made from nothing, its work in `folder`."""
    assert is_installed(), "`make judges` installs ministack; node has to be on the path"
    template = folder / "stack.yaml"
    template.write_text(as_ministack_takes_it(stack_build.TEMPLATE_FILE.read_text("utf-8")))
    with pytest.MonkeyPatch.context() as patch, running(folder) as url:
        patch.chdir(folder)
        patch.setattr(stack_build, "TEMPLATE_FILE", template)
        # Clients of S3 are made once a process, and the last ones lead to a server that has ended.
        patch.setattr(s3._SHARED, "_made", None)
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
        yield Cloud(url=url, folder=folder, settings=Settings.read())
        for name in set(os.environ) - before:
            del os.environ[name]


def provision(url: str, screen: io.StringIO, **wishes: Any) -> int:
    """Run provision as the command does, against `url`."""
    client = Session("test", "test", region_name="us-west-2").client("cloudformation", endpoint_url=url)
    # A test's environment has neither: tests/conftest.py sees to that.
    os.environ.update({**EnvFile(Path(".env")).values(), "AWS_ENDPOINT_URL": url})
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
