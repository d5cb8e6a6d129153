"""Strict JSON: RFC 8259 without the liberties that Python's reader takes."""

import json
import math

from pydantic import JsonValue

NESTING_MAX = 100
"""Far beyond what anybody means; the readers' own limits lie above it, each elsewhere."""


class NotJson(ValueError):
    """The bytes are not the JSON that we take; the message says where and why."""


def parse(data: bytes) -> JsonValue:
    """Return what `data` says.

    Raises NotJson where it is cut short, not UTF-8, has a key twice in one object, a number that is none or
    does not fit a double, half of a surrogate pair, or too deep a nesting.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotJson(f"byte {error.start} is not UTF-8") from error
    try:
        found: JsonValue = json.loads(
            text, object_pairs_hook=_without_doubles, parse_constant=_no_number, parse_float=_finite
        )
        # What one reader takes and another refuses has no place in a file that both must read.
        json.dumps(found, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotJson("a text holds half of a surrogate pair") from error
    except json.JSONDecodeError as error:
        at_end = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")
        cut = " (it seems to be cut short)" if at_end else ""
        raise NotJson(f"line {error.lineno}, column {error.colno}: {error.msg}{cut}") from error
    except RecursionError as error:
        raise NotJson(f"it is nested deeper than {NESTING_MAX} levels") from error
    except NotJson:
        raise
    except ValueError as error:
        # Python reads no integer of more than 4,300 digits.
        raise NotJson(str(error)) from error
    if _depth_exceeds(found, NESTING_MAX):
        raise NotJson(f"it is nested deeper than {NESTING_MAX} levels")
    return found


def _without_doubles(pairs: list[tuple[str, JsonValue]]) -> JsonValue:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        double = next(key for key in keys if keys.count(key) > 1)
        names = [f"{key} {value!r}" for key, value in pairs if key in _IDENTIFYING]
        where = f" with {', '.join(names)}" if names else f" that begins with {keys[0]!r}"
        raise NotJson(f"the key {double!r} stands twice in the object{where}")
    return found


_IDENTIFYING = frozenset({"number", "job_id", "person_id", "id", "cause"})


def _no_number(word: str) -> JsonValue:
    raise NotJson(f"{word} is not a JSON number")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise NotJson(f"the number {digits[:40]} is too large")
    return number


def _depth_exceeds(value: JsonValue, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_depth_exceeds(item, levels - 1) for item in inner)
