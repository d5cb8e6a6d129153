"""What the folder store promises beyond the contract: links, damage, crashes and other processes."""

import multiprocessing
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from core.adapters.directory import DirectoryObjects
from core.ports import Absent, Matches, NotFound, Unreachable
from tests.contract.test_object_store import increment


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def objects(folder: Path) -> DirectoryObjects:
    return DirectoryObjects(folder)


def test_an_object_is_a_file_of_its_name_that_only_its_owner_reads(
    folder: Path, objects: DirectoryObjects
) -> None:
    objects.put("t/abc.json", b"{}")

    assert (folder / "t/abc.json").read_bytes() == b"{}"
    assert [path.stat().st_mode & 0o077 for path in (folder, folder / "t", folder / "t/abc.json")] == [
        0,
        0,
        0,
    ]


def test_reading_makes_nothing(folder: Path, objects: DirectoryObjects) -> None:
    with pytest.raises(NotFound):
        objects.get("a")
    objects.delete("a")

    assert list(objects.keys()) == []
    assert not folder.exists()


def test_a_file_that_somebody_put_there_is_an_object(folder: Path, objects: DirectoryObjects) -> None:
    folder.mkdir()
    (folder / "page.html").write_bytes(b"<p>")

    there = objects.get("page.html")

    assert there is not None
    assert (there.body, there.content_type) == (b"<p>", "text/html")
    objects.put("page.html", b"<p></p>", condition=Matches(there.etag))


def test_an_edit_by_hand_is_a_change_by_somebody_else(folder: Path, objects: DirectoryObjects) -> None:
    tag = objects.put("a", b"1")
    status = (folder / "a").stat()
    (folder / "a").write_bytes(b"2")
    os.utime(folder / "a", ns=(status.st_atime_ns, status.st_mtime_ns))

    assert objects.get("a", unless=tag) is not None


def test_a_relative_folder_stays_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    objects = DirectoryObjects(Path("state"))
    objects.put("a", b"1")

    monkeypatch.chdir("/")

    assert list(objects.keys()) == ["a"]


def test_the_folder_itself_may_be_a_link(tmp_path: Path, folder: Path, objects: DirectoryObjects) -> None:
    objects.put("a", b"1")
    folder.rename(tmp_path / "bigger-disk")
    folder.symlink_to(tmp_path / "bigger-disk")

    assert objects.get("a") is not None
    objects.put("b", b"1")
    assert list(objects.keys()) == ["a", "b"]


@pytest.mark.parametrize("key", ["link", "link/secret"])
@pytest.mark.parametrize("inside", [True, False])
def test_a_link_is_not_followed(
    tmp_path: Path, folder: Path, objects: DirectoryObjects, key: str, *, inside: bool
) -> None:
    target = folder / "there" if inside else tmp_path / "outside"
    target.mkdir(parents=True)
    (target / "secret").write_bytes(b"secret")
    (folder).mkdir(exist_ok=True)
    (folder / "link").symlink_to(target if "/" in key else target / "secret")

    with pytest.raises(NotFound):
        objects.get(key)
    with pytest.raises(ValueError, match="link"):
        objects.put(key, b"mine")
    objects.delete(key)

    assert (target / "secret").read_bytes() == b"secret"
    assert not [found for found in objects.keys() if found.startswith("link")]  # noqa: SIM118 - no dict
    assert list(objects.keys("link/")) == []


@pytest.mark.parametrize(
    "make", [Path.mkdir, os.mkfifo, lambda path: path.symlink_to(path)], ids=["folder", "pipe", "loop"]
)
def test_what_is_no_file_is_no_object(
    folder: Path, objects: DirectoryObjects, make: Callable[[Path], None]
) -> None:
    folder.mkdir()
    make(folder / "a")

    with pytest.raises(NotFound):
        objects.get("a")
    assert list(objects.keys()) == []


def test_hidden_files_and_impossible_names_are_no_objects(folder: Path, objects: DirectoryObjects) -> None:
    objects.put("a", b"1")
    (folder / ".DS_Store").write_bytes(b"")
    (folder / "a\\b").write_bytes(b"")
    (folder / os.fsdecode(b"\xff")).write_bytes(b"")

    assert list(objects.keys()) == ["a"]


def test_a_name_is_free_again_once_what_was_below_it_is_gone(objects: DirectoryObjects) -> None:
    objects.put("t/a/b", b"1")
    objects.put("u", b"1")
    objects.delete("t/a/b")

    objects.put("t", b"2", condition=Absent())

    assert list(objects.keys()) == ["t", "u"]


def test_a_removed_object_leaves_nothing_behind(folder: Path, objects: DirectoryObjects) -> None:
    objects.put("t/a", b"1", cache_control="no-store")

    objects.delete("t/a")

    assert [path for path in folder.rglob("*") if path.is_file()] == [folder / ".store" / "lock"]


def test_who_is_reading_goes_on_reading_the_old_bytes(folder: Path, objects: DirectoryObjects) -> None:
    objects.put("a", b"old bytes")
    with (folder / "a").open("rb") as reader:
        objects.put("a", b"new")

        assert reader.read() == b"old bytes"


def test_a_file_where_a_folder_has_to_be_is_named(folder: Path, objects: DirectoryObjects) -> None:
    objects.put("a", b"1")

    with pytest.raises(Unreachable, match=r"'a/b'.*A file stands where a folder has to be"):
        objects.put("a/b", b"1")
    with pytest.raises(NotFound):
        objects.get("a/b")
    with pytest.raises(Unreachable, match="A file stands where a folder has to be"):
        DirectoryObjects(folder / "a").put("b", b"1")


def test_a_folder_where_the_file_has_to_be_is_named(objects: DirectoryObjects) -> None:
    objects.put("t/a", b"1")

    with pytest.raises(Unreachable, match="A folder stands where the file has to be"):
        objects.put("t", b"1")

    assert list(objects.keys()) == ["t/a"]


def test_headers_that_were_damaged_are_guessed_again(folder: Path, objects: DirectoryObjects) -> None:
    objects.put("page.html", b"<p>", cache_control="no-store")
    for path in (folder / ".store" / "headers").iterdir():
        path.write_bytes(b"{")

    there = objects.get("page.html")

    assert there is not None
    assert (there.content_type, there.cache_control) == ("text/html", "")
    objects.put("page.html", b"<p>", cache_control="no-cache")
    again = objects.get("page.html")
    assert again is not None
    assert again.cache_control == "no-cache"


def test_processes_that_count_lose_nothing(folder: Path, objects: DirectoryObjects) -> None:
    processes, rounds = 4, 25
    objects.put("count", b"0")
    spawn = multiprocessing.get_context("spawn")

    started = [spawn.Process(target=_count, args=(folder, rounds)) for _ in range(processes)]
    for process in started:
        process.start()
    for process in started:
        process.join()

    there = objects.get("count")
    assert there is not None
    assert int(there.body) == processes * rounds


def _count(folder: Path, rounds: int) -> None:
    for _ in range(rounds):
        increment(DirectoryObjects(folder))
