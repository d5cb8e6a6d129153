"""Strategies for Hypothesis: whole states and their parts, as wild as the types allow.

They are made from the models' own fields, so that a new field or event is covered without a word here.
"""

import datetime as dt
import functools
import types
from collections.abc import Callable, Sequence
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from hypothesis import strategies as st
from pydantic import AwareDatetime, JsonValue
from pydantic.fields import FieldInfo

from core.codec.document import TOP_LEVEL
from core.domain.archived import ArchiveRoot, Forgotten, Trace
from core.domain.cards import Card
from core.domain.events import LogEvent
from core.domain.flow import DEFAULT_FLOW, FINISHED, Status
from core.domain.job import Job
from core.domain.outbox import Message
from core.domain.people import Person
from core.domain.record import Money, PhoneNumber, Record
from core.domain.state import Cause, OptOut, State
from core.domain.texting import Texting

AnyRecord = TypeVar("AnyRecord", bound=Record)
Key = TypeVar("Key", str, int)

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
"""Any text that UTF-8 can hold: quotes, tags, emoji, right-to-left, control characters."""

phones = st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True)

money = st.integers(0, 10**15 - 1).map(lambda cents: Decimal(cents) / 100)
"""All amounts below 10^13 dollars, to the cent."""

moments = st.datetimes(
    min_value=dt.datetime(1970, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone
    max_value=dt.datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.just(dt.UTC),
)

clock_times = st.builds(dt.time, st.integers(0, 23), st.integers(0, 59))

tokens = st.text(LETTERS, min_size=22, max_size=22) | st.text("0123456789abcdef", min_size=16, max_size=16)

json_values: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)

flows: st.SearchStrategy[tuple[Status, ...]] = st.just(DEFAULT_FLOW) | st.lists(
    st.sampled_from([status for status in Status if status is not Status.CANCELLED]), min_size=1, unique=True
).map(tuple)

_BY_TYPE: dict[object, st.SearchStrategy[Any]] = {
    str: texts,
    int: st.integers(0, 2**53),
    bool: st.booleans(),
    AwareDatetime: moments,
    dt.date: st.dates(),
    dt.time: clock_times,
    Decimal: money,
    type(None): st.none(),
}


_NARROWER: dict[type[Record], dict[str, st.SearchStrategy[Any]]] = {
    Job: {"tracking_token": tokens, "status_flow": st.just(DEFAULT_FLOW)},
}
"""Fields whose type takes less than it says."""


