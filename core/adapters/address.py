"""Addresses of object stores: `file://./var/state`, `s3://bucket/prefix`, `memory://`."""

import re
from pathlib import Path
from urllib.parse import unquote

from core.adapters.directory import DirectoryObjects
from core.adapters.memory import MemoryObjects
from core.adapters.objects import is_key
from core.ports import ObjectStore

_FORMS = "file://./var/state, file:///srv/quickdump/state, s3://bucket/prefix or memory://"
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_PREFIX_BYTES_MAX = 200
"""Together with the longest key, S3's 1,024 bytes are not passed."""


def open_objects(address: str, *, base: Path = Path()) -> ObjectStore:
    """Return the store at `address`; nothing is touched or asked before its first use.

    A relative folder starts at `base`. Raises ValueError that says what is wrong and what is right.
    """
    scheme, separator, rest = address.partition("://")
    if not separator or scheme not in _OPENERS:
        raise ValueError(f"{address!r} is not the address of a store: write {_FORMS}.")
    return _OPENERS[scheme](address, rest, base)


def _file(address: str, rest: str, base: Path) -> ObjectStore:
    path = unquote(rest)
    if not re.match(r"/|\.{1,2}(/|$)", path):
        right = f"file://./{rest}" if rest else "file://./var/state"
        raise ValueError(
            f"{address!r} does not say where its folder starts: write {right} for a folder below this one, "
            f"or file:///{rest or 'srv/quickdump/state'} for one from the root."
        )
    if "\0" in path:
        raise ValueError(f"{address!r} holds a zero byte, which no folder's name can: leave out %00.")
    return DirectoryObjects(base / path)


def _s3(address: str, rest: str, _base: Path) -> ObjectStore:
    bucket, _, prefix = rest.partition("/")
    prefix = prefix.removesuffix("/")
    if not _BUCKET.fullmatch(bucket):
        raise ValueError(
            f"{address!r} does not name a bucket: it has to be 3 to 63 small letters, digits, dots and "
            "hyphens. Write s3://bucket/prefix."
        )
    if prefix and (not is_key(prefix) or len(prefix.encode()) > _PREFIX_BYTES_MAX):
        raise ValueError(
            f"{address!r} has a prefix that cannot be: no '//', no part that starts with a dot, at most "
            f"{_PREFIX_BYTES_MAX} bytes. Write s3://bucket/prefix."
        )
    # botocore takes a third of a second to import, and a store in a folder has no use for it.
    from core.adapters.s3 import S3Objects  # noqa: PLC0415

    return S3Objects(bucket, prefix)


def _memory(address: str, rest: str, _base: Path) -> ObjectStore:
    if rest:
        raise ValueError(f"{address!r} names a place in memory, which has none: write memory://.")
    return MemoryObjects()


_OPENERS = {"file": _file, "s3": _s3, "memory": _memory}
