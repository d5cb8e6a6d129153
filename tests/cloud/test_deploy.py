"""A whole deploy through ministack: staged and promoted in S3, the function published, read back by a viewer.

Two things stand in for what ministack lacks: trial runs are made by the embedded engine, and the function
that is published has the entries of the key-value store in its source.
"""

import os
import re
import time
from collections.abc import Iterator, Mapping

import pytest
from typing_extensions import override

from bot.bootstrap import web_folder
from bot.edge.function import FUNCTION_FILE, EdgeFunction
from core.adapters.address import open_objects
from core.adapters.cloudfront import CloudFrontEdge
from core.adapters.system import SystemClock, is_gone, this_process
from core.deploy.cases import read_cases
from core.deploy.check import Seen
from core.deploy.deployer import Deployer
from core.deploy.function import FunctionShipper
from core.deploy.journal import Journal
from core.deploy.lock import DeployLock
from core.deploy.parts import Parts
from core.deploy.record import By, Outcome
from core.deploy.shelf import Shelf
from core.deploy.steady import Steady
from core.domain.session import key_entries
from core.ports import FunctionCode, Trial
from core.site import plan_release, read_sources
from tests.cloud.cloud import Cloud, provisioned

pytestmark = [
    pytest.mark.skipif("QUICKDUMP_JUDGES" not in os.environ, reason="`make judges` runs this"),
    pytest.mark.timeout(600),
]

_IMPORT = "import cf from 'cloudfront';"
_STORE = re.compile(r"^const cf = \{ kvs: .*;$", re.MULTILINE)
ANN = By(id="ann", name="Ann")


class MinistackEdge(CloudFrontEdge):
    """The adapter, at a service without trial runs and without a store inside functions."""

    entries: dict[str, str]

    @override
    def live(self) -> FunctionCode | None:
        code = super().live()
        return None if code is None else _as_written(code)

    @override
    def draft(self) -> FunctionCode:
        return _as_written(super().draft())

    @override
    def update(self, source: str, base: FunctionCode) -> FunctionCode:
        store = f"const cf = {{ kvs: () => ({{ get: async (key) => ({self.entries!r})[key] }}) }};"
        self._client.update_function(
            Name=self._function,
            IfMatch=base.etag,
            FunctionConfig=self._summary("DEVELOPMENT")["FunctionConfig"],
            FunctionCode=source.replace(_IMPORT, store).encode(),
        )
        return self.draft()

    @override
    def test(self, draft: FunctionCode, event: object) -> Trial:
        engine = EdgeFunction(draft.source, keys=lambda: self.entries, clock=SystemClock())
        return Trial(outcome=engine.run_raw(event))  # type: ignore[arg-type] # a case's event


def _as_written(code: FunctionCode) -> FunctionCode:
    """Return code of the service as it was before the store was put into it."""
    return FunctionCode(source=_STORE.sub(_IMPORT, code.source), etag=code.etag)


class CloudViewer:
    """Looks at the site by its public name."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    def look(self, path: str) -> Seen:
        answer = self._cloud.look(path)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Seen(status=answer.status_code, headers=headers, body=answer.content)


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with provisioned(tmp_path_factory.mktemp("cloud")) as cloud:
        yield cloud


def deployer_of(cloud: Cloud, sources: Mapping[str, bytes]) -> Deployer:
    """Return the deployer as bootstrap joins it, at ministack."""
    edge = MinistackEdge(
        cloud.client("cloudfront"),
        distribution_id=str(cloud.settings.cloudfront_distribution_id),
        function=str(cloud.settings.cloudfront_function),
    )
    edge.entries = key_entries(cloud.keys.current())
    clock = SystemClock()
    staging = open_objects(cloud.settings.staging)
    return Deployer(
        Parts(
            site=Steady(open_objects(cloud.settings.site), time.sleep),
            shelf=Shelf(staging, time.sleep),
            journal=Journal(staging),
            lock=DeployLock(staging, clock, this_process(), is_gone),
            edge=edge,
            function=FunctionShipper(
                edge=edge, keys=cloud.keys, cases=read_cases(), clock=clock, pause=time.sleep
            ),
            viewer=CloudViewer(cloud),
            clock=clock,
            pause=time.sleep,
            plan_release=lambda: plan_release(sources),
            function_source=lambda: FUNCTION_FILE.read_text("utf-8"),
        )
    )


def test_the_real_site_is_deployed_changed_and_rolled_back(cloud: Cloud) -> None:
    sources = read_sources(web_folder())
    first = deployer_of(cloud, sources)
    assert first.deploy(ANN, first.plan().digest).outcome is Outcome.DONE
    shown = cloud.look("/").text
    assert cloud.look("/data/board.json").status_code == 401
    changed = {**sources, "index.html": sources["index.html"].replace(b"<title>", b"<title>New: ", 1)}
    second = deployer_of(cloud, changed)
    assert second.deploy(ANN, second.plan().digest).outcome is Outcome.DONE
    assert "<title>New: " in cloud.look("/").text
    assert second.rollback(ANN).outcome is Outcome.DONE
    assert cloud.look("/").text == shown
