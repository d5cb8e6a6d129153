"""A disk that fails at any step of a write leaves the old object or the new one, and says nothing false."""

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from stat import S_ISDIR
from typing import Any

import pytest

from core.adapters.directory import DirectoryObjects
from core.ports import OutcomeUnknown, StoredObject, Unreachable

NOBODY = 65534
STEPS_MAX = 50
"""More than a write has."""


class FailingDisk:
    """Lets the n-th of all calls that change the disk fail."""

    def __init__(self, fail_at: int, number: int = errno.EIO) -> None:
        self.calls = 0
        self._fail_at = fail_at
        self._number = number

    def instead_of(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            self.calls += 1
            if self.calls == self._fail_at:
                raise OSError(self._number, os.strerror(self._number))
            return real(*args, **kwargs)

        return call

    @property
    def failed(self) -> bool:
        return self.calls >= self._fail_at


def in_place(monkeypatch: pytest.MonkeyPatch, disk: FailingDisk) -> None:
    for place, name in ((os, "fsync"), (os, "open"), (os, "fdopen"), (Path, "replace"), (Path, "mkdir")):
        monkeypatch.setattr(place, name, disk.instead_of(getattr(place, name)))


def read(objects: DirectoryObjects, key: str) -> tuple[bytes, str]:
    there: StoredObject | None = objects.get(key)
    assert there is not None
    return there.body, there.content_type


def test_a_failure_at_any_step_of_a_write_leaves_old_or_new_and_says_which(tmp_path: Path) -> None:
    outcomes = set()
    for step in range(1, STEPS_MAX):
        objects = DirectoryObjects(tmp_path / str(step))
        objects.put("t/a", b"old", content_type="text/plain")
        disk = FailingDisk(step)
        with pytest.MonkeyPatch.context() as patch:
            in_place(patch, disk)
            outcome = attempt(lambda: objects.put("t/a", b"new", content_type="text/html"))  # noqa: B023 - called now
        outcomes.add(outcome)

        after = read(objects, "t/a")
        if outcome is Unreachable:
            assert after == (b"old", "text/plain"), step
        elif outcome is None:
            assert after == (b"new", "text/html"), step
        else:
            assert after in {(b"old", "text/plain"), (b"new", "text/html")}, step
        assert list(objects.keys()) == ["t/a"]
        objects.put("t/a", b"later", content_type="text/css")
        assert read(objects, "t/a") == (b"later", "text/css")
        if not disk.failed:
            break
    assert outcomes == {Unreachable, OutcomeUnknown, None}


def test_a_failure_at_any_step_of_the_first_write_leaves_nothing_half_done(tmp_path: Path) -> None:
    for step in range(1, STEPS_MAX):
        objects = DirectoryObjects(tmp_path / str(step) / "state")
        disk = FailingDisk(step)
        with pytest.MonkeyPatch.context() as patch:
            in_place(patch, disk)
            outcome = attempt(lambda: objects.put("t/a", b"new", content_type="text/html"))  # noqa: B023 - called now

        if outcome is Unreachable:
            assert list(objects.keys()) == [], step
        objects.put("t/a", b"later", content_type="text/css")
        assert read(objects, "t/a") == (b"later", "text/css")
        if not disk.failed:
            assert outcome is None
            return
    pytest.fail("the write did not come to its end")


def test_bytes_are_on_the_disk_before_they_get_their_name_and_the_name_before_it_is_acknowledged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    objects = DirectoryObjects(tmp_path)
    objects.put("a", b"old")
    steps: list[str] = []
    sync, replace = os.fsync, Path.replace

    def spy_sync(handle: int) -> None:
        steps.append("folder synced" if S_ISDIR(os.fstat(handle).st_mode) else "file synced")
        sync(handle)

    def spy_replace(path: Path, target: Path) -> Path:
        steps.append("renamed")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", spy_sync)
    monkeypatch.setattr(Path, "replace", spy_replace)
    objects.put("a", b"new")

    assert steps == ["file synced", "renamed", "folder synced"]


@pytest.mark.parametrize(
    ("number", "advice"),
    [(errno.ENOSPC, "Free some space"), (errno.EROFS, "cannot be written"), (errno.EIO, "Look at that disk")],
)
def test_a_disk_that_cannot_take_more_is_named_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, advice: str
) -> None:
    objects = DirectoryObjects(tmp_path)
    objects.put("a", b"old")
    in_place(monkeypatch, FailingDisk(2, number))  # the first opens the lock, the second the new file

    with pytest.raises(Unreachable, match=f"write 'a' in the folder {tmp_path}.*{advice}"):
        objects.put("a", b"new")


@pytest.fixture
def powerless(tmp_path: Path) -> Iterator[DirectoryObjects]:
    """A store in a folder that this user may not write."""
    folder = tmp_path / "state"
    objects = DirectoryObjects(folder)
    objects.put("a", b"1")
    folder.chmod(0o500)
    (folder / ".store").chmod(0o500)
    (folder / ".store" / "lock").chmod(0o400)
    user = os.geteuid()
    if user == 0:
        os.seteuid(NOBODY)  # root may write anywhere
    yield objects
    os.seteuid(user)
    folder.chmod(0o700)
    (folder / ".store").chmod(0o700)


def test_a_folder_that_may_not_be_written_is_named_with_what_to_do(powerless: DirectoryObjects) -> None:
    with pytest.raises(Unreachable, match=r"state: Permission denied\. Let this user read and write there"):
        powerless.put("a", b"2")
    with pytest.raises(Unreachable, match="Permission denied"):
        powerless.delete("a")


def attempt(do: Callable[[], object]) -> type[Exception] | None:
    """Return the kind of failure, or None."""
    try:
        do()
    except (Unreachable, OutcomeUnknown) as failure:
        return type(failure)
    return None
