"""The parts that a deploy works with."""

from collections.abc import Callable
from dataclasses import dataclass

from core.deploy.check import Viewer
from core.deploy.function import FunctionShipper
from core.deploy.journal import Journal
from core.deploy.lock import DeployLock
from core.deploy.record import Deploy
from core.deploy.shelf import Shelf
from core.deploy.steady import Steady
from core.ports import Clock, Edge
from core.site import Release


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Where a deploy reads and writes. All of it blocks."""

    site: Steady
    shelf: Shelf
    journal: Journal
    lock: DeployLock
    edge: Edge
    function: FunctionShipper
    viewer: Viewer
    clock: Clock
    pause: Callable[[float], None]
    plan_release: Callable[[], Release]
    """Makes a release of `web/` as it is now."""
    function_source: Callable[[], str]
    """The edge function that came with the code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a deploy has come."""

    deploy: Deploy
    done: int = 0
    of: int = 0
    """Of the things that its step is about; 0 where it is about one."""


Report = Callable[[Progress], None]


def silent(_progress: Progress) -> None:
    """Tell nobody."""
