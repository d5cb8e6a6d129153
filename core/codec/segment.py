"""Segments: archived dossiers as bytes, and back. Gzip'd JSON lines, so that any tool can read them."""

import gzip
import json
import zlib
from collections.abc import Callable, Iterable

from pydantic import ValidationError

from core.codec.document import SCHEMA
from core.codec.strict_json import NotJson, parse
from core.domain.archiving import Dossier
from core.ports import Unusable

_LEVEL = 6


def encode_segment(dossiers: Iterable[Dossier]) -> bytes:
    """Return a segment: a line with its schema, then one a dossier; the same bytes for the same dossiers."""
    lines = [json.dumps({"schema": SCHEMA}), *(dossier.model_dump_json() for dossier in dossiers)]
    return gzip.compress("\n".join([*lines, ""]).encode(), _LEVEL, mtime=0)


def decode_segment(
    data: bytes, name: str, wanted: Callable[[bytes], bool] = lambda _: True
) -> tuple[Dossier, ...]:
    """Return the dossiers of a segment whose lines are wanted: a look is quicker than to understand them all.

    Raises Unusable that names it and says what is wrong.
    """
    try:
        head, *lines = gzip.decompress(data).splitlines()
        found = parse(head)
        number = found.get("schema") if isinstance(found, dict) else None
        if not isinstance(number, int) or number > SCHEMA:
            raise Unusable(
                f"{name} has schema {number}, and this version of Quickdump knows schemas up to {SCHEMA}: "
                "update Quickdump"
            )
        return tuple(Dossier.model_validate_json(line) for line in lines if wanted(line))
    except (OSError, EOFError, zlib.error, ValueError, NotJson, ValidationError) as error:
        raise Unusable(
            f"{name} can't be read: {type(error).__name__}. Put an earlier version of this object back"
        ) from error
