"""A small site, the edge of this machine, and a deployer over both: for the tests beside this file."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.edge.function import FUNCTION_FILE
from bot.edge.local import LocalEdge
from bot.edge.service import LiveFunction, LocalEdgeService
from bot.edge.viewer import LocalViewer
from core.deploy.cases import Case, read_cases
from core.deploy.check import Seen, Viewer
from core.deploy.deployer import Deployer
from core.deploy.function import FunctionShipper
from core.deploy.journal import Journal
from core.deploy.lock import DeployLock
from core.deploy.parts import Parts
from core.deploy.record import By
from core.deploy.shelf import Shelf
from core.deploy.steady import Steady
from core.domain.session import SessionKey, key_entries
from core.ports import Condition, Edge, FunctionCode, ObjectStore, StoredObject, Trial
from core.site import plan_release
from tests.fakes.clock import FakeClock

BUILD = '<meta name="build" content="">'
OLD_FUNCTION = FUNCTION_FILE.read_text("utf-8")
ANN = By(id="ann", name="Ann")
BOB = By(id="bob", name="Bob")
KEY = SessionKey(kid="k1", secret="0123456789abcdef0123456789abcdef")
VIEW = "t/k3Jx90QzVb7LmNcR2sTdWy.json"
CASES = read_cases()


def sources(word: str) -> dict[str, bytes]:
    """A whole site in which `word` is in every page and in an asset that every page names."""
    page = (
        f'{BUILD}<link rel="stylesheet" href="/assets/look.css"><script src="/assets/run.js"></script>{word}'
    )
    return {
        "index.html": f"{page} board".encode(),
        "track/index.html": f"{page} track".encode(),
        "book/phoenix/index.html": f"{page} book".encode(),
        "book/not-found.html": f"{page} not found".encode(),
        "assets/look.css": f"body{{--word:{word}}}".encode(),
        "assets/run.js": f"const word = '{word}';".encode(),
        "assets/same.svg": b"<svg/>",
        "favicon.svg": b"<svg/>",
        "robots.txt": b"User-agent: *\n",
    }


@dataclass
class MemoryKeys:
    """A place for the session key."""

    key: SessionKey | None = KEY

    def current(self) -> SessionKey | None:
        return self.key

    def replace(self, key: SessionKey) -> None:
        self.key = key


class Killed(BaseException):
    """Stands for `kill -9`: nothing in the program catches it."""


WRITES = ("put", "delete", "update", "publish", "invalidate")


@dataclass
class Calls:
    """Sees every call of stores, edge and viewer, and breaks one of them."""

    break_at: int | None = None
    """Which call breaks, counted from 0."""
    how: Callable[[], BaseException] = Killed
    times: int = 1
    """How often, counting repetitions of that same call."""
    after: bool = False
    """Whether it breaks after the call had its effect."""
    seen: Callable[[str], None] = lambda _name: None
    """Told of each call that changed something."""
    names: list[str] = field(default_factory=list)

    def call(self, name: str, work: Callable[[], Any]) -> Any:
        number = len(self.names)
        self.names.append(name)
        breaks = self._breaks(number, name)
        if breaks and not self.after:
            raise self.how()
        result = work()
        if name.split()[1] in WRITES:
            self.seen(name)
        if breaks:
            raise self.how()
        return result

    @property
    def writes(self) -> list[int]:
        """The numbers of the calls that changed something."""
        return [number for number, name in enumerate(self.names) if name.split()[1] in WRITES]

    def _breaks(self, number: int, name: str) -> bool:
        if self.break_at is None or number < self.break_at or self.times == 0:
            return False
        if name != self.names[self.break_at]:
            return False
        self.times -= 1
        return True


@dataclass
class FragileObjects:
    """An object store whose every call goes through `calls`."""

    inner: ObjectStore
    calls: Calls
    name: str

    def get(self, key: str, *, unless: str | None = None) -> StoredObject | None:
        found: StoredObject | None = self.calls.call(
            f"{self.name} get {key}", lambda: self.inner.get(key, unless=unless)
        )
        return found

    def put(
        self,
        key: str,
        body: bytes,
        *,
        condition: Condition = None,
        content_type: str = "application/octet-stream",
        cache_control: str = "",
    ) -> str:
        tag: str = self.calls.call(
            f"{self.name} put {key}",
            lambda: self.inner.put(
                key, body, condition=condition, content_type=content_type, cache_control=cache_control
            ),
        )
        return tag

    def delete(self, key: str) -> None:
        self.calls.call(f"{self.name} delete {key}", lambda: self.inner.delete(key))

    def keys(self, prefix: str = "") -> Iterator[str]:
        found: Iterable[str] = self.calls.call(
            f"{self.name} keys {prefix}", lambda: list(self.inner.keys(prefix))
        )
        return iter(found)


@dataclass
class FragileEdge:
    """An edge whose every call goes through `calls`; trial runs count as one."""

    inner: Edge
    calls: Calls
    _tried: bool = False

    def live(self) -> FunctionCode | None:
        code: FunctionCode | None = self.calls.call("edge live", self.inner.live)
        return code

    def draft(self) -> FunctionCode:
        code: FunctionCode = self.calls.call("edge draft", self.inner.draft)
        return code

    def update(self, source: str, base: FunctionCode) -> FunctionCode:
        code: FunctionCode = self.calls.call("edge update", lambda: self.inner.update(source, base))
        return code

    def test(self, draft: FunctionCode, event: object) -> Trial:
        if self._tried:
            return self.inner.test(draft, event)
        self._tried = True
        trial: Trial = self.calls.call("edge test", lambda: self.inner.test(draft, event))
        return trial

    def publish(self, draft: FunctionCode) -> None:
        self.calls.call("edge publish", lambda: self.inner.publish(draft))

    def settled(self) -> bool:
        done: bool = self.calls.call("edge settled", self.inner.settled)
        return done

    def invalidate(self, paths: tuple[str, ...], reference: str) -> str:
        made: str = self.calls.call("edge invalidate", lambda: self.inner.invalidate(paths, reference))
        return made

    def invalidated(self, request_id: str) -> bool:
        done: bool = self.calls.call("edge invalidated", lambda: self.inner.invalidated(request_id))
        return done


@dataclass
class FragileViewer:
    """A viewer whose first look goes through `calls`."""

    inner: Viewer
    calls: Calls
    _looked: bool = False

    def look(self, path: str) -> Seen:
        if self._looked:
            return self.inner.look(path)
        self._looked = True
        seen: Seen = self.calls.call("viewer look", lambda: self.inner.look(path))
        return seen


class Shop:
    """A site, its staging, the edge, and deployers over them, each as another process would be."""

    def __init__(self, site: ObjectStore, staging: ObjectStore, *, cases: Sequence[Case] = CASES) -> None:
        self.cases = cases
        self.site = site
        self.staging = staging
        self.clock = FakeClock()
        self.keys = MemoryKeys()
        self.files = sources("old")
        """What lies in `web/`."""
        self.function = OLD_FUNCTION
        self.dead: set[str] = set()
        self.pauses: list[float] = []
        self.service = LocalEdgeService(staging, keys=self._entries, clock=self.clock)
        self.live_function = LiveFunction(self.service, OLD_FUNCTION, keys=self._entries, clock=self.clock)
        self.edge = LocalEdge(site, self.live_function)
        self.viewer = LocalViewer(self._refreshed)

    def _entries(self) -> dict[str, str]:
        return key_entries(self.keys.key)

    async def _refreshed(self, scope: Any, receive: Any, send: Any) -> None:
        self.live_function.refresh()
        await self.edge(scope, receive, send)

    def deployer(self, owner: str = "process 1", calls: Calls | None = None) -> Deployer:
        return Deployer(self.parts(owner, calls or Calls()))

    def parts(self, owner: str = "process 1", calls: Calls | None = None) -> Parts:
        calls = calls or Calls()
        site: ObjectStore = FragileObjects(self.site, calls, "site")
        staging: ObjectStore = FragileObjects(self.staging, calls, "staging")
        edge: Edge = FragileEdge(self.service, calls)
        return Parts(
            site=Steady(site, self.pauses.append),
            shelf=Shelf(staging, self.pauses.append),
            journal=Journal(staging),
            lock=DeployLock(staging, self.clock, owner, lambda other: other in self.dead),
            edge=edge,
            function=FunctionShipper(
                edge=edge, keys=self.keys, cases=self.cases, clock=self.clock, pause=self.pauses.append
            ),
            viewer=FragileViewer(self.viewer, calls),
            clock=self.clock,
            pause=self.pauses.append,
            plan_release=lambda: plan_release(self.files),
            function_source=lambda: self.function,
        )

    def ship(self, word: str, owner: str = "process 1") -> str:
        """Deploy a site with `word` in it, a minute after what was before; return the release."""
        self.clock.advance(minutes=1)
        self.files = sources(word)
        deployer = self.deployer(owner)
        return deployer.deploy(ANN, deployer.plan().digest).release

    def look(self, path: str) -> str:
        """What a visitor gets, as text."""
        seen = self.viewer.look(path)
        return seen.body.decode() if seen.status == 200 else f"status {seen.status}"

    def words(self) -> set[str]:
        """The words of all that visitors see now."""
        pages = [self.look(path) for path in ("/", "/track/k3Jx90QzVb7LmNcR2sTdWy", "/book/phoenix")]
        return {word for page in pages for word in ("old", "new", "third") if f"</script>{word} " in page}
