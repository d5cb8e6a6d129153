"""Assembly: items that were read -> rows -> a state, read by the codec like any `jobs.json`. Pure."""

import dataclasses
import itertools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.adapters.dynamodb.items import Item, number, text
from core.adapters.dynamodb.rows import FIELDS, Row, Rows, digest, row_keys, total
from core.codec import decode
from core.codec.document import KEYS, LISTS
from core.codec.writing import lists
from core.domain.record import Record
from core.domain.state import State


@dataclass(frozen=True, slots=True)
class Raw:
    """A row as it was read."""

    text: str
    place: int
    revision: int
    parts: int


Changes = Mapping[str, Raw | None]
"""By sort key; None: it is not there."""


def raw_rows(items: Iterable[Item]) -> dict[str, Raw]:
    """Return the rows of which all items are there, by sort key; one that is half written is left out."""
    found = {text(item, "sk"): item for item in items}
    rows = {}
    for sk, item in found.items():
        if sk.startswith("+"):
            continue
        keys = itertools.islice(row_keys(sk, number(item, "parts")), 1, None)
        parts = [item, *(found.get(key.sk, {}) for key in keys)]
        revision = number(item, "revision")
        if all(part and number(part, "revision") == revision for part in parts):
            body = "".join(text(part, "body") for part in parts)
            rows[sk] = Raw(body, number(item, "place"), revision, len(parts))
    return rows


def sum_after(base: Rows, checksum: int, changes: Changes) -> int:
    """Return the sum of the rows of `base`, which is `checksum`, after `changes`."""
    digests = [checksum]
    for sk, raw in changes.items():
        listed, _, name = sk.partition("#")
        old = base.get(listed, {}).get(name)
        if old is not None:
            digests.append(-digest(sk, old.revision))
        if raw is not None:
            digests.append(digest(sk, raw.revision))
    return total(digests)


def assemble(fields: str, base: Rows, changes: Changes, name: str, region: str) -> tuple[State, Rows]:
    """Return the state, and its rows, that comes of `base` by `changes`.

    `fields` is what the head holds; `name` is what errors call the whole. Only what changed is decoded.
    Raises Unusable.
    """
    changed = _by_list(changes)
    found = decode(_document(fields, base, changed), name, region=region)
    records = lists(found)
    rows = dict(base)
    for listed, raws in changed.items():
        there = {key: raw for key, raw in raws.items() if raw is not None}
        read: Iterable[Record | str] = (
            records[listed] if listed in records else [raw.text for raw in there.values()]
        )
        new = {
            key: Row(record, raw.place, raw.revision, raw.parts)
            for (key, raw), record in zip(there.items(), read, strict=True)
        }
        kept = {key: row for key, row in base.get(listed, {}).items() if key not in raws}
        rows[listed] = dict(sorted({**kept, **new}.items(), key=lambda each: each[1].place))
    whole = {listed: _as_in_state(listed, rows.get(listed, {})) for listed in records}
    return dataclasses.replace(found, **whole), rows  # type: ignore[arg-type] # the names are the state's own


def _by_list(changes: Changes) -> dict[str, dict[str, Raw | None]]:
    """Return the changes by list, each in the order of the list."""
    found: dict[str, dict[str, Raw | None]] = {}
    for sk, raw in sorted(changes.items(), key=lambda each: each[1].place if each[1] else 0):
        listed, _, name = sk.partition("#")
        found.setdefault(listed, {})[name] = raw
    return found


def _document(fields: str, base: Rows, changed: Mapping[str, Mapping[str, Raw | None]]) -> bytes:
    """Return a document that holds what changed, and every field beside the lists."""
    texts = {key: str(row.record) for key, row in base.get(FIELDS, {}).items()}
    for key, raw in changed.get(FIELDS, {}).items():
        texts.pop(key, None)
        if raw is not None:
            texts[key] = raw.text
    parts = [fields.strip()[1:-1]]
    for listed in LISTS:
        bodies = [raw.text for raw in changed.get(listed, {}).values() if raw is not None]
        parts.append(f'"{listed}": [' + ",\n".join(bodies) + "]")
    parts += [f"{json.dumps(key)}: {body}" for key, body in texts.items()]
    return ("{" + ",\n".join(parts) + "}").encode()


def _as_in_state(listed: str, rows: Mapping[str, Row]) -> Mapping[object, Record] | tuple[Record, ...]:
    records = [row.record for row in rows.values() if isinstance(row.record, Record)]
    if listed not in KEYS:
        return tuple(records)
    return {getattr(record, KEYS[listed][0]): record for record in records}
