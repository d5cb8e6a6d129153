"""Writing: state -> bytes, one record a line, so that a person can read and compare it.

Whatever could not be read back is refused before it is written: one bad record would lock out everybody.
"""

import json
from collections.abc import Iterable, Mapping

from pydantic import JsonValue, ValidationError
from pydantic_core import PydanticSerializationError

from core.codec.document import KEYS, SCHEMA, TOP_LEVEL, fault_between, named
from core.domain.record import Record
from core.domain.state import State


def encode(state: State, *, trusted: State | None = None) -> bytes:
    """Return the bytes of `jobs.json`: plain JSON in UTF-8, always the same for the same state.

    Records that are the very ones of `trusted`, a state that was read or written before, are not tried
    again. Raises ValueError where what would be written could not be read back: a fault of our own.
    """
    known = _identities(trusted) if trusted else frozenset()
    clash = [name for name in state.extra if name in TOP_LEVEL]
    if clash:
        raise ValueError(f"extra top-level field {clash[0]!r} has a meaning of its own")
    _check_whole(state)
    lines = [
        f'"schema": {SCHEMA}',
        f'"revision": {_plain(state.revision)}',
        f'"write_id": {_plain(state.write_id)}',
        f'"recent_writes": {_plain(list(state.recent_writes))}',
        f'"next_number": {_plain(state.next_number)}',
        *(f'"{name}": {_list(records, known)}' for name, records in _lists(state).items()),
        *(f"{_plain(name)}: {_plain(value)}" for name, value in state.extra.items()),
    ]
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def _lists(state: State) -> Mapping[str, Iterable[Record]]:
    return {
        "jobs": state.jobs.values(),
        "people": state.people.values(),
        "messages": state.messages.values(),
        "opt_outs": state.opt_outs.values(),
        "causes": state.causes.values(),
        "log": state.log,
    }


def _list(records: Iterable[Record], known: frozenset[int]) -> str:
    lines = [_line(record, tried=id(record) in known) for record in records]
    return "[\n" + ",\n".join(lines) + "\n]" if lines else "[]"


def _line(record: Record, *, tried: bool) -> str:
    try:
        line = record.model_dump_json(warnings="error")
        # Compared as text: two moments may be equal and yet be written in different zones.
        same = tried or type(record).model_validate_json(line).model_dump_json() == line
    except (PydanticSerializationError, ValidationError) as error:
        raise ValueError(f"{named(record)} can't be written: a field has a wrong type or value") from error
    if not same:
        raise ValueError(f"{named(record)} can't be written: it would be read back as something else")
    return line


def _check_whole(state: State) -> None:
    lists = _lists(state)
    fault = fault_between(lists, state.next_number)
    for name, fields in KEYS.items():
        keys: Mapping[object, Record] = getattr(state, name)
        strays = [key for key, record in keys.items() if getattr(record, fields[0]) != key]
        if strays:
            fault = f"one of {name} stands under {strays[0]!r}, which is not its {fields[0]}"
    if fault is not None:
        raise ValueError(f"the state can't be written: {fault}")


def _identities(state: State) -> frozenset[int]:
    return frozenset(id(record) for records in _lists(state).values() for record in records)


def _plain(value: JsonValue) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
