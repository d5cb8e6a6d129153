"""Codec: encodes and decodes one state after another, at the cost of what is new in each."""

from core.codec.reading import decode
from core.codec.rereading import reread
from core.codec.writing import NOTHING, written
from core.domain.state import State


class Codec:
    """Remembers the line of each record of the last state, and so neither makes nor reads it again.

    `name` is what errors call the object, `region` where phone numbers of old documents are dialled from.
    May be used by several threads: each finds what one of them has left.
    """

    def __init__(self, name: str = "jobs.json", *, region: str = "US") -> None:
        self._name = name
        self._region = region
        self._last = NOTHING

    def encode(self, state: State) -> bytes:
        """Return the bytes of `state`, as `core.codec.encode` does. Raises ValueError."""
        self._last = written(state, self._last)
        return self._last.data

    def decode(self, data: bytes) -> State:
        """Return the state that `data` holds, as `core.codec.decode` does. Raises Unusable."""
        found = reread(data, self._last)
        if found is None:
            return decode(data, self._name, region=self._region)
        self._last = found
        return found.state
