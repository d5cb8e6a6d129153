"""The drill: a deploy fails or is killed at each of its calls, and a visitor looks after every change.

At each moment every page is wholly old or wholly new together with the assets that it names, customers'
views are as they were, and in the end the site and the function are those of one release and nobody holds
the lock.
"""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest

from core.adapters.directory import DirectoryObjects
from core.adapters.memory import MemoryObjects
from core.deploy.errors import HalfDone, Locked, NothingDone, NotPutBack, PutBack
from core.deploy.record import Deploy, Outcome, Step
from core.ports import NotFound, OutcomeUnknown, Unreachable
from tests.core.deploy.house import ANN, BOB, CASES, OLD_FUNCTION, VIEW, Calls, Killed, Shop, sources

NEW_FUNCTION = OLD_FUNCTION + "// another version\n"
VIEWS = {VIEW: b'{"revision":1}', "data/board.json": b"[]"}
PAGES = ("index.html", "track/index.html", "book/phoenix/index.html")
TRIES = 4
"""How often a call is made that fails."""
PARTS = 7


SOME_CASES = CASES[::9]
"""The drill is not about the cases."""


def memory_shop() -> Shop:
    return Shop(MemoryObjects(), MemoryObjects(), cases=SOME_CASES)


def folder_shop(folder: Path) -> Shop:
    site, staging = DirectoryObjects(folder / "site"), DirectoryObjects(folder / "staging")
    return Shop(site, staging, cases=SOME_CASES)


class Drill:
    """A shop whose old site is live and whose new one is about to be, and the visitor who looks."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.visits = 0
        for key, body in VIEWS.items():
            shop.site.put(key, body)
        shop.ship("old")
        shop.clock.advance(minutes=1)
        shop.files = sources("new")
        shop.function = NEW_FUNCTION
        self.digest = shop.deployer().plan().digest

    def deploy(self, calls: Calls) -> Deploy:
        calls.seen = self.visit
        return self.shop.deployer("process 1", calls).deploy(ANN, self.digest)

    def visit(self, _name: str = "") -> None:
        """Look at all pages and at the assets that they name, as they are in the site's store just now."""
        self.visits += 1
        for key in PAGES:
            page = self.stored(key)
            (word,) = re.findall(r"</script>(\w+) ", page)
            assert word in {"old", "new"}
            named = re.findall(r"/(assets/[\w.]+)", page)
            assert len(named) == 2
            for asset in named:
                assert re.search(rf"\b{word}\b", self.stored(asset)), (key, asset)
        for key, body in VIEWS.items():
            assert self.stored(key) == body.decode()

    def stored(self, key: str) -> str:
        found = self.shop.site.get(key)
        assert found is not None
        return found.body.decode()

    def words(self) -> set[str]:
        """Which releases the pages are of, as they lie in the site's store."""
        return {word for key in PAGES for word in re.findall(r"</script>(\w+) ", self.stored(key))}

    def is_wholly(self, word: str) -> None:
        """Nothing of another release is what visitors get, and nobody holds the lock."""
        self.visit()
        assert self.shop.words() == {word}
        live = self.shop.service.live()
        assert live is not None
        assert live.source == (NEW_FUNCTION if word == "new" else OLD_FUNCTION)
        with pytest.raises(NotFound):
            self.shop.staging.get("lock.json")
        manifest = self.shop.deployer().live()
        assert manifest is not None
        (build,) = set(re.findall(r'build" content="(\w+)"', self.stored("index.html")))
        assert manifest.build == build


def all_calls() -> list[str]:
    calls = Calls()
    Drill(memory_shop()).deploy(calls)
    return calls.names


@pytest.fixture(scope="session")
def names() -> list[str]:
    """The calls of a whole deploy, in order."""
    return all_calls()


