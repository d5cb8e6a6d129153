"""Writing: state -> bytes, one record a line, so that a person can read and compare it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from core.codec.document import KEYS, SCHEMA, TOP_LEVEL, number_fault, twice
from core.codec.lines import Line, line_of
from core.domain.archived import ArchiveRoot
from core.domain.job import Job
from core.domain.record import Record
from core.domain.state import State
from core.domain.texting import Texting


def encode(state: State) -> bytes:
    """Return the bytes of `jobs.json`: plain JSON in UTF-8, always the same for the same state.

    Raises ValueError where what would be written could not be read back: a fault of our own.
    """
    return written(state).data


@dataclass(frozen=True, slots=True)
class Written:
    """A state as it is written."""

    state: State
    data: bytes
    lines: Mapping[str, Sequence[Line]]
    """By list, in order."""


NOTHING = Written(State(), b"", {})
"""What stands before the first."""


def written(state: State, after: Written = NOTHING, *, tried: bool = False) -> Written:
    """Return `state` as it is written, after another one: it costs what is new in it.

    Records are frozen, so the very same one is written the very same way. `tried` says that all others were
    read. Raises ValueError as `encode` does.
    """
    check_whole(state, after=after.state)
    values = {name: _plain(value) for name, value in plain_fields(state).items()}
    # Joined once, as it is large: the braces go with the first and the last part.
    parts = [f'"{name}": {values.pop(name)}'.encode() for name in _FIRST]
    parts[0] = b"{\n" + parts[0]
    lines = {}
    for name, records in lists(state).items():
        lines[name] = _lines(records, after.lines.get(name, ()), tried=tried)
        parts += _listed(name, [line.text for line in lines[name]])
    parts += [f"{_plain(name)}: {value}".encode() for name, value in values.items()]
    parts[-1] += b"\n}\n"
    return Written(state, b",\n".join(parts), lines)


def _listed(name: str, texts: list[bytes]) -> list[bytes]:
    """Return what stands between the commas of a list, its name and brackets with the first and the last."""
    head = f'"{name}": ['.encode()
    if not texts:
        return [head + b"]"]
    texts[0] = head + b"\n" + texts[0]
    texts[-1] += b"\n]"
    return texts


def _lines(records: Iterable[Record], before: Sequence[Line], *, tried: bool) -> Sequence[Line]:
    """Return the lines of `records`, of which most stand where they stood before."""
    records = list(records)
    left = [line for line, record in zip(before, records, strict=False) if line.record is not record]
    left += before[len(records) :]
    moved = {id(line.record): line for line in left}
    jobs = {line.record.number: line for line in left if isinstance(line.record, Job)}

    def other(record: Record) -> Line:
        earlier = jobs.get(record.number) if isinstance(record, Job) else None
        return moved.get(id(record)) or line_of(record, earlier=earlier, tried=tried)

    there = [
        line if line.record is record else other(record)
        for line, record in zip(before, records, strict=False)
    ]
    return there + [other(record) for record in records[len(before) :]]


_FIRST = ("schema", "revision", "write_id", "recent_writes", "next_number")


def plain_fields(state: State) -> Mapping[str, JsonValue]:
    """Return what stands at the top beside the lists, by name: what no record holds."""
    return {
        "schema": SCHEMA,
        "revision": state.revision,
        "write_id": state.write_id,
        "recent_writes": list(state.recent_writes),
        "next_number": state.next_number,
        **({"archive": json.loads(line_of(state.archive).text)} if state.archive != ArchiveRoot() else {}),
        **({"texting": json.loads(line_of(state.texting).text)} if state.texting != Texting() else {}),
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


def check_whole(state: State, *, after: State | None = None) -> None:
    """Refuse what no single record is to blame for. Raises ValueError.

    `after` is a state that passed: what is in its place as before is not looked at again.
    """
    clash = [name for name in state.extra if name in TOP_LEVEL]
    if clash:
        raise ValueError(f"extra top-level field {clash[0]!r} has a meaning of its own")
    faults = (_fault_in(name, state, after or State()) for name in KEYS)
    fault = next((fault for fault in faults if fault is not None), None)
    fault = fault or number_fault(state.jobs, state.next_number)
    if fault is not None:
        raise ValueError(f"the state can't be written: {fault}")


def _fault_in(name: str, state: State, after: State) -> str | None:
    """Return what is wrong between the records of one list, or None."""
    key_field, *own_fields = KEYS[name]
    records: Mapping[object, Record] = getattr(state, name)
    before: Mapping[object, Record] = getattr(after, name)
    if records is before:
        return None
    changed = {key: record for key, record in records.items() if before.get(key) is not record}
    for key, record in changed.items():
        if getattr(record, key_field) != key:
            return f"one of {name} stands under {key!r}, which is not its {key_field}"
    for field in own_fields:
        # Nothing new came to stand where each keeps what was its own.
        if any(
            getattr(record, field) != getattr(before.get(key), field, None) for key, record in changed.items()
        ):
            fault = twice(field, name, list(records.values()))
            if fault is not None:
                return fault
    return None


def _plain(value: JsonValue) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
