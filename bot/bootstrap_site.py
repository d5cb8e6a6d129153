"""Bootstrap, of the site: joins the parts that releasing it and signing in to it need."""

import time
from functools import cached_property, lru_cache
from pathlib import Path

from starlette.types import Receive, Scope, Send

from bot.bootstrap import web_folder
from bot.bootstrap_keys import keys_of
from bot.brand import brand_of
from bot.edge.local import LocalEdge
from bot.edge.service import FOLLOW_FAR_INTERVAL_S, LiveFunction, LocalEdgeService
from bot.edge.viewer import LocalViewer, OriginViewer
from bot.settings import Settings, SettingsError
from core.adapters.system import is_gone, this_process
from core.deploy.cases import read_cases
from core.deploy.check import Viewer
from core.deploy.deployer import Deployer
from core.deploy.function import FunctionShipper
from core.deploy.journal import Journal
from core.deploy.lock import DeployLock
from core.deploy.parts import Parts
from core.deploy.shelf import Shelf
from core.deploy.steady import Steady
from core.domain.session import key_entries
from core.ports import Clock, Edge, Keys, ObjectStore, StoreError
from core.site import plan_release, read_sources


class SiteParts:
    """All that releasing the site needs, joined when it is asked for; connects to nothing by itself."""

    def __init__(
        self,
        settings: Settings,
        site: ObjectStore,
        staging: ObjectStore,
        clock: Clock,
        *,
        web: Path | None = None,
    ) -> None:
        self._web = web or web_folder()
        self._settings = settings
        self._site = site
        self._staging = staging
        self._clock = clock

    def deployer(self) -> Deployer:
        """Return the deployer. Raises SettingsError, StoreError."""
        edge = self._edge()
        pause = time.sleep
        return Deployer(
            Parts(
                site=Steady(self._site, pause),
                shelf=Shelf(self._staging, pause),
                journal=Journal(self._staging),
                lock=DeployLock(self._staging, self._clock, this_process(), is_gone),
                edge=edge,
                function=FunctionShipper(
                    edge=edge, keys=self.keys, cases=read_cases(), clock=self._clock, pause=pause
                ),
                viewer=self.viewer(),
                clock=self._clock,
                pause=pause,
                plan_release=lambda: plan_release(read_sources(self._web), brand_of(self._settings)),
                function_source=function_source,
            )
        )

    def live_function(self) -> LiveFunction:
        """Return the function that the local edge runs."""
        live = LiveFunction(self.service(), function_source(), keys=self.entries, clock=self._clock)
        if not self._settings.staging.startswith(("file://", "memory://")):
            live.interval_s = FOLLOW_FAR_INTERVAL_S
        return live

    def service(self) -> LocalEdgeService:
        """Return the service of the local edge."""
        return LocalEdgeService(self._staging, keys=self.entries, clock=self._clock)

    def entries(self) -> dict[str, str]:
        """Return what the local edge's key-value store holds; without a key nobody is signed in."""
        try:
            return key_entries(self.keys.current())
        except StoreError:
            return {}

    @cached_property
    def keys(self) -> Keys:
        """Where the edge looks up its key. Raises Unreachable."""
        return keys_of(self._settings)

    @property
    def has_cloudfront(self) -> bool:
        """Whether viewers come through CloudFront."""
        return bool(self._settings.cloudfront_distribution_id and self._settings.cloudfront_function)

    def _edge(self) -> Edge:
        distribution_id, function = (
            self._settings.cloudfront_distribution_id,
            self._settings.cloudfront_function,
        )
        if not distribution_id or not function:
            return self.service()
        from core.adapters.cloudfront import open_edge  # noqa: PLC0415 - imports boto3

        return open_edge(distribution_id=distribution_id, function=function)

    def viewer(self) -> Viewer:
        """Return who reads the live site back. Raises SettingsError."""
        if not self.has_cloudfront:
            return LocalViewer(self._newest)
        if self._settings.public_url is None:
            raise SettingsError("PUBLIC_URL: is needed to deploy, the live site is read back through it")
        return OriginViewer(self._settings.public_url)

    async def _newest(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the local edge does with what is published just now."""
        function = self.live_function()
        function.refresh()
        await LocalEdge(self._site, function)(scope, receive, send)


@lru_cache(maxsize=1)
def function_source() -> str:
    """Return the edge function that came with the code."""
    return (Path(__file__).resolve().parents[1] / "cf" / "qdn-track-rewrite.js").read_text("utf-8")
