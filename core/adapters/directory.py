"""Objects in a folder: each object is a file, so a trial needs no account and its state can be looked at."""

import contextlib
import errno
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from stat import S_ISREG

from core.adapters import files
from core.adapters.headers import HeaderFiles, Headers
from core.adapters.kept import KeptVersions, version_of
from core.adapters.objects import check_condition, check_key, is_key, tag_of
from core.ports import Condition, NotFound, ObjectVersion, OutcomeUnknown, StoredObject, Unreachable, Unusable

_OWN = ".store"
"""The store's own things: the lock, the file that is being written, the headers."""

VERSIONED = ("jobs.json",)
"""The objects that are kept as they were before they were written again."""

_NOT_THERE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG)
_ADVICE = {
    errno.ENOSPC: "Free some space on that disk.",
    errno.EDQUOT: "Free some space: this user's quota is used up.",
    errno.EACCES: "Let this user read and write there, or name another folder.",
    errno.EPERM: "Let this user read and write there, or name another folder.",
    errno.EROFS: "That disk cannot be written: name another folder.",
    errno.ENOTDIR: "A file stands where a folder has to be: move it away, or name another folder.",
    errno.EEXIST: "A file stands where a folder has to be: move it away, or name another folder.",
    errno.EISDIR: "A folder stands where the file has to be: move it away.",
    errno.ENOTEMPTY: "A folder stands where the file has to be: move it away.",
}


