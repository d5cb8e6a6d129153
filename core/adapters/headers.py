"""Headers of the objects in a folder: what a file cannot hold beside its bytes.

They lie in a hidden folder, one small file an object, and are written before the object itself. Until the
object is replaced too, its old bytes find their old headers under `before`, so that bytes and headers belong
together at every moment, for a reader without a lock and after a crash.
"""

import hashlib
import mimetypes
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from core.adapters import files


class Headers(BaseModel):
    """How an object is to be served."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    content_type: str
    cache_control: str = ""


class _Before(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    tag: str
    headers: Headers


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    """For people who look into the folder: the file's name is a hash, as a key can be too long for one."""
    headers: Headers
    before: _Before | None = None


class HeaderFiles:
    """Keeps the headers of the objects in a folder. Only one writer at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def of(self, key: str, tag: str) -> Headers:
        """Return the headers of the object with this tag; guessed for a file that somebody put there.

        Raises OSError.
        """
        entry = self._entry(key)
        if entry is None:
            return _guess(key)
        if entry.before is not None and entry.before.tag == tag:
            return entry.before.headers
        return entry.headers

    def set(self, key: str, headers: Headers, *, tag: str, old_tag: str | None, scratch: Path) -> None:
        """Keep the headers of an object that is about to have `tag`; it has `old_tag` still.

        Raises OSError.
        """
        entry = self._entry(key)
        if entry and entry.headers == headers and (entry.before is None or entry.before.tag != tag):
            return  # The usual case: an object keeps its headers, and a write costs one file only.
        before = None
        if old_tag is not None and old_tag != tag:
            before = _Before(tag=old_tag, headers=self.of(key, old_tag))
        files.make_folder(self._folder)
        body = _Entry(key=key, headers=headers, before=before).model_dump_json(exclude_none=True)
        files.write_whole(self._path(key), body.encode(), scratch=scratch)

    def forget(self, key: str) -> None:
        """Remove the headers of an object that is gone. Raises OSError."""
        self._path(key).unlink(missing_ok=True)

    def _entry(self, key: str) -> _Entry | None:
        try:
            return _Entry.model_validate_json(self._path(key).read_bytes())
        except (FileNotFoundError, NotADirectoryError, ValidationError):
            return None

    def _path(self, key: str) -> Path:
        return self._folder / f"{hashlib.sha256(key.encode()).hexdigest()}.json"


def _guess(key: str) -> Headers:
    return Headers(content_type=mimetypes.guess_type(key)[0] or "application/octet-stream")
