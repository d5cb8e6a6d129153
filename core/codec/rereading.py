"""Rereading: the quick way to read what this very version has written, line by line.

It is taken only where writing it again gives the same bytes. All else is for `reading`, which says exactly
what is wrong.
"""

import re
from collections.abc import Iterable, Mapping
from typing import get_args

from pydantic import TypeAdapter

from core.codec.document import LISTS, Document
from core.codec.writing import NOTHING, Written, written
from core.domain.record import Record


def reread(data: bytes, after: Written = NOTHING) -> Written | None:
    """Return the state that `data` holds, or None where it does not stand there as it would be written.

    What stood in `after`, an earlier state, is not understood once more: its records are taken over.
    """
    try:
        found = written(_document(data, after).state(), after, tried=True)
    except ValueError:
        return None
    return found if found.data == data else None


_ADAPTERS: Mapping[str, TypeAdapter[Record]] = {
    name: TypeAdapter(get_args(Document.model_fields[name].annotation)[0]) for name in LISTS
}
"""By list: what reads one of its records."""

_LIST_BEGINS = re.compile(rb'"(\w+)": \[')
_LIST_ENDS = frozenset({b"]", b"],"})


def _document(data: bytes, after: Written) -> Document:
    """Return what stands in `data`, read line by line. Raises ValueError where that is not its layout."""
    found: dict[str, tuple[Record, ...]] = {}
    # What is left without the records is a document by itself.
    bare = []
    rows = iter(data.split(b"\n"))
    for row in rows:
        bare.append(row)
        if begins := _LIST_BEGINS.fullmatch(row):
            name = begins[1].decode()
            if name not in _ADAPTERS:
                raise ValueError(f"{name} does not stand on one line")
            texts = []
            while (text := next(rows, b"]")) not in _LIST_ENDS:
                texts.append(text.removesuffix(b","))
            found[name] = _records(name, texts, after)
            bare.append(text)
    return Document.model_validate_json(b"\n".join(bare)).model_copy(update=found)


def _records(name: str, texts: Iterable[bytes], after: Written) -> tuple[Record, ...]:
    known = {line.text: line.record for line in after.lines.get(name, ())}
    read = _ADAPTERS[name].validate_json
    return tuple(known.get(text) or read(text) for text in texts)
