"""What all object stores agree on: which keys there are, when a condition holds, and the tag of a body."""

import hashlib

from core.ports import Absent, Condition, Conflict

KEY_BYTES_MAX = 800
"""S3 takes 1,024 with the prefix."""

PART_BYTES_MAX = 200
"""File systems take 255 for a name."""


def check_key(key: str) -> None:
    """Refuse a key that not every store could keep, so that a state can move from one to another.

    Parts that start with a dot are refused: `..` would climb out of a folder, and a folder store keeps its
    own things under hidden names. Raises ValueError.
    """
    wrong = _what_is_wrong(key)
    if wrong:
        raise ValueError(f"{key!r} cannot be the key of an object: {wrong}.")


def is_key(key: str) -> bool:
    """Tell whether an object can have this key."""
    return _what_is_wrong(key) is None


def tag_of(body: bytes) -> str:
    """Return the tag of a body, as S3 writes it: in quotes."""
    return f'"{hashlib.sha256(body).hexdigest()}"'


def check_condition(key: str, condition: Condition, tag: str | None) -> None:
    """Refuse a write whose condition does not hold for the object's tag (None: there is none).

    Raises Conflict.
    """
    if condition is None:
        return
    if isinstance(condition, Absent):
        if tag is not None:
            raise Conflict(f"{key} is there already: nothing was written. Read it, then decide again.")
    elif tag is None:
        raise Conflict(f"{key} is gone: nothing was written. Read again, then decide again.")
    elif tag != condition.etag:
        raise Conflict(
            f"{key} was changed by somebody else: nothing was written. Read it, then decide again."
        )


def _what_is_wrong(key: str) -> str | None:
    parts = key.split("/")
    try:
        longest = max(len(part.encode()) for part in parts)
    except UnicodeEncodeError:
        return "it is not Unicode text"
    if "" in parts:
        return "it is empty, starts or ends with '/', or has '//' in it"
    if any(part.startswith(".") for part in parts):
        return "a part of it starts with a dot"
    if not key.isprintable() or "\\" in key:
        return "it holds a backslash or a character that cannot be printed"
    if longest > PART_BYTES_MAX or len(key.encode()) > KEY_BYTES_MAX:
        return f"it may have {KEY_BYTES_MAX} bytes, and {PART_BYTES_MAX} between two '/'"
    return None