class DirectoryObjects:
    """Keeps each object as a file of the same name in `folder`, which is made at the first write.

    Threads and processes may share the folder, on a disk of this machine (not on NFS). A write holds the
    folder's lock, compares, writes another file, syncs it and renames it into place. Links are not followed,
    and hidden files are no objects.
    """

    def __init__(self, folder: Path) -> None:
        self._named = folder.absolute()
        self._kept = {key: KeptVersions(self._folder / _OWN / "versions" / key) for key in VERSIONED}

    def get(self, key: str, *, unless: str | None = None) -> StoredObject | None:
        """Return the object, or None where its tag is `unless`. Raises NotFound, Unreachable."""
        with self._explained(f"read {key!r}"):
            there = self._read(self._folder, key) if is_key(key) else None
            if there is None:
                raise NotFound(f"there is no object {key!r} in the folder {self._named}")
            body, modified_at = there
            tag = tag_of(body)
            if tag == unless:
                return None
            headers = self._headers(self._folder).of(key, tag)
        return StoredObject(
            body=body,
            etag=tag,
            content_type=headers.content_type,
            cache_control=headers.cache_control,
            modified_at=modified_at,
        )

    def put(
        self,
        key: str,
        body: bytes,
        *,
        condition: Condition = None,
        content_type: str = "application/octet-stream",
        cache_control: str = "",
    ) -> str:
        """Write the object and return its tag.

        Raises Conflict, Unreachable, OutcomeUnknown, and ValueError for a key that cannot be.
        """
        check_key(key)
        tag = tag_of(body)
        with self._explained(f"write {key!r}"), self._writing() as folder:
            if _through_link(folder, key):
                raise ValueError(
                    f"{key!r} leads through a link in the folder {folder}, which is not followed."
                )
            there = self._read(folder, key)
            old_tag = tag_of(there[0]) if there else None
            check_condition(key, condition, old_tag)
            files.make_folder((folder / key).parent)
            self._headers(folder).set(
                key,
                Headers(content_type=content_type, cache_control=cache_control),
                tag=tag,
                old_tag=old_tag,
                scratch=folder / _OWN / "new",
            )
            if key in self._kept:
                # Without an earlier version there is nothing to go back to; without this write, no job.
                with contextlib.suppress(OSError):
                    self._kept[key].keep(folder / key)
            files.write_whole(folder / key, body, scratch=folder / _OWN / "new")
        return tag

    def delete(self, key: str) -> None:
        """Remove the object, and the folders that it leaves empty. Raises Unreachable, OutcomeUnknown."""
        with self._explained(f"remove {key!r}"):
            if not is_key(key) or self._read(self._folder, key) is None:
                return
            with self._writing() as folder:
                if self._read(folder, key) is None:
                    return  # Somebody else removed it while we waited.
                files.remove(folder / key)
                self._headers(folder).forget(key)
                files.remove_empty_folders((folder / key).parent, up_to=folder)

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Yield the keys that start with `prefix`, as they are now, in order. Raises Unreachable."""
        under = prefix.rpartition("/")[0]
        with self._explained("list"):
            folder = self._folder
            if under and (not is_key(under) or _through_link(folder, under)):
                return iter(())
            found = _files_in(folder, f"{under}/" if under else "")
            return iter(sorted(key for key in found if key.startswith(prefix)))

    def versions(self, key: str) -> Iterator[ObjectVersion]:
        """See `Versions`. Raises Unusable for an object whose versions are not kept, Unreachable."""
        if key not in self._kept:
            raise Unusable(f"a folder keeps no earlier versions of {key!r}, only of {', '.join(VERSIONED)}")
        with self._explained(f"look for the versions of {key!r}"):
            there = self._folder / key
            now = [version_of(there)] if there.is_file() else []
            found = now + [version for version in self._kept[key].all() if version not in now]
        yield from found

    def version(self, key: str, version_id: str) -> bytes:
        """See `Versions`. Raises NotFound, Unreachable."""
        with self._explained(f"read version {version_id} of {key!r}"):
            body = self._kept[key].read(version_id) if key in self._kept else None
            there = self._folder / key
            if body is None and there.is_file() and version_of(there).version_id == version_id:
                body = there.read_bytes()
        if body is None:
            raise NotFound(f"there is no version {version_id} of {key!r} in the folder {self._named}")
        return body

    @property
    def _folder(self) -> Path:
        # The folder itself may be a link, and may become one while we run: a disk was full, the data moved.
        return Path(os.path.realpath(self._named))

    def _headers(self, folder: Path) -> HeaderFiles:
        return HeaderFiles(folder / _OWN / "headers")

    @contextlib.contextmanager
    def _writing(self) -> Iterator[Path]:
        folder = self._folder
        files.make_folder(folder / _OWN)
        with files.locked(folder / _OWN / "lock"):
            yield folder

    @contextlib.contextmanager
    def _explained(self, what: str) -> Iterator[None]:
        """Say what a failure of the disk means for the caller."""
        try:
            yield
        except files.NotSettledError as error:
            raise OutcomeUnknown(
                f"the disk did not confirm to {what} in the folder {self._named}: {error.strerror}."
                " Look at that disk."
            ) from error
        except OSError as error:
            advice = _ADVICE.get(error.errno or 0, "Look at that disk.")
            raise Unreachable(
                f"cannot {what} in the folder {self._named}: {error.strerror or error}. {advice}"
            ) from error

    def _read(self, folder: Path, key: str) -> tuple[bytes, datetime] | None:
        """Return the bytes of an object and when they were written, to the second; None: there is none."""
        path = folder / key
        if _through_link(folder, key):
            return None
        try:
            status = path.lstat()
            # A pipe would make us wait, and a folder is no object.
            if not S_ISREG(status.st_mode):
                return None
            body = path.read_bytes()
        except OSError as error:
            if error.errno in _NOT_THERE:
                return None
            raise
        return body, datetime.fromtimestamp(int(status.st_mtime), UTC)


def _through_link(folder: Path, key: str) -> bool:
    path = folder / key
    return os.path.realpath(path) != str(path)


def _files_in(folder: Path, under: str) -> Iterator[str]:
    """Yield the keys under `under` (empty, or with `/` at its end), in no order; a lost folder is empty."""
    try:
        entries = list(os.scandir(folder / under))
    except OSError as error:
        if error.errno in _NOT_THERE:
            return
        raise
    for entry in entries:
        key = under + entry.name
        if not is_key(key):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _files_in(folder, f"{key}/")
        elif entry.is_file(follow_symlinks=False):
            yield key
