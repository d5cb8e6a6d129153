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


def encode(state: State) -> bytes:
    """Return the bytes of `jobs.json`: plain JSON in UTF-8, always the same for the same state.

    Raises ValueError where what would be written could not be read back: a fault of our own.
    """
    return Encoder().encode(state)


class Encoder:
    """Encodes one state after another, and remembers the line of each record from one to the next.

    Records are frozen, so the very same one is written the very same way: a state costs what is new in it.
    """

    def __init__(self) -> None:
        self._lines: dict[int, tuple[Record, bytes]] = {}
        """By identity. The record is held with its line, so that no other can come to have its identity."""
        self._last: State | None = None

    def encode(self, state: State, *, trusted: State | None = None) -> bytes:
        """Return the bytes of `state`; see `encode`.

        Records of `trusted`, a state that was read, are not tried once more.
        """
        read = _identities(trusted) if trusted and trusted is not self._last else frozenset()
        clash = [name for name in state.extra if name in TOP_LEVEL]
        if clash:
            raise ValueError(f"extra top-level field {clash[0]!r} has a meaning of its own")
        _check_whole(state)
        lines: dict[int, tuple[Record, bytes]] = {}
        parts = [
            f'"schema": {SCHEMA}'.encode(),
            f'"revision": {_plain(state.revision)}'.encode(),
            f'"write_id": {_plain(state.write_id)}'.encode(),
            f'"recent_writes": {_plain(list(state.recent_writes))}'.encode(),
            f'"next_number": {_plain(state.next_number)}'.encode(),
            *(
                f'"{name}": '.encode() + self._list(records, read, lines)
                for name, records in _lists(state).items()
            ),
            *(f"{_plain(name)}: {_plain(value)}".encode() for name, value in state.extra.items()),
        ]
        self._lines, self._last = lines, state
        return b"{\n" + b",\n".join(parts) + b"\n}\n"

    def _list(
        self, records: Iterable[Record], read: frozenset[int], lines: dict[int, tuple[Record, bytes]]
    ) -> bytes:
        written = []
        for record in records:
            identity = id(record)
            known = self._lines.get(identity)
            if known is None or known[0] is not record:
                known = (record, _line(record, tried=identity in read))
            lines[identity] = known
            written.append(known[1])
        return b"[\n" + b",\n".join(written) + b"\n]" if written else b"[]"


def _lists(state: State) -> Mapping[str, Iterable[Record]]:
    return {
        "jobs": state.jobs.values(),
        "people": state.people.values(),
        "messages": state.messages.values(),
        "opt_outs": state.opt_outs.values(),
        "causes": state.causes.values(),
        "log": state.log,
    }


def _line(record: Record, *, tried: bool) -> bytes:
    try:
        line = record.model_dump_json(warnings="error")
        # Compared as text: two moments may be equal and yet be written in different zones.
        same = tried or type(record).model_validate_json(line).model_dump_json() == line
    except (PydanticSerializationError, ValidationError) as error:
        raise ValueError(f"{named(record)} can't be written: a field has a wrong type or value") from error
    if not same:
        raise ValueError(f"{named(record)} can't be written: it would be read back as something else")
    return line.encode()


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