@pytest.fixture(params=range(PARTS), ids=lambda part: f"part {part}")
def part(request: pytest.FixtureRequest, names: list[str]) -> range:
    """A share of all calls, by number: together the parts are all of them."""
    return range(request.param, len(names), PARTS)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is such a disk: the drill is not about what the disk does."""
    shared = Path("/dev/shm")  # noqa: S108 - a place for the test alone is made in it
    with tempfile.TemporaryDirectory(dir=shared if shared.is_dir() else tmp_path) as place:
        yield Path(place)


def is_write(name: str) -> bool:
    return name.split()[1] in {"put", "delete", "update", "publish"}


def called(names: list[str], name: str) -> int:
    """The number of the first call of this name."""
    return names.index(name)


def test_the_drill_covers_a_whole_deploy(names: list[str]) -> None:
    kinds = {" ".join(name.split()[:2]) for name in names}
    assert {"site put", "staging put", "staging delete", "edge update", "edge test", "edge publish"} <= kinds
    assert {"edge invalidate", "viewer look", "site keys"} <= kinds
    assert len([name for name in names if is_write(name)]) > 30


def test_a_call_that_fails_once_is_made_again(part: range, names: list[str]) -> None:
    for number in part[::3]:
        drill = Drill(memory_shop())
        deploy = drill.deploy(Calls(break_at=number, how=lambda: Unreachable("down")))
        assert deploy.outcome is Outcome.DONE, names[number]
        drill.is_wholly("new")


def test_a_call_that_keeps_failing_leaves_all_old_or_all_new(part: range, names: list[str]) -> None:
    for number in part:
        drill = Drill(memory_shop())
        try:
            deploy = drill.deploy(Calls(break_at=number, how=lambda: Unreachable("down"), times=TRIES))
        except (NothingDone, PutBack, Unreachable):
            drill.shop.clock.advance(minutes=15)
            assert drill.shop.deployer().interrupted() is None, names[number]
            drill.is_wholly("old")
        else:
            assert deploy.outcome is Outcome.DONE, names[number]
            drill.shop.clock.advance(minutes=15)
            assert drill.shop.deployer().interrupted() is None, names[number]
            drill.is_wholly("new")


def test_a_write_whose_answer_is_lost_is_found_again(part: range, names: list[str]) -> None:
    for number in part:
        if is_write(names[number]):
            drill = Drill(memory_shop())
            lost = Calls(break_at=number, how=lambda: OutcomeUnknown("lost"), after=True)
            assert drill.deploy(lost).outcome is Outcome.DONE, names[number]
            drill.is_wholly("new")


def test_a_deploy_that_is_killed_is_found_and_finished_or_put_back(
    folder: Path, part: range, names: list[str]
) -> None:
    writes = [number for number, name in enumerate(names) if is_write(name)]
    for number in set(part) & set(writes):
        drill = Drill(folder_shop(folder / str(number)))
        with pytest.raises(Killed):
            drill.deploy(Calls(break_at=number, after=True))
        _recover(drill, "finish" if writes.index(number) % 2 else "put back")


def _recover(drill: Drill, way: Literal["finish", "put back"]) -> None:
    drill.visit()
    successor = drill.shop.deployer("process 2", Calls(seen=drill.visit))
    assert successor.interrupted() is None  # nobody knows yet that the first is dead
    drill.shop.dead.add("process 1")
    interrupted = successor.interrupted()
    if interrupted is None:
        drill.is_wholly(drill.words().pop())
        return
    assert interrupted.deploy.touched_live
    with pytest.raises(HalfDone, match="was interrupted at step"):
        successor.deploy(BOB, drill.digest)
    drill.visit()
    if way == "finish":
        assert successor.finish(BOB).outcome is Outcome.DONE
        drill.is_wholly("new")
    else:
        assert successor.rollback(BOB).outcome is Outcome.PUT_BACK
        drill.is_wholly("old")


def test_a_recovery_that_is_killed_too_is_recovered(folder: Path, part: range, names: list[str]) -> None:
    for number in [number for number in part if is_write(names[number])][::3]:
        drill = Drill(folder_shop(folder / str(number)))
        with pytest.raises(Killed):
            drill.deploy(Calls(break_at=number, after=True))
        drill.shop.dead.add("process 1")
        if drill.shop.deployer("process 2").interrupted() is None:
            continue
        writes = 0
        # Each recovery comes further than the one before; one that ended but for its lock leaves nothing.
        while drill.shop.deployer(f"process {writes + 2}").interrupted() is not None:
            if not _killed_at_write(drill, writes, f"process {writes + 2}"):
                break
            drill.shop.dead.add(f"process {writes + 2}")
            writes += 5
        drill.is_wholly("old")


def _killed_at_write(drill: Drill, number: int, owner: str) -> bool:
    """Put back, and be killed at the write of this number; tell whether it came to that."""
    calls = Calls()
    written = 0

    def seen(name: str) -> None:
        nonlocal written
        drill.visit(name)
        written += 1
        if written == number + 1:
            raise Killed

    calls.seen = seen
    try:
        drill.shop.deployer(owner, calls).put_back(BOB)
    except Killed:
        return True
    return False


def test_a_store_that_stays_down_is_said_and_a_later_rollback_mends_it(names: list[str]) -> None:
    drill = Drill(memory_shop())
    number = called(names, "site put index.html")
    down = Calls(break_at=number, how=lambda: Unreachable("down"), times=1_000)
    # The pages before the root page are new by now, and the root page cannot be written in any way.
    drill.shop.site.put("index.html", drill.stored("index.html").encode() + b" ", content_type="text/html")
    drill.digest = drill.shop.deployer().plan().digest
    with pytest.raises(NotPutBack, match="'deploy rollback' puts the old site back"):
        drill.deploy(down)
    assert drill.shop.deployer().history()[0].outcome is Outcome.LEFT
    drill.shop.clock.advance(minutes=1)
    current = drill.shop.deployer().live()
    assert current is not None
    drill.shop.deployer().rollback(BOB, current.release)
    drill.is_wholly("old")


def test_a_process_whose_lock_was_taken_over_touches_nothing_any_more(names: list[str]) -> None:
    drill = Drill(memory_shop())
    number = called(names, "edge publish")

    def stolen() -> BaseException:
        drill.shop.clock.advance(minutes=16)
        other = drill.shop.deployer("process 2")
        assert other.interrupted() is not None
        other.put_back(BOB)
        return Unreachable("slow")

    with pytest.raises(NotPutBack, match="taken over by somebody else"):
        drill.deploy(Calls(break_at=number, how=stolen, after=True))
    assert drill.shop.words() == {"old"}


def test_an_interrupted_deploy_waits_for_the_lock_to_expire_where_nobody_knows_of_its_process(
    names: list[str],
) -> None:
    drill = Drill(memory_shop())
    number = called(names, "site put track/index.html")
    with pytest.raises(Killed):
        drill.deploy(Calls(break_at=number, after=True))
    with pytest.raises(Locked, match="after 16:17"):
        drill.shop.deployer("process 2").rollback(BOB)
    drill.shop.clock.advance(minutes=15)
    interrupted = drill.shop.deployer("process 2").interrupted()
    assert interrupted is not None
    assert interrupted.deploy.step is Step.PROMOTE
    drill.shop.deployer("process 2").rollback(BOB)
    drill.is_wholly("old")
