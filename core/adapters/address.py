"""Addresses of stores: `file://./var/state`, `s3://bucket/prefix`, `dynamodb://table`, `memory://`."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from core.adapters.directory import DirectoryObjects
from core.adapters.document import DocumentStateStore
from core.adapters.memory import MemoryObjects
from core.adapters.objects import is_key
from core.ports import ObjectStore

if TYPE_CHECKING:
    from core.adapters.dynamodb.store import DynamoStateStore

_FORMS = "file://./var/state, file:///srv/quickdump/state, s3://bucket/prefix, dynamodb://table or memory://"
_TABLE = re.compile(r"[a-zA-Z0-9_.-]{3,255}")
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


def open_state(
    address: str, pause: Callable[[float], None], *, region: str = "US", base: Path = Path()
) -> "DocumentStateStore | DynamoStateStore":
    """Return the store of the state at `address`; nothing is touched or asked before its first use.

    `pause(seconds)` waits; `region` is where phone numbers of old documents are dialled from. Raises
    ValueError as `open_objects`.
    """
    objects = open_objects(address, base=base)
    if not address.startswith("dynamodb://"):
        return DocumentStateStore(objects, pause, region=region)
    from core.adapters.dynamodb.store import DynamoStateStore  # noqa: PLC0415 - as S3Objects
    from core.adapters.dynamodb.table import Table  # noqa: PLC0415

    return DynamoStateStore(Table(_table_name(address)), pause, region=region)


def whole_address(address: str, *, base: Path = Path()) -> str:
    """Return the one way to write `address` that means the same from every folder and on every day.

    Raises ValueError as `open_objects`.
    """
    open_objects(address, base=base)
    scheme, _, rest = address.partition("://")
    if scheme == "file":
        return f"file://{quote(str((base / unquote(rest)).resolve()))}"
    return f"{scheme}://{rest.rstrip('/')}"


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


def _dynamodb(address: str, _rest: str, _base: Path) -> ObjectStore:
    name = _table_name(address)
    from core.adapters.dynamodb.objects import DynamoObjects  # noqa: PLC0415 - as S3Objects
    from core.adapters.dynamodb.table import Table  # noqa: PLC0415

    return DynamoObjects(Table(name))


def _table_name(address: str) -> str:
    name = address.partition("://")[2].removesuffix("/")
    if not _TABLE.fullmatch(name):
        raise ValueError(
            f"{address!r} does not name a table: it has to be 3 to 255 letters, digits, dots, hyphens and "
            "underscores. Write dynamodb://table."
        )
    return name


def _memory(address: str, rest: str, _base: Path) -> ObjectStore:
    if rest:
        raise ValueError(f"{address!r} names a place in memory, which has none: write memory://.")
    return MemoryObjects()


_OPENERS = {"file": _file, "s3": _s3, "dynamodb": _dynamodb, "memory": _memory}
