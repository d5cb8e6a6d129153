"""Codec: State <-> the bytes of `jobs.json`.

Strict on reading: what cannot be understood whole is refused with its place, and never written over. Older
schemas are upgraded in memory and written in the newest form at the first write.
"""

import json
import math
from collections.abc import Hashable, Iterable
from typing import NoReturn

from pydantic import Field, JsonValue, ValidationError

from core.domain.events import LogEvent
from core.domain.job import Job
from core.domain.outbox import Message
from core.domain.people import Person
from core.domain.record import Record
from core.domain.state import Cause, OptOut, State
from core.ports import Unusable
from core.schema import SCHEMA, upgraded


class _Document(Record):
    """The object as it is stored: lists where the state has tables."""

    schema_: int = Field(alias="schema")
    revision: int = Field(ge=0)
    write_id: str
    recent_writes: tuple[str, ...] = ()
    next_number: int = Field(ge=1)
    jobs: tuple[Job, ...]
    people: tuple[Person, ...] = ()
    messages: tuple[Message, ...] = ()
    opt_outs: tuple[OptOut, ...] = ()
    causes: tuple[Cause, ...] = ()
    log: tuple[LogEvent, ...] = ()


def decode(body: bytes, name: str = "jobs.json") -> State:
    """Return the state that `body` holds. Raises Unusable, which names the place and what to do."""
    document = upgraded(_parsed(body, name), name)
    try:
        stored = _Document.model_validate_json(json.dumps(document))
    except ValidationError as error:
        _refuse(error, document, name)
    _check_unique(stored, name)
    return State(
        revision=stored.revision,
        write_id=stored.write_id,
        recent_writes=stored.recent_writes,
        next_number=max([stored.next_number, *(job.number + 1 for job in stored.jobs)]),
        jobs={job.number: job for job in sorted(stored.jobs, key=lambda job: job.number)},
        people={person.person_id: person for person in stored.people},
        messages={message.id: message for message in stored.messages},
        opt_outs={opt_out.phone: opt_out for opt_out in stored.opt_outs},
        causes={cause.cause: cause for cause in stored.causes},
        log=stored.log,
        extra=stored.model_extra or {},
    )


def encode(state: State) -> bytes:
    """Return `state` as plain JSON, one record a line, so that a person can read it and compare two."""
    head: dict[str, JsonValue] = {
        "schema": SCHEMA,
        "revision": state.revision,
        "write_id": state.write_id,
        "recent_writes": list(state.recent_writes),
        "next_number": state.next_number,
    }
    lists: dict[str, Iterable[Record]] = {
        "jobs": state.jobs.values(),
        "people": state.people.values(),
        "messages": state.messages.values(),
        "opt_outs": state.opt_outs.values(),
        "causes": state.causes.values(),
        "log": state.log,
    }
    fields = [f"{_text(name)}: {_text(value)}" for name, value in head.items()]
    fields += [f"{_text(name)}: {_lines(records)}" for name, records in lists.items()]
    fields += [f"{_text(name)}: {_text(value)}" for name, value in state.extra.items()]
    return ("{" + ",\n".join(fields) + "}\n").encode()


def _lines(records: Iterable[Record]) -> str:
    lines = [record.model_dump_json(exclude_none=False) for record in records]
    return "[\n" + ",\n".join(lines) + "\n]" if lines else "[]"


def _text(value: JsonValue) -> str:
    return json.dumps(value, ensure_ascii=False)


def _parsed(body: bytes, name: str) -> JsonValue:
    try:
        document: JsonValue = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_no_duplicates,
            parse_constant=_no_constant,
            parse_float=_finite,
        )
    except UnicodeDecodeError as error:
        raise Unusable(f"{name} is not UTF-8 at byte {error.start}: {_ADVICE}") from error
    except json.JSONDecodeError as error:
        cut = " (it seems to be cut short)" if error.pos >= len(body.decode()) - 1 else ""
        where = f"line {error.lineno}, column {error.colno}"
        raise Unusable(f"{name} is no JSON at {where}: {error.msg}{cut}. {_ADVICE}") from error
    except ValueError as error:
        raise Unusable(f"{name}: {error}. {_ADVICE}") from error
    except RecursionError as error:
        raise Unusable(f"{name} is nested too deeply. {_ADVICE}") from error
    return document


_ADVICE = "Nothing was written over it. Mend it by hand or put an earlier version back, then try again."


def _no_duplicates(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    document = dict(pairs)
    if len(document) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the name {twice!r} stands twice in one object")
    return document


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON number")


def _finite(text: str) -> float:
    number = float(text)
    # Past the range of a double: it would be read as infinity, which nobody could read again.
    return number if math.isfinite(number) else _no_constant(text)


def _refuse(error: ValidationError, document: JsonValue, name: str) -> NoReturn:
    fault = error.errors(include_url=False)[0]
    place = fault["loc"]
    where = ".".join(str(part) for part in place)
    record = _record_at(document, place)
    stands = "is missing" if fault["type"] == "missing" else f"is {_shown(fault['input'])}: {fault['msg']}"
    more = error.error_count() - 1
    others = f" ({more} more faults)" if more else ""
    raise Unusable(f"{name}: {record}{where} {stands}{others}. {_ADVICE}") from error


def _record_at(document: JsonValue, place: tuple[int | str, ...]) -> str:
    """Return how a person finds the record of a fault: `job #12 (mark_soderblom_20240523), `."""
    if not (isinstance(document, dict) and len(place) > 1 and isinstance(place[1], int)):
        return ""
    records = document.get(str(place[0]))
    record = records[place[1]] if isinstance(records, list) and place[1] < len(records) else None
    if not isinstance(record, dict):
        return ""
    names = [str(record[key]) for key in ("number", "job_id", "person_id", "id", "phone") if record.get(key)]
    return f"{str(place[0]).rstrip('s')} {' '.join(names[:2])}, " if names else ""


_SHOWN_LENGTH_MAX = 80


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN_LENGTH_MAX else f"{text[:_SHOWN_LENGTH_MAX]}…"


def _check_unique(stored: _Document, name: str) -> None:
    keys: dict[str, list[Hashable]] = {
        "number": [job.number for job in stored.jobs],
        "job_id": [job.job_id for job in stored.jobs],
        "tracking_token": [job.tracking_token for job in stored.jobs],
        "person_id": [person.person_id for person in stored.people],
        "message id": [message.id for message in stored.messages],
        "cause": [cause.cause for cause in stored.causes],
        "opted-out phone": [opt_out.phone for opt_out in stored.opt_outs],
    }
    for key, values in keys.items():
        if len(set(values)) != len(values):
            seen: set[Hashable] = set()
            twice = next(value for value in values if value in seen or seen.add(value))  # type: ignore[func-returns-value]
            raise Unusable(f"{name}: the {key} {twice!r} stands there twice. {_ADVICE}")