def records(kind: type[AnyRecord], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[AnyRecord]:
    """Return a strategy for `kind` with all its fields, some at their default, and some unknown ones."""
    known = {
        name: fields[name] if name in fields else _with_default(_of(_annotation(field)), field)
        for name, field in kind.model_fields.items()
    }
    unknown = st.dictionaries(texts, json_values, max_size=1).map(
        lambda found: {key: value for key, value in found.items() if _is_free(kind, key)}
    )
    return st.tuples(st.fixed_dictionaries(known), unknown).map(
        lambda both: kind.model_validate({**both[1], **both[0]})
    )


@st.composite
def jobs(draw: st.DrawFn, number: int | None = None) -> Job:
    """Return a job that stands somewhere in its flow."""
    flow = draw(flows)
    status = draw(st.sampled_from([*flow, Status.CANCELLED]))
    fields: dict[str, object] = {
        "number": draw(st.integers(1, 10**6)) if number is None else number,
        "status_flow": flow,
        "status": status,
        "closed_at": draw(moments) if status in FINISHED else None,
    }
    job: Job = draw(_whole(Job))
    return job.model_copy(update=fields)


_LOG = st.deferred(lambda: st.lists(_of(LogEvent), max_size=2))


@st.composite
def states(draw: st.DrawFn, jobs_max: int = 3) -> State:
    """Return a state in which everything is possible that the codec must keep."""
    numbers = sorted(draw(st.sets(st.integers(1, 50), max_size=jobs_max)))
    found = [draw(jobs(number)) for number in numbers]
    kept = {job.number: job for job in _without_twins(found)}
    extra = draw(st.dictionaries(texts, json_values, max_size=2))
    return State(
        revision=draw(st.integers(0, 10**6)),
        write_id=draw(texts),
        recent_writes=tuple(draw(st.lists(texts, max_size=3))),
        next_number=max(kept, default=0) + draw(st.integers(1, 3)),
        texting=draw(_whole(Texting)),
        jobs=kept,
        people=_keyed(draw(st.lists(_whole(Person), max_size=2)), lambda person: person.person_id),
        messages=_keyed(draw(st.lists(_whole(Message), max_size=2)), lambda message: message.id),
        opt_outs=_keyed(draw(st.lists(_whole(OptOut), max_size=2)), lambda opt_out: opt_out.phone),
        causes=_keyed(draw(st.lists(_whole(Cause), max_size=2)), lambda cause: cause.cause),
        cards=_keyed(draw(st.lists(_whole(Card), max_size=2)), lambda card: card.key),
        log=tuple(draw(_LOG)),
        moved_to=draw(st.just("") | texts),
        archive=draw(_whole(ArchiveRoot)),
        traces=_keyed(_apart(draw(st.lists(_whole(Trace), max_size=2))), lambda trace: trace.number),
        forgotten=tuple(draw(st.lists(_whole(Forgotten), max_size=2))),
        extra={name: value for name, value in extra.items() if name not in TOP_LEVEL},
    )


@functools.cache
def _whole(kind: type[Record]) -> st.SearchStrategy[Any]:
    """Return the strategy for all of `kind`; made once, since making it takes longer than drawing from it."""
    return records(kind, **_NARROWER.get(kind, {}))


def _annotation(field: FieldInfo) -> object:
    """Return the field's whole annotation: pydantic keeps what was beside the type apart from it."""
    return Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation


def _with_default(strategy: st.SearchStrategy[Any], field: FieldInfo) -> st.SearchStrategy[Any]:
    return strategy if field.is_required() else st.just(field.get_default()) | strategy


def _of(annotation: object) -> st.SearchStrategy[Any]:
    """Return a strategy for all values of a field's type."""
    if _pattern(annotation) == _pattern(PhoneNumber):
        return phones
    if annotation == Money:
        return money
    if isinstance(annotation, type):
        return _of_class(annotation)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is tuple:
        return st.lists(_of(arguments[0]), max_size=2).map(tuple)
    if origin in {Union, types.UnionType}:
        return st.one_of([_of(argument) for argument in arguments])
    return _of(arguments[0]) if origin is Annotated else _BY_TYPE[annotation]


def _of_class(kind: type) -> st.SearchStrategy[Any]:
    if issubclass(kind, Enum):
        return st.sampled_from(kind)
    return st.deferred(lambda: _whole(kind)) if issubclass(kind, Record) else _BY_TYPE[kind]


def _pattern(annotation: object) -> object:
    found = [getattr(part, "pattern", None) for part in get_args(annotation)[1:]]
    return next((pattern for pattern in found if pattern), annotation)


def _is_free(kind: type[Record], key: str) -> bool:
    # Pydantic refuses no name, but a method of the class would hide the value.
    return key not in kind.model_fields and not hasattr(kind, key)


def _apart(found: Sequence[Trace]) -> list[Trace]:
    return list({trace.tracking_token: trace for trace in found}.values())


def _keyed(found: Sequence[AnyRecord], key: Callable[[AnyRecord], Key]) -> dict[Key, AnyRecord]:
    return {key(record): record for record in found}


def _without_twins(found: Sequence[Job]) -> list[Job]:
    """Leave out jobs whose id or token another one has."""
    by_id = {job.job_id: job for job in found}
    by_token = {job.tracking_token: job for job in by_id.values()}
    return list(by_token.values())
