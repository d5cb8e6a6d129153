"""Readers of parameters: each turns what came over HTTP into a typed value, or says what is wrong with it.

Values come as text (query, form, multipart) or as JSON; objects and arrays in a form are JSON text.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.fakes.bot_api.refusals import Refusal, malformed

Reader = Callable[[Any, str], Any]
"""Takes the value and its name; raises Refusal."""


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter of a method or a field of an object."""

    reader: Reader
    required: bool = False


Fields = Mapping[str, Field]


def need(reader: Reader) -> Field:
    """Return a field that must be there."""
    return Field(reader, required=True)


def may(reader: Reader) -> Field:
    """Return a field that may be left out."""
    return Field(reader)


def read_fields(fields: Fields, given: Mapping[str, Any], owner: str) -> dict[str, Any]:
    """Return the values of `given`, read; refuse what `owner` does not have and what it lacks."""
    for name in given:
        if name not in fields:
            raise malformed(f"{owner} has no field {name!r}")
    for name, field in fields.items():
        if field.required and name not in given:
            raise malformed(_MISSING.get(name, f"{owner} lacks {name!r}"))
    return {name: fields[name].reader(value, name) for name, value in given.items()}


_MISSING = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
}


def integer(minimum: int | None = None, maximum: int | None = None) -> Reader:
    """Return a reader of whole numbers within both limits."""

    def read(value: Any, name: str) -> int:
        if (
            isinstance(value, bool)
            or not isinstance(value, (int, str))
            or not re.fullmatch(r"-?\d+", str(value))
        ):
            raise malformed(f"{name} must be an Integer, not {value!r}")
        number = int(value)
        if (minimum is not None and number < minimum) or (maximum is not None and number > maximum):
            raise malformed(f"{name} must be within {minimum} and {maximum}, not {number}")
        return number

    return read


def boolean(value: Any, name: str) -> bool:
    """Read a Boolean."""
    if isinstance(value, bool):
        return value
    if value in {"true", "True", "1"}:
        return True
    if value in {"false", "False", "0"}:
        return False
    raise malformed(f"{name} must be a Boolean, not {value!r}")


def string(minimum: int = 0, maximum: int | None = None, pattern: str | None = None) -> Reader:
    """Return a reader of text within the limits (in characters) and of the form `pattern`."""

    def read(value: Any, name: str) -> str:
        if not isinstance(value, str):
            raise malformed(f"{name} must be a String, not {value!r}")
        if len(value) < minimum or (maximum is not None and len(value) > maximum):
            raise malformed(f"{name} must have {minimum} to {maximum} characters, not {len(value)}")
        if pattern is not None and not re.fullmatch(pattern, value):
            raise malformed(f"{name} must match {pattern}, not be {value!r}")
        return value

    return read


def one_of(*words: str) -> Reader:
    """Return a reader of one of these words."""

    def read(value: Any, name: str) -> str:
        if value not in words:
            raise malformed(f"{name} must be one of {', '.join(words)}, not {value!r}")
        return str(value)

    return read


def chat_id(value: Any, name: str) -> int | str:
    """Read the id of a chat, or the @name of a public one."""
    if isinstance(value, str) and value.startswith("@"):
        return value
    return int(integer()(value, name))


def obj(fields: Fields, kind: str) -> Reader:
    """Return a reader of an object of the Bot API."""

    def read(value: Any, name: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise malformed(f"{name} must be a {kind}, not {value!r}")
        return read_fields(fields, value, kind)

    return read


def array(reader: Reader, minimum: int = 0, maximum: int | None = None) -> Reader:
    """Return a reader of an array."""

    def read(value: Any, name: str) -> list[Any]:
        if not isinstance(value, list):
            raise malformed(f"{name} must be an Array, not {value!r}")
        if len(value) < minimum or (maximum is not None and len(value) > maximum):
            raise malformed(f"{name} must have {minimum} to {maximum} items, not {len(value)}")
        return [reader(item, f"{name}[{index}]") for index, item in enumerate(value)]

    return read


def serialized(reader: Reader) -> Reader:
    """Return a reader of a parameter that may come as JSON text."""

    def read(value: Any, name: str) -> Any:
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError:
                raise malformed(f"can't parse {name} JSON object") from None
        return reader(value, name)

    return read


def not_played(_value: Any, name: str) -> Any:
    """Refuse a parameter that exists but that this fake does not play."""
    raise Refusal(400, f"Bad Request: the fake does not play {name!r}", violation=True)
