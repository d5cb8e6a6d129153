"""Writing: state -> bytes, one record a line, so that a person can read and compare it.

Whatever could not be read back is refused before it is written: one bad record would lock out everybody.
"""

import json
from collections.abc import Iterable, Mapping

from pydantic import JsonValue, ValidationError
from pydantic_core import PydanticSerializationError

from core.codec.document import KEYS, SCHEMA, TOP_LEVEL, fault_between, named
from core.domain.archived import ArchiveRoot
from core.domain.record import Record
from core.domain.state import State
from core.domain.texting import Texting


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
        check_whole(state)
        values = {name: _plain(value) for name, value in plain_fields(state).items()}
        lines: dict[int, tuple[Record, bytes]] = {}
        parts = [
            *(f'"{name}": {values.pop(name)}'.encode() for name in _FIRST),
            *(
                f'"{name}": '.encode() + self._list(records, read, lines)
                for name, records in lists(state).items()
            ),
            *(f"{_plain(name)}: {value}".encode() for name, value in values.items()),
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
                known = (record, line_of(record, tried=identity in read))
            lines[identity] = known
            written.append(known[1])
        return b"[\n" + b",\n".join(written) + b"\n]" if written else b"[]"


_FIRST = ("schema", "revision", "write_id", "recent_writes", "next_number")


def plain_fields(state: State) -> Mapping[str, JsonValue]:
    """Return what stands at the top beside the lists, by name: what no record holds."""
    return {
        "schema": SCHEMA,
        "revision": state.revision,
        "write_id": state.write_id,
        "recent_writes": list(state.recent_writes),
        "next_number": state.next_number,
        **({"archive": json.loads(line_of(state.archive))} if state.archive != ArchiveRoot() else {}),
        **({"texting": json.loads(line_of(state.texting))} if state.texting != Texting() else {}),
        **({"moved_to": state.moved_to} if state.moved_to else {}),
        **state.extra,
    }


def lists(state: State) -> Mapping[str, Iterable[Record]]:
    """Return the records by the names of their lists, in the order in which they are written."""
    return {
        "jobs": state.jobs.values(),
        "people": state.people.values(),
        "messages": state.messages.values(),
        "opt_outs": state.opt_outs.values(),
        "causes": state.causes.values(),
        "cards": state.cards.values(),
        "log": state.log,
        "traces": state.traces.values(),
        "forgotten": state.forgotten,
    }


def line_of(record: Record, *, tried: bool = False) -> bytes:
    """Return the record as it stands in its line; `tried` says that it was read or written before.

    Raises ValueError where it could not be read back as it is.
    """
    try:
        line = record.model_dump_json(warnings="error")
        # Compared as text: two moments may be equal and yet be written in different zones.
        same = tried or type(record).model_validate_json(line).model_dump_json() == line
    except (PydanticSerializationError, ValidationError) as error:
        raise ValueError(f"{named(record)} can't be written: a field has a wrong type or value") from error
    if not same:
        raise ValueError(f"{named(record)} can't be written: it would be read back as something else")
    return line.encode()


def check_whole(state: State) -> None:
    """Refuse what no single record is to blame for. Raises ValueError."""
    clash = [name for name in state.extra if name in TOP_LEVEL]
    if clash:
        raise ValueError(f"extra top-level field {clash[0]!r} has a meaning of its own")
    fault = fault_between(lists(state), state.next_number)
    for name, fields in KEYS.items():
        keys: Mapping[object, Record] = getattr(state, name)
        strays = [key for key, record in keys.items() if getattr(record, fields[0]) != key]
        if strays:
            fault = f"one of {name} stands under {strays[0]!r}, which is not its {fields[0]}"
    if fault is not None:
        raise ValueError(f"the state can't be written: {fault}")


def _identities(state: State) -> frozenset[int]:
    return frozenset(id(record) for records in lists(state).values() for record in records)


def _plain(value: JsonValue) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
