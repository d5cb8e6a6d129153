"""Files that are written whole or not at all, and a lock that holds between threads and processes."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

_PRIVATE_FILE = 0o600
_PRIVATE_FOLDER = 0o700


class NotSettledError(OSError):
    """The file was renamed into place, but the disk did not confirm it: a power cut may take it back."""


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file `path`; wait while another thread or process holds it.

    The kernel lets go of it when its holder dies, so nothing is left locked. Raises OSError.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _PRIVATE_FILE)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def write_whole(path: Path, body: bytes, *, scratch: Path) -> None:
    """Let `path` hold `body`, durably; a reader and a crash at any point see the old bytes or the new ones.

    `scratch` is a file on the same disk that only one writer uses at a time; what a killed writer left there
    is overwritten. Raises OSError (`path` is as before) and NotSettledError.
    """
    try:
        handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, _PRIVATE_FILE)
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(handle)
        scratch.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            scratch.unlink(missing_ok=True)
        raise
    settle(path.parent)


def remove(path: Path) -> None:
    """Remove a file, durably. Raises OSError (it is still there) and NotSettledError."""
    path.unlink(missing_ok=True)
    settle(path.parent)


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it, durably; nobody else may look in. Raises OSError."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=_PRIVATE_FOLDER, exist_ok=True)
    _sync(folder.parent)


def remove_empty_folders(folder: Path, *, up_to: Path) -> None:
    """Remove `folder` and those above it, below `up_to`, as far as they are empty."""
    with contextlib.suppress(OSError):
        while folder != up_to:
            folder.rmdir()
            folder = folder.parent


def settle(folder: Path) -> None:
    """Let the names in `folder` survive a power cut. Raises NotSettledError."""
    try:
        _sync(folder)
    except OSError as error:
        raise NotSettledError(error.errno, error.strerror, str(folder)) from error


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
