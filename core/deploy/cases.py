"""The edge function's promises: one file each in `cf/cases/`, kept by every engine that runs the function.

A file holds the promise in words, an `event` and what must come out (`expected`). Links and sessions are
signed when a case is run, so that it can be run with any key and at any time, also by the real service with
its own:

    {kid}                  the current key's id                 {+300} {-3600}       Unix seconds from now
    {link joe 300}         the signature of joe's link that expires in 300 s, by the current key
    {session joe 300 cut}  the same of a session, without its last character
    {old kid} {old link joe 300}  by a key that is not believed any more

`exact_time` marks a case whose outcome one second would change, `keys` one that needs its own entries in the
key-value store: the service, whose clock and store are real, is not asked these two kinds.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

from core.domain.session import Purpose, SessionKey, mac

CASES_FOLDER = Path(__file__).parents[2] / "cf" / "cases"
"""Found from the code's place, never from the working directory."""

OLD_KEY = SessionKey(kid="old", secret="a key that nobody believes any more, 0123456789")  # noqa: S106 - it opens nothing

_PLACEHOLDER = re.compile(
    r"\{(?:(?P<offset>[+-]\d+)|(?P<old>old )?"
    r"(?:kid|(?P<purpose>link|session) (?P<person>[a-z_]+) (?P<life>-?\d+)(?P<cut> cut)?))\}"
)
_FIELDS = {"promise", "event", "expected"}
_MARKS = {"keys", "exact_time"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One promise, with its placeholders still open."""

    name: str
    promise: str
    event: object
    expected: object
    keys: Mapping[str, str] | None = None
    """Its own entries in the key-value store; None where the current key is meant."""
    exact_time: bool = False

    @property
    def is_signed(self) -> bool:
        """Whether it needs a key."""
        return bool(_PLACEHOLDER.search(json.dumps(self.event)))

    def event_at(self, now: datetime, key: SessionKey) -> object:
        """Return the event, signed with `key` at `now`."""
        return _filled(self.event, now, key)

    def expected_at(self, now: datetime, key: SessionKey) -> object:
        """Return what must come out where the function runs at `now`."""
        return _filled(self.expected, now, key)

    def holds(self, outcome: object, *, since: datetime, until: datetime, key: SessionKey) -> bool:
        """Tell whether `outcome` is right for some second from `since` to `until`."""
        middle = since + (until - since) / 2
        most = int((until - since).total_seconds()) // 2 + 1
        # From the middle on, where it nearly always is.
        offsets = (0, *(side * passed for passed in range(1, most + 1) for side in (1, -1)))
        moments = (middle + timedelta(seconds=offset) for offset in offsets)
        return any(outcome == self.expected_at(moment, key) for moment in moments)


def read_cases(folder: Path = CASES_FOLDER) -> tuple[Case, ...]:
    """Return all cases, by name. Raises ValueError for a file that is no case, or where there is none."""
    cases = tuple(_cases(folder))
    if not cases:
        raise ValueError(f"there are no cases in {folder}: the folder cf/ belongs beside core/ and bot/")
    return cases


def _cases(folder: Path) -> Iterator[Case]:
    for path in sorted(folder.glob("*.json")):
        raw = json.loads(path.read_text("utf-8"))
        if not isinstance(raw, dict) or not _FIELDS <= set(raw) <= _FIELDS | _MARKS:
            raise ValueError(f"{path} is no case: it has {', '.join(sorted(_FIELDS))}, and perhaps {_MARKS}")
        yield Case(name=path.stem, **raw)


def _filled(value: object, now: datetime, key: SessionKey) -> object:
    """Return `value` with every placeholder in its texts filled in."""
    if isinstance(value, str):
        return _PLACEHOLDER.sub(lambda match: _fill(match, now, key), value)
    if isinstance(value, dict):
        return {name: _filled(part, now, key) for name, part in value.items()}
    return [_filled(part, now, key) for part in value] if isinstance(value, list) else value


def _fill(match: re.Match[str], now: datetime, key: SessionKey) -> str:
    moment = int(now.timestamp())
    if match["offset"]:
        return str(moment + int(match["offset"]))
    signing = OLD_KEY if match["old"] else key
    if not match["purpose"]:
        return signing.kid
    purpose = cast("Purpose", match["purpose"])
    signature = mac(purpose, signing, match["person"], str(moment + int(match["life"])))
    return signature[:-1] if match["cut"] else signature
