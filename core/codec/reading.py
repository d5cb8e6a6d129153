"""Reading: bytes -> state, or an exact word on why not. Nothing is ever put right in silence.

A document is taken when all of it is understood and each value stands there as this version would write it,
so that the next write changes nothing that nobody meant to change.
"""

import json

from pydantic import JsonValue, ValidationError
from pydantic_core import ErrorDetails

from core.codec.document import FIXED_FIELDS, LISTS, SCHEMA, SINGLE, Document, fault_between, named
from core.codec.strict_json import NotJson, parse
from core.codec.upgrades import UPGRADES, CannotUpgrade
from core.domain.record import Record
from core.domain.state import State
from core.ports import Unusable

VALUE_LENGTH_MAX = 80
"""Characters of a wrong value that an error shows."""


def decode(data: bytes, name: str = "jobs.json", *, region: str = "US") -> State:
    """Return the state that `data` holds, upgraded where its schema is old.

    `region` (ISO 3166-1) is where phone numbers without a country code are dialled from; only old schemas
    have such. Raises Unusable, with what is wrong in the object called `name` and what to do.
    """
    try:
        found = parse(data)
        number = _schema(found)
        if number > SCHEMA:
            raise Unusable(
                f"{name} has schema {number}, and this version of Quickdump knows schemas up to {SCHEMA}: "
                "nothing was written over it; update Quickdump"
            )
        for step in range(number, SCHEMA):
            found = UPGRADES[step](found, region)
        if number < SCHEMA:
            data = json.dumps(found, ensure_ascii=False).encode()
        document = _understood(data, found)
    except (NotJson, CannotUpgrade, Wrong) as error:
        raise Unusable(
            f"{name} can't be used: {error}. Nothing was written over it: correct it by hand, or put an "
            "earlier version back"
        ) from error
    return document.state()


class Wrong(ValueError):
    """The document says something that can't be taken; the message says where and what."""


def _schema(found: JsonValue) -> int:
    """Return the number of the schema; the first one had no number."""
    if isinstance(found, list) or (isinstance(found, dict) and "schema" not in found):
        return 0
    if not isinstance(found, dict):
        raise Wrong(f"it holds {_shown(found)} instead of an object")
    number = found["schema"]
    if type(number) is not int or number < 1:
        raise Wrong(f"schema is {_shown(number)}, which is no schema: this version writes {SCHEMA}")
    return number


def _understood(data: bytes, found: JsonValue) -> Document:
    """Return `data` as a document; `found` is the same as plain values, for comparing and for naming."""
    try:
        document = Document.model_validate_json(data)
    except ValidationError as error:
        raise Wrong(_told(error.errors(include_url=False), found)) from error
    lists: dict[str, tuple[Record, ...]] = {field: getattr(document, field) for field in LISTS}
    for field, records in lists.items():
        for position, record in enumerate(records):
            _check_written(record, _record(found, field, position), _label(field, position, found))
    parts = found if isinstance(found, dict) else {}
    for name in SINGLE & parts.keys():
        _check_written(getattr(document, name), parts[name], name)
    for job in document.jobs:
        missing = [field for field in FIXED_FIELDS if field not in job.model_fields_set]
        if missing:
            raise Wrong(f"{named(job)} has no {missing[0]}")
    fault = fault_between(lists, document.next_number)
    if fault is not None:
        raise Wrong(fault)
    return document


def _check_written(record: Record, stands: JsonValue, label: str) -> None:
    """Raise unless each value stands in the file as it would be written again."""
    difference = _difference(stands, record.model_dump(mode="json"))
    if difference is not None:
        path, value, wanted = difference
        raise Wrong(f"{label}: {'.'.join(path)} is {_shown(value)}: write {_shown(wanted)}")


def _difference(stands: JsonValue, written: JsonValue) -> tuple[list[str], JsonValue, JsonValue] | None:
    """Return where the two differ first: the path, what stands there and what would be written."""
    if isinstance(stands, dict) and isinstance(written, dict):
        pairs = [(key, value, written.get(key)) for key, value in stands.items()]
    elif isinstance(stands, list) and isinstance(written, list) and len(stands) == len(written):
        pairs = [(str(i), *both) for i, both in enumerate(zip(stands, written, strict=True))]
    else:
        return None if stands == written else ([], stands, written)
    for key, inner_stands, inner_written in pairs:
        found = _difference(inner_stands, inner_written)
        if found is not None:
            return [key, *found[0]], found[1], found[2]
    return None


def _told(errors: list[ErrorDetails], found: JsonValue) -> str:
    """Return the first of pydantic's errors in our words, with the record, the field and the value."""
    first = errors[0]
    place = first["loc"]
    label, path = str(place[0]) if place else "it", place[1:]
    if len(place) > 1 and place[0] in LISTS and isinstance(place[1], int):
        label, path = _label(str(place[0]), place[1], found), place[2:]
    dotted = ".".join(str(part) for part in path)
    if first["type"] == "missing":
        said = f"{dotted} is missing" if dotted else "is missing"
    elif isinstance(first["input"], dict):
        said = f"{dotted} {_reason(first)}".strip()
    else:
        said = f"{dotted} is {_shown(first['input'])}: {_reason(first)}".strip()
    more = f" ({len(errors) - 1} more faults follow)" if len(errors) > 1 else ""
    joint = " " if said.startswith("is ") else ": "
    return f"{label}{joint}{said}{more}"


def _reason(error: ErrorDetails) -> str:
    return error["msg"].removeprefix("Value error, ")


def _label(field: str, position: int, found: JsonValue) -> str:
    """Return how errors name a record: by what stands in it where that helps, else by its place."""
    record = _record(found, field, position)
    if isinstance(record, dict):
        if field == "jobs":
            return f"job {record.get('number', '?')} ({record.get('job_id', '?')})"
        for key in ("person_id", "id", "cause", "kind"):
            if isinstance(record.get(key), str):
                return f"{field}, {key} {record[key]!r}"
    return f"{field}, entry {position + 1}"


def _record(found: JsonValue, field: str, position: int) -> JsonValue:
    """Return what stands at a place of the document where pydantic has just been."""
    records = found.get(field) if isinstance(found, dict) else None
    return records[position] if isinstance(records, list) else None


def _shown(value: object) -> str:
    shown = json.dumps(value, ensure_ascii=False, default=repr)
    return shown if len(shown) <= VALUE_LENGTH_MAX else f"{shown[:VALUE_LENGTH_MAX]}…"
